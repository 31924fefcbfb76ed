"""Strikes numbers out as their writer would: with strokes, crosses and scribbles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from camdigits.training.pages.writing.glyphs import MARK
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.layout import Stroke, Word
from camdigits.training.pages.writing.marks import EM, Points, curve, with_pen

STRUCK = "struck"
"""Sign of marks that were digits before they were struck out."""
STRIKE = "strike"
"""Sign of the marks that strike others out."""
UNDERLINE = "underline"

_PAD = 40
_BELOW = 56
# Share of numbers that are struck out, and of the others that are underlined.
_STRUCK_SHARE, _UNDERLINED_SHARE = 0.35, 0.08


def strike_some(
    rng: np.random.Generator,
    words: list[Word],
    striking: tuple[Pen, float],
    fits: Callable[[Word], bool],
) -> tuple[list[Word], list[Word]]:
    """Strike some numbers out, and underline others.

    Args:
        rng: where chance comes from.
        words: numbers at their places.
        striking: the pen that the strokes are drawn with, and the height of the digits in pixels.
        fits: says whether a stroke lies in the picture; numbers are not struck by others.

    Returns:
        The numbers, of which those that are struck are marks of sign `STRUCK`, and the strokes.
    """
    written, strokes = [], []
    for word in words:
        chance = rng.random()
        is_struck = chance < _STRUCK_SHARE
        if chance >= _STRUCK_SHARE + _UNDERLINED_SHARE:
            written.append(word)
            continue
        draw = _strike if is_struck else _underline
        lines = draw(rng, *_frame(word), striking[1])
        stroke = _drawn(rng, lines, *striking, STRIKE if is_struck else UNDERLINE)
        if fits(stroke):
            strokes.append(stroke)
        written.append(_as_marks(word) if is_struck and fits(stroke) else word)
    return written, strokes


def _as_marks(word: Word) -> Word:
    strokes = (
        Stroke(replace(stroke.glyph, label=MARK, sign=STRUCK), stroke.affine)
        for stroke in word.strokes
    )
    return Word(tuple(strokes))


def _frame(word: Word) -> tuple[Points, Points]:
    points = word.outline()
    return points.min(axis=0), points.max(axis=0)


def _strike(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return lines through a number, on the sheet."""
    kinds = tuple(STRIKES)
    weight = np.array([STRIKES[kind][1] for kind in kinds])
    kind = kinds[int(rng.choice(len(kinds), p=weight / weight.sum()))]
    return STRIKES[kind][0](rng, low, high, height)


def _line(
    rng: np.random.Generator, low: Points, high: Points, height: float, at: float | None = None
) -> list[Points]:
    """Return one stroke along a number, near its middle."""
    start, end = rng.uniform(0.08, 0.55, 2) * height
    rise = float(np.clip(rng.normal(0.0, 0.09), -0.2, 0.2)) * min(high[0] - low[0], 2.5 * height)
    middle = low[1] + (rng.uniform(0.36, 0.66) if at is None else at) * (high[1] - low[1])
    ends = np.array([[low[0] - start, middle + rise / 2], [high[0] + end, middle - rise / 2]])
    return [_bowed(rng, ends, 0.03)]


def _double(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return two strokes along a number."""
    at = rng.uniform(0.3, 0.5)
    first = _line(rng, low, high, height, at)
    return first + _line(rng, low, high, height, at + rng.uniform(0.12, 0.28))


def _slash(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return a stroke from one corner to the opposite one."""
    reach = rng.uniform(0.08, 0.35, (2, 2)) * height
    left, right = low[0] - reach[0, 0], high[0] + reach[1, 0]
    top, bottom = low[1] - 0.6 * reach[0, 1], high[1] + 0.6 * reach[1, 1]
    rising = [[left, bottom], [right, top]]
    falling = [[left, top], [right, bottom]]
    return [_bowed(rng, np.array(rising if rng.random() < 0.75 else falling), 0.03)]


def _cross(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return two strokes that cross over a number."""
    near, far = rng.uniform(0.0, 0.3, (2, 4)) * height
    rising = [[low[0] - near[0], high[1] + far[0]], [high[0] + near[1], low[1] - far[1]]]
    falling = [[low[0] - near[2], low[1] - far[2]], [high[0] + near[3], high[1] + far[3]]]
    return [_bowed(rng, np.array(ends), 0.03) for ends in (rising, falling)]


def _zigzag(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return one line up and down over a number."""
    turns = max(4, round((high[0] - low[0]) / height * rng.uniform(4.0, 9.0)))
    x = np.linspace(low[0] - 0.15 * height, high[0] + 0.15 * height, turns)
    x += rng.normal(0.0, 0.04 * height, turns)
    top, bottom = (
        low[1] + rng.uniform(-0.15, 0.25) * height,
        high[1] + (rng.uniform(-0.25, 0.15) * height),
    )
    y = np.where(np.arange(turns) % 2, top, bottom) + rng.normal(0.0, 0.06 * height, turns)
    return [curve(np.column_stack([x, y]))]


def _hatching(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return strokes side by side over a number."""
    count = max(4, round((high[0] - low[0]) / height * rng.uniform(4.0, 8.0)))
    lean = rng.uniform(0.1, 0.7) * height
    x = np.linspace(low[0] - 0.1 * height, high[0] + 0.1 * height, count)
    jitter = rng.normal(0.0, 0.05 * height, (count, 4))
    return [
        np.array([[x[n] - lean / 2 + a, high[1] + abs(b)], [x[n] + lean / 2 + c, low[1] - abs(d)]])
        for n, (a, b, c, d) in enumerate(jitter)
    ]


def _loops(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return loops one after the other over a number."""
    wide = high[0] - low[0]
    turns = max(2.0, wide / height * rng.uniform(2.5, 5.0))
    angle = np.linspace(0.0, 2 * np.pi * turns, round(18 * turns))
    middle = (low[1] + high[1]) / 2
    x = np.linspace(low[0], high[0], len(angle)) + rng.uniform(0.2, 0.4) * height * np.cos(angle)
    y = middle + rng.uniform(0.3, 0.6) * height * np.sin(angle)
    wander = np.interp(angle, np.linspace(0, angle[-1], 6), rng.normal(0.0, 0.05 * height, 6))
    return [np.column_stack([x, y + wander])]


_Strike = Callable[[np.random.Generator, Points, Points, float], list[Points]]
STRIKES: dict[str, tuple[_Strike, float]] = {
    "line": (_line, 4.0),
    "double": (_double, 1.5),
    "slash": (_slash, 1.5),
    "cross": (_cross, 1.5),
    "zigzag": (_zigzag, 1.0),
    "hatching": (_hatching, 0.7),
    "loops": (_loops, 0.7),
}
"""How a number is struck out, from its lower and upper corner and its height, and how often."""


def _underline(rng: np.random.Generator, low: Points, high: Points, height: float) -> list[Points]:
    """Return one or two lines below a number."""
    lines = []
    drop = rng.uniform(0.1, 0.3) * height
    for _ in range(1 + int(rng.random() < 0.3)):
        start, end = rng.uniform(-0.1, 0.4, 2) * height
        y = high[1] + drop + rng.normal(0.0, 0.02, 2) * height
        lines.append(_bowed(rng, np.array([[low[0] - start, y[0]], [high[0] + end, y[1]]]), 0.01))
        drop += rng.uniform(0.12, 0.2) * height
    return lines


def _bowed(rng: np.random.Generator, ends: Points, bow: float) -> Points:
    """Return a stroke from one point to another that bends a little on its way."""
    along = np.linspace(0.0, 1.0, 12)[:, None]
    straight = ends[0] + along * (ends[1] - ends[0])
    step = ends[1] - ends[0]
    aside = np.array([-step[1], step[0]]) * rng.normal(0.0, bow)
    return np.asarray(straight + 4 * along * (1 - along) * aside)


def _drawn(
    rng: np.random.Generator, lines: list[Points], pen: Pen, height_px: float, sign: str
) -> Word:
    """Return lines on the sheet as a pen draws them."""
    scale = height_px / EM
    points = np.concatenate(lines) / scale
    low = points.min(axis=0)
    wide, high = np.ceil(np.ptp(points, axis=0)).astype(int) + 1
    canvas = np.full((high + _PAD + _BELOW, wide + 2 * _PAD), 255, np.uint8)
    shift = np.array([_PAD, _PAD]) - low
    for line in lines:
        ends = np.round((line / scale + shift) * 16).astype(np.int32)
        cv2.polylines(canvas, [ends[:, None]], False, 0, 1, cv2.LINE_8, 4)
    glyph = replace(with_pen(rng, canvas, pen, rng.uniform(0.5, 1.5)), sign=sign)
    offset = -shift * scale
    return Word((Stroke(glyph, np.array([[scale, 0.0, offset[0]], [0.0, scale, offset[1]]])),))
