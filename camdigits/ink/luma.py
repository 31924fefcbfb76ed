"""The brightness of frames: in full range for reading, small for telling whether they changed."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import average, interpolate
from camdigits.types import Frame, Luma

Plane = NDArray[np.uint8]

BLACK, WHITE = 16, 235
"""Luma of black and white in videos of limited range (ITU-R BT.601)."""
COARSE_SIDE = 480
"""A coarse picture is halved until its longer side measures no more, in pixels."""


def luma_of(frame: Frame) -> Luma:
    """Return the brightness of a frame: as decoded, or what it holds, or from its colours."""
    if frame.luma is not None:
        return frame.luma
    if frame.image.ndim == 2:
        return Luma(frame.image, is_full=True)
    return Luma(cast(Plane, cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)), is_full=True)


def full_range(luma: Luma, plane: Plane | None = None) -> Plane:
    """Return brightness from 0, black, to 255, white.

    Args:
        luma: of a frame.
        plane: a part of its plane; None stands for all.
    """
    plane = luma.plane if plane is None else plane
    if luma.is_full:
        return plane
    above_black = cv2.subtract(plane, np.array([BLACK], np.uint8))
    return cast(Plane, cv2.convertScaleAbs(above_black, alpha=255 / (WHITE - BLACK)))


def sampled(plane: Plane) -> Plane:
    """Return a plane at the size of `coarse`, of two pixels in the middle of each square only.

    Of frames that another core has decoded a part of the rows is read several times as fast as all.
    There is more noise, mostly little enough to see that nothing moved.
    """
    factor = 1
    height, width = plane.shape
    while max(height, width) > COARSE_SIDE and min(height, width) > 1:
        height, width, factor = height // 2, width // 2, factor * 2
    rows = plane[factor // 2 : factor * height : factor, : factor * width]
    # Halfway between two pixels, linear interpolation is their mean.
    return interpolate(rows, (width, height))


def coarse(plane: Plane) -> tuple[Plane, int]:
    """Return a plane at a small size, and the factor that leads back.

    It is halved again and again, which OpenCV does ten times as fast as averaging at once.
    """
    factor = 1
    while max(plane.shape) > COARSE_SIDE and min(plane.shape) > 1:
        height, width = plane.shape[0] // 2, plane.shape[1] // 2
        even = plane[: 2 * height, : 2 * width]
        plane = average(even, (width, height))
        factor *= 2
    return plane, factor
