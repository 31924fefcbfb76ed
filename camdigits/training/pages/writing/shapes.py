"""Digits in shapes that MNIST hardly knows, as lines for any pen.

MNIST was written in one country.  Elsewhere a 1 has a flag as long as itself, a 7 a bar, a 2 loops,
an open 4 strokes that do not reach as high as each other, a 0 a tail, a 9 a curl.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from camdigits.training.pages.writing.drawing import GlyphSupply
from camdigits.training.pages.writing.glyphs import Glyph, outline_of
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.marks import curve, with_pen

Knots = tuple[tuple[float, float], ...]

_EM = 64
_PAD = 52
_RING: Knots = (
    *((0.3, -1.0), (0.08, -0.85), (0.0, -0.5), (0.08, -0.15), (0.3, 0.0)),
    *((0.52, -0.15), (0.6, -0.5), (0.52, -0.85), (0.3, -1.0)),
)

# Label and lines of each shape as (x, y) in digit heights: y = 0 is the foot, up is negative.
# Lines of four and more knots are curves.
_SHAPES: tuple[tuple[int, tuple[Knots, ...]], ...] = (
    (0, (_RING,)),
    (0, (_RING, ((0.08, -0.1), (0.52, -0.9)))),
    # The ends cross at the top, and the last one goes on.
    (0, ((*_RING[:-1], (0.3, -0.95), (0.1, -0.9)),)),
    (0, (((0.5, -0.85), *_RING[:-1], (0.45, -1.0), (0.75, -0.98)),)),
    # The ends do not meet.
    (0, (((0.42, -0.8), (0.3, -0.98), *_RING[1:-1], (0.4, -0.7)),)),
    (1, (((0.0, -0.65), (0.32, -1.0), (0.32, 0.0)),)),
    (1, (((0.0, -0.72), (0.3, -1.0), (0.3, 0.0)), ((0.05, 0.0), (0.55, 0.0)))),
    (1, (((0.1, -1.0), (0.1, 0.0)),)),
    (1, (((0.0, -0.4), (0.42, -1.0), (0.42, 0.0)),)),
    (1, (((0.0, -0.1), (0.48, -1.0), (0.44, 0.0)),)),
    (1, (((0.0, -0.5), (0.18, -0.65), (0.32, -0.82), (0.42, -1.0), (0.41, -0.5), (0.38, 0.0)),)),
    (1, (((0.0, -0.62), (0.15, -0.6), (0.3, -0.75), (0.36, -1.0)), ((0.36, -1.0), (0.32, 0.0)))),
    (1, (((0.0, -0.6), (0.35, -1.0), (0.3, 0.0)), ((0.0, 0.05), (0.68, -0.14)))),
    # A 2 with a loop at its foot, small or large, and one that hooks in at its head.
    (
        2,
        (
            (
                *((0.02, -0.78), (0.12, -0.95), (0.35, -1.0), (0.52, -0.8), (0.45, -0.5)),
                *((0.2, -0.12), (0.03, -0.03), (0.05, -0.16), (0.22, -0.12), (0.45, -0.0)),
                (0.7, -0.1),
            ),
        ),
    ),
    (
        2,
        (
            (
                *((0.06, -0.72), (0.2, -0.98), (0.42, -0.98), (0.5, -0.7), (0.35, -0.35)),
                *((0.12, -0.02), (-0.05, -0.1), (0.08, -0.3), (0.3, -0.18), (0.45, 0.0)),
                (0.72, -0.06),
            ),
        ),
    ),
    (
        2,
        (
            (
                *((0.2, -0.72), (0.04, -0.72), (0.08, -0.95), (0.35, -1.0), (0.5, -0.75)),
                *((0.35, -0.35), (0.08, -0.02), (0.04, -0.14), (0.25, -0.1), (0.62, 0.0)),
            ),
        ),
    ),
    (2, (((0.0, -0.85), (0.2, -1.0), (0.48, -0.9), (0.4, -0.5), (0.0, 0.0)), ((0, 0), (0.6, 0)))),
    # A 3 with a flat head, and one with a loop in its middle.
    (
        3,
        (
            ((0.05, -1.0), (0.52, -1.0), (0.22, -0.58)),
            ((0.22, -0.58), (0.5, -0.5), (0.54, -0.2), (0.3, 0.0), (0.0, -0.1)),
        ),
    ),
    (
        3,
        (
            (
                *((0.04, -0.9), (0.3, -1.0), (0.5, -0.8), (0.35, -0.58), (0.18, -0.52)),
                *((0.22, -0.62), (0.48, -0.45), (0.52, -0.18), (0.28, 0.0), (0.0, -0.08)),
            ),
        ),
    ),
    (4, (((0.1, -1.0), (0.0, -0.4), (0.6, -0.4)), ((0.45, -0.75), (0.42, 0.0)))),
    (4, (((0.45, 0.0), (0.45, -1.0), (0.0, -0.32)), ((0.0, -0.32), (0.65, -0.32)))),
    (4, (((0.3, -1.0), (0.0, -0.35), (0.62, -0.38)), ((0.42, -0.62), (0.3, 0.0)))),
    (4, (((0.28, -1.0), (0.0, -0.3), (0.55, -0.3)), ((0.5, -0.5), (0.36, 0.12)))),
    (4, (((0.1, -1.0), (0.04, -0.6), (0.12, -0.45), (0.45, -0.48)), ((0.46, -1.0), (0.42, 0.0)))),
    (4, (((0.2, -0.95), (0.02, -0.5), (0.1, -0.38), (0.5, -0.7)), ((0.52, -0.95), (0.38, 0.0)))),
    # A 5 of one stroke like an S, and one whose bar stands off.
    (
        5,
        (
            (
                *((0.58, -1.0), (0.2, -0.98), (0.08, -0.75), (0.15, -0.58), (0.4, -0.55)),
                *((0.52, -0.3), (0.42, -0.05), (0.2, 0.0), (0.0, -0.1)),
            ),
        ),
    ),
    (
        5,
        (
            ((0.12, -0.92), (0.06, -0.55), (0.35, -0.6), (0.52, -0.3), (0.35, 0.0), (0.0, -0.06)),
            ((0.16, -0.98), (0.68, -1.02)),
        ),
    ),
    (
        6,
        (
            (
                *((0.4, -1.0), (0.15, -0.7), (0.0, -0.3), (0.12, -0.02), (0.4, -0.05)),
                *((0.5, -0.28), (0.35, -0.48), (0.12, -0.4), (0.03, -0.2)),
            ),
        ),
    ),
    (
        6,
        (
            (
                *((0.55, -0.92), (0.4, -1.0), (0.15, -0.8), (0.02, -0.4), (0.08, -0.08)),
                *((0.32, 0.0), (0.5, -0.15), (0.42, -0.36), (0.2, -0.34), (0.08, -0.18)),
            ),
        ),
    ),
    (7, (((0.0, -1.0), (0.6, -1.0), (0.2, 0.0)),)),
    (7, (((0.0, -1.0), (0.6, -1.0), (0.2, 0.0)), ((0.12, -0.5), (0.58, -0.5)))),
    (7, (((0.0, -0.85), (0.0, -1.0), (0.6, -1.0)), ((0.6, -1.0), (0.25, 0.0)))),
    (7, (((0.0, -0.95), (0.34, -1.0), (0.14, 0.0)),)),
    (7, (((0.0, -0.92), (0.2, -1.0), (0.4, -0.92), (0.58, -0.98), (0.36, -0.5), (0.28, 0.0)),)),
    (
        7,
        (
            ((0.0, -0.8), (0.1, -1.0), (0.3, -0.92), (0.55, -1.0), (0.35, -0.5), (0.2, 0.0)),
            ((0.15, -0.42), (0.6, -0.48)),
        ),
    ),
    # The bar is low, and the head no more than a hook.
    (7, (((0.0, -0.96), (0.58, -1.0), (0.26, 0.0)), ((0.08, -0.4), (0.64, -0.42)))),
    (7, (((0.0, -0.7), (0.32, -1.0), (0.29, 0.0)), ((0.02, -0.36), (0.68, -0.38)))),
    (
        7,
        (
            ((0.0, -0.76), (0.1, -0.95), (0.28, -1.0), (0.42, -0.88), (0.4, -0.5), (0.35, 0.0)),
            ((0.06, -0.34), (0.74, -0.38)),
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
    # Two rings, and an 8 that is begun at its head and left open there.
    (
        8,
        (
            (
                *((0.28, -1.0), (0.1, -0.9), (0.1, -0.62), (0.28, -0.52), (0.46, -0.62)),
                *((0.46, -0.9), (0.28, -1.0)),
            ),
            (
                *((0.28, -0.5), (0.04, -0.4), (0.04, -0.1), (0.28, 0.0), (0.52, -0.1)),
                *((0.52, -0.4), (0.28, -0.5)),
            ),
        ),
    ),
    (
        8,
        (
            (
                *((0.55, -0.98), (0.3, -1.0), (0.1, -0.82), (0.2, -0.6), (0.45, -0.4)),
                *((0.5, -0.12), (0.28, 0.0), (0.05, -0.12), (0.12, -0.38), (0.35, -0.6)),
                (0.52, -0.9),
            ),
        ),
    ),
    (
        9,
        (
            (
                *((0.5, -0.9), (0.25, -1.0), (0.02, -0.85), (0.05, -0.6), (0.3, -0.52)),
                *((0.5, -0.7), (0.52, -0.92), (0.5, -0.4), (0.42, 0.0)),
            ),
        ),
    ),
    # A long stem, with a small loop too, a straight one, and a tail that curls back.
    (
        9,
        (
            (
                *((0.26, -0.93), (0.12, -1.0), (0.0, -0.91), (0.07, -0.81), (0.21, -0.84)),
                *((0.28, -0.96), (0.26, -0.5), (0.21, 0.0)),
            ),
        ),
    ),
    (
        9,
        (
            (
                *((0.34, -0.9), (0.16, -1.0), (0.0, -0.84), (0.1, -0.68), (0.27, -0.75)),
                *((0.36, -0.95), (0.33, -0.5), (0.27, 0.0)),
            ),
        ),
    ),
    (
        9,
        (
            ((0.46, -0.85), (0.25, -1.0), (0.02, -0.8), (0.12, -0.55), (0.35, -0.6), (0.48, -0.9)),
            ((0.48, -1.0), (0.44, 0.0)),
        ),
    ),
    (
        9,
        (
            (
                *((0.5, -0.85), (0.28, -1.0), (0.04, -0.85), (0.08, -0.6), (0.32, -0.55)),
                *((0.5, -0.8), (0.54, -0.4), (0.45, -0.05), (0.2, 0.02), (0.0, -0.1)),
            ),
        ),
    ),
)

NUMBER_OF_SHAPES = len(_SHAPES)
"""How many shapes `shape` knows."""


def shape(rng: np.random.Generator, index: int, pen: Pen) -> Glyph:
    """Return a digit of a shape as one writer draws it.

    Args:
        rng: bends it.
        index: of the shape, less than `NUMBER_OF_SHAPES`.
        pen: gives the width of the line.
    """
    label, lines = _SHAPES[index]
    size, slant = (rng.uniform(0.7, 1.2), 1.0), rng.uniform(-0.12, 0.4)
    canvas = np.full((_EM + 2 * _PAD, _EM + 2 * _PAD), 255, np.uint8)
    for knots in lines:
        points = np.array(knots) * size + rng.normal(0.0, 0.03, (len(knots), 2))
        points[:, 0] -= slant * points[:, 1]
        fine = curve(points) if len(points) > 3 else points
        ends = np.round((fine * _EM + (_PAD, _PAD + _EM)) * 16).astype(np.int32)
        cv2.polylines(canvas, [ends[:, None]], False, 0, 1, cv2.LINE_8, 4)
    mark = with_pen(rng, canvas, pen, rng.uniform(1.0, 4.0))
    return replace(mark, outline=outline_of(mark.field), label=label, frame=None)


class MixedSupply(GlyphSupply):
    """Hands out digits of a set, and now and then one of the shapes that the writer has made own.

    A shape whose label is not among those of the set is not written.
    """

    def _prepare(self) -> None:
        rng, present = self._rng, set(self._labels.tolist())
        self._share = rng.uniform(0.1, 0.7) if rng.random() < 0.4 else 0.04
        shapes = [n for n in rng.permutation(NUMBER_OF_SHAPES) if _SHAPES[n][0] in present]
        # One writer writes a digit in one way.
        self._own = list({_SHAPES[n][0]: int(n) for n in shapes}.values())

    def __call__(self) -> Glyph:
        """Return the next digit."""
        if self._own and self._rng.random() < self._share:
            return shape(self._rng, self._own[self._rng.integers(len(self._own))], self._pen)
        return super().__call__()
