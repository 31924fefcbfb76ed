"""Grounds of varied pages: paper old and new, notes, cards and whiteboards, and what befell them.

All are reflectances: ``(height, width, 3) float32``, BGR, 0 black to 1 white, before any light.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import board, noise, paper

FloatImage = NDArray[np.float32]
Size = tuple[int, int]

_NOTES = ((0.45, 0.88, 0.95), (0.60, 0.55, 0.95), (0.55, 0.90, 0.65), (0.90, 0.80, 0.55))
_CARDS = ((0.10, 0.10, 0.11), (0.35, 0.15, 0.10), (0.15, 0.12, 0.40), (0.18, 0.28, 0.12))


def note(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a sticky note or coloured paper."""
    color = np.array(_NOTES[rng.integers(len(_NOTES))]) + rng.normal(0.0, 0.05, 3)
    blue, green, red = np.clip(color, 0.2, 0.98).tolist()
    return paper(rng, size_wh, (blue, green, red))


def card(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return dark or strongly coloured card, for light ink."""
    color = np.array(_CARDS[rng.integers(len(_CARDS))]) + rng.normal(0.04, 0.04, 3)
    blue, green, red = np.clip(color, 0.05, 0.5).tolist()
    return paper(rng, size_wh, (blue, green, red))


def whiteboard(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a whiteboard with the haze of wiped markers."""
    haze = np.maximum(noise(rng, size_wh, (200, 50)) + 0.5 * noise(rng, size_wh, (40, 12)), 0.0)
    tint = np.array((0.03, 0.05, 0.06)) * rng.uniform(0.0, 1.5)
    base = np.float32(rng.uniform(0.78, 0.92)) + rng.normal(0.0, 0.012, 3).astype(np.float32)
    return np.asarray(base - haze[..., None] * tint.astype(np.float32), np.float32)


def security(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return paper printed with fine waves, as cheques, tickets and certificates are."""
    width, height = size_wh
    sheet = paper(rng, size_wh)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for _ in range(int(rng.integers(1, 4))):
        angle, pitch = rng.uniform(-0.6, 0.6), rng.uniform(4.0, 14.0)
        across, along = y * np.cos(angle) + x * np.sin(angle), x * np.cos(angle) - y * np.sin(angle)
        wave = np.sin(along * np.float32(2 * np.pi / (pitch * rng.uniform(3.0, 14.0))))
        phase = (across / np.float32(pitch) + np.float32(rng.uniform(0.1, 0.8)) * wave) % 1.0
        line = np.clip(1.5 - np.abs(phase - 0.5) * pitch / rng.uniform(0.5, 1.2), 0.0, 1.0)
        ink = np.clip(rng.uniform(0.4, 0.9) + rng.normal(0.0, 0.1, 3), 0.2, 1.0)
        strength = np.float32(rng.uniform(0.15, 0.7)) * line.astype(np.float32)
        sheet = sheet * (1.0 - strength[..., None] * (1.0 - ink.astype(np.float32)))
    return np.asarray(sheet, np.float32)


GROUNDS: dict[
    str, tuple[Callable[[np.random.Generator, Size], FloatImage], tuple[str, ...] | None]
] = {
    "paper": (paper, None),
    "note": (note, None),
    "card": (card, ("white", "chalk")),
    "whiteboard": (whiteboard, ("board",)),
    "board": (board, ("chalk",)),
    "security": (security, None),
}
"""What makes a ground, and the pens that write on it; None for those that the style names."""


def wear(rng: np.random.Generator, ground: FloatImage) -> FloatImage:
    """Return the ground with folds, crumples, stains or specks, or as it is."""
    size_wh = (ground.shape[1], ground.shape[0])
    chance = rng.random()
    if chance < 0.15:
        return ground * _folds(rng, size_wh)[..., None]
    if chance < 0.25:
        return ground * _crumples(rng, size_wh)[..., None]
    if chance < 0.35:
        return _stains(rng, ground)
    return ground


def _folds(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return straight creases, lighter on one side and darker on the other."""
    width, height = size_wh
    shade = np.ones((height, width), np.float32)
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32)[None, :]
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None]
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0.0, 0.05)
        away = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.6, 0.6)
        sharp = rng.uniform(0.002, 0.02)
        step = away / sharp / (1.0 + (away / sharp) ** 2)
        shade = shade * (1.0 + rng.uniform(-0.18, 0.18) * step)
        shade = shade * (1.0 + rng.uniform(-0.04, 0.04) * np.sign(away))
    return np.asarray(shade, np.float32)


def _crumples(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return the shading of crumpled paper: facets with ridges between them."""
    ridge = np.abs(noise(rng, size_wh, (150, 150))) + 0.6 * np.abs(noise(rng, size_wh, (60, 60)))
    return np.asarray(1.0 + rng.uniform(0.02, 0.07) * (ridge - 1.2), np.float32)


def _stains(rng: np.random.Generator, ground: FloatImage) -> FloatImage:
    """Return the ground with smudges, coffee rings and specks."""
    height, width = ground.shape[:2]
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 12))):
        center = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        radius = int(np.exp(rng.uniform(np.log(0.004), np.log(0.12))) * height) + 1
        fill = cv2.FILLED if rng.random() < 0.7 else max(1, radius // 8)
        axes = (radius, int(radius * rng.uniform(0.5, 1.0)) + 1)
        cv2.ellipse(canvas, center, axes, float(rng.uniform(0, 180)), 0, 360, 255, fill)
    soft = cv2.GaussianBlur(canvas, (0, 0), float(np.exp(rng.uniform(0.0, 2.5))))
    strength = np.asarray(soft, np.float32)[..., None] * np.float32(rng.uniform(0.1, 0.5) / 255.0)
    tint = np.clip(rng.uniform(0.3, 0.8) + rng.normal(0.0, 0.1, 3), 0.1, 1.0).astype(np.float32)
    return np.asarray(ground * (1.0 - strength * (1.0 - tint)), np.float32)


def haunt(rng: np.random.Generator, ground: FloatImage, cover: FloatImage) -> FloatImage:
    """Return the ground with ghosts of writing: of the other side, or wiped away.

    Args:
        rng: where chance comes from.
        ground: ``(height, width, 3) float32``.
        cover: ``(height, width) float32``, what is written; the ghosts are made of it.
    """
    height, width = cover.shape
    is_bleed = bool(rng.random() < 0.65)
    side = -1.0 if is_bleed else 1.0
    shift_x = (width if is_bleed else 0.0) + rng.uniform(-0.15, 0.15) * width
    move = np.array([[side, 0.02, shift_x], [0.02, 1.0, rng.uniform(-0.2, 0.2) * height]])
    # What is read as a digit must not shine through as strongly as what is written.
    strength = rng.uniform(0.05, 0.25) if is_bleed else rng.uniform(0.03, 0.10)
    ghost = np.asarray(cv2.warpAffine(cover, move, (width, height)), np.float32)
    soft = cv2.GaussianBlur(ghost, (0, 0), rng.uniform(0.8, 2.5))
    patchy = np.clip(0.8 + 0.3 * noise(rng, (width, height), (60, 40)), 0.0, 1.2)
    dark = np.float32(strength) * np.asarray(soft, np.float32) * patchy
    return np.asarray(ground * (1.0 - dark[..., None]), np.float32)
