"""Marks within numbers and signs between them, as many hands draw them.

`marks.operator` bends one shape of each; here length, slant, curvature and place are drawn too: a
point is a dot, a dash or a blot, a comma a hook or a stroke, a slash steep or flat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.writing.glyphs import Glyph
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.marks import EM, curve, with_pen

Points = NDArray[np.float64]
Rng = np.random.Generator

_PAD = 40
_BELOW = 56
# No sign is wider or higher than the pen's room allows.
_HIGHEST = 1.45


def _stroke(rng: Rng, start: Points, end: Points, bow: float) -> Points:
    """Return a stroke between two points, bowed sideways by a share of its length."""
    steps = np.linspace(0.0, 1.0, 5)[:, None]
    along = end - start
    aside = np.array([-along[1], along[0]])
    return np.asarray(start + steps * along + 4 * bow * steps * (1 - steps) * aside)


def _dot(rng: Rng, x: float, y: float, size: float) -> Points:
    turn = rng.uniform(0, np.pi)
    half = size * np.array([np.cos(turn), np.sin(turn)])
    return np.asarray(np.array([x, y]) + np.array([-half, half]), np.float64)


def _bar(rng: Rng, y: float, length: float, tilt: float) -> Points:
    rise = length * tilt
    start, end = np.array([0.0, y + rise / 2]), np.array([length, y - rise / 2])
    return _stroke(rng, start, end, rng.normal(0.0, 0.04))


def _point(rng: Rng) -> list[Points]:
    y = rng.normal(-0.03, 0.06)
    return [_dot(rng, 0.0, y, rng.uniform(0.0, 0.03) if rng.random() < 0.7 else 0.05)]


def _comma(rng: Rng) -> list[Points]:
    length, lean = rng.uniform(0.12, 0.42), rng.uniform(0.0, 0.8)
    top = np.array([0.0, rng.normal(-0.08, 0.05)])
    end = top + length * np.array([-lean, 1.0]) / np.hypot(lean, 1.0)
    return [_stroke(rng, top, end, rng.uniform(-0.25, 0.1))]


def _colon(rng: Rng) -> list[Points]:
    low, high = rng.uniform(-0.22, 0.0), rng.uniform(-0.75, -0.42)
    size, lean = rng.uniform(0.0, 0.04), rng.normal(0.03, 0.04)
    return [_dot(rng, 0.0, low, size), _dot(rng, lean, high, size)]


def _slash(rng: Rng) -> list[Points]:
    height, lean = rng.uniform(0.8, _HIGHEST), rng.uniform(0.12, 0.75)
    foot = rng.uniform(-0.05, 0.25) * height
    start, end = np.array([lean * height, foot - height]), np.array([0.0, foot])
    return [_stroke(rng, start, end, rng.normal(0.0, 0.03))]


def _dash(rng: Rng) -> list[Points]:
    return [_bar(rng, rng.normal(-0.46, 0.08), rng.uniform(0.18, 0.75), rng.normal(0.0, 0.1))]


def _equals(rng: Rng) -> list[Points]:
    length, apart = rng.uniform(0.3, 0.8), rng.uniform(0.14, 0.36)
    middle, tilt = rng.normal(-0.45, 0.06), rng.normal(0.0, 0.1)
    upper = _bar(rng, middle - apart / 2, length, tilt)
    lower = _bar(rng, middle + apart / 2, length * rng.uniform(0.8, 1.2), tilt)
    return [upper, lower + np.array([rng.normal(0.0, 0.05), 0.0])]


def _plus(rng: Rng) -> list[Points]:
    wide, high = rng.uniform(0.35, 0.85, 2)
    middle, across = rng.normal(-0.45, 0.07), rng.uniform(0.35, 0.65)
    lean = rng.normal(0.05, 0.08)
    upright = np.array([[across * wide + lean * high, -high / 2], [across * wide, high / 2]])
    upright[:, 1] += middle + rng.normal(0.0, 0.04)
    return [
        _bar(rng, middle, wide, rng.normal(0.0, 0.12)),
        _stroke(rng, upright[0], upright[1], rng.normal(0.0, 0.03)),
    ]


def _times(rng: Rng) -> list[Points]:
    wide, high = rng.uniform(0.3, 0.7, 2)
    y = rng.normal(-0.4, 0.08)
    if rng.random() < 0.3:
        # A letter x of two bows.
        bow, y = rng.uniform(0.15, 0.35), -high / 2
        left = _stroke(rng, np.array([0.0, y - high / 2]), np.array([0.0, y + high / 2]), -bow)
        right = _stroke(rng, np.array([wide, y - high / 2]), np.array([wide, y + high / 2]), bow)
        inward = np.array([wide / 4 - bow * high / 2, 0.0])
        return [left + inward, right - inward]
    ends = np.array([[0, -high], [wide, high], [wide, -high], [0, high]]) / (1, 2)
    ends += np.array([0.0, y])
    ends += rng.normal(0.0, 0.03, (4, 2))
    return [
        _stroke(rng, ends[0], ends[1], rng.normal(0.0, 0.06)),
        _stroke(rng, ends[2], ends[3], rng.normal(0.0, 0.06)),
    ]


def _over(rng: Rng) -> list[Points]:
    length, apart = rng.uniform(0.35, 0.75), rng.uniform(0.16, 0.34)
    y, size = rng.normal(-0.45, 0.06), rng.uniform(0.0, 0.03)
    x = length * rng.uniform(0.4, 0.6)
    bar = _bar(rng, y, length, rng.normal(0.0, 0.08))
    return [bar, _dot(rng, x, y - apart, size), _dot(rng, x, y + apart, size)]


def _middle_dot(rng: Rng) -> list[Points]:
    return [_dot(rng, 0.0, rng.normal(-0.42, 0.06), rng.uniform(0.0, 0.05))]


def _bracket(rng: Rng) -> list[Points]:
    height, bow = rng.uniform(1.0, _HIGHEST), rng.uniform(0.06, 0.28)
    foot, lean = rng.uniform(0.0, 0.25), rng.normal(0.06, 0.06) * height
    start, end = np.array([lean, foot - height]), np.array([0.0, foot])
    return [_stroke(rng, start, end, bow)]


def _closing(rng: Rng) -> list[Points]:
    (line,) = _bracket(rng)
    return [line * (-1, 1)]


_MAKERS: dict[str, Callable[[Rng], list[Points]]] = {
    ".": _point,
    ",": _comma,
    ":": _colon,
    "/": _slash,
    "-": _dash,
    "=": _equals,
    "+": _plus,
    "x": _times,
    "÷": _over,
    "·": _middle_dot,
    "(": _bracket,
    ")": _closing,
}

SEPARATORS = frozenset(_MAKERS)
"""Characters that `separator` can draw."""


def separator(rng: Rng, sign: str, pen: Pen) -> Glyph:
    """Return a mark or a sign as one of many hands draws it.

    Args:
        rng: where chance comes from.
        sign: one of `SEPARATORS`.
        pen: gives the width of the line.
    """
    lines = [curve(line) if len(line) > 3 else line for line in _MAKERS[sign](rng)]
    left = min(float(line[:, 0].min()) for line in lines)
    width = max(float(line[:, 0].max()) for line in lines) - left
    # A point is pressed, or drawn until it is seen, or just touched.
    wide = pen.width * (rng.uniform(0.75, 2.3) if sign in ".:·÷" else rng.uniform(0.85, 1.15))
    canvas = np.full((EM + _PAD + _BELOW, int(width * EM) + 2 * _PAD), 255, np.uint8)
    for line in lines:
        ends = (line - (left, 0.0)) * EM + (_PAD, canvas.shape[0] - _BELOW)
        ends[:, 1] = np.clip(ends[:, 1], 8, canvas.shape[0] - 8)
        points = np.round(ends * 16).astype(np.int32)
        cv2.polylines(canvas, [points[:, None]], False, 0, 1, cv2.LINE_8, 4)
    drawn = with_pen(rng, canvas, replace(pen, width=min(wide, 0.26)), rng.uniform(0.3, 2.5))
    return replace(drawn, sign=sign)
