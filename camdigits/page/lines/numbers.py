"""Numbers of a line as they are written: with their marks, and apart where a sign or wall stands.

Digits that were found keep their labels; the line reader says what stands between and before them,
which of them are signs, and where the two see different things the number says so by its
confidence.  No digit is added: a number in which one is missing is doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.line_reader import LineReader, Token
from camdigits.networks.model_card import DIGITS
from camdigits.page.group import Links as TrackLinks
from camdigits.page.lines.joints import (
    DOUBT,
    OPERATORS,
    SEEN,
    Joint,
    Links,
    is_sum_line,
    joint_of,
)
from camdigits.page.lines.minus import SAME_LINE, with_minus
from camdigits.page.lines.reading import ReadRun, SeenDigit, read_runs
from camdigits.page.ruling.walls import Borders, BordersOf, Ruling
from camdigits.page.written import written
from camdigits.types import Box, Digit, Mark, Number, Sign

BARS = frozenset({"(", ")", "/", "wall"})
"""What is taken for a 1.  Letters are not among them: a small 0 is an o to the line reader."""
NO_DIGIT = 0.8
"""From this confidence on a character that is none replaces a digit that was found..."""
HARDLY = 0.35
"""...unless the line reader gives the digit's label more than this."""
SURE = 0.9
"""Digits of less confidence are signs where an operator is seen in their box: an x is half a 2."""
BESIDE = 0.5
"""Widest gap, in heights, of a bar that stands close to a digit."""
MISSING_GAP = 0.8
"""A digit that was not found, no further than this from a number, is missing in it."""
PART_GAP = 0.35
"""What is struck out and stands nearer than this to a number may be a part of it."""
Plane = NDArray[np.uint8]


def no_borders(digits: Sequence[Digit]) -> Borders:
    """Return that nothing is known to stand between digits."""
    return Borders.of(digits, Ruling())


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """What stands on the lines of a picture.

    Attributes:
        digits: in reading order, without those that are signs.
        numbers: likewise.
        signs: that belong to no number.
    """

    digits: tuple[Digit, ...]
    numbers: tuple[Number, ...]
    signs: tuple[Sign, ...] = ()


def read_lines(
    plane: Plane,
    digits: Sequence[Digit],
    reader: LineReader,
    borders: BordersOf = no_borders,
    before: TrackLinks = frozenset(),
    struck: Sequence[Box] = (),
) -> LineReading:
    """Join digits to numbers by what stands on their lines.

    Args:
        plane: ``(height, width) uint8``, brightness of the picture.
        digits: that were found on it, boxes in its pixels; may be empty.
        reader: reads their lines.
        borders: tells what walls and combs say of those digits that are no signs.
        before: which tracks stood side by side in the frame before; see `group_numbers`.
        struck: boxes in which characters are passed over.
    """
    runs = read_runs(plane, digits, reader, struck)
    kept = [_kept(run) for run in runs]
    left = [seen.digit for row in kept for seen in row]
    links = Links(left, borders(left), before)
    numbers: list[Number] = []
    signs: list[Sign] = []
    for run, row in zip(runs, kept, strict=True):
        own = [_beside_struck(number, struck) for number in _numbers(run, row, links, digits)]
        numbers += own
        used = {(mark.mark, mark.box) for number in own for mark in number.marks}
        signs += [sign for sign in _signs(run, row) if (sign.sign, sign.box) not in used]
    return LineReading(
        tuple(digit for number in numbers for digit in number.digits), tuple(numbers), tuple(signs)
    )


def _beside_struck(number: Number, struck: Sequence[Box]) -> Number:
    """Return a number, doubtful if what is struck out stands so close that it may be a part."""
    box = number.box
    for other in struck:
        gap = max(other.x - box.right, box.x - other.right) / box.h
        level = min(other.bottom, box.bottom) - max(other.y, box.y)
        if -SAME_LINE <= gap <= PART_GAP and level >= SAME_LINE * min(other.h, box.h):
            return replace(number, confidence=min(number.confidence, DOUBT))
    return number


def _kept(run: ReadRun) -> list[SeenDigit]:
    """Return what was found as digits without what is none."""
    is_sum, kept = _has_operator(run), []
    for place, seen in enumerate(run.digits):
        before = run.digits[place - 1].right if place else -np.inf
        after = run.digits[place + 1].left if place + 1 < len(run.digits) else np.inf
        is_tight = [run.heights(gap) <= BESIDE for gap in (seen.left - before, after - seen.right)]
        if not is_sign(seen, is_sum=is_sum, is_end=is_tight[0] != is_tight[1]):
            kept.append(seen)
    return kept


def is_sign(seen: SeenDigit, *, is_sum: bool = False, is_end: bool = False) -> bool:
    """Return whether what was found as a digit is none: an operator, or a bar that is no 1.

    Args:
        seen: with what the line reader sees in its place.
        is_sum: an operator stands elsewhere on the line, so that brackets are likely.
        is_end: it stands close before or behind a number, as its 1 would: too little is known then
            to leave it out.
    """
    if is_end and not is_sum and (seen.token is None or seen.token.name in BARS):
        return False
    for token in (seen.token, *seen.rivals):
        if token is None or not (
            token.name in OPERATORS or (token.name in BARS and seen.digit.label == 1)
        ):
            continue
        if token.confidence >= NO_DIGIT and seen.agreement <= HARDLY:
            return True
        if is_sum and token.confidence >= max(SEEN, seen.agreement):
            return True
        if token.name in OPERATORS and token.confidence >= SEEN and seen.digit.confidence < SURE:
            return True
    return False


def _has_operator(run: ReadRun) -> bool:
    return any(token.name in OPERATORS and token.confidence >= SEEN for token in run.others)


def _numbers(
    run: ReadRun,
    row: Sequence[SeenDigit],
    links: Links,
    everyone: Sequence[Digit],
) -> list[Number]:
    """Return the numbers of a run from left to right."""
    if not row:
        return []
    others = _characters(run, row)
    is_sum = is_sum_line(run, row, others)
    joints = [
        links.border(*pair) or joint_of(run, pair, others, links.are_linked(*pair), is_sum)
        for pair in pairwise(row)
    ]
    numbers, start = [], 0
    for end, joint in enumerate([*joints, None], start=1):
        if joint is not None and joint.is_joined:
            continue
        within = joints[start : end - 1]
        borders = [each.confidence for each in joints[max(0, start - 1) : end]]
        number = _number(run, row[start:end], within, min(borders, default=1.0))
        before, after = _beside(others, row, (start, end))
        number = _with_missing(run, number, (row[start], row[end - 1]), before[-1:], after[:1])
        if not is_sum:
            number = with_minus(run, number, row[start], before, everyone)
        numbers.append(number)
        start = end
    return numbers


def _characters(run: ReadRun, row: Sequence[SeenDigit]) -> list[Token]:
    """Return all characters that are not those of digits kept, from left to right."""
    kept = {id(seen) for seen in row}
    replaced = [
        seen.token
        for seen in run.digits
        if seen.token is not None and seen.token.name not in DIGITS and id(seen) not in kept
    ]
    return sorted([*run.others, *replaced], key=lambda token: token.column)


def _number(
    run: ReadRun, row: Sequence[SeenDigit], joints: Sequence[Joint], border: float
) -> Number:
    """Return the number of some digits with the marks between them."""
    box = row[0].digit.box
    marks: list[Mark] = []
    for place, seen in enumerate(row):
        mark = joints[place - 1].mark if place else None
        if mark is not None:
            marks.append(Mark(mark.name, run.box_of(mark), mark.confidence, place))
        box = box.union(seen.digit.box)
    sureness = [_sureness(seen) for seen in row]
    confidence = min(border, *sureness, *(joint.confidence for joint in joints))
    digits = tuple(seen.digit for seen in row)
    return Number(written(digits, marks), box, confidence, digits, marks=tuple(marks))


def _sureness(seen: SeenDigit) -> float:
    """Return how sure a digit is once the line reader was asked."""
    own = seen.digit.confidence
    if seen.is_confirmed:
        return own
    if seen.token is None:
        return own * max(seen.agreement, SEEN)
    return own * (1 - seen.token.confidence)


def _with_missing(
    run: ReadRun,
    number: Number,
    ends: tuple[SeenDigit, SeenDigit],
    before: Sequence[Token],
    after: Sequence[Token],
) -> Number:
    """Return a number, doubtful where a digit beside it was not found.

    Args:
        run: on which it stands.
        number: as it was found.
        ends: its first and last digit.
        before: the character before it, if there is one.
        after: the character behind it, likewise.
    """
    gaps = [(token, ends[0].left - token.column) for token in before]
    gaps += [(token, token.column - ends[1].right) for token in after]
    for token, gap in gaps:
        if token.name in DIGITS and run.heights(gap - token.width / 2) <= MISSING_GAP:
            doubt = DOUBT if token.confidence >= SEEN else 1 - token.confidence
            number = replace(number, confidence=min(number.confidence, doubt))
    return number


def _beside(
    others: Sequence[Token], row: Sequence[SeenDigit], span: tuple[int, int]
) -> tuple[list[Token], list[Token]]:
    """Return the characters between a number and the digits before and behind it."""
    first, last = row[span[0]], row[span[1] - 1]
    start = row[span[0] - 1].column if span[0] else -np.inf
    end = row[span[1]].column if span[1] < len(row) else np.inf
    return (
        [token for token in others if start < token.column < first.column],
        [token for token in others if last.column < token.column < end],
    )


def _signs(run: ReadRun, row: Sequence[SeenDigit]) -> list[Sign]:
    """Return the operators, brackets and marks on a line."""
    return [
        Sign(token.name, run.box_of(token), token.confidence)
        for token in _characters(run, row)
        if token.confidence >= SEEN and token.name not in {*DIGITS, "other", "wall"}
    ]
