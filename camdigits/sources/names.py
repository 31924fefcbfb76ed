"""Names of sources as they are shown to people."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*@")


def shown(name: str) -> str:
    """Return a name that keeps a message on one line: what cannot be printed is escaped.

    File names may hold newlines, terminal escapes and bytes that are no text (surrogates).  The
    password in an address is not shown.
    """
    name = _PASSWORD.sub(r"\1***@", name)
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def label(name: str) -> str:
    """Return how messages name a camera or stream: "camera 0", or its path or address."""
    return f"camera {name}" if name.isdecimal() else shown(name)
