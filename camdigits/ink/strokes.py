"""Strokes of ink: how wide they are, and dilation of those that are too thin to survive scaling."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MIN_STROKE = 0.075
"""Thinnest stroke, as a share of the digit's longer side, that is left as it is (MNIST: 1.5/20)."""

Ink = NDArray[np.uint8]


def thicken(ink: Ink, stroke_px: float) -> Ink:
    """Dilate strokes that are thinner than `MIN_STROKE` of the longer side up to that width.

    Args:
        ink: ``(height, width) uint8``, ink 255 on 0.
        stroke_px: width of its strokes in pixels (`stroke_width_px`).
    """
    missing = round(MIN_STROKE * max(ink.shape) - stroke_px)
    if missing < 1:
        return ink
    margin = missing // 2 + 1
    padded = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return cv2.dilate(padded, kernel)  # type: ignore[return-value]


def stroke_width_px(ink: Ink) -> float:
    """Estimate the width of the strokes in pixels, as ink area over half the outline's length.

    Args:
        ink: ``(height, width) uint8``, ink 255 on 0.

    Returns:
        Pixels, at least 0; exact for a long bar, some 10 % too small for a thick short one.
    """
    bilevel = ink > 127
    area = np.count_nonzero(bilevel)
    if not area:
        return 0.0
    # Every pixel has four edges, and two that touch share one.
    touching = np.count_nonzero(bilevel[:, 1:] & bilevel[:, :-1])
    touching += np.count_nonzero(bilevel[1:] & bilevel[:-1])
    # Counted along pixel edges a slanted line is longer than it is: pi/4 on the mean of all slants.
    outline = (4 * area - 2 * touching) * np.pi / 4
    return float(2 * area / outline)
