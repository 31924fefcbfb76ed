"""Names of sources as they are shown to people."""

from __future__ import annotations

import re

from camdigits.support.printable import printable

_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*@")


def shown(name: str) -> str:
    """Return a name as `printable` does, without the password that an address may have."""
    return printable(_PASSWORD.sub(r"\1***@", name))


def label(name: str) -> str:
    """Return how messages name a camera or stream: "camera 0", or its path or address."""
    return f"camera {name}" if name.isdecimal() else shown(name)
