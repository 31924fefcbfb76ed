"""Pictures at other sizes, the same on every machine.

`cv2.resize` is not: for INTER_LINEAR, its default, OpenCV's wheel for 64-bit Arm has code of its
own (KleidiCV), which differs from that for x86 by up to 4 grey levels, enough to change what is
read; and INTER_AREA adds in float32 where the steps are not whole, so that means halfway between
two grey levels are rounded either way.  Here both are computed in integers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.product import product

EXACT_PX = 2**16
"""Pixels of the largest plane of which averages by steps that are not whole are exact: sums of so
many grey levels are integers that float32 holds.  Larger ones are left to OpenCV."""
Plane = NDArray[np.uint8]
Floats = NDArray[np.float32]
Size = tuple[int, int]


def resample(plane: Plane, size_wh: Size) -> Plane:
    """Return a plane at another size: averaged if that is smaller, else interpolated.

    Args:
        plane: ``(height, width) uint8``.
        size_wh: width and height wanted, in pixels, either at least 1.
    """
    is_smaller = size_wh[0] < plane.shape[1] or size_wh[1] < plane.shape[0]
    return average(plane, size_wh) if is_smaller else interpolate(plane, size_wh)


def interpolate(plane: Plane, size_wh: Size) -> Plane:
    """Return a plane at another size, each pixel from the four nearest; see `resample`."""
    return cast(Plane, cv2.resize(plane, size_wh, interpolation=cv2.INTER_LINEAR_EXACT))


def average(plane: Plane, size_wh: Size) -> Plane:
    """Return a plane at a smaller size, each pixel the mean of what it covers; see `resample`.

    Where the size wanted is larger, it is what OpenCV takes for INTER_AREA then.
    """
    (rows, columns), (width, height) = plane.shape, size_wh
    is_whole = rows % height == 0 and columns % width == 0
    if is_whole or rows < height or columns < width or plane.size > EXACT_PX:
        return cast(Plane, cv2.resize(plane, size_wh, interpolation=cv2.INTER_AREA))
    # Sums of integers are the same in any order, which products of matrices do not promise.
    mean = product(_shares(rows, height), plane.astype(np.float32))
    mean = product(mean, _shares(columns, width).T)
    mean /= np.float32(plane.size)
    mean += np.float32(0.5)
    return mean.astype(np.uint8)


@lru_cache(maxsize=512)
def _shares(before: int, after: int) -> Floats:
    """Return how much of each old pixel each new one covers: ``(after, before)``.

    In units in which an old one measures `after` and a new one `before`: integers.
    """
    old, new = np.arange(before) * after, np.arange(after)[:, None] * before
    covered = np.minimum(old + after, new + before) - np.maximum(old, new)
    return cast(Floats, np.maximum(covered, 0).astype(np.float32))
