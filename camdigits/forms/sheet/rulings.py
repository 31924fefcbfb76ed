"""Ruled lines at the rim of a field, whatever the form's picture says of them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.types import Box

Plane = NDArray[np.uint8]

LONG = 0.85
"""Length of an upright line, as a share of the field's height..."""
ALL_THROUGH = 1.12
"""...and of one that is ruled wherever it stands, since no digit is as high."""
WIDE = 1.6
"""Length of a level line at least, in heights of the field, or as long as most of its width."""
RIM = 0.3
"""How far from the field's edge its border may lie, as a share of its height."""
DARKER = 18
"""Grey levels by which lines are darker than paper."""


def rulings_in(plane: Plane, inner: Box, paper: int) -> Plane:
    """Return 255 where lines are ruled: ``(height, width) uint8``.

    Args:
        plane: ``(height, width) uint8``, a field and what is around it.
        inner: the field in it.
        paper: its brightness.
    """
    ink = np.where(plane < paper - DARKER, 255, 0).astype(np.uint8)
    found = np.zeros_like(ink)
    upright = _long(ink, (1, round(LONG * inner.h)))
    for box in _boxes(upright):
        x = box.center[0]
        near = min(abs(x - inner.x), abs(x - inner.right)) <= RIM * inner.h
        if near or box.h >= ALL_THROUGH * inner.h:
            _keep(found, upright, box)
    level = _long(ink, (round(min(WIDE * inner.h, 0.7 * inner.w)), 1))
    for box in _boxes(level):
        y = box.center[1]
        if min(abs(y - inner.y), abs(y - inner.bottom)) <= RIM * inner.h:
            _keep(found, level, box)
    return found


def _long(ink: Plane, size_wh: tuple[int, int]) -> Plane:
    kernel = np.ones(size_wh[::-1], np.uint8)
    # Lines may slant a little: gaps of a pixel are closed across.
    wide = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.bitwise_and(opened, wide), np.uint8)


def _boxes(mask: Plane) -> list[Box]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    rows = stats[1:count, :4].tolist()
    return [Box(x, y, w, h) for x, y, w, h in rows]


def _keep(found: Plane, mask: Plane, box: Box) -> None:
    """Add a part of a mask to what was found, in place."""
    window = (slice(box.y, box.bottom), slice(box.x, box.right))
    np.maximum(found[window], mask[window], out=found[window])
