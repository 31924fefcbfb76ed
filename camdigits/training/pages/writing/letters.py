"""Letters as spines one point wide, from which a pen of any width writes words."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.writing.glyphs import thin

Mask = NDArray[np.uint8]

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
)
"""Fonts whose spines look written once they are bent."""

# Height of a capital in points.
_EM = 64
_INK_LEVEL = 90


def word_spine(
    rng: np.random.Generator, text: str, font: int, rows: tuple[int, int], gap: float
) -> Mask:
    """Return the spine of a word: ``(height, width) uint8``, 1 on 0, margins at both sides.

    Args:
        rng: shifts the letters.
        text: ASCII, with some ink.
        font: one of `FONTS`.
        rows: rows from the top to the baseline, and from there to the bottom; capitals are as
            high as the first less its margin, which equals the margins at the sides.
        gap: between letters, in points; below 0 they overlap, and a line leads from each letter to
            the next, as in running writing.
    """
    above, below = rows
    margin = above - _EM
    spines = [_spine(letter, font, rows) for letter in text]
    gaps = np.maximum(gap + rng.normal(0.0, 1.5, len(spines)), -8.0)
    width = 2 * margin + sum(spine.shape[1] for spine in spines) + int(gaps.clip(0).sum()) + 4
    canvas = np.zeros((above + below, width), np.uint8)
    x, last = float(margin), None
    for spine, after in zip(spines, gaps, strict=True):
        drop = int(np.clip(rng.normal(0.0, 1.5), -5, 5))
        place = canvas[:, int(x) : int(x) + spine.shape[1]]
        np.maximum(place, np.roll(spine, drop, axis=0), out=place)
        if gap < 0 and last is not None:
            end = _foot(spine, above, -1)
            cv2.line(canvas, last, (int(x) + end[0], end[1] + drop), 1, 1)
        start = _foot(spine, above, 1)
        last = (int(x) + start[0], start[1] + drop)
        x += spine.shape[1] + float(after)
    return canvas


@cache
def _spine(letter: str, font: int, rows: tuple[int, int]) -> Mask:
    """Return the spine of a letter, without room at its sides; it is not to be written to."""
    scale = cv2.getFontScaleFromHeight(font, _EM, 1)
    canvas = np.zeros((sum(rows), 4 * _EM), np.uint8)
    cv2.putText(canvas, letter, (_EM, rows[0]), font, scale, 255, 1, cv2.LINE_AA)
    spine = thin((canvas >= _INK_LEVEL).astype(np.uint8))
    columns = np.flatnonzero(spine.any(axis=0))
    if len(columns) == 0:
        raise ValueError(f"no ink in {letter!r}: words are made of printable ASCII")
    return np.ascontiguousarray(spine[:, columns[0] : columns[-1] + 1])


def _foot(spine: Mask, baseline: int, side: int) -> tuple[int, int]:
    """Return the point (x, y) of a letter furthest to a side near its baseline."""
    ys, xs = np.nonzero(spine[baseline - _EM // 3 : baseline + 1])
    if len(xs) == 0:
        ys, xs = np.nonzero(spine)
        ys = ys - (baseline - _EM // 3)
    n = int(np.argmax(side * xs))
    return int(xs[n]), int(ys[n]) + baseline - _EM // 3
