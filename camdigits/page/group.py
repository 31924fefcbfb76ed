"""Numbers: digits that stand together, in reading order.

Each digit is linked to its nearest neighbour on the right if the two are alike in height, stand on
one line, and are no further apart than digits of one number are; chains of such links are numbers.
Who writes widely is known by even gaps: a wide one counts as narrow beside others like it.
The slant of the page's lines is the median slope of those links.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from camdigits.page.ruling.walls import Borders
from camdigits.page.written import written
from camdigits.support.median import median
from camdigits.types import Digit, Number

MAX_GAP = 0.8
"""Widest gap between two digits of a number, as a multiple of their mean height."""
WIDE_GAP = 1.2
"""Widest one where the gaps beside it are about as wide: some people write like that."""
EVENNESS = 1.25
"""Factor on the median of those gaps."""
RUN_GAP = 2.2
"""Widest gap within a run: room for a sign between two numbers, or for a space."""
MAX_OVERLAP = 0.5
"""How far two digits of a number may overlap sideways, as a share of the narrower one."""
MAX_RISE = 0.5
"""How far one digit's middle may stand above the next one's, as a multiple of their mean height."""
MAX_HEIGHT_RATIO = 2.2
CENTRED_HEIGHT_RATIO = 2.6
"""The same for a small digit at the tall one's middle: a 7 in 2007 may tower over the zeros."""
MAX_CENTRED_RISE = 0.25
"""How far its middle stands from the tall one's then, as a share of the tall one's height: in the
middle half of it. Exponents and indices stand further up or down."""
MIN_LINKS_FOR_SLANT = 3
PERSISTENCE = 1.25
"""Factor on gaps and rises within which digits stay together that were so in the last frame."""

Links = frozenset[tuple[int | None, int | None]]
"""Pairs of tracks, left and right, that stand side by side in a number."""


def group_numbers(
    digits: Sequence[Digit], before: Links = frozenset(), borders: Borders | None = None
) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
    """Join digits to numbers.

    Args:
        digits: of one frame, in any order, boxes in pixels.
        before: what `links_of` the frame before gives; such digits part less easily, so that
            a gap at the limit does not make a number flicker.
        borders: what the page's ruling says of each two of them; None where it has none.

    Returns:
        The digits in reading order, and the numbers that they make, in reading order too: line by
        line from the top, from left to right.
    """
    if not digits:
        return (), ()
    followers = _link(digits, before, borders=borders)
    slope = _slope(digits, followers)
    lines = _lines(_chains(digits, followers), slope)
    numbers = tuple(_number(chain) for line in lines for chain in line)
    return tuple(digit for number in numbers for digit in number.digits), numbers


def links_of(numbers: Sequence[Number]) -> Links:
    """Return which tracks stand side by side in numbers."""
    return frozenset(
        (left.track, right.track) for number in numbers for left, right in pairwise(number.digits)
    )


def group_lines(digits: Sequence[Digit]) -> tuple[tuple[Digit, ...], ...]:
    """Return the digits line by line from the top, each line from left to right.

    Args:
        digits: of one frame, in any order, boxes in pixels.
    """
    followers = _link(digits, frozenset()) if digits else {}
    lines = _lines(_chains(digits, followers), _slope(digits, followers))
    return tuple(tuple(digit for chain in line for digit in chain) for line in lines)


def group_runs(digits: Sequence[Digit]) -> tuple[tuple[Digit, ...], ...]:
    """Return the digits that stand on one line with no more than a word's gap between them.

    Args:
        digits: of one frame, in any order, boxes in pixels.

    Returns:
        Line by line from the top, each run from left to right; signs, letters and short gaps may
        stand between its digits.
    """
    if not digits:
        return ()
    followers = _link(digits, frozenset(), RUN_GAP)
    lines = _lines(_chains(digits, followers), _slope(digits, followers))
    return tuple(tuple(chain) for line in lines for chain in line)


def _link(
    digits: Sequence[Digit],
    before: Links,
    widest: float | None = None,
    borders: Borders | None = None,
) -> dict[int, int]:
    """Return for each digit that has one the digit that follows it; no digit follows two.

    Args:
        digits: of one frame.
        before: pairs that part less easily.
        widest: gap within which any two are linked; None takes that of numbers.
        borders: what the page's ruling says of each two of them.
    """
    boxes = np.array([digit.box.as_list() for digit in digits], np.float64)
    place = {digit.track: row for row, digit in enumerate(digits) if digit.track is not None}
    slack = np.ones((len(digits), len(digits)))
    for left, right in before:
        if left in place and right in place:
            slack[place[left], place[right]] = PERSISTENCE
    gaps = _gaps(boxes, slack, WIDE_GAP if widest is None else widest)
    if borders is not None:
        gaps = _bordered(gaps, borders)
    lefts, rights = np.nonzero(np.isfinite(gaps))
    followers: dict[int, int] = {}
    leaders: dict[int, int] = {}
    for pair in np.argsort(gaps[lefts, rights], kind="stable"):
        left, right = int(lefts[pair]), int(rights[pair])
        if left in followers or right in leaders:
            continue
        limit = slack[left, right] * (MAX_GAP if widest is None else widest)
        if gaps[left, right] > limit and not _is_even(gaps, leaders, followers, (left, right)):
            continue
        followers[left], leaders[right] = right, left
    return followers


def _bordered(gaps: NDArray[np.float64], borders: Borders) -> NDArray[np.float64]:
    """Return the gaps of `_gaps`, infinite across walls, and 0 between neighbours in a comb.

    Those have no other neighbours on that side.
    """
    gaps = np.where(borders.apart, np.inf, gaps)
    lefts, rights = np.nonzero(borders.joined)
    gaps[lefts], gaps[:, rights] = np.inf, np.inf
    gaps[lefts, rights] = 0.0
    return gaps


def _is_even(
    gaps: NDArray[np.float64],
    leaders: dict[int, int],
    followers: dict[int, int],
    pair: tuple[int, int],
) -> bool:
    """Say whether a gap is about as wide as those to its left and right, of which two are known."""
    beside = []
    left, right = pair
    while left in leaders:
        beside.append(gaps[leaders[left], left])
        left = leaders[left]
    while right in followers:
        beside.append(gaps[right, followers[right]])
        right = followers[right]
    return len(beside) >= 2 and bool(gaps[pair] <= EVENNESS * median(beside))


def _gaps(
    boxes: NDArray[np.float64], slack: NDArray[np.float64], widest: float
) -> NDArray[np.float64]:
    """Return how far apart two digits stand, for every pair that could be of one number.

    Args:
        boxes: ``(n, 4)``, x, y, w, h in pixels.
        slack: ``(n, n)``, factors on the limits, row left and column right digit.
        widest: gap between neighbours, as a multiple of their mean height.

    Returns:
        ``(n, n)``, row left and column right digit: the gap over their mean height, below 0 where
        they overlap; infinite where they are no neighbours of one number.
    """
    x, y, w, h = boxes.T
    mean_height = np.add.outer(h, h) / 2
    ahead = np.subtract.outer(x + w / 2, x + w / 2).T
    rise = np.abs(np.subtract.outer(y + h / 2, y + h / 2))
    gap = np.subtract.outer(x, x + w).T
    taller = np.maximum.outer(h, h)
    is_centred = rise <= slack * MAX_CENTRED_RISE * taller
    ratio = np.where(is_centred, CENTRED_HEIGHT_RATIO, MAX_HEIGHT_RATIO)
    fits = (
        (ahead > 0)
        & (rise <= slack * MAX_RISE * mean_height)
        & (taller <= slack * ratio * np.minimum.outer(h, h))
        & (gap <= slack * widest * mean_height)
        & (-gap <= slack * MAX_OVERLAP * np.minimum.outer(w, w))
    )
    return np.where(fits, gap / mean_height, np.inf)


def _slope(digits: Sequence[Digit], followers: dict[int, int]) -> float:
    """Return the slant of the lines as pixels down per pixel to the right."""
    if len(followers) < MIN_LINKS_FOR_SLANT:
        return 0.0
    slopes = []
    for left, right in followers.items():
        (x, y), (next_x, next_y) = digits[left].box.center, digits[right].box.center
        slopes.append((next_y - y) / (next_x - x))
    return median(slopes)


def _chains(digits: Sequence[Digit], followers: dict[int, int]) -> list[list[Digit]]:
    """Follow the links from every digit that follows no other."""
    chains = []
    for first in sorted(set(range(len(digits))) - set(followers.values())):
        chain = [first]
        while chain[-1] in followers:
            chain.append(followers[chain[-1]])
        chains.append([digits[place] for place in chain])
    return chains


def _lines(chains: list[list[Digit]], slope: float) -> list[list[list[Digit]]]:
    """Sort numbers into lines from the top, each from left to right."""
    lines: list[list[list[Digit]]] = []
    levels: list[float] = []
    for chain in sorted(chains, key=lambda chain: _level(chain, slope)):
        level, height = _level(chain, slope), _mean([digit.box.h for digit in chain])
        if lines and level - levels[-1] <= MAX_RISE * height:
            lines[-1].append(chain)
            levels[-1] = _mean([_level(member, slope) for member in lines[-1]])
        else:
            lines.append([chain])
            levels.append(level)
    return [sorted(line, key=lambda chain: chain[0].box.x) for line in lines]


def _level(chain: Sequence[Digit], slope: float) -> float:
    """Return how far down a number stands once the lines' slant is taken out, in pixels."""
    centers = [digit.box.center for digit in chain]
    return _mean([y - slope * x for x, y in centers])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _number(digits: Sequence[Digit]) -> Number:
    box = digits[0].box
    for digit in digits[1:]:
        box = box.union(digit.box)
    return Number(
        text=written(digits),
        box=box,
        confidence=min(digit.confidence for digit in digits),
        digits=tuple(digits),
    )
