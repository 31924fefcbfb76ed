"""Varies views of candidates as another light, another camera and another writer would."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BLURRED_SHARE = 0.3
"""Share of the views of digits that are blurred."""
PRINT_REACH = 0.4
"""How far they are bent, against views of candidates: print is upright and of one height."""


def vary(rng: np.random.Generator, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return views as another light, noise and framing would show them.

    Args:
        rng: every choice comes from it.
        images: ``(n, 40, 40, 3) uint8``.

    Returns:
        ``(n, 40, 40, 3) float32`` in 0-1.
    """
    varied = _bend(rng, images).astype(np.float32) / np.float32(255)
    _shine(rng, varied[..., ::2])
    return varied


def vary_print(rng: np.random.Generator, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return views of digits as another light, noise, lens and framing would show them.

    Args:
        rng: every choice comes from it.
        images: ``(n, 40, 40, 2) uint8``.

    Returns:
        ``(n, 40, 40, 2) float32`` in 0-1.
    """
    varied = _bend(rng, images, PRINT_REACH)
    for place in np.flatnonzero(rng.random(len(images)) < BLURRED_SHARE).tolist():
        varied[place] = cv2.GaussianBlur(varied[place], (0, 0), rng.uniform(0.3, 0.9))
    result = varied.astype(np.float32) / np.float32(255)
    _shine(rng, result)
    return result


def _shine(rng: np.random.Generator, seen: NDArray[np.float32]) -> None:
    """Change light and noise of what is seen, in place."""
    count = len(seen)
    ground = np.float32(0.25)
    gain = rng.uniform(0.75, 1.3, (count, 1, 1, 1)).astype(np.float32)
    shift = rng.normal(0, 0.05, (count, 1, 1, 1)).astype(np.float32)
    grain = rng.uniform(0, 0.06, (count, 1, 1, 1)).astype(np.float32)
    seen += (gain - 1) * (seen - ground) + shift
    seen += grain * rng.standard_normal(seen.shape, dtype=np.float32)
    np.clip(seen, 0, 1, out=seen)


def _bend(
    rng: np.random.Generator, images: NDArray[np.uint8], reach: float = 1.0
) -> NDArray[np.uint8]:
    """Turn, lean, stretch and shift each view a little in a way of its own."""
    count, side = images.shape[:2]
    turn = reach * rng.uniform(-0.12, 0.12, count)
    lean = reach * rng.uniform(-0.15, 0.15, count)
    wide, high = np.exp(reach * rng.uniform(-0.12, 0.12, (2, count)))
    shift = rng.uniform(-1.5, 1.5, (count, 2))
    matrices = np.empty((count, 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1] = wide * np.cos(turn), lean - np.sin(turn)
    matrices[:, 1, 0], matrices[:, 1, 1] = np.sin(turn), high * np.cos(turn)
    middle = np.full(2, (side - 1) / 2)
    matrices[:, :, 2] = middle - matrices[:, :, :2] @ middle + shift
    bent = np.empty_like(images)
    for place, matrix in enumerate(matrices):
        cv2.warpAffine(
            images[place], matrix, (side, side), dst=bent[place], borderMode=cv2.BORDER_REPLICATE
        )
    return bent
