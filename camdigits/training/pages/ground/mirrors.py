"""What makes whiteboards hard to read: lamps and windows mirrored in them, smears of wiped ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import noise
from camdigits.types import Box

FloatImage = NDArray[np.float32]
Size = tuple[int, int]

_INKS = ((0.85, 0.35, 0.25), (0.25, 0.25, 0.28), (0.30, 0.25, 0.85), (0.45, 0.70, 0.30))
"""BGR of what is wiped."""


def smear(rng: np.random.Generator, ground: FloatImage) -> FloatImage:
    """Return a board with smears of wiped ink: streaks of cloth or hand, in a colour each.

    Args:
        rng: where chance comes from.
        ground: ``(height, width, 3) float32`` reflectance, BGR.
    """
    height, width = ground.shape[:2]
    for _ in range(int(rng.integers(0, 6))):
        canvas = np.zeros((height, width), np.uint8)
        place = rng.uniform(0.0, 1.0, 2) * (width, height)
        reach, angle = rng.uniform(0.03, 0.2) * height, rng.uniform(0.0, np.pi)
        along = np.linspace(-reach, reach, 8)[:, None] * (np.cos(angle), np.sin(angle))
        bend = np.sin(np.linspace(0.0, np.pi, 8))[:, None] * rng.normal(0.0, 0.5 * reach, 2)
        thick = max(2, int(rng.uniform(0.008, 0.07) * height))
        knots = np.round(place + along + bend).astype(np.int32)
        cv2.polylines(canvas, [knots], False, 255, thick, cv2.LINE_AA)
        soft = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.1, 0.5) * thick + 0.5)
        streaks = np.clip(0.6 + 0.4 * noise(rng, (width, height), (thick, 3)), 0.0, 1.0)
        strength = np.float32(rng.uniform(0.05, 0.3) / 255.0) * np.asarray(soft, np.float32)
        color = np.asarray(_INKS[rng.integers(len(_INKS))], np.float32)
        ground = ground * (1.0 - (strength * streaks)[..., None] * (1.0 - color))
    return np.asarray(ground, np.float32)


def mirror_lamps(
    rng: np.random.Generator, scene: FloatImage, digits: tuple[tuple[Box, int], ...]
) -> FloatImage:
    """Return the scene with lamps or windows mirrored in it, brighter than white.

    No digit lies under one; their halo may reach over digits.

    Args:
        rng: where chance comes from.
        scene: ``(height, width, 3) float32`` reflectance, BGR.
        digits: box and label of each digit.
    """
    height, width = scene.shape[:2]
    ink = np.zeros((height, width), np.uint8)
    for box, _ in digits:
        ink[max(0, box.y - 6) : box.bottom + 6, max(0, box.x - 6) : box.right + 6] = 255
    for _ in range(int(rng.integers(1, 6))):
        lamp = np.zeros((height, width), np.uint8)
        makers = (_tube, _bulb, _window)
        makers[rng.integers(len(makers))](rng, lamp)
        if cv2.countNonZero(cv2.bitwise_and(lamp, ink)):
            continue
        sharp = cv2.GaussianBlur(lamp, (0, 0), rng.uniform(0.6, 4.0) * height / 720.0)
        small = cv2.resize(lamp, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        wide = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.01, 0.05) * height)
        halo = np.asarray(cv2.resize(wide, (width, height)), np.float32)
        glow = np.asarray(sharp, np.float32) * rng.uniform(0.4, 2.5) + halo * rng.uniform(0.0, 0.6)
        tint = 1.0 + rng.normal(0.0, 0.05, 3).astype(np.float32)
        scene = scene + glow[..., None] / np.float32(255.0) * tint
    return np.asarray(scene, np.float32)


def _tube(rng: np.random.Generator, lamp: NDArray[np.uint8]) -> None:
    """Draw a long lamp, or a row of them."""
    height, width = lamp.shape
    place = rng.uniform(0.05, 0.95, 2) * (width, height)
    angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0.0, 0.3)
    reach = rng.uniform(0.02, 0.25) * height
    way = np.array([np.cos(angle), np.sin(angle)])
    thick = max(2, int(reach * rng.uniform(0.1, 0.5)))
    for number in range(int(rng.integers(1, 4))):
        middle = place + way * 2.6 * reach * number
        ends = np.round([middle - way * reach, middle + way * reach]).astype(int).tolist()
        cv2.line(lamp, ends[0], ends[1], 255, thick, cv2.LINE_AA)


def _bulb(rng: np.random.Generator, lamp: NDArray[np.uint8]) -> None:
    """Draw a round lamp, full or as a ring."""
    height, width = lamp.shape
    center = (int(rng.uniform(0.05, 0.95) * width), int(rng.uniform(0.05, 0.95) * height))
    axes = np.maximum(2, rng.uniform(0.01, 0.08) * height * rng.uniform(0.5, 1.0, 2)).astype(int)
    fill = cv2.FILLED if rng.random() < 0.75 else max(1, int(axes.min()) // 3)
    turn = float(rng.uniform(0, 180))
    cv2.ellipse(lamp, center, axes.tolist(), turn, 0, 360, 255, fill, cv2.LINE_AA)


def _window(rng: np.random.Generator, lamp: NDArray[np.uint8]) -> None:
    """Draw a window, or a ceiling lamp of panels, with bars."""
    height, width = lamp.shape
    center = rng.uniform(0.05, 0.95, 2) * (width, height)
    reach = np.exp(rng.uniform(np.log(0.03), np.log(0.2), 2)) * height
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * reach
    corners += rng.normal(0.0, 0.1, (4, 2)) * reach + center
    quad = np.round(corners).astype(np.int32)
    cv2.fillPoly(lamp, [quad[:, None]], 255, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 3))):
        share = rng.uniform(0.2, 0.8)
        ends = np.round(
            [
                quad[0] + share * (quad[1] - quad[0]),
                quad[3] + share * (quad[2] - quad[3]),
            ]
        )
        start, end = ends.astype(int).tolist()
        cv2.line(lamp, start, end, 0, int(rng.uniform(0.03, 0.15) * reach.min()) + 1)
