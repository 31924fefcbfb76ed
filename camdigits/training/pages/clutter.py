"""Marks that are no digits: words in drawn letters, scribbles, bar codes and triangles."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.fonts import FONTS

Canvas = NDArray[np.uint8]

_WORDS = (
    "Please return this sheet to the office",
    "apples, pears and bread",
    "Dear Anna",
    "see you on Friday",
    "invoice",
    "NAME",
    "Total amount",
    "and the rest of the story is simple",
    "KEEP DRY",
    "milk",
    "Handle with care",
    "which way does the wind blow today",
    "Monday",
    "physics lecture",
    "for my brother",
    "ATTENTION",
    "thank you very much",
    "yours truly",
    "draft",
    "Meeting at the river",
)


def draw_clutter(rng: np.random.Generator, size_wh: tuple[int, int]) -> Canvas:
    """Return marks strewn over a sheet: ``(height, width) uint8``, 255 on 0."""
    width, height = size_wh
    canvas = np.zeros((height, width), np.uint8)
    makers = (_words, _words, _scribble, _bar_code, _triangle)
    for row in range(3):
        for column in range(3):
            corner = (
                int(width * (0.04 + 0.31 * column + rng.uniform(0.0, 0.06))),
                int(height * (0.05 + 0.31 * row + rng.uniform(0.0, 0.06))),
            )
            room = (int(0.26 * width), int(0.24 * height))
            makers[rng.integers(len(makers))](rng, canvas, corner, room)
    return canvas


def _words(
    rng: np.random.Generator, canvas: Canvas, corner: tuple[int, int], room: tuple[int, int]
) -> None:
    font = int(FONTS[rng.integers(len(FONTS))])
    thickness = int(rng.integers(1, 4))
    height = rng.uniform(0.1, 0.3) * room[1]
    y = corner[1]
    while y + 1.4 * height < corner[1] + room[1]:
        y += int(1.6 * height)
        text = _WORDS[rng.integers(len(_WORDS))]
        scale = cv2.getFontScaleFromHeight(font, max(8, int(height)), thickness)
        wide = cv2.getTextSize(text, font, scale, thickness)[0][0]
        text = text[: max(2, int(len(text) * room[0] / max(wide, room[0])))]
        cv2.putText(canvas, text, (corner[0], y), font, scale, 255, thickness, cv2.LINE_AA)


def _scribble(
    rng: np.random.Generator, canvas: Canvas, corner: tuple[int, int], room: tuple[int, int]
) -> None:
    knots = rng.uniform(0.0, 1.0, (int(rng.integers(8, 30)), 2))
    knots[:, 0] = 0.6 * knots[:, 0] + 0.4 * np.linspace(0.0, 1.0, len(knots))
    smooth = cv2.resize(knots, (2, 12 * len(knots)), interpolation=cv2.INTER_CUBIC)
    points = np.round(np.asarray(smooth) * room + corner).astype(np.int32)
    thickness = int(rng.integers(2, 5))
    cv2.polylines(canvas, [points[:, None]], False, 255, thickness, cv2.LINE_AA)


def _bar_code(
    rng: np.random.Generator, canvas: Canvas, corner: tuple[int, int], room: tuple[int, int]
) -> None:
    x, unit = corner[0], int(rng.integers(2, 5))
    high = int(room[1] * rng.uniform(0.4, 0.9))
    while x < corner[0] + 0.8 * room[0]:
        wide = unit * int(rng.integers(1, 4))
        cv2.rectangle(canvas, (x, corner[1]), (x + wide - 1, corner[1] + high), 255, cv2.FILLED)
        x += wide + unit * int(rng.integers(1, 4))


def _triangle(
    rng: np.random.Generator, canvas: Canvas, corner: tuple[int, int], room: tuple[int, int]
) -> None:
    angles = np.array([0.0, 2.1, 4.2]) + rng.uniform(-0.4, 0.4, 3) + rng.uniform(0.0, 6.3)
    radius = rng.uniform(0.25, 0.5) * room[1]
    middle = np.array(corner) + np.array(room) / 2.0
    points = middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    thickness = int(rng.integers(2, 7))
    corners = np.round(points).astype(np.int32)[:, None]
    cv2.polylines(canvas, [corners], True, 255, thickness, cv2.LINE_AA)
