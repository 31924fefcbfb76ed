"""Turns the pixels that decoders deliver into upright 8-bit BGR pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.depth import eight_bits
from camdigits.sources.ground import over_ground
from camdigits.sources.names import shown

if TYPE_CHECKING:
    from camdigits.types import Image

_EXIF_TURNS: dict[int, tuple[int | None, int | None]] = {
    # EXIF 2.32, tag 0x0112: how to turn, then how to flip, so that the picture stands upright.
    2: (None, 1),
    3: (cv2.ROTATE_180, None),
    4: (None, 0),
    5: (cv2.ROTATE_90_CLOCKWISE, 1),
    6: (cv2.ROTATE_90_CLOCKWISE, None),
    7: (cv2.ROTATE_90_COUNTERCLOCKWISE, 1),
    8: (cv2.ROTATE_90_COUNTERCLOCKWISE, None),
}
_CLOCKWISE = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

MAX_ASPECT = 4.0
"""Pixels are at most so many times as wide as high, or as high as wide."""
MIN_STRETCH = 1.02
"""Up to here pixels count as square."""


def check_pixels(
    size_wh: tuple[int, int],
    name: str,
    max_pixels: int = MAX_PIXELS,
    advice: str = "scale it down",
) -> None:
    """Refuse pictures and videos that take too much memory.

    Args:
        size_wh: in pixels.
        name: as the user named it.
        max_pixels: the limit.
        advice: what to do about it, but to raise the limit.

    Raises:
        SourceOpenError: above `max_pixels`.
    """
    width, height = size_wh
    if width * height > max_pixels:
        raise SourceOpenError(
            f"{shown(name)}: {width}x{height} pixels are more than {max_pixels:,}, the limit; "
            f"{advice}, or raise --max-pixels"
        )


def as_bgr(pixels: NDArray[Any]) -> Image:
    """Return any decoded picture as 8-bit BGR, transparent parts as `over_ground` fills them.

    Args:
        pixels: ``(H, W)`` grey, ``(H, W, 3)`` BGR or ``(H, W, 4)`` BGRA, as `eight_bits`
            takes them.

    Returns:
        ``(H, W, 3) uint8``.
    """
    pixels = eight_bits(pixels)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    return over_ground(pixels) if pixels.shape[2] == 4 else pixels


def upright(image: Image, exif_orientation: int) -> Image:
    """Return the picture turned and flipped as EXIF asks: 1 (as it is) to 8."""
    turn, flip = _EXIF_TURNS.get(exif_orientation, (None, None))
    if turn is not None:
        image = np.asarray(cv2.rotate(image, turn), np.uint8)
    return image if flip is None else np.asarray(cv2.flip(image, flip), np.uint8)


def turned(image: Image, clockwise: int) -> Image:
    """Return the picture turned by a multiple of 90 degrees clockwise; others are left alone."""
    code = _CLOCKWISE.get(clockwise % 360)
    return image if code is None else np.asarray(cv2.rotate(image, code), np.uint8)


def believed_aspect(stated: float) -> float:
    """Return the width of a pixel over its height as a file states it, 1.0 if that is no sense.

    Many writers put anything there, so what is beyond `MAX_ASPECT` counts as nothing; so does what
    is within `MIN_STRETCH` of square, which rounding makes and reading does not need.

    Args:
        stated: 0, infinity or not a number for nothing.
    """
    if not 1 / MAX_ASPECT <= stated <= MAX_ASPECT:
        return 1.0
    return 1.0 if max(stated, 1 / stated) <= MIN_STRETCH else stated


def turned_aspect(pixel_aspect: float, clockwise: int) -> float:
    """Return the width of a pixel over its height once a picture is turned."""
    return 1 / pixel_aspect if clockwise % 180 else pixel_aspect
