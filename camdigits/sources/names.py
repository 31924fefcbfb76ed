"""Names of sources as they are shown to people."""

from __future__ import annotations


def shown(name: str) -> str:
    """Return a name that keeps a message on one line: what cannot be printed is escaped.

    File names may hold newlines, terminal escapes and bytes that are no text (surrogates).
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)
