"""The minus before a number, told from a sign between two and from a stroke through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from camdigits.networks.line_reader import Token
from camdigits.page.lines.joints import DOUBT, SEEN
from camdigits.page.lines.reading import ReadRun, SeenDigit
from camdigits.page.written import written
from camdigits.types import Digit, Mark, Number

MINUS_GAP = 0.7
"""Widest gap from a minus to its number."""
INFIX_GAP = 0.9
"""A dash no further than this from a digit on its left stands between two numbers..."""
INFIX_RATIO = 2.0
"""...and so does one whose gap there is no more than this many times that on its right."""
SAME_LINE = 0.6
"""How far from the middle of a line a digit on it may stand, as a multiple of their height."""


def with_minus(
    run: ReadRun,
    number: Number,
    first: SeenDigit,
    before: Sequence[Token],
    everyone: Sequence[Digit],
) -> Number:
    """Return a number with the minus before it, if there is one.

    Args:
        run: the line on which it stands.
        number: without it.
        first: its first digit.
        before: characters between it and the digit before it on the line, from left to right.
        everyone: the digits of the page.
    """
    if not before or before[-1].name != "-":
        return number
    minus = before[-1]
    gap = run.heights(first.left - minus.column - minus.width / 2)
    room = max(INFIX_GAP, INFIX_RATIO * gap)
    if gap > MINUS_GAP or (len(before) == 1 and _has_digit_before(run, minus, room, everyone)):
        return number
    if minus.confidence < SEEN:
        return replace(number, confidence=min(number.confidence, 1 - minus.confidence))
    mark = Mark("-", run.box_of(minus), minus.confidence, 0)
    marks = (mark, *number.marks)
    # A stroke that strikes the number out begins like a minus, and does not end before it.
    sureness = DOUBT if run.is_inked(minus.column, first.left + 1) else minus.confidence
    return replace(
        number,
        text=written(number.digits, marks),
        box=number.box.union(mark.box),
        confidence=min(number.confidence, sureness),
        marks=marks,
    )


def _has_digit_before(run: ReadRun, sign: Token, room: float, everyone: Sequence[Digit]) -> bool:
    """Return whether a digit stands on the line to the left of a sign, no further than `room`."""
    ends = [
        run.line.column(digit.box.right)
        for digit in everyone
        if abs(run.line.rise(*digit.box.center)) <= SAME_LINE
    ]
    gaps = [run.heights(sign.column - sign.width / 2 - end) for end in ends]
    return any(-SAME_LINE <= gap <= room for gap in gaps)
