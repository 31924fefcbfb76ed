"""A glance at digits, which tells most of those that are not struck out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.support.resample import average

CELLS = 12
"""Digits are looked at as so many cells, and as many rows of them."""
INKED = 40
"""Share of ink, of 255, from which on there is ink in a cell."""
END = 5
"""Cells that the end of a stroke, or of two, covers of the outermost column at most."""
MIDDLE = (1.5, 9.5)
"""Rows between which the end of a level stroke is; heads and feet of digits are not."""
CORNER = 3.5
"""How far from its corner the end of a slanted stroke is at most, in cells."""
WIDE, NARROW = 0.85, 0.65
"""Width over height of a digit with a level stroke at least, and with a slanted one or a cross."""
LONG = 3.0
"""All strokes of a scribbled digit are this long together, in its heights."""


def may_be_struck(digits: Sequence[Candidate]) -> NDArray[np.bool_]:
    """Return which digits may have strokes through them that hang together with nothing else.

    Ends of strokes are the outermost ink on the left and the right: level in the middle of the
    digit, slanted in opposite corners, and crosses in all four.

    Args:
        digits: each with all ink that hangs together with it.

    Returns:
        ``(n,)``.
    """
    if not digits:
        return np.zeros(0, np.bool_)
    cells = np.stack([average(each.ink, (CELLS, CELLS)) for each in digits])
    inked = cells >= INKED
    ends = inked[:, :, [0, -1]]
    top, bottom = ends.argmax(axis=1), CELLS - 1 - ends[:, ::-1].argmax(axis=1)
    middle = (top + bottom) / 2
    are_ends = (ends.any(axis=1) & (bottom - top < END)).all(axis=1)
    is_line = _are_joined(inked, middle)
    is_line &= are_ends
    shape = np.array([each.place.w / each.place.h for each in digits])
    is_level = ((middle >= MIDDLE[0]) & (middle <= MIDDLE[1])).all(axis=1) & (shape >= WIDE)
    is_high, is_low = middle <= CORNER, middle >= CELLS - 1 - CORNER
    slants = (is_low[:, 0] & is_high[:, 1]) | (is_high[:, 0] & is_low[:, 1])
    inner = slice(CELLS // 2 - 1, CELLS // 2 + 1)
    crosses = (~ends[:, inner].any(axis=1) & (bottom - top >= CELLS // 2)).all(axis=1)
    is_scribbled = np.array([_length(each) for each in digits]) >= LONG
    is_shaped = np.logical_or(is_level, slants & (shape >= NARROW))
    found = (is_line & is_shaped) | (crosses & (shape >= NARROW)) | is_scribbled
    return np.asarray(found, np.bool_)


def _are_joined(inked: NDArray[np.bool_], middle: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether there is ink all the way between the ends on the left and on the right.

    Args:
        inked: ``(n, CELLS, CELLS)``.
        middle: ``(n, 2)``, rows of both ends.
    """
    near = inked.copy()
    near[:, 1:] |= inked[:, :-1]
    near[:, :-1] |= inked[:, 1:]
    columns = np.arange(CELLS)
    share = columns / (CELLS - 1)
    rows = np.rint(middle[:, :1] * (1 - share) + middle[:, 1:] * share).astype(np.intp)
    on_the_way = near[np.arange(len(inked))[:, None], rows, columns]
    return np.asarray(on_the_way.all(axis=1), np.bool_)


def _length(digit: Candidate) -> float:
    """Return how long its strokes are together, in its heights."""
    stroke_px = max(digit.ink_stroke_px, 0.5)
    return cv2.countNonZero(digit.ink) / stroke_px / digit.place.h
