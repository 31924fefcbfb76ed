"""Operators, other signs and words in the pen of the digits beside them; none of them is a digit.

All are drawn as lines one point wide on a grid, bent by smooth noise as a hand would, and given
the pen's width by the distance to the line, as the digits are.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import noise
from camdigits.training.pages.writing.figures import FIGURES
from camdigits.training.pages.writing.glyphs import MARK, Glyph, outline_of
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.letters import word_spine

EM = 64
"""Height of a digit on the grid of a mark, in points."""

Points = NDArray[np.float64]

_PAD = 40
# Rows from a word's baseline to the bottom of the grid: room for a g, its pen and its bend.
_BELOW = 56

# Lines of each operator as (x, y) in digit heights: y = 0 is the baseline, up is negative.
_OPERATORS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "+": (((0.0, -0.45), (0.6, -0.45)), ((0.3, -0.75), (0.3, -0.15))),
    "-": (((0.0, -0.45), (0.55, -0.45)),),
    "=": (((0.0, -0.58), (0.6, -0.58)), ((0.0, -0.33), (0.6, -0.33))),
    "x": (((0.0, -0.65), (0.5, -0.15)), ((0.5, -0.65), (0.0, -0.15))),
    "*": (
        ((0.0, -0.6), (0.4, -0.3)),
        ((0.4, -0.6), (0.0, -0.3)),
        ((0.2, -0.7), (0.2, -0.2)),
    ),
    "/": (((0.0, 0.05), (0.45, -1.0)),),
    "(": (((0.25, -1.1), (0.06, -0.8), (0.0, -0.45), (0.06, -0.1), (0.25, 0.2)),),
    ")": (((0.0, -1.1), (0.19, -0.8), (0.25, -0.45), (0.19, -0.1), (0.0, 0.2)),),
    "[": (((0.2, -1.1), (0.0, -1.1), (0.0, 0.15), (0.2, 0.15)),),
    "]": (((0.0, -1.1), (0.2, -1.1), (0.2, 0.15), (0.0, 0.15)),),
    ".": (((0.0, -0.02), (0.02, -0.02)),),
    ",": (((0.08, -0.06), (0.07, 0.06), (0.0, 0.18)),),
    ":": (((0.0, -0.1), (0.02, -0.1)), ((0.0, -0.5), (0.02, -0.5))),
    "'": (((0.05, -1.0), (0.0, -0.8)),),
    "%": (
        ((0.1, 0.0), (0.6, -0.95)),
        ((0.0, -0.8), (0.15, -0.9), (0.2, -0.7), (0.05, -0.65), (0.0, -0.8)),
        ((0.5, -0.2), (0.65, -0.3), (0.7, -0.1), (0.55, -0.02), (0.5, -0.2)),
    ),
    "÷": (((0.0, -0.45), (0.6, -0.45)), ((0.3, -0.7), (0.31, -0.7)), ((0.3, -0.2), (0.31, -0.2))),
    "<": (((0.5, -0.75), (0.0, -0.45), (0.5, -0.15)),),
    ">": (((0.0, -0.75), (0.5, -0.45), (0.0, -0.15)),),
    "√": (((0.0, -0.5), (0.12, -0.55), (0.3, 0.05), (0.55, -1.2), (1.2, -1.2)),),
    "✓": (((0.0, -0.45), (0.2, -0.05), (0.65, -0.95)),),
    "|": (((0.0, 0.1), (0.0, -1.05)),),
}

OPERATORS = frozenset(_OPERATORS)
"""Characters that `operator` can draw, beside those of `FIGURES`."""

_LINES = _OPERATORS | FIGURES


def operator(rng: np.random.Generator, sign: str, pen: Pen, stretch: float = 1.0) -> Glyph:
    """Return an operator or another sign as one writer draws it.

    Args:
        rng: bends it.
        sign: one of `OPERATORS` or `FIGURES`.
        pen: gives the width of the line.
        stretch: how many times wider than usual; a fraction bar is a wide minus.
    """
    size = rng.uniform(0.75, 1.2, 2) * (stretch, 1.0)
    middle = np.array([0.0, -0.45])
    lines = []
    for knots in _LINES[sign]:
        points = (np.array(knots) - middle) * size + middle
        points += rng.normal(0.0, 0.025, points.shape)
        lines.append(curve(points) if len(points) > 3 else points)
    width = max(float(line[:, 0].max()) for line in lines)
    canvas = _canvas(int(width * EM))
    for line in lines:
        ends = np.round((line * EM + (_PAD, canvas.shape[0] - _BELOW)) * 16).astype(np.int32)
        cv2.polylines(canvas, [ends[:, None]], False, 0, 1, cv2.LINE_8, 4)
    return replace(with_pen(rng, canvas, pen, rng.uniform(0.5, 3.0)), sign=sign)


def word(
    rng: np.random.Generator, text: str, pen: Pen, font: int, is_joined: bool = False
) -> Glyph:
    """Return a word or a single letter as one writer writes it.

    Args:
        rng: bends it.
        text: ASCII, with some ink.
        pen: gives the width of the line.
        font: one of `letters.FONTS`.
        is_joined: a line leads from each letter to the next.
    """
    gap = -2.0 if is_joined and pen.width < 0.1 else rng.uniform(0.03, 0.13) * EM + pen.width * EM
    spine = word_spine(rng, text, font, (EM + _PAD, _BELOW), gap)
    return replace(with_pen(rng, 255 * (1 - spine), pen, rng.uniform(1.5, 5.0)), sign=text)


def _canvas(width: int) -> NDArray[np.uint8]:
    return np.full((EM + _PAD + _BELOW, width + 2 * _PAD), 255, np.uint8)


def curve(points: Points) -> Points:
    """Return a curve through bent knots: ``(n, 2)``."""
    steps = np.linspace(0, len(points) - 1, 6 * len(points))
    fine = np.column_stack(
        [np.interp(steps, np.arange(len(points)), points[:, axis]) for axis in (0, 1)]
    )
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
    padded = np.pad(fine, ((2, 2), (0, 0)), mode="edge")
    return np.column_stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)])


def with_pen(rng: np.random.Generator, canvas: NDArray[np.uint8], pen: Pen, bend: float) -> Glyph:
    """Bend lines by a number of points and give them the width of the pen.

    Args:
        rng: bends them.
        canvas: ``(height, width) uint8``, 0 on the lines, 255 beside; the baseline is as far above
            the bottom as that of a word.
        pen: gives the width, for a digit as high as `EM`.
        bend: deviation of the bend, in points.
    """
    height, width = canvas.shape
    distance = cv2.distanceTransform(canvas, cv2.DIST_L2, 5)
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    columns += bend * noise(rng, (width, height), (45.0, 60.0))
    rows += bend * noise(rng, (width, height), (45.0, 60.0))
    bent = cv2.remap(distance, columns, rows, cv2.INTER_LINEAR, borderValue=1000.0)
    thickness = pen.width * EM * float(np.exp(rng.normal(0.0, 0.08)))
    swell = 0.12 * thickness * noise(rng, (width, height), (40.0, 40.0))
    edge = pen.wobble * EM * noise(rng, (width, height), (5.0, 5.0))
    field = np.asarray(bent - max(1.6, thickness / 2.0) + swell + edge, np.float32)
    return Glyph(field, outline_of(field), MARK, (float(height - _BELOW), float(EM)))
