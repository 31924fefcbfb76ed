"""Brings pictures of any depth to 8 bits, also where they use few of the bits that they have.

Sensors of 10 and 12 bits are saved in 16 as they are: white is 1023 or 4095 then, and taken to
reach to 65535 the picture is black to the eye.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from camdigits.types import Image

_OVERSHOOT = 16.0
"""Floats in 0-1 may have lights up to this; those of other ranges are larger."""


def eight_bits(pixels: NDArray[Any], white: float | None = None) -> Image:
    """Return a decoded picture with 8 bits a colour.

    White is taken to be the largest number of as many bits as the picture uses, at least 8; of
    floats 1, or the largest there is.  Where numbers are negative, the least of them is black and
    the largest white.  Alpha has a range of its own.

    Args:
        pixels: ``(H, W)`` or ``(H, W, channels)`` of any whole numbers or floats; of four channels
            the last is alpha.
        white: what the file says that white is; None where it does not.

    Returns:
        The same shape, uint8; `pixels` itself if it is uint8 and white is 255.
    """
    if pixels.dtype == np.uint8 and white in (None, 255):
        return pixels
    if not pixels.size:
        return pixels.astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        colours, alpha = eight_bits(pixels[:, :, :3], white), eight_bits(pixels[:, :, 3])
        return np.dstack((colours, alpha))
    is_float = np.issubdtype(pixels.dtype, np.floating)
    numbers = np.nan_to_num(pixels, posinf=0, neginf=0) if is_float else pixels
    low, top = min(0, numbers.min().item()), numbers.max().item()
    top = white or (top - low if low else _white(numbers, top))
    if numbers.dtype in (np.uint8, np.uint16):
        return np.asarray(cv2.convertScaleAbs(numbers, alpha=255 / top), np.uint8)
    # In 32 bits the largest whole numbers are off by less than one of 255 grey levels.
    scaled = (numbers.astype(np.float32) - np.float32(low)) * np.float32(255 / top)
    return np.asarray(np.clip(np.rint(scaled), 0, 255), np.uint8)


def _white(numbers: NDArray[Any], top: float) -> float:
    """Return what white is in a picture that counts from 0 up to `top`."""
    if np.issubdtype(numbers.dtype, np.floating) and top < 128:
        is_unit = top <= 1 or (top <= _OVERSHOOT and np.mean(numbers <= 1) >= 0.95)
        return 1 if is_unit else top
    return float(2 ** max(8, int(np.ceil(top)).bit_length()) - 1)
