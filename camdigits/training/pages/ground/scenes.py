"""What lies on a page or falls on it from the room: fingers, pens, cables, lamps and windows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import noise
from camdigits.types import Box

FloatImage = NDArray[np.float32]
Size = tuple[int, int]


def lay_things(
    rng: np.random.Generator, scene: FloatImage, digits: tuple[tuple[Box, int], ...]
) -> FloatImage:
    """Return the scene with fingers, a pen or a cable on it; none of them covers a digit.

    Args:
        rng: where chance comes from.
        scene: ``(height, width, 3) float32`` reflectance.
        digits: box and label of each digit.
    """
    for _ in range(int(rng.integers(1, 5))):
        cover, color = _finger(rng, scene.shape) if rng.random() < 0.6 else _rod(rng, scene.shape)
        if not _hides_a_digit(cover, digits):
            scene = _lay(rng, scene, cover, color)
    return scene


def _hides_a_digit(cover: FloatImage, digits: tuple[tuple[Box, int], ...]) -> bool:
    return any(
        bool(
            (cover[max(0, box.y - 3) : box.bottom + 3, max(0, box.x - 3) : box.right + 3] > 0).any()
        )
        for box, _ in digits
    )


def _lay(
    rng: np.random.Generator, scene: FloatImage, cover: FloatImage, color: FloatImage
) -> FloatImage:
    """Return the scene with a rounded thing on it, lit from one side, and its shadow."""
    height, width = cover.shape
    sigma = rng.uniform(3.0, 12.0) * height / 720.0
    small = cv2.resize(cover, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    soft = np.asarray(cv2.GaussianBlur(small, (0, 0), max(0.5, sigma / 4.0)), np.float32)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    slope = np.cos(angle) * np.gradient(soft, axis=1) + np.sin(angle) * np.gradient(soft, axis=0)
    bulge = cv2.resize(np.asarray(0.75 + 0.3 * soft + 1.2 * slope, np.float32), (width, height))
    shade = np.asarray(cv2.resize(soft, (width, height)), np.float32)
    under = scene * (1.0 - np.float32(rng.uniform(0.1, 0.5)) * shade)[..., None]
    grain = 1.0 + 0.03 * noise(rng, (width, height), (5, 5))
    thing = color * (np.clip(np.asarray(bulge, np.float32), 0.3, 1.4) * grain)[..., None]
    return np.asarray(under + cover[..., None] * (thing - under), np.float32)


def _finger(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[FloatImage, FloatImage]:
    """Return the cover and colour of fingers that reach in from an edge of the picture."""
    height, width = shape[:2]
    canvas = np.zeros((height, width), np.uint8)
    side = int(rng.integers(4))
    along = rng.uniform(0.05, 0.95)
    start = np.array([(0.0, along), (1.0, along), (along, 0.0), (along, 1.0)][side])
    inward = np.array([(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)][side])
    beside = inward[::-1]
    thick = rng.uniform(0.05, 0.13) * height
    for finger in range(int(rng.integers(1, 5))):
        base = start * (width, height) + beside * finger * thick * 1.05
        reach = rng.uniform(0.08, 0.3) * height
        tip = base + inward * reach + beside * rng.normal(0.0, 0.2) * reach
        points = np.round(np.array([base - inward * thick, tip])).astype(int).tolist()
        cv2.line(canvas, points[0], points[1], 255, max(3, int(thick)), cv2.LINE_AA)
    tone = np.array((0.45, 0.58, 0.82), np.float32) * np.float32(rng.uniform(0.35, 1.1))
    return np.asarray(canvas, np.float32) / np.float32(255.0), tone


def _rod(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[FloatImage, FloatImage]:
    """Return the cover and colour of a pen, a ruler or a cable."""
    height, width = shape[:2]
    canvas = np.zeros((height, width), np.uint8)
    place = rng.uniform(0.0, 1.0, 2) * (width, height)
    angle = rng.uniform(0.0, np.pi)
    reach = rng.uniform(0.15, 0.6) * height
    knots = place + np.linspace(-reach, reach, 12)[:, None] * (np.cos(angle), np.sin(angle))
    if rng.random() < 0.4:
        knots += np.cumsum(rng.normal(0.0, 0.03 * height, knots.shape), axis=0)
    thick = max(2, int(rng.uniform(0.006, 0.05) * height))
    cv2.polylines(canvas, [np.round(knots).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    color = np.clip(rng.uniform(0.05, 0.8) + rng.normal(0.0, 0.15, 3), 0.03, 1.0)
    return np.asarray(canvas, np.float32) / np.float32(255.0), color.astype(np.float32)


def window_light(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return the light of a window with bars, or of a gap between things: hard or soft edges."""
    width, height = size_wh
    canvas = np.zeros((height, width), np.uint8)
    center = rng.uniform(0.2, 0.8, 2) * size_wh
    reach = np.exp(rng.uniform(np.log(0.15), np.log(0.7), 2)) * height
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * reach
    corners += rng.normal(0.0, 0.15, (4, 2)) * reach
    angle = rng.uniform(0.0, np.pi)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    quad = np.round(corners @ turn + center).astype(np.int32)
    cv2.fillPoly(canvas, [quad[:, None]], 255)
    for _ in range(int(rng.integers(0, 3))):
        ends = (quad[[0, 2]] * rng.uniform(0.2, 0.8) + quad[[1, 3]] * 0.5).astype(int).tolist()
        cv2.line(canvas, ends[0], ends[1], 0, int(rng.uniform(0.01, 0.06) * height) + 1)
    small = cv2.resize(canvas, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), float(np.exp(rng.uniform(-0.7, 2.5))))
    lit = np.asarray(cv2.resize(soft, size_wh), np.float32) / np.float32(255.0)
    dark = np.float32(rng.uniform(0.45, 0.85))
    return np.asarray(dark + (1.0 - dark) * lit, np.float32)


def lamp_spot(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return the pool of light of a lamp, bright in the middle: glare where it is near."""
    width, height = size_wh
    x, y = rng.uniform(0.1, 0.9, 2) * size_wh
    reach = rng.uniform(0.12, 0.9) * height
    columns = (np.arange(width, dtype=np.float32)[None, :] - x) / reach
    rows = (np.arange(height, dtype=np.float32)[:, None] - y) / (reach * rng.uniform(0.5, 1.5))
    pool = 1.0 / (1.0 + columns * columns + rows * rows)
    dark = rng.uniform(0.45, 0.9)
    return np.asarray(dark + (rng.uniform(1.0, 1.35) - dark) * pool * pool, np.float32)
