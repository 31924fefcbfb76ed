"""Finds the lines beside digits: thin strokes that reach beyond them, above and below.

Beside each digit a window is looked at that holds what stands between it and the next, at a size
at which all digits are as high.  What is darker than its surroundings to the left and right is a
stroke; the best path of strokes from above both digits to below them is a line, be it ruled,
tilted or drawn by hand.  Lines that run through digits are the paper's, and part nothing: squared
paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.page.ruling.seams import FLOOR, PALE, Seams, floors_of, take_seams
from camdigits.page.ruling.windows import BAND, BEYOND, ROWS, Windows
from camdigits.support.median import median
from camdigits.support.resample import average
from camdigits.types import Box

USUAL_PX = 32
"""Height that the page's digits are brought near to."""
SAME = 0.08
"""Two lines are nearer than this only where they are one, in heights."""
MOST = 3
"""Lines that are looked for beside a digit."""
INNER, NARROW = 0.1, 0.4
"""Share of a digit's width on either side where a wall may stand, unless it is narrower than this
share of its height."""
CROSSED_SHARE = 0.12
"""Lines run through this share of the digits of a page on squared paper at least."""
GOES_ON = 0.8
"""How far its lines reach above and below a digit at least, in heights."""
STRONGER = 1.5
"""Walls on squared paper differ from its lines by this factor."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line beside a digit; lengths in pixels of the picture unless it is said.

    Attributes:
        digit: place of the digit that it stands beside.
        side: -1 left of it, 1 right of it, 0 through it.
        points: ``(k, 2)``, x and y from its top to its bottom.
        thickness: of it.
        middle: x and y, halfway between the digits' top and bottom.
        strength: mean grey levels by which it is darker than its sides.
        reach: how far it goes on above the digits and below, in their heights.
        height: from the digits' top to their bottom.
    """

    digit: int
    side: int
    points: Values
    thickness: float
    middle: tuple[float, float]
    strength: float
    reach: tuple[float, float]
    height: float


def find_lines(gray: Plane, boxes: Sequence[Box], is_light: Sequence[bool]) -> list[Line]:
    """Return the lines beside digits and through them.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        boxes: of the digits, in pixels of it.
        is_light: of each, whether its ink is lighter than its ground.
    """
    if not boxes:
        return []
    small, sides, factor = reduced(gray, boxes)
    light = np.asarray(is_light, np.bool_)
    windows = Windows.beside(sides / factor)
    windows = windows[np.flatnonzero(windows.are_lined(small, FLOOR, 0.8 * PALE))]
    if not len(windows):
        return []
    strokes = windows.strokes(small, light[windows.digit])
    floors = floors_of(strokes)
    lines: list[Line] = []
    for _ in range(MOST):
        seams = take_seams(strokes, floors)
        if not len(seams.window):
            break
        windows, strokes = windows[seams.window], strokes[seams.window]
        floors = floors[seams.window]
        lines += _lines(windows, seams, sides, factor)
    return _distinct(lines)


def without_paper(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Return the lines beside digits that are walls, not those of squared paper.

    Args:
        lines: of one page, those through digits as well.
        boxes: of its digits.
    """
    through = [line for line in lines if line.side == 0 and min(line.reach) >= GOES_ON]
    beside = [line for line in lines if line.side]
    wide = sum(box.w >= NARROW * box.h for box in boxes)
    if len({line.digit for line in through}) < max(1.0, CROSSED_SHARE * wide):
        return beside
    strengths = sorted(line.strength for line in through)
    least = STRONGER * strengths[int(0.8 * (len(strengths) - 1))]
    return [line for line in beside if line.strength >= least]


def reduced(gray: Plane, boxes: Sequence[Box]) -> tuple[Plane, Values, int]:
    """Return a picture in which digits are about `USUAL_PX` high.

    Args:
        gray: ``(height, width) uint8``.
        boxes: of its digits, at least one.

    Returns:
        The picture, the boxes as ``(n, 4)`` x, y, w, h in pixels of `gray`, and the whole factor
        by which the picture is smaller.
    """
    sides = np.array([box.as_list() for box in boxes], np.float64)
    factor = max(1, round(median(sides[:, 3]) / USUAL_PX))
    if factor == 1:
        return gray, sides, 1
    height, width = (max(1, side // factor) for side in gray.shape)
    return average(gray[: height * factor, : width * factor], (width, height)), sides, factor


def _lines(windows: Windows, seams: Seams, boxes: Values, factor: int) -> list[Line]:
    """Return the seams of windows as lines, without those that belong to another window."""
    rows = np.arange(ROWS)
    x = factor * (windows.left[:, None] + (seams.columns + 0.5) * windows.step_x[:, None])
    y = factor * (windows.top[:, None] + (rows + 0.5) * windows.step_y[:, None])
    middle = x[:, ROWS // 2 - 1 : ROWS // 2 + 1].mean(axis=1)
    lines = []
    for place in range(len(windows)):
        digit = int(windows.digit[place])
        side = _side(float(middle[place]), boxes, digit, int(windows.follower[place]))
        if side is None or (side < 0) != bool(windows.is_before[place]):
            continue
        first, last = int(seams.first[place]), int(seams.last[place])
        line = Line(
            digit=digit,
            side=side,
            points=np.column_stack([x[place, first : last + 1], y[place, first : last + 1]]),
            thickness=float(max(1.0, seams.width[place] * windows.step_x[place]) * factor),
            middle=(float(middle[place]), float(y[place, ROWS // 2 - 1 : ROWS // 2 + 1].mean())),
            strength=float(seams.strength[place]),
            reach=((BEYOND - first) / BAND, (last + 1 - BEYOND - BAND) / BAND),
            height=float(factor * BAND * windows.step_y[place]),
        )
        lines.append(line)
    return lines


def _distinct(lines: list[Line]) -> list[Line]:
    """Leave out what is left of a line that was found before."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.strength):
        same = (line.digit, line.side)
        near = max(line.thickness, SAME * line.height)
        if not any(
            same == (other.digit, other.side)
            and abs(line.middle[0] - other.middle[0]) < max(near, other.thickness)
            for other in kept
        ):
            kept.append(line)
    return kept


def _side(x: float, boxes: Values, digit: int, follower: int) -> int | None:
    """Say on which side of a digit a line stands; None if it runs through the next one."""
    start, end = _inner(boxes[digit])
    if follower >= 0 and x >= _inner(boxes[follower])[0]:
        return None
    return -1 if x < start else 1 if x > end else 0


def _inner(box: Values) -> tuple[float, float]:
    x, _, w, h = box.tolist()
    margin = INNER * w if w >= NARROW * h else 0.0
    return x + margin, x + w - margin
