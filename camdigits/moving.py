"""Digits and numbers of a searched frame, carried to where they are in the frames after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

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
        self._middles = _middles([digit.box for digit in digits])
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
        edges, kept = _inside(motion.moved(self._middles), size_wh)
        rows = edges.tolist()
        digits = [
            Digit(_box(row), old.label, old.confidence, old.track, "followed") if is_kept else None
            for old, row, is_kept in zip(self._digits, rows, kept.tolist(), strict=True)
        ]
        numbers = (
            _number(number, [(digits[place], rows[place]) for place in members])
            for number, members in zip(self._numbers, self._members, strict=True)
        )
        return (
            tuple(digit for digit in digits if digit is not None),
            tuple(number for number in numbers if number is not None),
        )


def _inside(
    values: Values, size_wh: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return boxes cut to the picture, and which of them lie in it.

    Args:
        values: ``(n, 4)`` middles, widths and heights.
        size_wh: (width, height) of the picture in pixels.

    Returns:
        ``(n, 4)`` left, top, right and bottom in whole pixels, and ``(n,)``.
    """
    start = np.rint(values[:, :2] - values[:, 2:] / 2).astype(np.int64)
    size = np.maximum(1, np.rint(values[:, 2:])).astype(np.int64)
    first, last = np.maximum(start, 0), np.minimum(start + size, size_wh)
    shared = np.maximum(last - first, 0).prod(axis=1)
    return np.hstack([first, last]), shared >= MIN_INSIDE * size.prod(axis=1)


def _middles(boxes: Sequence[Box]) -> Values:
    """Return boxes as ``(n, 4)``: x and y of the middle, width and height in pixels."""
    rows = [(box.x + box.w / 2, box.y + box.h / 2, box.w, box.h) for box in boxes]
    return np.array(rows, np.float64).reshape(-1, 4)


def _box(edges: Sequence[int]) -> Box:
    left, top, right, bottom = edges
    return Box(left, top, right - left, bottom - top)


def _number(number: Number, moved: list[tuple[Digit | None, list[int]]]) -> Number | None:
    """Return a number of those of its digits that did not leave; None if all did."""
    here = [(digit, edges) for digit, edges in moved if digit is not None]
    if not here:
        return None
    digits = tuple(digit for digit, _ in here)
    left, top, right, bottom = zip(*(edges for _, edges in here), strict=True)
    box = _box((min(left), min(top), max(right), max(bottom)))
    is_whole = len(digits) == len(number.digits)
    text = number.text if is_whole else "".join(str(digit.label) for digit in digits)
    return Number(text, box, number.confidence, digits, number.id)
