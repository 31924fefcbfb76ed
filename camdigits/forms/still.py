"""Tells when a sheet that is held before a camera lies still."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

WIDE_PX = 96
"""Width to which pictures are reduced to be compared."""
CHANGED = 6.0
"""Grey levels by which pictures differ on average where something moved."""
STILL_S = 0.6
"""Seconds without a change after which a sheet lies still."""

Plane = NDArray[np.uint8]


class StillWatch:
    """Looks at the pictures of a video one after the other."""

    def __init__(self) -> None:
        self._anchor: NDArray[np.float32] | None = None
        self._since_s = 0.0
        self._is_told = False

    def is_still(self, plane: Plane, time_s: float) -> bool:
        """Return whether what is shown has just come to lie still: once for each time that it does.

        Args:
            plane: ``(height, width) uint8``, brightness of the next picture.
            time_s: of it, in seconds, never falling.
        """
        seen = reduced(plane)
        if self._anchor is None or differs(self._anchor, seen):
            self._anchor, self._since_s, self._is_told = seen, time_s, False
        if self._is_told or time_s - self._since_s < STILL_S:
            return False
        self._is_told = True
        return True


def reduced(plane: Plane) -> NDArray[np.float32]:
    """Return a small picture to compare others with."""
    height = max(1, round(plane.shape[0] * WIDE_PX / plane.shape[1]))
    small = cv2.resize(plane, (WIDE_PX, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def differs(first: NDArray[np.float32], second: NDArray[np.float32]) -> bool:
    """Return whether something moved between two small pictures, whatever light fell on it."""
    if first.shape != second.shape:
        return True
    lighter = float(np.median(second)) - float(np.median(first))
    difference = cast(NDArray[np.float32], np.abs(second - first - lighter))
    return bool(difference.mean() > CHANGED)
