"""Grounds to write on: paper, boards and desks, with their grain, and printed rulings.

All are reflectances: ``(height, width, 3) float32``, BGR, 0 black to 1 white, before any light.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]
Color = tuple[float, float, float]

# BGR.  White twice as likely as each of the others.
_PAPERS = (
    (0.93, 0.94, 0.94),
    (0.88, 0.90, 0.91),
    (0.80, 0.89, 0.93),
    (0.55, 0.86, 0.92),
    (0.80, 0.82, 0.82),
    (0.58, 0.70, 0.78),
)
_PAPER_ODDS = (0.35, 0.25, 0.15, 0.07, 0.12, 0.06)
_BOARDS = ((0.10, 0.10, 0.10), (0.16, 0.22, 0.13), (0.14, 0.13, 0.12), (0.24, 0.19, 0.14))
_RULES = ((0.80, 0.68, 0.55), (0.62, 0.62, 0.62), (0.62, 0.72, 0.60), (0.45, 0.42, 0.40))

# The blur below leaves white noise with this part of its deviation.
_BLUR_GAIN = np.float32(1.0 / 0.36)


def noise(
    rng: np.random.Generator, size_wh: tuple[int, int], grain_wh: tuple[float, float]
) -> FloatImage:
    """Return smooth noise: ``(height, width) float32``, mean about 0, deviation about 1.

    Args:
        rng: where chance comes from.
        size_wh: (width, height) in pixels.
        grain_wh: width and height of its bumps in pixels.
    """
    columns, rows = (
        max(4, min(side, round(2.0 * side / grain)))
        for side, grain in zip(size_wh, grain_wh, strict=True)
    )
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    # Blurred on the coarse grid, because its points would show in the picture as a raster.
    coarse = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 0.8), np.float32)
    coarse *= _BLUR_GAIN
    return np.asarray(cv2.resize(coarse, size_wh, interpolation=cv2.INTER_CUBIC), np.float32)


def paper(
    rng: np.random.Generator, size_wh: tuple[int, int], color: Color | None = None
) -> FloatImage:
    """Return paper with fibres and faint waves.

    Args:
        rng: where chance comes from.
        size_wh: (width, height) in pixels.
        color: BGR, 0 to 1; None takes white, cream, yellow, grey or brown.
    """
    if color is None:
        color = _PAPERS[rng.choice(len(_PAPERS), p=_PAPER_ODDS)]
    grain = 0.010 * rng.uniform(0.3, 1.5) * noise(rng, size_wh, (1.6, 1.6))
    grain += 0.006 * noise(rng, size_wh, (7, 5))
    grain += 0.012 * noise(rng, size_wh, (260, 200))
    return _colored(color, rng.uniform(-0.02, 0.02), grain)


def board(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    """Return a blackboard, black or green, with the haze of wiped chalk."""
    color = _BOARDS[rng.integers(len(_BOARDS))]
    haze = noise(rng, size_wh, (220, 60)) + 0.7 * noise(rng, size_wh, (60, 25))
    haze += 0.35 * noise(rng, size_wh, (9, 3))
    chalk = 0.035 * rng.uniform(0.3, 1.2) * np.maximum(haze + 0.8, 0.0)
    grain = 0.05 * noise(rng, size_wh, (1.8, 1.8))
    return np.asarray(_colored(color, 0.0, grain) + chalk[..., None], np.float32)


def desk(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    """Return a desk darker and busier than paper: wood, leather or a plain top."""
    make = (wood, _leather, _plain_top)[rng.integers(3)]
    return make(rng, size_wh)


def wood(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    """Return a wooden desk top, brown, its grain running across."""
    grain = 0.10 * noise(rng, size_wh, (600, 30)) + 0.09 * noise(rng, size_wh, (300, 7))
    grain += 0.05 * noise(rng, size_wh, (60, 2))
    shade = rng.uniform(0.7, 1.3)
    return _colored((0.20 * shade, 0.30 * shade, 0.42 * shade), 0.0, grain)


def _leather(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    grain = 0.22 * noise(rng, size_wh, (6, 6)) + 0.15 * noise(rng, size_wh, (14, 11))
    return _colored((0.13, 0.12, 0.12), rng.uniform(-0.04, 0.06), grain)


def _plain_top(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    grain = 0.03 * noise(rng, size_wh, (2, 2)) + 0.04 * noise(rng, size_wh, (300, 200))
    color = tuple(float(c) for c in rng.uniform(0.15, 0.5) + rng.uniform(-0.06, 0.06, 3))
    return _colored(color, 0.0, grain)


def _colored(color: tuple[float, ...], brighter: float, grain: FloatImage) -> FloatImage:
    ground = np.asarray(color, np.float32) + np.float32(brighter)
    return np.asarray(ground * (1.0 + grain[..., None]), np.float32)


def rule(
    rng: np.random.Generator,
    ground: FloatImage,
    sheet_lines: NDArray[np.float64],
    homography: NDArray[np.float64],
) -> FloatImage:
    """Return the ground with printed lines.

    Args:
        rng: chooses colour, strength and thickness of the lines, the same for all.
        ground: ``(height, width, 3) float32`` reflectance.
        sheet_lines: ``(n, 2, 2) float64``, both ends of each line as (x, y) on the sheet.
        homography: ``(3, 3) float64`` from the sheet to the picture.
    """
    ends = cv2.perspectiveTransform(sheet_lines.reshape(-1, 1, 2), homography)
    ends = np.round(ends.reshape(-1, 2, 2) * 16).astype(np.int64)
    canvas = np.zeros(ground.shape[:2], np.uint8)
    thickness = int(rng.integers(1, 3))
    for start, end in ends:
        cv2.line(canvas, start.tolist(), end.tolist(), 255, thickness, cv2.LINE_AA, 4)
    color = np.asarray(_RULES[rng.integers(len(_RULES))], np.float32)
    cover = canvas[..., None].astype(np.float32) * np.float32(rng.uniform(0.4, 0.95) / 255.0)
    return np.asarray(ground * (1.0 - cover * (1.0 - color)), np.float32)
