"""The ink of a digit as it was seen last: is it another one that stands in its place now?

A digit that is wiped and written anew stands where the old one did, and so do two readings of one
doubtful digit.  Their pixels tell them apart: normalised cross-correlation, where they fit best.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import resample
from camdigits.types import Box

Plane = NDArray[np.uint8]

SAME = 0.7
"""Correlation of two looks at the same ink at least, -1 to 1."""
REACH = 0.2
"""So far from where it must be a digit may be, in its heights: boxes jitter."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A digit as it was seen.

    Attributes:
        patch: ``(height, width) uint8``, the picture in its box.
    """

    patch: Plane

    @classmethod
    def of(cls, plane: Plane, box: Box) -> Ink | None:
        """Return what a picture shows in a box; None where that is not all in it.

        Args:
            plane: ``(height, width) uint8``, the brightness of the picture.
            box: in its pixels.
        """
        patch = plane[max(0, box.y) : box.bottom, max(0, box.x) : box.right]
        return cls(patch.copy()) if patch.shape == (box.h, box.w) else None

    def is_other(self, plane: Plane, box: Box) -> bool:
        """Say whether a later picture shows something else in a box.

        Args:
            plane: ``(height, width) uint8``, its brightness.
            box: where the digit must be in it, perhaps larger or smaller than it was.
        """
        reach = max(1, round(REACH * box.h))
        top, left = max(0, box.y - reach), max(0, box.x - reach)
        around = plane[top : box.bottom + reach, left : box.right + reach]
        if around.shape[0] < box.h or around.shape[1] < box.w:
            return False
        patch = resample(self.patch, (box.w, box.h))
        return bool(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED).max() < SAME)
