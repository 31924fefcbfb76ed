"""The numbers of a text as reading is to tell them."""

from __future__ import annotations

import re

_OPERATOR = re.compile(r"[+x*÷·=√<>]|\d[a-zA-Z]")
"""Makes a sum or a formula of a text: dashes, slashes and colons are signs in it, too."""
_IN_SUM = re.compile(r"\d+(?:[.,]\d+)*")
_ELSEWHERE = re.compile(r"(?:^- ?|(?<=\s)-)?\d+(?:[.,:/-]\d+)*")


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the numbers of a text with their marks, from left to right.

    Args:
        text: one line, as it was written.
    """
    form = _IN_SUM if _OPERATOR.search(text) else _ELSEWHERE
    return tuple(match[0].replace(" ", "") for match in form.finditer(text))
