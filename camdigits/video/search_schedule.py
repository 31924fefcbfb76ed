"""The search schedule: which frames of a video are searched, and which only followed.

A search is due at once while anything is unsettled, when a comparison shows that something else is
to be seen or that the page moved so far that it uncovers what was outside, and after a while in any
case: ever later where the page rests.  All follows from the frames and their times, so the same
file is read the same way each time.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import Polarity
from camdigits.ink.luma import coarse, sampled
from camdigits.page.choose import Detection
from camdigits.video.change_detection import ChangeDetector
from camdigits.video.motion import Motion

Plane = NDArray[np.uint8]

MOVING_S = 0.9
"""A page that moves a little is searched again after so long."""
SINGLE_POLARITY = 2
"""So many searches in turn look for ink of the one polarity that was found before."""
RESTING_S = (0.4, 6.4)
"""One that rests at first after so long, then after twice as long each time, up to this."""
_EQUAL_DB = 200
"""Of equal pictures OpenCV says 361 dB; a single grey level in 8K makes it 123."""


class SearchSchedule:
    """Says of each frame of a stream whether what is known can be followed to it."""

    def __init__(self) -> None:
        self._change: ChangeDetector | None = None
        self._plane: Plane | None = None
        self._small: tuple[Plane, int] | None = None
        self._motion = Motion()
        self._searched_s = 0.0
        self._resting_s = RESTING_S[0]
        self._has_moved = False
        self._is_same = self._is_grainy = False
        self._polarity: Polarity = "auto"
        self._single = 0

    @property
    def polarity(self) -> Polarity:
        """Of the ink that the next search has to look for."""
        return self._polarity

    @property
    def needs_coarse(self) -> bool:
        """Whether the next frame will be reduced, if it is like the last one."""
        return self._has_moved or self._is_grainy

    def look(
        self, plane: Plane, time_s: float, small: tuple[Plane, int] | None = None
    ) -> Motion | None:
        """Take the next frame.

        Args:
            plane: ``(height, width) uint8``, its brightness; kept, so nobody may write to it.
            time_s: its time in seconds.
            small: what `camdigits.ink.luma.coarse` makes of it; None leaves that to be done.

        Returns:
            How the picture moved since it was searched last; None if it must be searched again.
        """
        last, self._plane, self._small = self._plane, plane, small
        if self._change is None:
            return None
        is_equal = last is not None and _are_equal(last, plane)
        self._is_same = self._is_same and is_equal
        if self._is_same:
            # Pixel for pixel what was searched: another search would find the same.
            return self._motion
        waited_s = time_s - self._searched_s
        # With room for the rounding of time stamps.
        if not 0 <= waited_s < (MOVING_S if self._has_moved else self._resting_s) - 1e-6:
            return None
        may_rest = not (self._has_moved or self._is_grainy)
        if is_equal or (may_rest and self._change.rests(sampled(plane))):
            return self._motion
        self._small = self._small or coarse(plane)
        motion = self._change.motion(self._small[0])
        if motion is None:
            # What is new may be of the other polarity.
            self._change, self._polarity = None, "auto"
            return None
        self._has_moved = self._has_moved or motion != Motion()
        # At rest, though a sample of the pixels, with more noise, did not show it.
        self._is_grainy = self._is_grainy or (may_rest and not self._has_moved)
        self._motion = motion
        return motion

    def searched(self, detections: Sequence[Detection], time_s: float, *, is_settled: bool) -> None:
        """Take what a search of the last frame found.

        Args:
            detections: the digits, boxes in its pixels.
            time_s: its time in seconds.
            is_settled: nothing is to be gained by a search of the next frame.
        """
        self._single = 0 if self._polarity == "auto" else self._single + 1
        found: set[Polarity] = {"light" if each.is_light else "dark" for each in detections}
        is_one = len(found) == 1 and self._single < SINGLE_POLARITY
        self._polarity = found.pop() if is_one else "auto"
        was_at_rest = self._change is not None and not self._has_moved
        longer_s = min(2 * self._resting_s, RESTING_S[1])
        self._resting_s = longer_s if was_at_rest else RESTING_S[0]
        if not is_settled or self._plane is None:
            self._change = None
            return
        self._change = ChangeDetector(
            *(self._small or coarse(self._plane)),
            (each.box for each in detections),
            sampled(self._plane),
        )
        self._motion, self._has_moved, self._is_grainy = Motion(), False, False
        self._is_same = True
        self._searched_s = time_s

    def forget(self) -> None:
        """Have the next frame searched, whatever it shows."""
        self._change = self._plane = self._small = None
        self._polarity = "auto"


def _are_equal(plane: Plane, other: Plane) -> bool:
    if plane.shape != other.shape:
        return False
    # Most frames that differ do so in any row.
    middle = plane.shape[0] // 2
    if not np.array_equal(plane[middle], other[middle]):
        return False
    # Not cv2.norm: of its two signatures Python tries that for one array first, and if a stop
    # signal comes while it finds that it does not fit, OpenCV crashes.
    return cv2.PSNR(plane, other) > _EQUAL_DB
