"""How a page lies: the transform that makes its rows level and its columns upright.

A page that was photographed a little askew has rows whose slope changes from its top to its bottom,
and columns whose slope changes from left to right.  Both are found from its ruled lines; where
there are none, those slopes are taken at which its numbers stand in the fewest rows and columns,
as the skew of scanned text is found by the sharpness of its projection (Postl 1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from camdigits.page.tables.rules import Rules

ENOUGH = 8.0
"""Heights that the lines of one direction are long in all, to say how the page lies."""
REACH, KNOWN_REACH, STEPS = 0.12, 0.04, 41
"""How far from the likeliest slope others are tried, the same where digits or lines show it, and
how many."""
FANS = (-0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04)
"""Differences of slope between the middle of the page and its rim that are tried."""
BIN = 0.3
"""Heights within which numbers are in one row..."""
PREFERENCE = 0.25
"""...and what a slope of 0.1 costs: share of the sharpness."""
FAN_COST = 0.04

Values = NDArray[np.float64]


class Slopes(NamedTuple):
    """The slope of lines at the middle of a page, and how it grows by its distance from there.

    Attributes:
        at_middle: pixels aside per pixel along.
        growth: of that, per pixel aside.
    """

    at_middle: float = 0.0
    growth: float = 0.0


@dataclass(frozen=True, slots=True)
class Straightening:
    """Takes points of a page to where its rows are level and its columns upright.

    Attributes:
        middle: x and y that stay, in pixels.
        rows: slopes of its rows.
        columns: slopes of its columns.
    """

    middle: tuple[float, float]
    rows: Slopes
    columns: Slopes

    def moved(self, points: Values) -> Values:
        """Return ``(n, 2)`` points, x and y, where they then are."""
        x, y = (points - np.array(self.middle)).T
        level = y - (self.rows.at_middle + self.rows.growth * y) * x
        aside = x - (self.columns.at_middle + self.columns.growth * x) * y
        moved: Values = np.column_stack([aside, level]) + np.array(self.middle)
        return moved


def straighten(
    rules: Rules, boxes: Values, height: float, slope: float | None = None
) -> Straightening:
    """Return how a page is straightened.

    Args:
        rules: its ruled lines.
        boxes: ``(n, 4)``, x, y, w, h of its numbers in pixels, at least one.
        height: usual height of a digit.
        slope: of the rows, as the digits of its numbers show it; None if they do not.
    """
    x, y, w, h = boxes.T
    middle = np.array([float((x + w / 2).mean()), float((y + h / 2).mean())])
    reach = np.maximum(np.ptp(boxes[:, :2] + boxes[:, 2:] / 2, axis=0) / 2, height)
    centers = boxes[:, :2] + boxes[:, 2:] / 2 - middle
    rows = _of_lines(rules.across - np.tile(middle, 2), height, reach[1])
    columns = _of_lines(rules.down[:, [1, 0, 3, 2]] - np.tile(middle[::-1], 2), height, reach[0])
    if rows is None:
        likely = (slope or 0.0, REACH if slope is None else KNOWN_REACH)
        if columns is not None:
            likely = (-columns.at_middle, KNOWN_REACH)
        rows = _sharpest(centers[:, 0], [centers[:, 1]], likely, height, reach[1])
    if columns is None:
        left, right = (centers[:, 0] + side * w / 2 for side in (-1, 1))
        edges = [left, right, centers[:, 0]]
        columns = _sharpest(centers[:, 1], edges, (-rows.at_middle, REACH), height, reach[0])
    return Straightening((float(middle[0]), float(middle[1])), rows, columns)


def _of_lines(ends: Values, height: float, reach: float) -> Slopes | None:
    """Return the slopes of lines across; None if they are too short to tell."""
    along, aside = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    if along.sum() < ENOUGH * height:
        return None
    slopes = aside / along
    center = float(np.average(slopes, weights=along))
    near = np.abs(slopes - np.median(np.repeat(slopes, 1 + (along // height).astype(int)))) < 0.06
    if not near.any():
        return Slopes(center)
    weight, where = along[near], (ends[near, 1] + ends[near, 3]) / 2 / reach
    # Lines at one level say nothing of a growth: it is held small.
    design = np.column_stack([np.ones(len(where)), where])
    normal = design.T @ (weight[:, None] * design) + np.diag([0.0, 0.05 * weight.sum()])
    at_middle, growth = np.linalg.solve(normal, design.T @ (weight * slopes[near]))
    return Slopes(float(at_middle), float(growth) / reach)


def _sharpest(
    along: Values, edges: list[Values], likely: tuple[float, float], height: float, reach: float
) -> Slopes:
    """Return the slopes at which what stands along each other is told by the fewest values.

    Args:
        along: ``(n,)`` where the numbers stand along the lines, from the middle of the page.
        edges: ``(n,)`` each: where they stand aside, by several edges.
        likely: slope that is expected, and how far from it others are tried.
        height: usual height of a digit.
        reach: how far the numbers stand aside, from the middle of the page.
    """
    if len(along) < 3:
        return Slopes(likely[0])
    fans = np.array(FANS if len(along) >= 8 else (0.0,))
    steps = np.linspace(-likely[1], likely[1], STEPS)
    cost = PREFERENCE * np.abs(steps)[:, None] / 0.1 + FAN_COST * np.abs(fans) / 0.03
    slopes = (likely[0] + steps)[:, None, None]
    told = [
        _sharpness((edge - (slopes + (fans / reach)[:, None] * edge) * along) / height)
        for edge in edges
    ]
    sharp = np.maximum.reduce(told) * (1.0 - cost)
    step, fan = np.unravel_index(int(sharp.argmax()), sharp.shape)
    return Slopes(likely[0] + float(steps[step]), float(fans[fan]) / reach)


def _sharpness(values: Values) -> Values:
    """Return how few bins hold values: the mean number of others beside each, and itself.

    Args:
        values: ``(..., n)``, in heights of a digit.
    """
    places = values / BIN
    places = (places - places.min(axis=-1, keepdims=True)).reshape(-1, values.shape[-1])
    total = np.zeros(len(places))
    for offset in (0.0, 0.5):
        bins = (places + offset).astype(np.intp)
        size = int(bins.max()) + 1
        flat = bins + size * np.arange(len(bins))[:, None]
        counts = np.bincount(flat.ravel(), minlength=size * len(bins)).reshape(len(bins), size)
        total += (counts * counts).sum(axis=1)
    sharp: Values = (total / (2 * values.shape[-1])).reshape(values.shape[:-1])
    return sharp
