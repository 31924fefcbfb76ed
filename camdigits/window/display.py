"""What the window shows: the annotated picture at a comfortable size, a status line, the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from camdigits.drawing.annotation import DOUBTFUL, annotate
from camdigits.drawing.text import PAPER, put_mask, text_mask
from camdigits.page.orientation.view import View, moved_reading
from camdigits.types import Box, Reading
from camdigits.window.keys import KEYS

if TYPE_CHECKING:
    from camdigits.types import Image

SMALLEST_WH = 640, 480
LARGEST_WH = 1920, 1200
"""Pictures are shown between these sizes, whatever they measure, so that letters can be read."""

_BAND = 40
"""Grey level behind the status line."""
_SMALLEST_LETTER_PX = 11


def shown(image: Image, reading: Reading, mirror: bool = False) -> Image:
    """Return the annotated picture as the window shows it.

    Args:
        image: ``(H, W, 3) uint8`` BGR, the source picture.
        reading: what was read on it.
        mirror: turn the picture round as a mirror does, but not the letters of the labels.

    Returns:
        A new picture, ``uint8`` BGR, of a size between `SMALLEST_WH` and `LARGEST_WH` where its
        shape allows that.
    """
    size_wh = image.shape[1], image.shape[0]
    if mirror:
        mirrored = View(size_wh, 0, True, Box(0, 0, *size_wh))
        image, reading = mirrored.upright(image), mirrored.upright_reading(reading)
    scale = shown_scale(size_wh)
    if scale != 1:
        target_wh = max(1, round(size_wh[0] * scale)), max(1, round(size_wh[1] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = cv2.resize(image, target_wh, interpolation=method).astype(np.uint8, copy=False)
        reading = _scaled(reading, scale)
    return annotate(image, reading)


def with_status(image: Image, left: str, right: str = "") -> Image:
    """Return a picture with a line of text below it.

    Args:
        image: ``(H, W, 3) uint8`` BGR.
        left: printable ASCII, cut where it does not fit.
        right: shown at the right end.
    """
    width = image.shape[1]
    letter = min(16, max(_SMALLEST_LETTER_PX, width // 80))
    line_px = text_mask("|", letter).shape[0]
    band = np.full((letter // 2 + line_px + letter // 3, width, 3), _BAND, np.uint8)
    edge = width - letter // 2
    if right:
        mask = text_mask(right, letter)
        edge = max(0, width - mask.shape[1] - letter // 2)
        put_mask(band, mask, (edge, letter // 2), PAPER)
    if left:
        mask = text_mask(left, letter)[:, : max(0, edge - letter)]
        put_mask(band, mask, (letter // 2, letter // 2), PAPER)
    return np.vstack([image, band])


def with_banner(image: Image, text: str) -> Image:
    """Return a picture with a warning over its top, which fits its width.

    Args:
        image: ``(H, W, 3) uint8`` BGR.
        text: printable ASCII, in smaller letters where it is long, cut where it still does not fit.
    """
    width = image.shape[1]
    letter = min(24, max(_SMALLEST_LETTER_PX, width // 60))
    wanted_px = text_mask(text, letter).shape[1] + letter
    letter = max(_SMALLEST_LETTER_PX, min(letter, letter * width // wanted_px))
    mask = text_mask(text, letter)[:, :width]
    canvas = image.copy()
    band = canvas[: mask.shape[0] + letter]
    band[:] = DOUBTFUL
    put_mask(band, mask, ((width - mask.shape[1]) // 2, letter // 2), PAPER)
    return canvas


def with_help(image: Image) -> Image:
    """Return a picture with the table of keys over its middle."""
    letter = max(7, min(18, image.shape[0] // (2 * len(KEYS) + 2)))
    row = 2 * letter
    names = [text_mask(key.names, letter) for key in KEYS]
    meanings = [text_mask(key.what, letter) for key in KEYS]
    column = max(mask.shape[1] for mask in names) + 2 * letter
    width = column + max(mask.shape[1] for mask in meanings) + 2 * letter
    height = row * len(KEYS) + letter
    left, top = (image.shape[1] - width) // 2, (image.shape[0] - height) // 2
    canvas = image.copy()
    panel = canvas[max(0, top) : top + height, max(0, left) : left + width]
    panel //= 5
    for place, (name, meaning) in enumerate(zip(names, meanings, strict=True)):
        y = top + letter + row * place
        put_mask(canvas, name, (left + letter, y), PAPER)
        put_mask(canvas, meaning, (left + letter + column, y), PAPER)
    return canvas


def shown_scale(size_wh: tuple[int, int]) -> float:
    """Return what a picture of this size is scaled by to be shown."""
    largest = min(LARGEST_WH[0] / size_wh[0], LARGEST_WH[1] / size_wh[1])
    smallest = min(SMALLEST_WH[0] / size_wh[0], SMALLEST_WH[1] / size_wh[1])
    return min(largest, max(smallest, 1.0))


def _scaled(reading: Reading, scale: float) -> Reading:
    """Return a reading for the picture at another size."""
    return replace(
        moved_reading(reading, lambda box: _scaled_box(box, scale)),
        size_wh=(round(reading.size_wh[0] * scale), round(reading.size_wh[1] * scale)),
    )


def _scaled_box(box: Box, scale: float) -> Box:
    size = max(1, round(box.w * scale)), max(1, round(box.h * scale))
    return Box(round(box.x * scale), round(box.y * scale), *size)
