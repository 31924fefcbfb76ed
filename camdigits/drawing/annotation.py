"""Draws a reading onto its picture."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.drawing.label_layout import LabelStrip, lay_out, line_width
from camdigits.drawing.slanted import draw_slanted, slants_of
from camdigits.drawing.text import INK, PAPER, Colour, put_mask, text_mask
from camdigits.support.arrays import check_picture
from camdigits.types import DOUBT, Box, Digit, Mark, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

# Blue, orange and vermillion of Okabe and Ito, "Color Universal Design" (2008): told apart with
# any of the common kinds of colour blindness, and by their lightness.
SURE: Colour = (178, 114, 0)
FAIR: Colour = (0, 159, 230)
DOUBTFUL: Colour = (0, 94, 213)
STRUCK: Colour = (140, 140, 140)
_LETTERS = {SURE: PAPER, FAIR: INK, DOUBTFUL: PAPER}
_MOST_PIXELS = 2**14
"""Up to this size the frame of a digit is kept as a picture: from frame to frame they are alike."""
_PIXELS = {
    colour: np.array(colour, np.uint8) for colour in (SURE, FAIR, DOUBTFUL, STRUCK, PAPER, INK)
}


def confidence_colour(confidence: float) -> Colour:
    """Return the colour for a confidence of 0 to 1."""
    if confidence >= 0.9:
        return SURE
    return FAIR if confidence >= 0.7 else DOUBTFUL


def annotate(image: NDArray[Any], reading: Reading) -> Image:
    """Draw a reading: a box around every digit, and a strip with its labels above every number.

    Each label stands above its own digit, in the colour of its confidence; the strip joins the
    labels of one number, so that the number's text can be read off it.  A strip that would leave
    the picture or cover other digits goes below its number where that is better.  What was struck
    out has a grey box with a line through it.  What lies slanted is drawn slanted.

    Args:
        image: ``(H, W, 3) uint8`` BGR, ``(H, W) uint8`` grey or ``(H, W, 4) uint8`` BGRA, the
            source picture; it is not written to.
        reading: what was read on it.

    Returns:
        A new picture of the same size: BGR, of BGRA with its transparency, where what was drawn is
        opaque; equal to `image`, of grey in all three colours, if nothing was read.

    Raises:
        ValueError: if it is no array, or one of another shape or dtype.
    """
    pixels = check_picture(image, (1, 3, 4))
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        return _annotate(pixels, reading)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return _annotate(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8), reading)
    colours = np.ascontiguousarray(pixels[:, :, :3])
    drawn = _annotate(colours, reading)
    alpha = np.where((drawn != colours).any(axis=2), np.uint8(255), pixels[:, :, 3])
    return np.dstack([drawn, alpha])


def _annotate(image: Image, reading: Reading) -> Image:
    parts = slants_of(reading)
    if all(angle == 0.0 for angle, _ in parts):
        return _annotate_level(image, reading)
    canvas = image
    for angle, part in parts:
        canvas = draw_slanted(canvas, part, angle, _annotate_level)
    return canvas


def _annotate_level(image: Image, reading: Reading) -> Image:
    canvas = image.copy()
    groups, marks = _groups(reading), [number.marks for number in reading.numbers]
    for number in reading.struck:
        _draw_struck(canvas, number.box)
    if not groups:
        return canvas
    for digit in reading.digits:
        _draw_box(canvas, digit)
    boxes = [[digit.box for digit in digits] for digits in groups]
    strips = lay_out(boxes, (image.shape[1], image.shape[0]))
    for digits, strip in zip(groups, strips, strict=True):
        _draw_strip(canvas, digits, strip)
    for its, strip in zip(marks, strips, strict=False):
        _draw_marks(canvas, its, strip)
    return canvas


def _draw_struck(canvas: Image, box: Box) -> None:
    """Draw a grey box around what was struck out, and a line through it."""
    width = line_width((canvas.shape[1], canvas.shape[0]), box.h)
    rim = max(1, width // 2)
    _draw_frames(canvas, box, rim, width, STRUCK)
    middle = box.y + box.h // 2
    for reach, colour in ((width // 2 + rim, PAPER), (width // 2, STRUCK)):
        _fill(canvas, box.x, middle - reach, box.right, middle + reach + 1, colour)


def _groups(reading: Reading) -> list[tuple[Digit, ...]]:
    """Return the digits of each number, and each digit that is in no number alone."""
    groups = [number.digits for number in reading.numbers]
    joined = {id(digit) for digits in groups for digit in digits}
    return groups + [(digit,) for digit in reading.digits if id(digit) not in joined]


def _draw_box(canvas: Image, digit: Digit) -> None:
    """Draw the box just outside the digit, between a light rim and a dark one.

    Of the two rims one stands out from any ground, and both from a busy one.
    """
    box, colour = digit.box, confidence_colour(digit.confidence)
    width = line_width((canvas.shape[1], canvas.shape[0]), box.h)
    rim = max(1, width // 2)
    reach = width + 2 * rim
    left, top = box.x - reach, box.y - reach
    is_inside = left >= 0 and top >= 0
    is_inside &= box.right + reach <= canvas.shape[1] and box.bottom + reach <= canvas.shape[0]
    if not is_inside or (box.w + 2 * reach) * (box.h + 2 * reach) > _MOST_PIXELS:
        _draw_frames(canvas, box, rim, width, colour)
        return
    picture, mask = _frames(box.w, box.h, rim, width, colour)
    part = canvas[top : top + mask.shape[0], left : left + mask.shape[1]]
    cv2.copyTo(picture, mask, part)


@lru_cache(maxsize=256)
def _frames(w: int, h: int, rim: int, width: int, colour: Colour) -> tuple[Image, Image]:
    """Return what is drawn around a digit: ``(H, W, 3) uint8``, and where: ``(H, W) uint8``."""
    reach = width + 2 * rim
    picture = np.zeros((h + 2 * reach, w + 2 * reach, 3), np.uint8)
    _draw_frames(picture, Box(reach, reach, w, h), rim, width, colour)
    mask = np.full(picture.shape[:2], 255, np.uint8)
    mask[reach : reach + h, reach : reach + w] = 0
    return picture, mask


def _draw_frames(canvas: Image, box: Box, rim: int, width: int, colour: Colour) -> None:
    _draw_frame(canvas, box, 0, rim, PAPER)
    _draw_frame(canvas, box, rim, width, colour)
    _draw_frame(canvas, box, rim + width, rim, INK)


def _draw_frame(canvas: Image, box: Box, gap: int, width: int, colour: Colour) -> None:
    """Draw a frame of a width around a box, so many pixels away from it."""
    inner = box.x - gap, box.y - gap, box.right + gap, box.bottom + gap
    outer = inner[0] - width, inner[1] - width, inner[2] + width, inner[3] + width
    bars = (
        (outer[0], outer[1], outer[2], inner[1]),
        (outer[0], inner[3], outer[2], outer[3]),
        (outer[0], inner[1], inner[0], inner[3]),
        (inner[2], inner[1], outer[2], inner[3]),
    )
    for left, top, right, bottom in bars:
        _fill(canvas, left, top, right, bottom, colour)


def _fill(canvas: Image, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    """Fill a rectangle, without the right column and the bottom row; what lies outside is cut off.

    For bars as thin as these ten times as fast as OpenCV's rectangle.
    """
    canvas[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = _PIXELS[colour]


def _draw_strip(canvas: Image, digits: tuple[Digit, ...], strip: LabelStrip) -> None:
    box, middles = strip.box, strip.middles
    cuts = [(one + other) // 2 for one, other in pairwise(middles)]
    _draw_frame(canvas, box, 0, max(1, strip.letter_px // 16), PAPER)
    cells = zip(digits, middles, [box.x, *cuts], [*cuts, box.right], strict=True)
    for digit, middle, left, right in cells:
        colour = confidence_colour(digit.confidence)
        _fill(canvas, left, box.y, right, box.bottom, colour)
        letter = _letter(DOUBT if digit.is_doubtful else str(digit.label), strip.letter_px, colour)
        height, width = letter.shape[:2]
        x, y = middle - width // 2, box.y + (box.h - strip.letter_px) // 2
        place = canvas[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
        place[:] = letter[max(0, -y) :, max(0, -x) :][: place.shape[0], : place.shape[1]]


def _draw_marks(canvas: Image, marks: tuple[Mark, ...], strip: LabelStrip) -> None:
    """Draw the marks of a number before the labels of the digits that they stand before."""
    edges = [strip.box.x, *((a + b) // 2 for a, b in pairwise(strip.middles))]
    for mark in marks:
        colour = confidence_colour(mark.confidence)
        letter = text_mask(mark.mark, strip.letter_px)
        x = edges[mark.place] - (letter.shape[1] // 2 if mark.place else 0)
        # Above and below the digits there is room for parts of other letters in it.
        spare = letter.shape[0] - strip.letter_px
        y = strip.box.y + (strip.box.h - strip.letter_px) // 2 - spare // 4
        put_mask(canvas, letter, (x, y), _LETTERS[colour])


@lru_cache(maxsize=256)
def _letter(label: str, height_px: int, ground: Colour) -> Image:
    """Return a label as it stands on its cell: ``(h, w, 3) uint8``, read-only."""
    mask = text_mask(label, height_px)
    mask = mask[mask.any(axis=1)]
    letter = np.empty((*mask.shape, 3), np.uint8)
    letter[:] = ground
    put_mask(letter, mask, (0, 0), _LETTERS[ground])
    letter.flags.writeable = False
    return letter
