"""Gives pictures with transparency a ground on which their ink is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from camdigits.types import Image

WHITE, BLACK = 255, 0
_OPAQUE = 128
_FILLED = 0.5
"""Share of a picture that strokes do not cover; cards with round corners do."""
_PLAIN = 24.0
"""Greatest spread, in grey levels, of what is one colour: a stencil, nothing written on it."""
_MIDDLE = 150.0
"""Mean grey of ink that is still dark: pure green, which stands out from black as from white."""


def over_ground(bgra: Image) -> Image:
    """Return ``(H, W, 3) uint8`` BGR: a picture with transparency on the ground that suits it.

    Strokes on a transparent ground, as note programs save them, get the ground that they stand out
    from: white, or black for light ink.  What covers more than half of the picture is a card with
    something on it, and gets the one that goes on as the card does.

    Args:
        bgra: ``(H, W, 4) uint8``, alpha 0 is transparent, colours not multiplied with it.
    """
    alpha = bgra[:, :, 3]
    colours: Image = np.ascontiguousarray(bgra[:, :, :3])
    if alpha.min() == 255:
        return colours
    weight = cv2.merge([alpha, alpha, alpha])
    shown = cv2.multiply(colours, weight, scale=1 / 255)
    if _ground(colours, alpha) == WHITE:
        shown = cv2.add(shown, cv2.bitwise_not(weight))
    return np.asarray(shown, np.uint8)


def _ground(colours: Image, alpha: Image) -> int:
    """Return the grey level of the ground, `WHITE` or `BLACK`."""
    if not alpha.any():
        return WHITE
    opaque = np.asarray(alpha >= min(_OPAQUE, int(alpha.max())), np.uint8)
    luma = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
    mean, spread = (value.item() for value in cv2.meanStdDev(luma, mask=opaque))
    is_light = mean > _MIDDLE
    is_card = cv2.countNonZero(opaque) > _FILLED * opaque.size and spread > _PLAIN
    return WHITE if is_light == is_card else BLACK
