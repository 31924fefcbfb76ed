"""Brings pictures to the size that a video file has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from camdigits.types import Image


def fitted(image: Image, size_wh: tuple[int, int]) -> Image:
    """Return a picture in another size, whole and undistorted, with black bars where needed.

    Args:
        image: ``(H, W, 3) uint8``.
        size_wh: (width, height) wanted, in pixels.

    Returns:
        ``(height, width, 3) uint8``; `image` itself if it has that size.
    """
    height, width = image.shape[:2]
    if (width, height) == size_wh:
        return image
    scale = min(size_wh[0] / width, size_wh[1] / height)
    inner_wh = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    left, top = (size_wh[0] - inner_wh[0]) // 2, (size_wh[1] - inner_wh[1]) // 2
    canvas[top : top + inner_wh[1], left : left + inner_wh[0]] = cv2.resize(
        image, inner_wh, interpolation=method
    )
    return canvas


def padded_to_even(image: Image, least: int = 2) -> Image:
    """Repeat the last column and row until width and height are even.

    Video formats store colour at half the size; OpenCV's writer cuts an odd row off silently.

    Args:
        image: ``(H, W, 3) uint8``.
        least: smallest width and height to return, in pixels, even.

    Returns:
        ``(H', W', 3) uint8``; `image` itself if nothing is missing.
    """
    height, width = image.shape[:2]
    right = max(least - width, width % 2)
    below = max(least - height, height % 2)
    if not right and not below:
        return image
    padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return padded.astype(np.uint8, copy=False)
