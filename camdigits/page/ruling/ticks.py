"""Ticks: short upright lines on a rail under digits, which part the places of a comb.

Forms have them where digits are to be written without boxes around them.  Ticks do not part
digits, since they do not stand between them; they only say where each is to be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.page.ruling.lines import Line, reduced
from camdigits.page.ruling.windows import (
    BAND,
    BEYOND,
    Windows,
    darker_than_above,
    darker_than_sides,
)
from camdigits.types import Box

ROWS = np.arange(BEYOND + BAND - 10, BEYOND + BAND + 12)
"""Rows of a window in which ticks and rail are looked for."""
LOWEST = 8
"""The first of these in which the rail may be."""
UNDER = 10
"""The first that lies under the digits."""
HEIGHT = (2, 4)
"""Rows above the rail that a tick covers at least."""
TALLEST, BELOW = 8, 3
"""Rows above the rail and below it where nothing of a tick is seen..."""
ENDS = 0.5
"""...or less than this share of its strength."""
COARSE = 4
"""Columns of which one is looked at to find rails."""
COVERED, COVERED_AT_END = 0.9, 0.2
"""Share of the columns in which a rail shows, and where the row of digits ends."""
TILT = 2
"""Rows that a rail rises or falls in half a window at most."""
SMOOTH = 9
"""Columns over which a rail is level."""
FLOOR = 6.0
"""Grey levels that rails and ticks are darker than the paper at least."""
RAIL_FLOOR = 12
"""Grey levels between the rows of a window without a rail at most: noise."""
SHARE = 0.35
"""Least strength of a tick, as a share of its rail's."""
NEAREST = 0.6
"""Of several ticks beside the last digit the nearest with this share of the strongest counts."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


def find_ticks(gray: Plane, boxes: Sequence[Box], is_light: Sequence[bool]) -> list[Line]:
    """Return the ticks between digits, and those left and right of a row of them.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        boxes: of the digits, in pixels of it.
        is_light: of each, whether its ink is lighter than its ground.
    """
    if len(boxes) < 2:
        return []
    small, sides, factor = reduced(gray, boxes)
    light = np.asarray(is_light, np.bool_)
    windows = Windows.beside(sides / factor)
    windows = windows[np.flatnonzero(_have_rails(windows, small, light[windows.digit]))]
    if not len(windows):
        return []
    dark = windows.sampled(small, ROWS, light[windows.digit])
    stroke, rail = darker_than_sides(dark), darker_than_above(dark)
    lines = []
    for place in range(len(windows)):
        line = _tick(windows, place, (stroke[place], rail[place]), sides / factor)
        if line is not None:
            lines.append(_scaled(line, factor))
    return lines


def _have_rails(windows: Windows, gray: Plane, is_light: Flags) -> Flags:
    """Mark the windows with a line from side to side under their digits."""
    columns = np.maximum(1, windows.columns // COARSE)
    coarse = replace(windows, step_x=windows.step_x * COARSE, columns=columns)
    dark = coarse.sampled(gray, ROWS[UNDER:], is_light)
    shows = dark.max(axis=1) - dark.min(axis=1) >= RAIL_FLOOR
    is_between = windows.follower >= 0
    have_rails: Flags = is_between & (shows.mean(axis=1) >= COVERED)
    railed = np.concatenate([windows.digit[have_rails], windows.follower[have_rails]])
    # Beside the first digit and the last the rail may end.
    at_end = ~is_between & np.isin(windows.digit, railed)
    have_rails |= at_end & (shows.mean(axis=1) >= COVERED_AT_END)
    return have_rails


def _tick(windows: Windows, place: int, found: tuple[Plane, Plane], boxes: Values) -> Line | None:
    """Return the tick of a window; None if there is none, or no rail."""
    columns = int(windows.columns[place])
    stroke, rail = found[0][:, :columns], found[1][LOWEST:, :columns]
    level = _level(rail, COVERED if windows.follower[place] >= 0 else COVERED_AT_END) + LOWEST
    every = np.arange(columns)
    shown = found[1][level, every]
    strength = float(np.sort(shown)[int(0.8 * (columns - 1))])
    above = [stroke[np.maximum(level - away, 0), every] for away in range(*HEIGHT)]
    value = np.min(above, axis=0).astype(np.float64)
    # What goes on over its top or under the rail is the edge of a cell.
    for row in (level - TALLEST, level + BELOW):
        goes_on = stroke[np.clip(row, 0, len(stroke) - 1), every] >= ENDS * value
        value[goes_on & (row >= 0) & (row < len(stroke))] = 0
    x = windows.left[place] + (every + 0.5) * windows.step_x[place]
    digit, follower = int(windows.digit[place]), int(windows.follower[place])
    is_before = bool(windows.is_before[place])
    is_free = x < boxes[digit, 0] if is_before else x > boxes[digit, 0] + boxes[digit, 2]
    if follower >= 0:
        is_free &= x < boxes[follower, 0]
    value[~is_free | (shown < ENDS * strength)] = 0
    best = float(value.max(initial=0.0))
    if strength < FLOOR or best < max(FLOOR, SHARE * strength):
        return None
    likely = np.flatnonzero(value >= NEAREST * best)
    at = int(value.argmax()) if follower >= 0 else int(likely[-1 if is_before else 0])
    middle = float(windows.top[place] + (BEYOND + BAND / 2) * windows.step_y[place])
    foot = float(windows.top[place] + (ROWS[level[at]] + 0.5) * windows.step_y[place])
    return Line(
        digit=digit,
        side=-1 if is_before else 1,
        points=np.array([[x[at], foot - HEIGHT[1] * windows.step_y[place]], [x[at], foot]]),
        thickness=float(windows.step_x[place]),
        middle=(float(x[at]), middle),
        strength=best,
        reach=(0.0, 0.0),
        height=float(BAND * windows.step_y[place]),
    )


def _level(rail: Plane, covered: float) -> NDArray[np.intp]:
    """Return the row of the rail in each column: dark from side to side, as no digit's foot is.

    Args:
        rail: ``(rows, columns)``, how much darker pixels are than above and below.
        covered: share of the columns in which the rail shows.
    """
    near = cv2.dilate(rail, np.ones((2 * TILT + 1, 1), np.uint8))
    least = np.sort(near, axis=1)[:, int((1 - covered) * (near.shape[1] - 1))]
    row = int(least.argmax())
    smooth = cv2.blur(rail.astype(np.float32), (SMOOTH, 1))
    first = max(0, row - TILT)
    return np.asarray(smooth[first : row + TILT + 1].argmax(axis=0) + first)


def _scaled(line: Line, factor: int) -> Line:
    """Return a line of a picture that was made smaller by a factor."""
    return replace(
        line,
        points=line.points * factor,
        thickness=line.thickness * factor,
        middle=(line.middle[0] * factor, line.middle[1] * factor),
        height=line.height * factor,
    )
