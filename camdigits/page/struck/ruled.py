"""Ruled lines that run through digits strike none out: they go on beyond what they run through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.page.tables.rules import Rules
from camdigits.types import Box

INNER = 0.2
"""A line runs through a box if it is further than this share of its side from its edges..."""
BEYOND = 0.3
"""...and is ruled if it goes on beyond the box by this multiple of the digit's height..."""
SHARED = 0.4
"""...and lies in it for this share of the box's side."""

Values = NDArray[np.float64]


def without_ruled(detections: Sequence[Detection], rules: Rules) -> list[Detection]:
    """Return digits, those as standing through which nothing but a ruled line runs.

    Args:
        detections: of one page.
        rules: its ruled lines.
    """
    turned = rules.down[:, [1, 0, 3, 2]]
    ruled: dict[Box, bool] = {}
    for each in detections:
        if each.struck is not None and each.struck not in ruled:
            box, reach = each.struck, BEYOND * each.box.h
            level = np.array([box.x, box.y, box.right, box.bottom], np.float64)
            upright = level[[1, 0, 3, 2]]
            ruled[box] = _goes_on(rules.across, level, reach) or _goes_on(turned, upright, reach)
    return [
        replace(each, struck=None) if each.struck is not None and ruled[each.struck] else each
        for each in detections
    ]


def _goes_on(lines: Values, sides: Values, reach: float) -> bool:
    """Return whether one of some lines, ``(n, 4)`` from left to right, runs through and on."""
    left, top, right, bottom = sides.tolist()
    x, y, end, end_y = lines.T
    middle = np.clip((left + right) / 2, x, end)
    at = y + (end_y - y) * (middle - x) / np.maximum(end - x, 1.0)
    inset = INNER * (bottom - top)
    shared = np.minimum(end, right) - np.maximum(x, left)
    is_through = (at > top + inset) & (at < bottom - inset) & (shared >= SHARED * (right - left))
    return bool((is_through & ((x < left - reach) | (end > right + reach))).any())
