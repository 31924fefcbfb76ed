"""Change detection: how did the picture move since it was searched, and what differs beside that?

Both are compared at a small size.  Where nothing differs, all stands where it stood.  Else corners
of the ink are followed from the searched frame (B. D. Lucas and T. Kanade, 1981, with the pyramid
of J.-Y. Bouguet), the motion that they share is taken out of the new frame, and the two are
compared again.  What differs then is something else: a new stroke, a hand, a blur.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.types import Box
from camdigits.video.change.likeness import FLOOR, Likeness, exposed_as, gains, soften
from camdigits.video.change.regions import Masked
from camdigits.video.motion import MAX_ZOOM, Motion

Plane = NDArray[np.uint8]
Points = NDArray[np.float32]
Matrix = NDArray[np.float64]

LARGEST_SHIFT = 0.03
"""A page that moved further, as a share of the picture's longer side, has uncovered too much."""
RIM_PX = 2
"""Width of what is not compared along the edges of a picture that moved."""
STANDS_PX = 0.15
"""A picture of which no corner moved further stands, in pixels of the small one."""
HIDDEN_SHARE = 0.25
"""Part of a digit's box where something else is to be seen when it is hidden."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a frame shows beside the one that was searched last.

    Attributes:
        motion: how the picture moved since, in pixels of the frame.
        is_near: it moved, turned and zoomed so little that nothing is missed.
        mask: ``(height, width) uint8`` of the searched frame at its small size, 255 where something
            else is to be seen; None if that is nowhere.
        soft: ``(height, width) uint8``, the frame, moved to where the searched one stood, in its
            light and slightly blurred.
        matrix: ``(2, 3)``, the motion in pixels of the small size; None for none.
        is_guess: no motion was found, and no digit hides; that it stands is a guess.
    """

    motion: Motion
    is_near: bool = True
    mask: Plane | None = None
    soft: Plane | None = None
    matrix: Matrix | None = None
    is_guess: bool = False


class ChangeDetector:
    """Compares frames with the one that was searched last; all of one size.

    Args:
        small: ``(height, width) uint8``, that frame's brightness at a small size.
        factor: by which it was reduced.
        boxes: of the digits found on it, in pixels of the frame.
        sample: ``(height, width) uint8``, the frame as `camdigits.ink.luma.sampled` makes it.

    Attributes:
        differing_share: part of the last frame that showed something else where it was, 0 to 1.
    """

    def __init__(self, small: Plane, factor: int, boxes: Iterable[Box], sample: Plane) -> None:
        self._small, self.factor = small, factor
        self._boxes = list(boxes)
        self._likeness, self._sample = Likeness(small), sample
        self.differing_share = 0.0
        self._found: Points | None = None

    @property
    def tolerance(self) -> Plane:
        """By how much each pixel of the small picture may differ, in grey levels."""
        return self._likeness.tolerance

    def rests(self, sample: Plane) -> bool:
        """Say whether all stands where it stood, by a frame as `luma.sampled` makes it.

        Where it says no, `look` may still find that it does: it sees less noise.
        """
        return sample.shape == self._sample.shape and self._rest.holds(soften(sample))

    def look(self, small: Plane) -> Change | None:
        """Return what the next frame shows beside this one.

        Args:
            small: ``(height, width) uint8``, its brightness at the same small size.

        Returns:
            The change; None if no motion leads from one to the other.
        """
        if small.shape != self._small.shape:
            return None
        soft = soften(small)
        mask, even = self._likeness.difference(soft)
        self.differing_share = 0.0 if mask is None else cv2.countNonZero(mask) / mask.size
        if mask is None:
            return Change(Motion())
        if self._stands(even):
            return Change(Motion(), mask=mask, soft=even)
        matrix = self._follow(small)
        if matrix is None:
            gain = median(gains(self._small, small))
            matrix = self._follow(cast(Plane, cv2.convertScaleAbs(small, alpha=gain)))
        if matrix is None:
            is_lost = self._hides_any(mask)
            return None if is_lost else Change(Motion(), mask=mask, soft=even, is_guess=True)
        farthest_px = self._farthest_px(matrix)
        if farthest_px < STANDS_PX:
            return Change(Motion(), mask=mask, soft=even)
        back = _moved_back(soft, matrix, cv2.BORDER_TRANSPARENT, self._likeness.soft.copy())
        part = _common(matrix, small.shape)
        mask, even = self._likeness.difference(back, part)
        is_near = farthest_px <= LARGEST_SHIFT * max(small.shape)
        return Change(_as_motion(matrix, self.factor), is_near, mask, even, matrix)

    def restored(self, small: Plane, mask: Plane, matrix: Matrix | None) -> Plane:
        """Return the next frame with what something moving hides of it as it was before.

        Args:
            small: ``(height, width) uint8``, its brightness at the same small size.
            mask: ``(height, width) uint8`` of the searched frame, 255 where it is hidden.
            matrix: ``(2, 3)``, how the picture moved; None if it did not.
        """
        known = self._small
        if matrix is not None:
            back = cast(Matrix, cv2.invertAffineTransform(matrix))
            mask, known = _moved_back(mask, back), _moved_back(known, back, cv2.BORDER_REPLICATE)
        return np.where(mask > 0, exposed_as(small, known, mask), small)

    def _stands(self, even: Plane) -> bool:
        """Return whether most corners show what they did, which those of moved ink would not.

        Args:
            even: ``(height, width) uint8``, the frame in the light of the searched one and slightly
                blurred.
        """
        if len(self._corners) < MIN_CORNERS:
            return False
        x, y = self._corners.astype(np.intp).T
        off = cv2.absdiff(even[y, x], self._likeness.soft[y, x])
        return median(off) <= FLOOR

    @cached_property
    def _rest(self) -> Likeness:
        return Likeness(self._sample)

    @cached_property
    def _corners(self) -> Points:
        return _corners(self._small, self.factor, self._boxes)

    def _follow(self, small: Plane) -> Matrix | None:
        """Return the ``(2, 3)`` similarity from the searched frame to this one."""
        if len(self._corners) < MIN_CORNERS:
            return None
        # From where they were in the frame before, since a page goes on as it goes.
        before = self._corners if self._found is None else self._found
        found, is_found, _ = cv2.calcOpticalFlowPyrLK(
            self._small,
            small,
            self._corners,
            before.copy(),
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

    def _farthest_px(self, matrix: Matrix) -> float:
        """Return how far what stood in a corner of the picture moved, in pixels of the small one.

        Infinity if it grew or shrank by more than is believed.
        """
        height, width = self._small.shape
        corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
        off = corners @ matrix[:, :2].T + matrix[:, 2] - corners
        zoom = float(np.hypot(*matrix[:, 0]))
        return float(np.abs(off).max()) if 1 / MAX_ZOOM <= zoom <= MAX_ZOOM else np.inf

    def _hides_any(self, mask: Plane) -> bool:
        masked = Masked(mask, self.factor)
        return any(masked.share(box) > HIDDEN_SHARE for box in self._boxes)


def _moved_back(
    picture: Plane,
    matrix: Matrix,
    border: int = cv2.BORDER_CONSTANT,
    canvas: Plane | None = None,
) -> Plane:
    """Return a picture as it was before a motion; `canvas` shows where it does not reach."""
    size_wh = picture.shape[1], picture.shape[0]
    moved = cv2.warpAffine(
        picture,
        matrix,
        size_wh,
        canvas,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=border,
    )
    return cast(Plane, moved)


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
