"""Pictures that are no digits, in the form that digits have when the network sees them.

Letters and symbols in the fonts that OpenCV draws, scribbles, corners and crossings of lines,
halves of digits, pairs of digits, blots, grain.  What looks like a digit whatever it was meant to
be (the letter O, an upright bar) is not among them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.networks.mnist_form import to_mnist_form
from camdigits.training.pages.fonts import FONTS

Image = NDArray[np.uint8]

SIDE_PX = 72
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYacdefhjkmnprtuvwxy"
"""Without those that people write like a digit: I O S Z b g i l o q s z."""
SYMBOLS = "+-=*()%&#@$?<>[]{}:;^~"


def draw_negatives(rng: np.random.Generator, count: int, digits: Image) -> Image:
    """Return pictures of what is no digit: ``(count, 28, 28) uint8`` in MNIST form.

    Args:
        rng: every choice comes from it.
        count: how many.
        digits: ``(n, 28, 28) uint8`` in MNIST form, at least two: halves and pairs are made of
            them.
    """
    images = np.empty((count, 28, 28), np.uint8)
    for place in range(count):
        images[place] = to_mnist_form(_draw(rng, digits))
    return images


def _draw(rng: np.random.Generator, digits: Image) -> Image:
    """Return a drawing with ink on it: 255 on 0, any size."""
    while True:
        kind = int(rng.integers(len(_MAKERS) + 2))
        if kind < len(_MAKERS):
            drawing = _MAKERS[kind](rng)
        else:
            drawing = (_half, _pair)[kind - len(_MAKERS)](rng, digits)
        _, _, w, h = cv2.boundingRect(drawing)
        # An upright bar is a one, and a single pixel is nothing.
        if h > 2 and w > 0.3 * h:
            return drawing


def _letters(rng: np.random.Generator) -> Image:
    return _text(rng, "".join(rng.choice(list(LETTERS), 1 if rng.random() < 0.8 else 2)))


def _symbol(rng: np.random.Generator) -> Image:
    return _text(rng, str(rng.choice(list(SYMBOLS))))


def _text(rng: np.random.Generator, text: str) -> Image:
    font = int(FONTS[rng.integers(len(FONTS))])
    thickness = int(rng.integers(1, 7))
    canvas = np.zeros((2 * SIDE_PX, 3 * SIDE_PX), np.uint8)
    scale = cv2.getFontScaleFromHeight(font, SIDE_PX * 2 // 3, 1)
    cv2.putText(canvas, text, (30, SIDE_PX + 30), font, scale, 255, thickness, cv2.LINE_AA)
    return _slant(rng, canvas)


def _slant(rng: np.random.Generator, canvas: Image) -> Image:
    height, width = canvas.shape
    turn = np.deg2rad(rng.uniform(-12, 12))
    shear = rng.uniform(-0.3, 0.3)
    matrix = np.array([[np.cos(turn), shear - np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0]])
    middle = np.array([width / 2, height / 2])
    matrix[:, 2] = middle - matrix[:, :2] @ middle
    return np.asarray(cv2.warpAffine(canvas, matrix, (width, height)), np.uint8)


def _scribble(rng: np.random.Generator) -> Image:
    knots = rng.uniform(0.1, 0.9, (int(rng.integers(4, 14)), 2))
    smooth = np.asarray(cv2.resize(knots, (2, 12 * len(knots)), interpolation=cv2.INTER_CUBIC))
    return _polyline(rng, smooth * SIDE_PX, is_closed=False)


def _zigzag(rng: np.random.Generator) -> Image:
    """Return three to six straight strokes, or a polygon."""
    corners = rng.uniform(0.1, 0.9, (int(rng.integers(3, 7)), 2))
    return _polyline(rng, corners * SIDE_PX, is_closed=rng.random() < 0.5)


def _polyline(rng: np.random.Generator, points: NDArray[Any], *, is_closed: bool) -> Image:
    canvas = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    corners = np.rint(points).astype(np.int32)[:, None]
    cv2.polylines(canvas, [corners], is_closed, 255, int(rng.integers(2, 9)), cv2.LINE_AA)
    return canvas


def _ruling(rng: np.random.Generator) -> Image:
    """Return a corner, crossing or cell of ruled lines."""
    canvas = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    thickness = int(rng.integers(1, 6))
    for across, count in ((True, rng.integers(1, 4)), (False, rng.integers(1, 4))):
        for _ in range(int(count)):
            place = int(rng.uniform(0.1, 0.9) * SIDE_PX)
            start, end = (int(each) for each in np.sort(rng.uniform(0, SIDE_PX, 2)))
            ends = ((start, place), (end, place)) if across else ((place, start), (place, end))
            cv2.line(canvas, *ends, 255, thickness)
    return _slant(rng, canvas)


def _blot(rng: np.random.Generator) -> Image:
    """Return a filled shape: the edge of a shadow, a thumb, a speck that was enlarged."""
    canvas = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    corners = rng.uniform(0.15, 0.85, (int(rng.integers(3, 9)), 2)) * SIDE_PX
    hull = cv2.convexHull(corners.astype(np.float32))
    cv2.fillPoly(canvas, [np.rint(hull).astype(np.int32)], 255)
    return canvas


def _grain(rng: np.random.Generator) -> Image:
    """Return a piece of thresholded noise."""
    noise = rng.standard_normal((SIDE_PX, SIDE_PX)).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), rng.uniform(2.0, 7.0)))
    ink = (soft > np.quantile(soft, rng.uniform(0.6, 0.9))).astype(np.uint8)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.asarray((parts == largest) * np.uint8(255))


def _half(rng: np.random.Generator, digits: Image) -> Image:
    """Return the upper, lower, left or right part of a digit."""
    digit = _take(rng, digits)
    share = int(rng.integers(8, 12))
    which = int(rng.integers(4))
    cut = (digit[:share], digit[-share:], digit[:, :share], digit[:, -share:])[which]
    return np.ascontiguousarray(cut)


def _pair(rng: np.random.Generator, digits: Image) -> Image:
    """Return two digits that touch or nearly do, sometimes three."""
    canvas = np.zeros((28, 84), np.uint8)
    for place in range(2 if rng.random() < 0.8 else 3):
        x = place * int(rng.integers(15, 21))
        window = canvas[:, x : x + 28]
        np.maximum(window, _take(rng, digits), out=window)
    return canvas


def _take(rng: np.random.Generator, digits: Image) -> Image:
    return np.asarray(digits[int(rng.integers(len(digits)))])


_MAKERS: tuple[Callable[[np.random.Generator], Image], ...] = (
    _letters,
    _letters,
    _symbol,
    _scribble,
    _zigzag,
    _ruling,
    _blot,
    _grain,
)
