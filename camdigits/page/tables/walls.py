"""Walls between the columns of ruled tables, for what stands so narrowly that it would join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.page.ruling.walls import Ruling, Wall
from camdigits.page.tables.find import ruled_grids
from camdigits.page.tables.grids import Bar
from camdigits.page.tables.rules import NO_RULES, Rules, find_rules
from camdigits.page.tables.straighten import Straightening, straighten
from camdigits.support.median import median

THICKNESS_PX = 1.0
"""What a line of a table is taken to be thick."""
LEAST_LINES = 3
"""Upright lines of a table at least; one or two may be the margins of ruled paper."""
STEPS = 4
"""Points of a wall, which may be bent a little."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]


def rules_of(gray: Plane, detections: Sequence[Detection], is_light: bool) -> Rules:
    """Return the ruled lines around the digits of a page.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        detections: its digits, boxes in its pixels.
        is_light: their ink is lighter than its ground.
    """
    if len(detections) < 2:
        return NO_RULES
    return find_rules(gray, *_sizes(detections), is_light)


def with_table_walls(ruling: Ruling, rules: Rules, detections: Sequence[Detection]) -> Ruling:
    """Return a ruling to which the upright lines of ruled tables were added.

    Args:
        ruling: what was found beside the digits of a page.
        rules: the ruled lines around them.
        detections: the digits.
    """
    if not len(rules.across) or not len(rules.down):
        return ruling
    boxes, height = _sizes(detections)
    way = straighten(rules, boxes, height)
    walls = [
        Wall(tuple(_bent_back(way, bar)), THICKNESS_PX)
        for _, grid, _ in ruled_grids(boxes, rules, way, height)
        if len(grid.down) >= LEAST_LINES
        for bar in grid.down
    ]
    return replace(ruling, walls=(*ruling.walls, *walls))


def _sizes(detections: Sequence[Detection]) -> tuple[Values, float]:
    """Return the boxes of digits ``(n, 4)``, and their usual height."""
    boxes = np.array([each.box.as_list() for each in detections], np.float64)
    return boxes, median(boxes[:, 3])


def _bent_back(way: Straightening, bar: Bar) -> Sequence[tuple[float, float]]:
    """Return points of an upright line, from its top, as it lies on the page."""
    levels = np.linspace(bar.start, bar.end, STEPS)
    straight = np.column_stack([np.full(STEPS, bar.at), levels])
    points = straight
    for _ in range(4):  # slopes are small: each step leaves a tenth of what is off
        points = points + straight - way.moved(points)
    return [(float(x), float(y)) for x, y in points]
