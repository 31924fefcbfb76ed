"""Change detection: does a frame show what the last searched one did, and how did that move?

Both are compared at a small size.  Where nothing differs, all stands where it stood.  Else corners
of the ink are followed from the searched frame (B. D. Lucas and T. Kanade, 1981, with the pyramid
of J.-Y. Bouguet), the motion that they share is taken out of the new frame, and the two are
compared again, and once more without what light did, all over or in large parts: exposure is no
change.  What differs then, a new stroke, a hand, a blur, has to be searched for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.support.resample import average
from camdigits.types import Box
from camdigits.video.motion import MAX_ZOOM, Motion

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]
Matrix = NDArray[np.float64]

FLOOR = 3
"""Grey levels by which the mean of a few pixels differs, through noise and compression alone."""
EDGE_SHARE = 0.45
"""Beside edges it differs as well by this share of what its surroundings span: a little blur does
that, while ink that comes or goes makes the whole difference."""
MOST_PX = 2
"""So many pixels of the small picture may differ by more."""
LARGEST_SHIFT = 0.03
"""A page that moved further, as a share of the picture's longer side, has uncovered too much."""
RIM_PX = 2
"""Width of what is not compared along the edges of a picture that moved."""
LIGHT_WH = 6, 4
"""So many parts across and down the light of two frames is compared in."""
MAX_GAIN = 1.5
"""By no more than this factor light changes without being something else."""
MAX_CORNERS = 32
MIN_CORNERS = 6
"""Fewer corners that agree tell no motion."""
MIN_AGREE = 0.5
"""Share of the corners that must agree on it."""
TOLERANCE_PX = 0.5
"""How far a corner may be from where the motion takes it, in pixels of the small picture."""
_QUALITY, _APART_PX = 0.03, 5
_WINDOW_WH, _LEVELS = (11, 11), 2
_ENOUGH = cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 10, 0.03
"""A corner is found after so many steps, or when one is shorter than this, in pixels."""
_PATCH = (3, 3)
_ONE = 2**12


class ChangeDetector:
    """Compares frames with the one that was searched last; all of one size.

    Args:
        small: ``(height, width) uint8``, that frame's brightness at a small size.
        factor: by which it was reduced.
        boxes: of the digits found on it, in pixels of the frame.
        sample: ``(height, width) uint8``, the frame as `camdigits.ink.luma.sampled` makes it.
    """

    def __init__(self, small: Plane, factor: int, boxes: Iterable[Box], sample: Plane) -> None:
        self._small, self._factor = small, factor
        self._boxes = list(boxes)
        self._likeness, self._rest = _Likeness(small), _Likeness(sample)
        self._corners: Points | None = None
        self._found: Points | None = None

    def rests(self, sample: Plane) -> bool:
        """Say whether all stands where it stood, by a frame as `luma.sampled` makes it.

        Where it says no, `motion` may still find that it does: it sees less noise.
        """
        return sample.shape == self._rest.soft.shape and self._rest.holds(_soft(sample))

    def motion(self, small: Plane) -> Motion | None:
        """Return how the picture moved since, in pixels of the frame.

        Args:
            small: ``(height, width) uint8``, the next frame's brightness at the same small size.

        Returns:
            The motion, `Motion()` for none; None if the frame shows something else.
        """
        if small.shape != self._small.shape:
            return None
        soft = _soft(small)
        if self._likeness.holds_in_any_light(soft):
            return Motion()
        matrix = self._follow(small)
        if matrix is None:
            gain = median(_gains(self._small, small))
            matrix = self._follow(cast(Plane, cv2.convertScaleAbs(small, alpha=gain)))
        if matrix is None or not self._is_near(matrix):
            return None
        back = cv2.warpAffine(
            soft,
            matrix,
            (small.shape[1], small.shape[0]),
            self._likeness.soft.copy(),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
        part = _common(matrix, small.shape)
        is_alike = self._likeness.holds_in_any_light(cast(Plane, back), part)
        return _as_motion(matrix, self._factor) if is_alike else None

    def _follow(self, small: Plane) -> Matrix | None:
        """Return the ``(2, 3)`` similarity from the searched frame to this one."""
        if self._corners is None or self._found is None:
            self._corners = self._found = _corners(self._small, self._factor, self._boxes)
        if len(self._corners) < MIN_CORNERS:
            return None
        # From where they were in the frame before, since a page goes on as it goes.
        found, is_found, _ = cv2.calcOpticalFlowPyrLK(
            self._small,
            small,
            self._corners,
            self._found.copy(),
            winSize=_WINDOW_WH,
            maxLevel=_LEVELS,
            criteria=_ENOUGH,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        kept = is_found.ravel().astype(bool)
        if kept.sum() < MIN_CORNERS:
            return None
        matrix, agreeing = cv2.estimateAffinePartial2D(
            self._corners[kept], found[kept], ransacReprojThreshold=TOLERANCE_PX
        )
        if matrix is None or agreeing.sum() < max(MIN_CORNERS, MIN_AGREE * len(self._corners)):
            return None
        self._found = cast(Points, cv2.transform(self._corners[:, None], matrix)[:, 0])
        return cast(Matrix, matrix)

    def _is_near(self, matrix: Matrix) -> bool:
        """Say whether the picture moved, turned and zoomed so little that nothing is missed."""
        height, width = self._small.shape
        corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
        off = corners @ matrix[:, :2].T + matrix[:, 2] - corners
        zoom = float(np.hypot(*matrix[:, 0]))
        is_whole = 1 / MAX_ZOOM <= zoom <= MAX_ZOOM
        return is_whole and float(np.abs(off).max()) <= LARGEST_SHIFT * max(height, width)


class _Likeness:
    """Compares small pictures with one of them.

    Args:
        small: ``(height, width) uint8``.

    Attributes:
        soft: it, slightly blurred.
    """

    def __init__(self, small: Plane) -> None:
        self.soft = _soft(small)
        self._tolerance = _tolerance(self.soft)

    def holds(self, soft: Plane, part: tuple[slice, slice] = (slice(None), slice(None))) -> bool:
        """Say whether another one, blurred as this one is, shows the same in a part of it."""
        return self._is_near(soft[part], part)

    def holds_in_any_light(
        self, soft: Plane, part: tuple[slice, slice] = (slice(None), slice(None))
    ) -> bool:
        """Say the same, whatever the light on it."""
        if self.holds(soft, part):
            return True
        return self._is_near(_exposed_as(self.soft[part], soft[part]), part)

    def _is_near(self, soft: Plane, part: tuple[slice, slice]) -> bool:
        excess = cv2.subtract(cv2.absdiff(soft, self.soft[part]), self._tolerance[part])
        return cv2.countNonZero(excess) <= MOST_PX


def _exposed_as(other: Plane, small: Plane) -> Plane:
    """Return a picture in the light of another one of its size: exposure is no change.

    Both are compared by large parts, between which the factor goes over smoothly, so that a shadow
    or the falloff of a lens may change as well, while strokes and hands stay what they are.
    """
    # In whole parts, so that it is the same on every machine.
    parts = np.rint(_gains(other, small) * _ONE).astype(np.uint16)
    size_wh = small.shape[1], small.shape[0]
    gain = cv2.resize(parts, size_wh, interpolation=cv2.INTER_LINEAR_EXACT)
    even = (small.astype(np.uint32) * gain + _ONE // 2) // _ONE
    return np.asarray(np.minimum(even, 255), np.uint8)


def _gains(other: Plane, small: Plane) -> NDArray[np.float64]:
    """Return by which factors the parts of one picture are darker than those of another one."""
    mean, wanted = (average(each, LIGHT_WH).astype(np.float64) for each in (small, other))
    gains: NDArray[np.float64] = np.clip((wanted + 1) / (mean + 1), 1 / MAX_GAIN, MAX_GAIN)
    return gains


def _soft(small: Plane) -> Plane:
    return cast(Plane, cv2.blur(small, _PATCH))


def _common(matrix: Matrix, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of the searched frame that a moved one shows as well.

    Without a narrow rim, where what was outside of either shines through.
    """
    height, width = shape[:2]
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
    x, y = (corners @ back[:, :2].T + back[:, 2]).T
    left, right = max(0.0, x[0], x[2]), min(float(width), x[1], x[3])
    top, bottom = max(0.0, y[0], y[1]), min(float(height), y[2], y[3])
    rows = slice(int(np.ceil(top)) + RIM_PX, max(0, int(bottom) - RIM_PX))
    return rows, slice(int(np.ceil(left)) + RIM_PX, max(0, int(right) - RIM_PX))


def _tolerance(soft: Plane) -> Plane:
    """Return by how much each pixel may differ."""
    kernel = np.ones((3, 3), np.uint8)
    span = cv2.subtract(cv2.dilate(soft, kernel), cv2.erode(soft, kernel))
    return cast(Plane, cv2.convertScaleAbs(span, alpha=EDGE_SHARE, beta=FLOOR))


def _corners(small: Plane, factor: int, boxes: Iterable[Box]) -> Points:
    """Return corners of the ink, or of all there is if there is none: ``(n, 2)`` x and y."""
    mask = np.zeros_like(small)
    for box in boxes:
        part = box.scaled(1 / factor)
        mask[max(0, part.y - 2) : part.bottom + 2, max(0, part.x - 2) : part.right + 2] = 255
    found = cv2.goodFeaturesToTrack(
        small, MAX_CORNERS, _QUALITY, _APART_PX, mask=mask if mask.any() else None
    )
    if found is None:
        return np.zeros((0, 2), np.float32)
    return np.asarray(found, np.float32).reshape(-1, 2)


def _as_motion(matrix: Matrix, factor: int) -> Motion:
    """Return a similarity of the small picture's pixels as one of the frame's edges."""
    turn = complex(matrix[0, 0], matrix[1, 0])
    # The middle of a pixel lies half a pixel from its edges.
    half = 0.5 + 0.5j
    shift = complex(matrix[0, 2], matrix[1, 2]) + half - turn * half
    return Motion(turn, factor * shift)
