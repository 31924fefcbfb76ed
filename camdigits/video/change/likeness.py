"""Likeness of small pictures: where does one show something else than another one?

Both are slightly blurred.  A difference counts where it is more than noise, compression and a
little motion make, which is more beside edges, and where it stays after what light did, all over
or in large parts, is taken out: exposure is no change.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.product import product
from camdigits.support.resample import average

Plane = NDArray[np.uint8]

FLOOR = 3
"""Grey levels by which the mean of a few pixels differs, through noise and compression alone."""
EDGE_SHARE = 0.45
"""Beside edges it differs as well by this share of what its surroundings span: a little blur does
that, while ink that comes or goes makes the whole difference."""
MOST_PX = 2
"""So many pixels of the small picture may differ by more."""
LIGHT_WH = 6, 4
"""So many parts across and down the light of two frames is compared in."""
MAX_GAIN = 1.5
"""By no more than this factor light changes without being something else."""
OPEN_SHARE = 0.4
"""A part of which a mask leaves less tells nothing of its light."""
_PATCH = (3, 3)
_ONE, _STEPS = 2**12, 2**5
_ALL = slice(None), slice(None)

Part = tuple[slice, slice]


class Likeness:
    """Compares small pictures with one of them.

    Args:
        small: ``(height, width) uint8``.

    Attributes:
        soft: it, slightly blurred.
        tolerance: by how much each pixel may differ, in grey levels.
    """

    def __init__(self, small: Plane) -> None:
        self.soft = soften(small)
        self.tolerance = _tolerance(self.soft)

    def holds(self, soft: Plane, part: Part = _ALL) -> bool:
        """Say whether another one, blurred as this one is, shows the same in a part of it."""
        return cv2.countNonZero(self._excess(soft[part], part)) <= MOST_PX

    def difference(self, soft: Plane, part: Part = _ALL) -> tuple[Plane | None, Plane]:
        """Return where another one shows something else, whatever the light on it.

        Args:
            soft: ``(height, width) uint8``, blurred as this one is.
            part: rows and columns that are compared.

        Returns:
            A mask of the whole picture, 255 where they differ; None where hardly anything does;
            and the other one in the light of this one.
        """
        plain = self._excess(soft[part], part)
        if cv2.countNonZero(plain) <= MOST_PX:
            return None, soft
        even = soft.copy()
        even[part] = exposed_as(self.soft[part], soft[part])
        exposed = self._excess(even[part], part)
        if cv2.countNonZero(exposed) <= MOST_PX:
            return None, even
        # Something large that came changes the mean of a part more than light does.
        is_exposed = cv2.countNonZero(exposed) < cv2.countNonZero(plain)
        mask = np.zeros_like(soft)
        mask[part] = cv2.threshold(exposed if is_exposed else plain, 0, 255, cv2.THRESH_BINARY)[1]
        return mask, even if is_exposed else soft

    def _excess(self, soft: Plane, part: Part) -> Plane:
        return excess(soft, self.soft[part], self.tolerance[part])


def excess(one: Plane, other: Plane, tolerance: Plane) -> Plane:
    """Return by how much two pictures differ beyond what they may."""
    return cast(Plane, cv2.subtract(cv2.absdiff(one, other), tolerance))


def exposed_as(other: Plane, small: Plane, mask: Plane | None = None) -> Plane:
    """Return a picture in the light of another one of its size.

    Both are compared by large parts, between which the factor goes over smoothly, so that a shadow
    or the falloff of a lens may change as well, while strokes and hands stay what they are.

    Args:
        other: ``(height, width) uint8``, whose light is taken.
        small: ``(height, width) uint8``, which is brought to it.
        mask: ``(height, width) uint8``, 0 where both show the same; None stands for everywhere.
    """
    factors = gains(other, small) if mask is None else _gains_beside(other, small, mask)
    # Whole numbers that `float32` holds exactly, so that it is the same on every machine, and in a
    # third of the time that OpenCV takes for it (5.0).
    parts = np.rint(factors * _ONE).astype(np.float32)
    down, across = (_between(*sizes) for sizes in zip(parts.shape, small.shape, strict=True))
    gain = product(product(down, parts), across.T.copy())
    return cast(Plane, cv2.convertScaleAbs(small * gain, alpha=1 / (_ONE * _STEPS**2)))


@lru_cache(maxsize=16)
def _between(parts: int, size: int) -> NDArray[np.float32]:
    """Return how much each part says at each pixel of a side, by its distance to their middles.

    Args:
        parts: along the side, evenly.
        size: of the side in pixels.

    Returns:
        ``(size, parts) float32``, whole numbers of which a row sums to `_STEPS`.
    """
    at = np.clip((np.arange(size) + 0.5) * parts / size - 0.5, 0, parts - 1)
    left = np.minimum(at.astype(np.intp), max(0, parts - 2))
    right_share = np.rint((at - left) * _STEPS)
    weights = np.zeros((size, parts), np.float32)
    weights[np.arange(size), left] = _STEPS - right_share
    if parts > 1:
        weights[np.arange(size), left + 1] = right_share
    return weights


def gains(other: Plane, small: Plane) -> NDArray[np.float64]:
    """Return by which factors the parts of one picture are darker than those of another one."""
    mean, wanted = (average(each, LIGHT_WH).astype(np.float64) for each in (small, other))
    factors: NDArray[np.float64] = np.clip((wanted + 1) / (mean + 1), 1 / MAX_GAIN, MAX_GAIN)
    return factors


def _gains_beside(other: Plane, small: Plane, mask: Plane) -> NDArray[np.float64]:
    """Return the same of what a mask leaves; where that is little, of the whole picture."""
    is_open = mask == 0
    if not is_open.any():
        return np.ones(LIGHT_WH[::-1])
    open_share = average(np.where(is_open, 255, 0).astype(np.uint8), LIGHT_WH) / 255
    overall = (float(other[is_open].mean()) + 1) / (float(small[is_open].mean()) + 1)
    factors = gains(np.where(is_open, other, 0), np.where(is_open, small, 0))
    return np.where(open_share > OPEN_SHARE, factors, np.clip(overall, 1 / MAX_GAIN, MAX_GAIN))


def soften(small: Plane) -> Plane:
    """Return a picture slightly blurred."""
    return cast(Plane, cv2.blur(small, _PATCH))


def _tolerance(soft: Plane) -> Plane:
    """Return by how much each pixel may differ."""
    kernel = np.ones((3, 3), np.uint8)
    span = cv2.subtract(cv2.dilate(soft, kernel), cv2.erode(soft, kernel))
    return cast(Plane, cv2.convertScaleAbs(span, alpha=EDGE_SHARE, beta=FLOOR))
