"""The plane that is read: how dark ink is, by brightness, and where need be by colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camdigits.ink.colour import with_pale_ink
from camdigits.ink.glare import without_glare
from camdigits.ink.luma import full_range, luma_of
from camdigits.types import Frame, Luma

Plane = NDArray[np.uint8]
Image = NDArray[np.uint8]


def plane_of(frame: Frame, luma: Luma) -> Plane:
    """Return the plane of a frame in which digits are looked for.

    Args:
        frame: its colours are asked for only where they may say something.
        luma: its brightness.

    Returns:
        ``(height, width) uint8``, 0 black to 255 white: the brightness, pale coloured ink darker,
        and lamps that are mirrored in a board no brighter than it; of grey pictures nothing else
        than the brightness.
    """
    if frame.luma is None and frame.image.ndim == 2:
        return full_range(luma)
    gray = without_glare(full_range(luma), lambda: frame.image)
    return with_pale_ink(gray, frame.image) if frame.may_be_coloured else gray


def plane_of_image(image: Image) -> Plane:
    """Return the plane of ``(height, width, 3) uint8`` BGR in which digits are looked for."""
    frame = Frame(image)
    return plane_of(frame, luma_of(frame))
