"""Varies strips as another light, another camera and another writer would."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.networks.line_strips import GROUND


def vary_strips(rng: np.random.Generator, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return strips as another light, noise and levelling would show them.

    No character moves sideways by more than a frame.

    Args:
        rng: every choice comes from it.
        images: ``(n, 32, 160) uint8``.

    Returns:
        ``(n, 32, 160, 1) float32`` in 0-1.
    """
    count = len(images)
    varied = _bend(rng, images).astype(np.float32) / np.float32(255)
    for row in np.flatnonzero(rng.random(count) < 0.3):
        varied[row] = cv2.GaussianBlur(varied[row], (0, 0), rng.uniform(0.3, 0.9))
    ground = np.float32(GROUND / 255)
    gain = np.exp(rng.normal(0.0, 0.15, (count, 1, 1))).astype(np.float32)
    shift = rng.normal(0.0, 0.03, (count, 1, 1)).astype(np.float32)
    grain = rng.exponential(0.02, (count, 1, 1)).astype(np.float32)
    varied += (gain - 1) * (varied - ground) + shift
    varied += grain * rng.standard_normal(varied.shape, dtype=np.float32)
    return np.asarray(np.clip(varied, 0, 1)[..., None], np.float32)


def _bend(rng: np.random.Generator, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lean each strip, stretch it upwards and move it up or down, each in a way of its own."""
    count, height, width = images.shape
    chance = rng.normal(0.0, (0.1, 0.06, 1.0, 0.006), (count, 4))
    middle, half = (height - 1) / 2, (width - 1) / 2
    bent = np.empty_like(images)
    for place, (lean, stretch, rise, tilt) in enumerate(chance.tolist()):
        up = float(np.exp(stretch))
        shift = middle - up * middle + rise - tilt * half
        matrix = np.array([[1.0, lean, -lean * middle], [tilt, up, shift]])
        cv2.warpAffine(
            images[place], matrix, (width, height), dst=bent[place], borderMode=cv2.BORDER_REPLICATE
        )
    return bent
