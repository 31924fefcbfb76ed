"""Draws a reading onto its picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from camdigits.drawing import INK, PAPER, Colour, put_mask, text_mask
from camdigits.median import median
from camdigits.types import Box, Digit, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from camdigits.types import Image

# Blue, orange and vermillion of Okabe and Ito, "Color Universal Design" (2008): told apart with
# any of the common kinds of colour blindness, and by their lightness.
SURE: Colour = (178, 114, 0)
FAIR: Colour = (0, 159, 230)
DOUBTFUL: Colour = (0, 94, 213)
_LETTERS = {SURE: PAPER, FAIR: INK, DOUBTFUL: PAPER}
_PIXELS = {colour: np.array(colour, np.uint8) for colour in (SURE, FAIR, DOUBTFUL, PAPER, INK)}

_SMALLEST_LETTER_PX = 7
_SMALLEST_PART, _LARGEST_PART = 90, 24
"""Letters measure these parts of the picture's longer side, to be read where it fills a screen."""


def confidence_colour(confidence: float) -> Colour:
    """Return the colour for a confidence of 0 to 1."""
    if confidence >= 0.9:
        return SURE
    return FAIR if confidence >= 0.7 else DOUBTFUL


def annotate(image: Image, reading: Reading) -> Image:
    """Draw a reading: a box around every digit, and a strip with its labels above every number.

    Each label stands above its own digit, in the colour of its confidence; the strip joins the
    labels of one number, so that the number's text can be read off it.  A strip that would leave
    the picture or cover other digits goes below its number where that is better.

    Args:
        image: ``(H, W, 3) uint8`` BGR, the source picture; it is not written to.
        reading: what was read on it.

    Returns:
        A new picture of the same shape; equal to `image` if nothing was read.
    """
    canvas = image.copy()
    groups = _groups(reading)
    if not groups:
        return canvas
    edges = _edges([digit.box for digit in reading.digits])
    size_wh = image.shape[1], image.shape[0]
    page_letter = _page_letter(edges, size_wh)
    for digit in reading.digits:
        _draw_box(canvas, digit)
    for digits in groups:
        _draw_strip(canvas, digits, _place(_layout(digits, page_letter, size_wh), edges, size_wh))
    return canvas


def _line_width(size_wh: tuple[int, int], digit_height_px: int) -> int:
    """Return the width in pixels of a line that suits the picture's and the digit's size."""
    return max(1, min(round(max(size_wh) / 420), round(digit_height_px / 16)))


def spread(middles: list[int], pitch: int) -> list[int]:
    """Move middles apart until neighbours are at least `pitch` pixels apart, keeping their mean."""
    apart = middles[:1]
    for middle in middles[1:]:
        apart.append(max(middle, apart[-1] + pitch))
    shift = round((sum(apart) - sum(middles)) / len(apart))
    return [middle - shift for middle in apart]


@dataclass(frozen=True, slots=True)
class _Strip:
    """The labels of one number: where the strip lies, and the middle (x) of each label in it."""

    box: Box
    middles: tuple[int, ...]
    letter_px: int
    drop: int
    """How much lower the strip is when it goes below its number."""


def _groups(reading: Reading) -> list[tuple[Digit, ...]]:
    """Return the digits of each number, and each digit that is in no number alone."""
    groups = [number.digits for number in reading.numbers]
    joined = {id(digit) for digits in groups for digit in digits}
    return groups + [(digit,) for digit in reading.digits if id(digit) not in joined]


def _edges(boxes: list[Box]) -> NDArray[np.int64]:
    """Return ``(n, 4)``: left, top, right, bottom."""
    rows = [(box.x, box.y, box.right, box.bottom) for box in boxes]
    return np.array(rows, np.int64).reshape(-1, 4)


def _page_letter(edges: NDArray[np.int64], size_wh: tuple[int, int]) -> int:
    """Return the letter height in pixels that suits most digits and the space between lines.

    It follows sizes and gaps without jumps, so that labels do not flicker on video.
    """
    left, top, right, bottom = edges.T
    height = median(bottom - top)
    preferred = min(0.4 * height, max(size_wh) / _LARGEST_PART)
    smallest = min(0.8 * height, max(size_wh) / _SMALLEST_PART)
    beside = (left[:, None] < right) & (left < right[:, None])
    gaps = np.where(beside & (bottom <= top[:, None]), top[:, None] - bottom, max(size_wh))
    room = float(np.percentile(gaps.min(axis=1), 25)) / 1.7
    return max(round(max(min(preferred, room), smallest)), _SMALLEST_LETTER_PX)


def _layout(digits: tuple[Digit, ...], page_letter: int, size_wh: tuple[int, int]) -> _Strip:
    """Lay the strip out above its number, wherever that is."""
    around = digits[0].box
    for digit in digits[1:]:
        around = around.union(digit.box)
    height = median([digit.box.h for digit in digits])
    least = max(min(0.2 * height, max(size_wh) / _LARGEST_PART), _SMALLEST_LETTER_PX)
    letter = round(max(least, min(page_letter, 0.8 * height)))
    padding = max(1, round(letter * 0.28))
    pitch = text_mask("0", letter).shape[1] + padding
    middles = spread([round(digit.box.center[0]) for digit in digits], pitch)
    line = 2 * _line_width(size_wh, around.h)
    half = (pitch + padding) // 2
    left = min(around.x - line, middles[0] - half)
    right = max(around.right + line, middles[-1] + half)
    strip_height = letter + 2 * padding
    box = Box(left, around.y - line - strip_height, right - left, strip_height)
    return _Strip(box, tuple(middles), letter, drop=around.h + 2 * line + strip_height)


def _place(strip: _Strip, edges: NDArray[np.int64], size_wh: tuple[int, int]) -> _Strip:
    """Move the strip into the picture, above its number or, if that covers much, below.

    Much is any of its own digits, which it covers where the picture has no room above them.
    """
    above = _moved_inside(strip, 0, size_wh)
    covered_above = _covered(above.box, edges)
    has_room = strip.box.y >= 0
    if covered_above <= (above.box.area // 2 if has_room else 0):
        return above
    below = _moved_inside(strip, strip.drop, size_wh)
    return below if (2 if has_room else 1) * _covered(below.box, edges) < covered_above else above


def _moved_inside(strip: _Strip, down: int, size_wh: tuple[int, int]) -> _Strip:
    """Return the strip moved down by so many pixels, and then as little as keeps it inside."""
    box = strip.box
    right = max(0, min(box.x, size_wh[0] - box.w)) - box.x
    y = max(0, min(box.y + down, size_wh[1] - box.h))
    middles = tuple(middle + right for middle in strip.middles)
    return _Strip(Box(box.x + right, y, box.w, box.h), middles, strip.letter_px, strip.drop)


def _covered(box: Box, edges: NDArray[np.int64]) -> int:
    """Return how many pixels of digits' boxes a box covers."""
    left, top, right, bottom = edges.T
    width = np.minimum(right, box.right) - np.maximum(left, box.x)
    height = np.minimum(bottom, box.bottom) - np.maximum(top, box.y)
    meets = (width > 0) & (height > 0)
    return int((width * height)[meets].sum())


def _draw_box(canvas: Image, digit: Digit) -> None:
    """Draw the box just outside the digit, between a light rim and a dark one.

    Of the two rims one stands out from any ground, and both from a busy one.
    """
    box, colour = digit.box, confidence_colour(digit.confidence)
    width = _line_width((canvas.shape[1], canvas.shape[0]), box.h)
    rim = max(1, width // 2)
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


def _draw_strip(canvas: Image, digits: tuple[Digit, ...], strip: _Strip) -> None:
    box, middles = strip.box, strip.middles
    cuts = [(one + other) // 2 for one, other in pairwise(middles)]
    _draw_frame(canvas, box, 0, max(1, strip.letter_px // 16), PAPER)
    cells = zip(digits, middles, [box.x, *cuts], [*cuts, box.right], strict=True)
    for digit, middle, left, right in cells:
        colour = confidence_colour(digit.confidence)
        _fill(canvas, left, box.y, right, box.bottom, colour)
        letter = _letter(digit.label, strip.letter_px, colour)
        height, width = letter.shape[:2]
        x, y = middle - width // 2, box.y + (box.h - strip.letter_px) // 2
        place = canvas[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
        place[:] = letter[max(0, -y) :, max(0, -x) :][: place.shape[0], : place.shape[1]]


@lru_cache(maxsize=256)
def _letter(label: int, height_px: int, ground: Colour) -> Image:
    """Return a label as it stands on its cell: ``(h, w, 3) uint8``, read-only."""
    mask = text_mask(str(label), height_px)
    letter = np.empty((*mask.shape, 3), np.uint8)
    letter[:] = ground
    put_mask(letter, mask, (0, 0), _LETTERS[ground])
    letter.flags.writeable = False
    return letter
