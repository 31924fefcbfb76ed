"""Letters and colours for everything that is drawn onto pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from camdigits.types import Image

Colour = tuple[int, int, int]
"""Blue, green, red; each 0-255."""

INK: Colour = (20, 20, 20)
PAPER: Colour = (255, 255, 255)

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_OVERSAMPLING = 4
_DIGITS = "0123456789"
_FULL_HEIGHT = _DIGITS + "()gjpqy|"


@lru_cache(maxsize=512)
def text_mask(text: str, height_px: int) -> NDArray[np.uint8]:
    """Render a line of text, cut out closely.

    The letters are drawn large and shrunk by area averaging, and measured by their ink: OpenCV 5
    draws this font from outlines and OpenCV 4 from strokes, and what `cv2.getTextSize` says of
    either is not where the ink is.

    Args:
        text: printable ASCII; anything else comes out as question marks.
        height_px: height of a digit, at least 1.

    Returns:
        ``(h, w) uint8``, read-only, 255 where a letter is.  A text of digits alone is exactly
        `height_px` high, any other has room for the parts of letters below the line.
    """
    reference = _DIGITS if text.isdigit() else _FULL_HEIGHT
    rows = _ink_rows(_render(reference, height_px))
    shrink = height_px / _span(_ink_rows(_render(_DIGITS, height_px)))
    letters = _render(text, height_px)[rows]
    inked = np.flatnonzero(letters.any(axis=0))
    if not inked.size:
        inked = np.array([0, height_px * _OVERSAMPLING // 2])
    letters = np.ascontiguousarray(letters[:, inked[0] : inked[-1] + 1])
    size_wh = (
        max(1, round(letters.shape[1] * shrink)),
        max(1, round(letters.shape[0] * shrink)),
    )
    mask = cv2.resize(letters, size_wh, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    mask.flags.writeable = False
    return mask


def put_mask(image: Image, mask: NDArray[np.uint8], corner_xy: tuple[int, int], on: Colour) -> None:
    """Paint a colour through a mask onto `image`, in place; what lies outside is cut off.

    Args:
        image: ``(H, W, 3) uint8`` BGR, written to.
        mask: ``(h, w) uint8``, 255 where the colour covers.
        corner_xy: where the mask's top left pixel goes; may be outside.
        on: the colour.
    """
    x, y = corner_xy
    left, top = max(0, x), max(0, y)
    right = min(image.shape[1], x + mask.shape[1])
    bottom = min(image.shape[0], y + mask.shape[0])
    if left >= right or top >= bottom:
        return
    cover = mask[top - y : bottom - y, left - x : right - x, None].astype(np.float32) / 255
    patch = image[top:bottom, left:right]
    patch[:] = np.rint(patch + (np.array(on, np.float32) - patch) * cover)


def _render(text: str, height_px: int) -> NDArray[np.uint8]:
    """Draw text with digits about `height_px` times the oversampling high, white on black."""
    height = height_px * _OVERSAMPLING
    canvas = np.zeros((3 * height, height * (len(text) + 2)), np.uint8)
    scale, stroke = height / 22, max(1, round(height / 8))
    cv2.putText(canvas, text, (height, 2 * height), _FONT, scale, (255,), stroke, cv2.LINE_AA)
    return canvas


def _ink_rows(canvas: NDArray[np.uint8]) -> slice:
    inked = np.flatnonzero(canvas.max(axis=1) > 127)
    return slice(int(inked[0]), int(inked[-1]) + 1)


def _span(rows: slice) -> int:
    return int(rows.stop - rows.start)
