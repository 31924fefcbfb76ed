"""Names of sources as they are shown to people."""

from __future__ import annotations

from camdigits.support.passwords import masked
from camdigits.support.printable import printable


def shown(name: str) -> str:
    """Return a name as `printable` does, without the password that an address may have."""
    return printable(masked(name))


def label(name: str) -> str:
    """Return how messages name a camera or stream: "camera 0", or its path or address."""
    return f"camera {name}" if name.isdecimal() else shown(name)
