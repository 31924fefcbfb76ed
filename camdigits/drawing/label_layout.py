"""Label layout: a strip for the text of every number, where it hides least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from camdigits.drawing.text import text_mask
from camdigits.support.median import median
from camdigits.types import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Edges = NDArray[np.int64]
    """``(n, 4)``: left, top, right, bottom of boxes."""

SMALLEST_LETTER_PX = 7
SMALLEST_PART, LARGEST_PART = 90, 24
"""Letters measure these parts of the picture's longer side, to be read where it fills a screen."""
TIGHT_PART = 130
"""The same where there is room for no more."""
CLEAR = 2.0
"""Below its number, where it might be taken for that of the next, a strip wants so much room."""
STRIP_WEIGHT = 4
"""What a hidden pixel of another strip counts, beside one of a digit."""
_FAR = 1 << 30


@dataclass(frozen=True, slots=True)
class LabelStrip:
    """The labels of one number.

    Attributes:
        box: where the strip lies, in pixels.
        middles: the middle (x) of each label in it.
        letter_px: height of a label.
    """

    box: Box
    middles: tuple[int, ...]
    letter_px: int


def lay_out(numbers: Sequence[Sequence[Box]], size_wh: tuple[int, int]) -> list[LabelStrip]:
    """Return the strips of all numbers of a picture, in their order.

    A strip lies above its number, each label above its digit, in smaller letters where there is
    little room between it and what stands there.  Where there is none, it goes below, if nothing
    else is near there or the picture ends above; else it hides as little as it can.

    Args:
        numbers: the boxes of each number's digits, in reading order; none is empty.
        size_wh: (width, height) of the picture in pixels.
    """
    # Where a page rests, they are the same from frame to frame.
    return list(_laid_out(tuple(tuple(boxes) for boxes in numbers), size_wh))


@lru_cache(maxsize=4)
def _laid_out(
    numbers: tuple[tuple[Box, ...], ...], size_wh: tuple[int, int]
) -> tuple[LabelStrip, ...]:
    if not numbers:
        return ()
    digits = _edges([box for boxes in numbers for box in boxes])
    page_letter = _page_letter(digits, size_wh)
    strips: list[LabelStrip] = []
    for boxes in numbers:
        placed = _edges([strip.box for strip in strips])
        strips.append(_place(_Number.of(boxes, page_letter, size_wh), digits, placed, size_wh))
    return tuple(strips)


def line_width(size_wh: tuple[int, int], digit_height_px: int) -> int:
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
class _Number:
    """What is known of a number before its strip has a place.

    Attributes:
        around: its digits and the lines round them.
        middles: of its digits (x), in reading order.
        letter_px: height of the letters that suit it.
        tight_px: the same where there is little room.
    """

    around: Box
    middles: list[int]
    letter_px: int
    tight_px: int

    @classmethod
    def of(cls, boxes: Sequence[Box], page_letter: int, size_wh: tuple[int, int]) -> _Number:
        around = boxes[0]
        for box in boxes[1:]:
            around = around.union(box)
        line = 2 * line_width(size_wh, around.h)
        framed = Box(around.x - line, around.y - line, around.w + 2 * line, around.h + 2 * line)
        height, longer = median([box.h for box in boxes]), max(size_wh)
        least = max(min(0.2 * height, longer / LARGEST_PART), SMALLEST_LETTER_PX)
        letter = round(max(least, min(page_letter, 0.8 * height)))
        tight = min(letter, max(round(longer / TIGHT_PART), SMALLEST_LETTER_PX))
        return cls(framed, [round(box.center[0]) for box in boxes], letter, tight)

    def strip(self, letter_px: int) -> LabelStrip:
        """Return the strip above the number, wherever that is."""
        padding = _padding(letter_px)
        pitch = text_mask("0", letter_px).shape[1] + padding
        middles = spread(self.middles, pitch)
        half = (pitch + padding) // 2
        left = min(self.around.x, middles[0] - half)
        right = max(self.around.right, middles[-1] + half)
        height = letter_px + 2 * padding
        box = Box(left, self.around.y - height, right - left, height)
        return LabelStrip(box, tuple(middles), letter_px)

    def fitting(self, room_px: int) -> LabelStrip:
        """Return the strip with the largest letters for which there is room, or the smallest."""
        sizes = range(self.letter_px, self.tight_px, -1)
        fits = (size for size in sizes if size + 2 * _padding(size) <= room_px)
        return self.strip(next(fits, self.tight_px))


def _padding(letter_px: int) -> int:
    return max(1, round(letter_px * 0.28))


def _place(number: _Number, digits: Edges, placed: Edges, size_wh: tuple[int, int]) -> LabelStrip:
    """Return a number's strip in its place among all digits and the strips that have one."""
    around, to_bottom = number.around, size_wh[1] - number.around.bottom
    whole = number.strip(number.letter_px)
    above, below = _room(around, whole.box, np.concatenate([digits, placed]))
    lifted = number.fitting(min(above, around.y))
    dropped = number.fitting(min(below, to_bottom))
    over = _moved_inside(lifted, around.y - lifted.box.h, size_wh)
    under = _moved_inside(dropped, around.bottom, size_wh)
    if lifted.box.h <= min(above, around.y):
        return over
    # At the top edge it cannot be taken for that of the next number.
    wanted = dropped.box.h if around.y < lifted.box.h else CLEAR * dropped.box.h
    if wanted <= min(below, to_bottom):
        return under
    harm_over, harm_under = (
        _hidden(strip.box, digits) + STRIP_WEIGHT * _hidden(strip.box, placed)
        for strip in (over, under)
    )
    return under if 2 * harm_under < harm_over else over


def _room(around: Box, strip: Box, taken: Edges) -> tuple[int, int]:
    """Return how many pixels are free above and below a number, over the width of its strip."""
    _, top, _, bottom = taken[(taken[:, 0] < strip.right) & (strip.x < taken[:, 2])].T
    above = around.y - bottom[top < around.y]
    below = top[bottom > around.bottom] - around.bottom
    return int(above.min(initial=_FAR)), int(below.min(initial=_FAR))


def _moved_inside(strip: LabelStrip, y: int, size_wh: tuple[int, int]) -> LabelStrip:
    """Return the strip with its top at `y`, then moved as little as keeps it in the picture."""
    box = strip.box
    x = max(0, min(box.x, size_wh[0] - box.w))
    y = max(0, min(y, size_wh[1] - box.h))
    middles = tuple(middle + x - box.x for middle in strip.middles)
    return LabelStrip(Box(x, y, box.w, box.h), middles, strip.letter_px)


def _hidden(box: Box, taken: Edges) -> int:
    """Return how many pixels a box covers of others."""
    left, top, right, bottom = taken.T
    width = np.minimum(right, box.right) - np.maximum(left, box.x)
    height = np.minimum(bottom, box.bottom) - np.maximum(top, box.y)
    meets = (width > 0) & (height > 0)
    return int((width * height)[meets].sum())


def _edges(boxes: Sequence[Box]) -> Edges:
    rows = [(box.x, box.y, box.right, box.bottom) for box in boxes]
    return np.array(rows, np.int64).reshape(-1, 4)


def _page_letter(edges: Edges, size_wh: tuple[int, int]) -> int:
    """Return the letter height in pixels that suits most digits and the space between lines.

    It follows sizes and gaps without jumps, so that labels do not flicker on video.
    """
    left, top, right, bottom = edges.T
    height = median(bottom - top)
    preferred = min(0.4 * height, max(size_wh) / LARGEST_PART)
    smallest = min(0.8 * height, max(size_wh) / SMALLEST_PART)
    beside = (left[:, None] < right) & (left < right[:, None])
    gaps = np.where(beside & (bottom <= top[:, None]), top[:, None] - bottom, max(size_wh))
    room = float(np.percentile(gaps.min(axis=1), 25)) / 1.7
    return max(round(max(min(preferred, room), smallest)), SMALLEST_LETTER_PX)
