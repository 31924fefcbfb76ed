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

COLOUR_S = (1.0, 4.0)
"""Where the colours of a video's frame showed no pale ink, they are looked at after so long at
first, then after twice as long each time, up to this."""


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
    return _with_colour(frame, _brightness_of(frame, luma))


def _brightness_of(frame: Frame, luma: Luma) -> Plane:
    if _is_grey(frame):
        return full_range(luma)
    return without_glare(full_range(luma), lambda: frame.image)


def _with_colour(frame: Frame, gray: Plane) -> Plane:
    """Return `gray` with pale ink darker; `gray` itself where there is none."""
    if _is_grey(frame) or not frame.may_be_coloured:
        return gray
    return with_pale_ink(gray, frame.image)


def _is_grey(frame: Frame) -> bool:
    return frame.luma is None and frame.image.ndim == 2


class PlaneMaker:
    """Makes the planes of one stream's frames; where colours said nothing, they are asked less."""

    def __init__(self) -> None:
        self._asked_s, self._pause_s = 0.0, 0.0

    def forget(self) -> None:
        """Ask the next frame's colours: it shows something else."""
        self._pause_s = 0.0

    def plane_of(self, frame: Frame, luma: Luma) -> Plane:
        """Return the plane of the next frame; see `plane_of`."""
        gray = _brightness_of(frame, luma)
        if 0 <= frame.time_s - self._asked_s < self._pause_s:
            return gray
        plane = _with_colour(frame, gray)
        first_s, longest_s = COLOUR_S
        longer_s = min(max(first_s, 2 * self._pause_s), longest_s)
        self._asked_s, self._pause_s = frame.time_s, longer_s if plane is gray else 0.0
        return plane


def plane_of_image(image: Image) -> Plane:
    """Return the plane of ``(height, width, 3) uint8`` BGR in which digits are looked for."""
    frame = Frame(image)
    return plane_of(frame, luma_of(frame))
