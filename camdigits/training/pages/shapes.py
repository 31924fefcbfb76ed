"""Digits in the shapes of European hands, which MNIST hardly knows, as lines for any pen.

A 1 with a flag, a 7 with a bar, an open and a closed 4, a 0 with a slash, an 8 of two rings.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.drawing import GlyphSupply
from camdigits.training.pages.glyphs import Glyph, outline_of
from camdigits.training.pages.inks import Pen
from camdigits.training.pages.marks import curve, with_pen

Knots = tuple[tuple[float, float], ...]

_EM = 64
_PAD = 40
_RING: Knots = (
    *((0.3, -1.0), (0.08, -0.85), (0.0, -0.5), (0.08, -0.15), (0.3, 0.0)),
    *((0.52, -0.15), (0.6, -0.5), (0.52, -0.85), (0.3, -1.0)),
)

# Label and lines of each shape as (x, y) in digit heights: y = 0 is the foot, up is negative.
# Lines of four and more knots are curves.
_SHAPES: tuple[tuple[int, tuple[Knots, ...]], ...] = (
    (0, (_RING,)),
    (0, (_RING, ((0.08, -0.1), (0.52, -0.9)))),
    (1, (((0.0, -0.65), (0.32, -1.0), (0.32, 0.0)),)),
    (1, (((0.0, -0.72), (0.3, -1.0), (0.3, 0.0)), ((0.05, 0.0), (0.55, 0.0)))),
    (1, (((0.1, -1.0), (0.1, 0.0)),)),
    (4, (((0.1, -1.0), (0.0, -0.4), (0.6, -0.4)), ((0.45, -0.75), (0.42, 0.0)))),
    (4, (((0.45, 0.0), (0.45, -1.0), (0.0, -0.32)), ((0.0, -0.32), (0.65, -0.32)))),
    (7, (((0.0, -1.0), (0.6, -1.0), (0.2, 0.0)),)),
    (7, (((0.0, -1.0), (0.6, -1.0), (0.2, 0.0)), ((0.12, -0.5), (0.58, -0.5)))),
    (7, (((0.0, -0.85), (0.0, -1.0), (0.6, -1.0)), ((0.6, -1.0), (0.25, 0.0)))),
    (
        9,
        (
            (
                *((0.5, -0.9), (0.25, -1.0), (0.02, -0.85), (0.05, -0.6), (0.3, -0.52)),
                *((0.5, -0.7), (0.52, -0.92), (0.5, -0.4), (0.42, 0.0)),
            ),
        ),
    ),
    (
        8,
        (
            (
                *((0.5, -0.85), (0.3, -1.0), (0.08, -0.85), (0.12, -0.65), (0.3, -0.52)),
                *((0.55, -0.3), (0.5, -0.05), (0.28, 0.0), (0.02, -0.1), (0.05, -0.35)),
                *((0.3, -0.52), (0.48, -0.68), (0.5, -0.85)),
            ),
        ),
    ),
)

NUMBER_OF_SHAPES = len(_SHAPES)
"""How many shapes `shape` knows."""


def shape(rng: np.random.Generator, index: int, pen: Pen) -> Glyph:
    """Return a digit of a shape as one hand draws it.

    Args:
        rng: bends it.
        index: of the shape, less than `NUMBER_OF_SHAPES`.
        pen: gives the width of the line.
    """
    label, lines = _SHAPES[index]
    size = (rng.uniform(0.75, 1.15), 1.0)
    canvas = np.full((_EM + 2 * _PAD, _EM + 2 * _PAD), 255, np.uint8)
    for knots in lines:
        points = np.array(knots) * size + rng.normal(0.0, 0.025, (len(knots), 2))
        fine = curve(points) if len(points) > 3 else points
        ends = np.round((fine * _EM + (_PAD, _PAD + _EM)) * 16).astype(np.int32)
        cv2.polylines(canvas, [ends[:, None]], False, 0, 1, cv2.LINE_8, 4)
    mark = with_pen(rng, canvas, pen, rng.uniform(1.0, 4.0))
    return replace(mark, outline=outline_of(mark.field), label=label, frame=None)


class MixedSupply(GlyphSupply):
    """Hands out digits of a set, and now and then one of the shapes that the writer has made own.

    Args:
        rng: chooses the digits.
        digits: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0, at least one.
        labels: ``(n,)``, 0 to 9; a shape whose label is not among them is not written.
        pen: what they are drawn with.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        digits: NDArray[np.uint8],
        labels: NDArray[np.integer],
        pen: Pen,
    ) -> None:
        super().__init__(rng, digits, labels, pen)
        self._share = rng.uniform(0.1, 0.6) if rng.random() < 0.3 else 0.02
        present = [n for n in rng.permutation(NUMBER_OF_SHAPES) if _SHAPES[n][0] in labels]
        # One hand writes a digit in one way.
        self._own = list({_SHAPES[n][0]: int(n) for n in present}.values())

    def __call__(self) -> Glyph:
        """Return the next digit."""
        if self._own and self._rng.random() < self._share:
            return shape(self._rng, self._own[self._rng.integers(len(self._own))], self._pen)
        return super().__call__()
