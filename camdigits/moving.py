"""Digits and numbers of a searched frame, carried to where they are in the frames after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from camdigits.motion import Motion, Values
from camdigits.types import Box, Digit, Number

MIN_INSIDE = 0.8
"""Part of a digit's box that must lie in the picture, else it has left it."""

Found = tuple[tuple[Digit, ...], tuple[Number, ...]]


class Carried:
    """What one frame showed; without motion it is given again as it is.

    Args:
        digits: in reading order, boxes in pixels.
        numbers: made of them.
    """

    def __init__(self, digits: Sequence[Digit], numbers: Sequence[Number]) -> None:
        self._digits = tuple(replace(digit, seen="followed") for digit in digits)
        places = {id(digit): place for place, digit in enumerate(digits)}
        self._members = [[places[id(digit)] for digit in number.digits] for number in numbers]
        self._numbers = tuple(
            replace(number, digits=tuple(self._digits[place] for place in members))
            for number, members in zip(numbers, self._members, strict=True)
        )

    def moved(self, motion: Motion, size_wh: tuple[int, int]) -> Found:
        """Return digits and numbers after the picture moved, without what left it.

        Args:
            motion: since the frame.
            size_wh: (width, height) of the picture in pixels.
        """
        if motion == Motion() or not self._digits:
            return self._digits, self._numbers
        boxes = motion.moved(middles([digit.box for digit in self._digits]))
        bounds = Box(0, 0, *size_wh)
        moved: dict[int, Digit] = {}
        for place, (digit, box) in enumerate(zip(self._digits, as_boxes(boxes), strict=True)):
            shared = bounds.intersection(box)
            if shared >= MIN_INSIDE * box.area:
                inside = box if shared == box.area else box.clipped(bounds)
                moved[place] = Digit(inside, digit.label, digit.confidence, digit.track, "followed")
        numbers = (
            _number(number, [moved[place] for place in members if place in moved])
            for number, members in zip(self._numbers, self._members, strict=True)
        )
        return tuple(moved.values()), tuple(number for number in numbers if number is not None)


def middles(boxes: Sequence[Box]) -> Values:
    """Return boxes as ``(n, 4)``: x and y of the middle, width and height in pixels."""
    rows = [(box.x + box.w / 2, box.y + box.h / 2, box.w, box.h) for box in boxes]
    return np.array(rows, np.float64).reshape(-1, 4)


def as_boxes(values: Values) -> list[Box]:
    """Return the boxes that ``(n, 4)`` middles, widths and heights stand for, in whole pixels."""
    corners = np.rint(values[:, :2] - values[:, 2:] / 2).astype(int).tolist()
    sizes = np.maximum(1, np.rint(values[:, 2:])).astype(int).tolist()
    return [Box(x, y, w, h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]


def _number(number: Number, digits: list[Digit]) -> Number | None:
    if not digits:
        return None
    box = digits[0].box
    for digit in digits[1:]:
        box = box.union(digit.box)
    is_whole = len(digits) == len(number.digits)
    text = number.text if is_whole else "".join(str(digit.label) for digit in digits)
    return Number(text, box, number.confidence, tuple(digits), number.id)
