"""Tells printed digits from those written by hand, by how they look from near and beside others.

Print has strokes of even width, sharp ends, and stands on one line with letters of its height.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.judge import GROUND, INK, SIDE, look
from camdigits.networks.litert import LiteRTModel
from camdigits.networks.model_card import PRINT, bundled
from camdigits.types import Box

NEAR, FAR = 1.5, 5.0
"""Sides of what the two views show, as multiples of a digit's longer side."""
LEAST_CONTRAST = 12.0
"""Grey levels between ground and ink that are told apart at least; noise is not blown up."""
INK_SHARE = 4
"""So many of a hundred pixels of the near view are ink at least."""

Plane = NDArray[np.uint8]


class LiteRTPrintDetector(LiteRTModel):
    """The print detector of live reading."""

    form, bundled_name = PRINT, "print.tflite"

    def __call__(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return how probable it is that each digit is printed.

        Args:
            views: ``(n, 40, 40, 2) uint8`` as `stack_print_views` makes them; n may be 0.

        Returns:
            ``(n,) float32`` in 0-1.
        """
        return self._network(views)[:, 1]


def bundled_print_detector() -> Path:
    """Return the path of the print detector that ships with camdigits."""
    return bundled(LiteRTPrintDetector.bundled_name)


def stack_print_views(plane: Plane, boxes: Sequence[Box]) -> NDArray[np.uint8]:
    """Return each digit from near and with what stands around it.

    Args:
        plane: ``(height, width) uint8``, brightness of the picture.
        boxes: of the digits, in its pixels; may be empty.

    Returns:
        ``(n, 40, 40, 2) uint8``: one and a half times as large as the digit, and five times.  The
        ground is at 64 and the digit's ink at 192, whatever its polarity.
    """
    seen = np.empty((2, len(boxes), SIDE, SIDE), np.uint8)
    pyramid = [plane]
    for row, box in enumerate(boxes):
        seen[0, row] = look(pyramid, 0, box, NEAR)
        seen[1, row] = look(pyramid, 0, box, FAR)
    if not boxes:
        return np.zeros((0, SIDE, SIDE, 2), np.uint8)
    # Less than half of what is seen from near is ink.
    flat = np.sort(seen[0].reshape(len(boxes), -1), axis=1).astype(np.float32)
    few = flat.shape[1] * INK_SHARE // 100
    dark, ground, light = flat[:, few], flat[:, flat.shape[1] // 2], flat[:, -1 - few]
    contrast = np.where(light - ground > ground - dark, light - ground, dark - ground)
    least = np.copysign(np.maximum(np.abs(contrast), LEAST_CONTRAST), contrast)
    gain = ((INK - GROUND) / least).astype(np.float32)[:, None, None]
    leveled = (seen - ground[:, None, None]) * gain
    leveled += np.float32(GROUND)
    np.clip(leveled, 0, 255, out=leveled)
    return np.ascontiguousarray(leveled.transpose(1, 2, 3, 0).astype(np.uint8))
