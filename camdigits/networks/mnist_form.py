"""MNIST form: the one way from a digit's ink to the 28x28 picture that the classifier sees.

Live reading, training on crops and evaluation all come through here.  After LeCun, Cortes and
Burges' description of MNIST: the ink is fitted into 20x20 keeping its aspect, its grey levels come
from area averaging, and its centre of mass is put in the middle of 28x28.  One step is ours:
strokes far thinner than any in MNIST (a fine pen on a large digit) are thickened first, since area
averaging would drown them in grey.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.ink.strokes import stroke_width_px, thicken
from camdigits.support.resample import resample

SIDE = 28
INK_SIDE = 20
WORKING_SIDE = 80
"""Larger digits are brought to this size before anything else is done with them."""
CENTER = 14
"""Row and column of the centre of mass: in MNIST itself its mean is 14.0, from 13.5 to 14.5."""

Ink = NDArray[np.uint8]


def to_mnist_form(ink: Ink, stroke_px: float | None = None) -> NDArray[np.uint8]:
    """Bring one digit's ink to MNIST form.

    Args:
        ink: ``(height, width) uint8``, ink 255 on 0, bilevel or soft, any size and margin.
        stroke_px: width of its strokes in pixels; None measures it (`stroke_width_px`).

    Returns:
        ``(28, 28) uint8``, ink 255 on 0; all zeros if there was no ink.
    """
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    x, y, w, h = cv2.boundingRect(ink)
    if w == 0:
        return canvas
    digit = ink[y : y + h, x : x + w]
    if max(w, h) > WORKING_SIDE:
        digit, stroke_px = _fit(digit, WORKING_SIDE), None
    if stroke_px is None:
        stroke_px = stroke_width_px(digit)
    fitted = _fit(thicken(digit, stroke_px), INK_SIDE)
    rows, columns = fitted.shape
    center_y, center_x = _center_of_mass(fitted)
    top = min(max(round(CENTER - center_y), 0), SIDE - rows)
    left = min(max(round(CENTER - center_x), 0), SIDE - columns)
    canvas[top : top + rows, left : left + columns] = fitted
    return canvas


def stack_mnist_forms(
    inks: Sequence[Ink], strokes_px: Sequence[float] | None = None
) -> NDArray[np.uint8]:
    """Bring every digit's ink to MNIST form.

    Args:
        inks: as for `to_mnist_form`, of any sizes; may be empty.
        strokes_px: widths of their strokes in pixels; None measures them.

    Returns:
        ``(n, 28, 28) uint8``, ink 255 on 0.
    """
    crops = np.empty((len(inks), SIDE, SIDE), np.uint8)
    for place, ink in enumerate(inks):
        crops[place] = to_mnist_form(ink, None if strokes_px is None else strokes_px[place])
    return crops


def _fit(ink: Ink, side: int) -> Ink:
    """Scale so that the longer side measures `side` pixels; the shorter measures at least 1."""
    height, width = ink.shape
    scale = side / max(height, width)
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    return resample(ink, size_wh)


def _center_of_mass(ink: Ink) -> tuple[float, float]:
    """Return (y, x) of the ink's centre of mass, as pixel indices."""
    moments = cv2.moments(ink)
    return moments["m01"] / moments["m00"], moments["m10"] / moments["m00"]
