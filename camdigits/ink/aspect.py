"""Pixels that are not square: pictures are stretched for reading, and boxes taken back.

Faxes have pixels twice as high as wide, video of the DV and broadcast world such of 4:3 and 16:11;
the networks know digits of one shape only.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import resample
from camdigits.types import Box

MAX_SQUARED_PX = 2**24
"""Pixels up to which the shorter side of the pixels is stretched, so that nothing is lost; larger
pictures are reduced along the longer one."""

Image = NDArray[np.uint8]
Size = tuple[int, int]


def squared_size(size_wh: Size, pixel_aspect: float) -> Size:
    """Return (width, height) of a picture whose pixels are made square.

    Args:
        size_wh: as it is, in pixels.
        pixel_aspect: width of a pixel over its height, above 0.
    """
    if pixel_aspect == 1.0:
        return size_wh
    wide, high = max(pixel_aspect, 1.0), max(1.0 / pixel_aspect, 1.0)
    if size_wh[0] * size_wh[1] * wide * high > MAX_SQUARED_PX:
        wide, high = 1.0 / high, 1.0 / wide
    return max(1, round(size_wh[0] * wide)), max(1, round(size_wh[1] * high))


def squared(image: Image, pixel_aspect: float) -> Image:
    """Return a picture with square pixels; itself if they are.

    Args:
        image: ``(height, width) uint8`` or ``(height, width, 3) uint8``.
        pixel_aspect: width of a pixel over its height, above 0.
    """
    if pixel_aspect == 1.0:
        return image
    size_wh = squared_size((image.shape[1], image.shape[0]), pixel_aspect)
    if image.ndim == 2:
        return resample(image, size_wh)
    return cast(Image, cv2.merge([resample(image[:, :, place], size_wh) for place in range(3)]))


def unsquared(box: Box, size_wh: Size, pixel_aspect: float) -> Box:
    """Take a box of what `squared` returns back to the picture.

    Args:
        box: in pixels of the squared picture.
        size_wh: (width, height) of the picture as it is, in pixels.
        pixel_aspect: width of a pixel over its height, above 0.
    """
    if pixel_aspect == 1.0:
        return box
    width, height = squared_size(size_wh, pixel_aspect)
    across, down = size_wh[0] / width, size_wh[1] / height
    x, y = round(box.x * across), round(box.y * down)
    right, bottom = round(box.right * across), round(box.bottom * down)
    corners = box.polygon and tuple((round(x * across), round(y * down)) for x, y in box.polygon)
    return Box(x, y, max(1, right - x), max(1, bottom - y), corners)
