"""Finds the ruled lines of a page: long thin strokes, across and down, wherever they stand.

`camdigits.page.ruling` looks beside digits for what parts them.  A table's lines go on where there
are no digits, too, and say where its empty cells are.  What is darker than its sides is a stroke;
what of it is long in one direction, and hangs together, is a ruled line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.support.resample import average
from camdigits.types import Box

USUAL_PX = 24
"""Height that the page's digits are brought near to."""
STROKE_PX = 9
"""Strokes are thinner than this."""
RUN_PX, CLOSED_PX = 13, 5
"""A line has runs so long, with gaps in them no longer than this."""
LEAST, NOISES = 7.0, 4.0
"""Grey levels that a line is darker than its sides at least, and times what is usual there."""
LENGTH = 1.3
"""Heights of a digit that a piece of a line is long at least."""
WRITTEN, WRITTEN_PX = 0.75, 8
"""Share of a piece that lies within a number if it is a stroke of that, which may be so much longer
on either side by how strokes are found."""
MAX_SLOPE = 0.2
"""Further from the upright than this a line is no table's."""
MARGIN = 6.0
"""Lines further from all numbers than this many heights rule nothing."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The ruled lines of a page, as pieces that may be parts of longer ones.

    Attributes:
        across: ``(n, 4)``, x and y of the left and of the right end, in pixels of the picture.
        down: ``(m, 4)``, x and y of the upper and of the lower end.
    """

    across: Values
    down: Values


NO_RULES = Rules(np.zeros((0, 4)), np.zeros((0, 4)))


def find_rules(gray: Plane, boxes: Values, height_px: float, is_light: bool = False) -> Rules:
    """Return the ruled lines around the numbers of a page.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        boxes: ``(n, 4)``, x, y, w, h of its numbers, in its pixels, at least one.
        height_px: usual height of a digit.
        is_light: the ink is lighter than its ground, and so are the lines.
    """
    part = _around(boxes, MARGIN * height_px).clipped(Box(0, 0, gray.shape[1], gray.shape[0]))
    plane = gray[part.y : part.bottom, part.x : part.right]
    factor = max(1, round(height_px / USUAL_PX))
    height, width = (side // factor for side in plane.shape)
    if min(height, width) < STROKE_PX:
        return NO_RULES
    small = average(plane[: height * factor, : width * factor], (width, height))
    small = 255 - small if is_light else small
    unit = height_px / factor
    across, down = _pieces(small, unit), _pieces(np.ascontiguousarray(small.T), unit)
    offset = np.array([part.x, part.y, part.x, part.y], np.float64)
    rules = Rules(factor * across + offset, factor * down[:, [1, 0, 3, 2]] + offset)
    return without_strokes(rules, boxes, height_px)


def without_strokes(rules: Rules, boxes: Values, height_px: float) -> Rules:
    """Leave out the strokes of what is written: what lies within a box for the most part.

    Args:
        rules: lines, some of which may be strokes.
        boxes: ``(n, 4)``, x, y, w, h of digits, or of numbers, whose strokes may go on from one
            digit to the next.
        height_px: usual height of a digit.
    """
    slack = WRITTEN_PX / USUAL_PX * height_px
    return Rules(
        _unwritten(rules.across, boxes, slack),
        _unwritten(rules.down[:, [1, 0, 3, 2]], boxes[:, [1, 0, 3, 2]], slack)[:, [1, 0, 3, 2]],
    )


def _around(boxes: Values, margin: float) -> Box:
    left, top = (boxes[:, :2].min(axis=0) - margin).tolist()
    right, bottom = ((boxes[:, :2] + boxes[:, 2:]).max(axis=0) + margin).tolist()
    return Box(round(left), round(top), round(right - left), round(bottom - top))


def _unwritten(pieces: Values, boxes: Values, slack: float) -> Values:
    """Leave out pieces that lie within one of the boxes for the most part.

    Args:
        pieces: ``(n, 4)``, x and y of the ends of lines across.
        boxes: ``(m, 4)``, x, y, w, h.
        slack: by how much strokes are longer than they were, in pixels.
    """
    start, y, end, y2 = (side[:, None] for side in pieces.T)
    left, top, w, h = boxes.T
    level = (y + y2) / 2
    inside = np.minimum(end, left + w + slack) - np.maximum(start, left - slack)
    is_beside = (level < top - slack / 2) | (level > top + h + slack / 2)
    inside = np.where(is_beside, 0.0, inside)
    is_rule = (inside < WRITTEN * (end - start)).all(axis=1)
    rules: Values = pieces[is_rule]
    return rules


def _pieces(plane: Plane, unit: float) -> Values:
    """Return the ends of the lines across, the left one first: ``(n, 4)``, x, y, x, y.

    Args:
        plane: ``(height, width) uint8``, lines dark.
        unit: height of a digit in its pixels.
    """
    even = cv2.blur(plane, (STROKE_PX, 1))
    dark = _along(cv2.MORPH_BLACKHAT, cast(Plane, even), (1, STROKE_PX))
    floor = max(LEAST, NOISES * median(dark[::4, ::4].ravel()) + 3.0)
    mask = (dark >= floor).astype(np.uint8)
    mask = _along(cv2.MORPH_CLOSE, mask, (CLOSED_PX, 1))
    mask = _along(cv2.MORPH_OPEN, mask, (RUN_PX, 1))
    found = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, stats = cast(NDArray[np.int32], found[1]), cast(NDArray[np.int32], found[2])
    wide = np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= LENGTH * unit)
    pieces = [_ends(labels, stats[label], int(label)) for label in wide if label]
    kept = [
        ends
        for ends, thickness in pieces
        if thickness < STROKE_PX and abs(ends[3] - ends[1]) <= MAX_SLOPE * (ends[2] - ends[0])
    ]
    return np.array(kept, np.float64).reshape(-1, 4)


def _ends(
    labels: NDArray[np.int32], stats: NDArray[np.int32], label: int
) -> tuple[tuple[float, float, float, float], float]:
    """Return the ends of the line that a component is, and how thick it is."""
    x, y, w, h = (int(stats[place]) for place in range(4))
    inside = labels[y : y + h, x : x + w] == label
    columns = inside.sum(axis=0)
    filled = np.flatnonzero(columns)
    level = (inside * np.arange(h)[:, None]).sum(axis=0)[filled] / columns[filled]
    slope, start = np.polyfit(filled, level, 1) if len(filled) > 1 else (0.0, level[0])
    # What was written through the line pulls it up or down: fitted once more without.
    near = np.abs(level - start - slope * filled) <= max(1.5, float(np.median(columns)))
    if 1 < near.sum() < len(filled):
        slope, start = np.polyfit(filled[near], level[near], 1)
    ends = (float(x), y + 0.5 + start, float(x + w), y + 0.5 + start + slope * w)
    return ends, float(np.median(columns[filled]))


def _along(operation: int, plane: Plane, size_wh: tuple[int, int]) -> Plane:
    kernel = np.ones(size_wh[::-1], np.uint8)
    found = cv2.morphologyEx(plane, operation, kernel, borderType=cv2.BORDER_REPLICATE)
    return cast(Plane, found)
