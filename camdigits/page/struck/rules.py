"""Which straight strokes strike digits out, and what is a scribble over them.

A stroke that strikes something out goes through its middle and sticks out of it on both sides.
The bars of a 4 and a 7 and the slash of a 0 hardly do; underlines and fraction bars have ink on one
side of them, or digits that stand apart from them; ruled lines go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from camdigits.page.struck.strokes import HEIGHT_PX, StraightStroke, sticking_out

MOST_THICKNESS = 0.15
"""Half of the thickest stroke, as a multiple of the digits' height, like all lengths here."""
LEAST_REST = 0.2
"""Share of the ink that lies beside a stroke at least: a 1 has none, a minus neither."""
LEAST_BODY = 0.25
"""How far the ink reaches to either side of a stroke at least."""
LEAST_HALF = 0.3
"""The same of a level stroke through a number: lower, it may underline it."""
LEAST_SIDE = 0.2
"""The same where the stroke is slanted."""
MOST_BEYOND = 1.6
"""A line that sticks out of everything further than this is ruled."""

LONG, LONG_ALONE = 1.6, 2.0
"""Length of a stroke through several digits, and of one under which one digit was found."""
LEVEL = 20
"""Degrees up to which a stroke through a number is level; the diagonals of touching digits that
fall on one line are steeper."""
STEEP = 50
STRAIGHT = 0.031
"""Bow of a short stroke at most; digits are round."""
SHORT_LEVEL = 25
SLANTED = ((1.28, 0.14, 0.3), (1.33, 0.22, 0.2))
"""Least length of a slanted stroke through one digit, how far its ends stick out, and the body to
either side: the diagonals of a 2, 4 or 8 are shorter, or have less beside them."""
OWN_BARS = {4: (0.25, 0.12), 7: (0.22, 0.22)}
"""How far a stroke sticks out of a digit that has a bar itself, on the left and on the right: the
corner of a 4 does, a little."""

CROSSING = 1.0, 30.0
"""Length of each stroke of a cross, and the angle between them in degrees."""
PARALLEL = 1.1, 12.0
"""Length of each of two strokes side by side, and the angle between them in degrees."""
APART = 0.1, 0.45
"""From one to the other."""

SCRIBBLE_LENGTH, SCRIBBLE_RUNS = 3.0, 2.9
"""Length of all strokes of a scribbled digit, and how many cross a row of it in the mean."""
SCRIBBLE_WH = 1.05, 1.4
"""Its width and height at most: larger ones may be digits that touch."""

Ink = NDArray[np.bool_]


def striking(strokes: Sequence[StraightStroke], labels: Sequence[int]) -> list[StraightStroke]:
    """Return the strokes of a piece of ink that strike out what they run through.

    Args:
        strokes: of the piece.
        labels: of the digits that were found in it, 0 to 9.
    """
    possible = [each for each in strokes if _is_possible(each)]
    found = [each for each in possible if _strikes(each, labels)]
    if found:
        return found
    for one, other in combinations(possible, 2):
        if _cross(one, other) or _are_parallel(one, other):
            return [one, other]
    return []


def _is_possible(stroke: StraightStroke) -> bool:
    return (
        stroke.thickness <= MOST_THICKNESS
        and stroke.rest >= LEAST_REST
        and max(stroke.beyond) <= MOST_BEYOND
    )


def _strikes(stroke: StraightStroke, labels: Sequence[int]) -> bool:
    """Return whether one stroke alone strikes digits out."""
    body, slant = min(stroke.above, stroke.below), abs(stroke.angle)
    if body < (LEAST_BODY if slant <= SHORT_LEVEL else LEAST_SIDE):
        return False
    free, beyond = min(stroke.free), min(stroke.beyond)
    if stroke.length >= (LONG if len(labels) > 1 else LONG_ALONE):
        is_through = free >= 0.02 and max(stroke.free) >= 0.12 and beyond >= -0.05
        if slant <= LEVEL and is_through and body >= LEAST_HALF:
            return True
        if LEVEL < slant <= STEEP and free >= 0.2 and beyond >= 0.1:
            return True
    if abs(stroke.bow) > STRAIGHT or beyond < 0.12:
        return False
    if slant <= SHORT_LEVEL:
        least = OWN_BARS.get(labels[0], (0.0, 0.0)) if len(labels) == 1 else (0.0, 0.0)
        is_bar = stroke.beyond[0] < least[0] or stroke.beyond[1] < least[1]
        return free >= 0.12 and not is_bar
    return (
        len(labels) == 1
        and stroke.thickness <= 0.11
        and any(
            stroke.length >= length and free >= least and body >= side
            for length, least, side in SLANTED
        )
    )


def _cross(one: StraightStroke, other: StraightStroke) -> bool:
    """Return whether two strokes cross near their middles, all ends free."""
    length, angle = CROSSING
    if min(one.length, other.length) < length or min(*one.free, *other.free) < 0.1:
        return False
    if one.angle * other.angle >= 0 or abs(one.angle - other.angle) < angle:
        return False
    first, second = one.end - one.start, other.end - other.start
    apart = other.start - one.start
    turn = first[0] * second[1] - first[1] * second[0]
    shares = [(apart[0] * step[1] - apart[1] * step[0]) / turn for step in (second, first)]
    return all(0.25 < share < 0.75 for share in shares)


def _are_parallel(one: StraightStroke, other: StraightStroke) -> bool:
    """Return whether two strokes run side by side through something."""
    length, angle = PARALLEL
    both = one, other
    lengths = [each.length for each in both]
    if min(lengths) < max(length, 0.6 * max(lengths)) or abs(one.angle - other.angle) > angle:
        return False
    if not all(
        abs(each.angle) <= 30 and each.thickness <= 0.12 and abs(each.bow) <= STRAIGHT
        for each in both
    ):
        return False
    step = (one.end - one.start) / np.hypot(*(one.end - one.start))
    middle = (other.start + other.end - one.start - one.end) / 2
    apart = abs(step[0] * middle[1] - step[1] * middle[0]) / HEIGHT_PX
    ends = min(np.hypot(*(one.start - other.start)), np.hypot(*(one.end - other.end)))
    if not APART[0] <= apart <= APART[1] or ends < 0.08 * HEIGHT_PX:
        return False
    rest = one.is_beside & other.is_beside
    beyond = [end for each in both for end in sticking_out(each.along[rest], each.length)]
    return bool(rest.mean() >= LEAST_REST and min(beyond) >= 0.08)


def is_scribble(ink: Ink) -> bool:
    """Return whether the ink of what was read as one digit is a scribble over it.

    Args:
        ink: ``(height, width)``, where there is ink; the digit is `HEIGHT_PX` high.
    """
    height, width = ink.shape
    if width > SCRIBBLE_WH[0] * HEIGHT_PX or height > SCRIBBLE_WH[1] * HEIGHT_PX:
        return False
    edges = np.count_nonzero(ink[:, 1:] != ink[:, :-1]) + np.count_nonzero(ink[1:] != ink[:-1])
    # Pixel edges go around corners: pi/4 on the mean of all slants; a stroke has two sides.
    length = edges * np.pi / 8 / HEIGHT_PX
    rows = ink[height // 5 : max(height * 4 // 5, height // 5 + 1)]
    runs = np.count_nonzero(rows[:, 1:] & ~rows[:, :-1]) + np.count_nonzero(rows[:, 0])
    return bool(length >= SCRIBBLE_LENGTH and runs >= SCRIBBLE_RUNS * len(rows))
