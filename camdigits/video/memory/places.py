"""Places of numbers on the page: what is outside of the picture or covered is not gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from camdigits.support.median import median
from camdigits.types import Box
from camdigits.video.motion import Motion, middles_of
from camdigits.video.track import as_box

if TYPE_CHECKING:
    from camdigits.types import Image

BACK = 1.5
"""How far beside its place a number comes back, in heights, after the page went a long way."""
ALIKE = 1.4
"""Largest factor between its heights then."""
COVERED = 0.15
"""Where the paper's brightness beside that of the picture differs by this share, it is covered."""

AROUND = 0.4
"""So far above and below a number, in heights, its paper is looked at."""


class Place:
    """Where a number was announced.

    Args:
        plane: ``(height, width) uint8``, the brightness of the picture.
        box: of the number in it.
    """

    def __init__(self, plane: Image, box: Box) -> None:
        self._brightness = _brightness(plane, box)

    def is_away(self, plane: Image, box: Box) -> bool:
        """Say whether the place is not to be seen: outside of the picture, or covered.

        Args:
            plane: ``(height, width) uint8``, the brightness of a later picture.
            box: where the number must be in it.
        """
        if box.intersection(Box(0, 0, plane.shape[1], plane.shape[0])) < box.area:
            return True
        return abs(_brightness(plane, box) - self._brightness) > COVERED * self._brightness


def is_back(before: Box, after: Box) -> float | None:
    """Return how far from its place a number came back, in heights; None for too far."""
    (x, y), (other_x, other_y) = before.center, after.center
    taller = max(before.h, after.h)
    off = abs(complex(x - other_x, y - other_y)) / taller
    # The edge may have left a part of it only.
    reach = BACK + abs(before.w - after.w) / (2 * taller)
    return off if off <= reach and is_as_high(before, after) else None


def is_as_high(before: Box, after: Box) -> bool:
    """Say whether a number may be one that was seen before, by its height."""
    return max(before.h, after.h) <= ALIKE * min(before.h, after.h)


def moved_box(motion: Motion, box: Box) -> Box:
    """Return where a box is after the picture moved, perhaps outside of it."""
    return as_box(motion.moved(middles_of([box]))[0])


def _brightness(plane: Image, box: Box) -> float:
    """Return the brightness above and below a number, whose own ink may change, in its light."""
    reach = max(1, round(AROUND * box.h))
    columns = slice(max(0, box.x), max(0, box.right))
    above = plane[max(0, box.y - reach) : max(0, box.y), columns]
    below = plane[max(0, box.bottom) : box.bottom + reach, columns]
    around = np.concatenate([above, below])
    if not around.size:
        around = plane[max(0, box.y) : max(0, box.bottom), columns]
    return (median(around) + 1.0) / (float(plane[::8, ::8].mean()) + 1.0)
