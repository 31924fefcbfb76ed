"""Pens, and how their ink lies on a ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import noise

FloatImage = NDArray[np.float32]
Range = tuple[float, float]

_BLUES = ((0.55, 0.25, 0.12), (0.45, 0.15, 0.10), (0.70, 0.35, 0.15))
_BLACKS = ((0.12, 0.11, 0.11), (0.20, 0.18, 0.18))
_COLORS = ((0.18, 0.14, 0.72), (0.25, 0.45, 0.12), (0.14, 0.10, 0.55))
_GREYS = ((0.32, 0.31, 0.31), (0.45, 0.44, 0.44))
_BRIGHTS = (
    (0.10, 0.92, 0.97),  # yellow
    (0.15, 0.72, 0.98),  # amber
    (0.20, 0.58, 0.98),  # orange
    (0.93, 0.78, 0.42),  # light blue
    (0.85, 0.88, 0.40),  # turquoise
    (0.82, 0.58, 0.97),  # pink
    (0.50, 0.90, 0.55),  # light green
    (0.92, 0.70, 0.78),  # lilac
)
_CHALKS = ((0.92, 0.94, 0.94), (0.62, 0.88, 0.94), (0.90, 0.80, 0.88))


@dataclass(frozen=True, slots=True)
class Pen:
    """What a pen leaves on the ground.

    Attributes:
        color: BGR, 0 to 1; a filter on what lies below, or for chalk the colour itself.
        opacity: how much of the ground the ink hides, 0 to 1.
        width: of the stroke, as a fraction of the digit's height.
        likeness: 0 for a line of even width, 1 for one that swells where MNIST's does.
        grain: how much the ground's grain breaks the ink, 0 to 1.
        unevenness: how much the ink's density varies along the stroke, 0 to 1.
        wobble: unevenness of the stroke's edge, as a fraction of the digit's height.
        is_chalk: lies on the ground instead of tinting it.
    """

    color: tuple[float, float, float]
    opacity: float
    width: float
    likeness: float
    grain: float
    unevenness: float
    wobble: float = 0.004
    is_chalk: bool = False


@dataclass(frozen=True, slots=True)
class _PenKind:
    colors: tuple[tuple[float, float, float], ...]
    opacity: Range
    width: Range
    likeness: Range
    grain: Range
    unevenness: Range
    is_chalk: bool = False


_PEN_KINDS = {
    "pencil": _PenKind(_GREYS, (0.6, 0.95), (0.05, 0.09), (0.1, 0.5), (0.3, 0.8), (0.1, 0.3)),
    "ballpoint": _PenKind(
        _BLUES + _BLACKS + _COLORS, (0.75, 0.95), (0.05, 0.09), (0.0, 0.4), (0.05, 0.3), (0.1, 0.3)
    ),
    "gel": _PenKind(
        _BLACKS + _BLUES, (0.88, 0.97), (0.06, 0.10), (0.1, 0.5), (0.0, 0.08), (0.02, 0.1)
    ),
    "felt": _PenKind(
        _BLACKS + _BLUES + _COLORS, (0.85, 0.97), (0.09, 0.14), (0.2, 0.7), (0.0, 0.15), (0.05, 0.2)
    ),
    "marker": _PenKind(
        _BLACKS + _BLUES + _COLORS, (0.88, 0.98), (0.13, 0.20), (0.1, 0.6), (0.0, 0.1), (0.05, 0.25)
    ),
    "bright": _PenKind(_BRIGHTS, (0.8, 0.98), (0.07, 0.16), (0.1, 0.6), (0.0, 0.15), (0.05, 0.25)),
    "chalk": _PenKind(
        _CHALKS, (0.6, 0.92), (0.08, 0.14), (0.1, 0.6), (0.35, 0.8), (0.1, 0.4), is_chalk=True
    ),
    "faint": _PenKind(_GREYS, (0.16, 0.42), (0.05, 0.10), (0.1, 0.5), (0.1, 0.4), (0.05, 0.25)),
    "board": _PenKind(
        _BLACKS + _BLUES + _COLORS, (0.75, 0.97), (0.08, 0.16), (0.0, 0.4), (0.0, 0.2), (0.1, 0.4)
    ),
    "white": _PenKind(
        _CHALKS, (0.7, 0.97), (0.06, 0.13), (0.0, 0.5), (0.0, 0.2), (0.02, 0.2), is_chalk=True
    ),
}


def take_pen(rng: np.random.Generator, kind: str) -> Pen:
    """Return a pen of a kind.

    Args:
        rng: where chance comes from.
        kind: "pencil", "faint" (a pale pencil), "ballpoint", "gel", "felt", "marker", "bright" (in
            pale colours), "board" (on a whiteboard), "chalk" or "white" (light ink).
    """
    like = _PEN_KINDS[kind]
    blue, green, red = like.colors[rng.integers(len(like.colors))]
    shift = rng.uniform(-0.04, 0.04)
    return Pen(
        color=(blue + shift, green + shift, red + shift),
        opacity=rng.uniform(*like.opacity),
        width=rng.uniform(*like.width),
        likeness=rng.uniform(*like.likeness),
        grain=rng.uniform(*like.grain),
        unevenness=rng.uniform(*like.unevenness),
        is_chalk=like.is_chalk,
    )


def lay_ink(
    rng: np.random.Generator, ground: FloatImage, cover: FloatImage, pen: Pen
) -> FloatImage:
    """Return the ground with ink on it.

    Args:
        rng: makes the grain.
        ground: ``(height, width, 3) float32`` reflectance, BGR, 0 to 1.
        cover: ``(height, width) float32``, the part of each pixel that strokes cover, 0 to 1.
        pen: what the strokes were made with.
    """
    size_wh = (cover.shape[1], cover.shape[0])
    tooth = np.clip(0.75 + 0.6 * noise(rng, size_wh, (1.7, 1.7)), 0.0, 1.0)
    density = 1.0 - pen.grain * (1.0 - tooth)
    density *= 1.0 - pen.unevenness * np.clip(0.5 + 0.5 * noise(rng, size_wh, (14, 14)), 0.0, 1.0)
    strength = (cover * np.float32(pen.opacity) * density)[..., None]
    color = np.asarray(pen.color, np.float32)
    inked = color if pen.is_chalk else ground * color
    return np.asarray(ground + strength * (inked - ground), np.float32)
