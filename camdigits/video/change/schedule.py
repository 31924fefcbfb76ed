"""The search schedule: which frames of a video are searched, and which only followed.

A search is due at once while anything is unsettled, when a comparison shows that something else is
to be seen or that the page moved so far that it uncovers what was outside, and after a while in any
case: ever later where the page rests.  All follows from the frames and their times, so the same
file is read the same way each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import Polarity
from camdigits.ink.luma import coarse, sampled
from camdigits.page.choose import Detection
from camdigits.types import Box
from camdigits.video.change.detection import HIDDEN_SHARE, Change, ChangeDetector
from camdigits.video.change.disturbance import Disturbance
from camdigits.video.change.likeness import MOST_PX
from camdigits.video.change.polarity import PolarityGuess
from camdigits.video.change.regions import Hides, Masked, changed, nothing_hides, uncovered
from camdigits.video.motion import Motion
from camdigits.video.track import FEW_VOTES

Plane = NDArray[np.uint8]
Boxes = tuple[Box, ...]

MOVING_S = 0.9
"""A page that moves a little is searched again after so long."""
UNSETTLED_S = 0.1
"""One of which another look may tell more after so long."""
FEW_LOOKS, UNSETTLED_MAX_S = 8, 0.8
"""After so many looks in vain the next one waits for twice as long each time, up to this."""
PATIENCE_S = (0.1, 0.8)
"""One before which something moves at first after so long, then after twice as long each time, up
to this."""
SCENE_SHARE = 0.1
"""Where less of the picture differs, a number came or went; else the scene is another."""
RESTING_S = (0.4, 6.4)
"""One that rests at first after so long, then after twice as long each time, up to this."""
WHOLE_S = 2.0
"""So long after all of a frame was searched, only what changed since is."""
_EQUAL_DB = 200
"""Of equal pictures OpenCV says 361 dB; a single grey level in 8K makes it 123."""
_ROUNDING_S = 1e-6
"""Room for the rounding of time stamps."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What is known of the next frame before it is searched.

    Attributes:
        motion: how the picture moved since it was searched last, in pixels of the frame.
        hides: says of a box of the searched frame whether something that moves is before it.
        is_due: the frame is to be searched.
        is_guess: that the picture stands is a guess.
        changes: where something else is to be seen than on the searched frame, in pixels of this
            one; None if all of it is to be searched.
    """

    motion: Motion
    hides: Hides
    is_due: bool = False
    is_guess: bool = False
    changes: Boxes | None = None


class SearchSchedule:
    """Says of each frame of a stream whether what is known can be followed to it.

    Attributes:
        is_same_scene: most of a frame of which nothing is known shows what was there before.
    """

    def __init__(self) -> None:
        self._detector: ChangeDetector | None = None
        self._change = Change(Motion())
        self._disturbance = Disturbance()
        self._plane: Plane | None = None
        self._small: tuple[Plane, int] | None = None
        self._searched_s = self._whole_s = 0.0
        self._resting_s = RESTING_S[0]
        self._patience_s = PATIENCE_S[0]
        self._disturbed_s = -math.inf
        self._has_moved = False
        self._is_unsettled, self._looks = False, 0
        self._is_same = self._is_grainy = self._is_restored = False
        self._ink = PolarityGuess()
        self.is_same_scene = False

    @property
    def polarity(self) -> Polarity:
        """Of the ink that the next search has to look for."""
        return self._ink.polarity

    @property
    def needs_coarse(self) -> bool:
        """Whether the next frame will be reduced, if it is like the last one."""
        return self._has_moved or self._is_grainy or self._change.mask is not None

    def look(
        self, plane: Plane, time_s: float, small: tuple[Plane, int] | None = None
    ) -> Outlook | None:
        """Take the next frame.

        Args:
            plane: ``(height, width) uint8``, its brightness; kept, so nobody may write to it.
            time_s: its time in seconds.
            small: what `camdigits.ink.luma.coarse` makes of it; None leaves that to be done.

        Returns:
            What is known of it; None if nothing is, and it must be searched.
        """
        last, self._plane, self._small = self._plane, plane, small
        if self._detector is None:
            return None
        waited_s = time_s - self._searched_s
        if waited_s < 0:
            self._lost()
            return None
        is_equal = last is not None and _are_equal(last, plane)
        self._is_same = self._is_same and is_equal
        if self._is_same and not self._is_unsettled:
            # Pixel for pixel what was searched: another search would find the same.
            return Outlook(Motion(), self._hides())
        if not is_equal or self._is_restored:
            self._is_restored = False
            change = self._compared(self._detector, plane)
            if change is None:
                self._lost()
                return None
            self._change = change
        is_late = waited_s >= self._interval_s() - _ROUNDING_S
        is_new, is_overdue = self._judge(waited_s, time_s)
        is_due = is_new or is_overdue or is_late or not self._change.is_near
        changes = None
        if is_due and time_s - self._whole_s < WHOLE_S and (self._is_unsettled or not is_late):
            changes = self._changes(self._detector, plane, is_overdue)
        return Outlook(self._change.motion, self._hides(), is_due, self._change.is_guess, changes)

    def _changes(self, detector: ChangeDetector, plane: Plane, with_moving: bool) -> Boxes:
        """Return where the last frame shows something else, in its pixels.

        Args:
            detector: told what differs.
            plane: the frame.
            with_moving: what goes on changing as well.
        """
        change, size_wh = self._change, (plane.shape[1], plane.shape[0])
        edges, mask = tuple(uncovered(change.motion, size_wh)), change.mask
        if mask is None:
            return edges
        restless = self._disturbance.restless
        if restless is not None and not with_moving:
            mask = cast(Plane, cv2.bitwise_and(mask, cv2.bitwise_not(restless)))
        return edges + tuple(changed(mask, detector.factor, change.motion, MOST_PX + 1))

    def _compared(self, detector: ChangeDetector, plane: Plane) -> Change | None:
        is_disturbed = self._change.mask is not None
        may_rest = not (self._has_moved or self._is_grainy or is_disturbed)
        if may_rest and detector.rests(sampled(plane)):
            return Change(Motion())
        self._small = self._small or coarse(plane)
        change = detector.look(self._small[0])
        if change is not None:
            self._has_moved = self._has_moved or change.motion != Motion()
            # At rest, though a sample of the pixels, with more noise, did not show it.
            is_at_rest = not self._has_moved and change.mask is None
            self._is_grainy = self._is_grainy or (may_rest and is_at_rest)
        return change

    def searched(
        self,
        detections: Sequence[Detection],
        time_s: float,
        *,
        is_settled: bool,
        is_whole: bool = True,
    ) -> None:
        """Take what a search of the last frame found.

        Args:
            detections: the digits, boxes in its pixels.
            time_s: its time in seconds.
            is_settled: nothing is to be gained by a search of the next frame.
            is_whole: all of it was searched.
        """
        self._whole_s = time_s if is_whole else self._whole_s
        self._ink.found(detections)
        was_at_rest = self._detector is not None and not self._has_moved
        longer_s = min(2 * self._resting_s, RESTING_S[1])
        self._resting_s = longer_s if was_at_rest else RESTING_S[0]
        if self._plane is None:
            return
        small, factor = self._small or coarse(self._plane)
        restless = self._disturbance.restless
        # What moves is not what it is compared with, even if it rests from now on.
        self._is_restored = restless is not None
        if self._detector is not None and restless is not None:
            small = self._detector.restored(small, restless, self._change.matrix)
        # What was put in place of what moves is not compared by single pixels.
        sample = small if self._is_restored else sampled(self._plane)
        self._detector = ChangeDetector(small, factor, (each.box for each in detections), sample)
        self._disturbance.calm()
        self._change = Change(Motion())
        self._has_moved, self._is_grainy = False, self._is_restored
        self._is_same = not self._is_restored
        self._searched_s = time_s
        self._is_unsettled = not is_settled
        self._looks += not is_settled

    def _interval_s(self) -> float:
        if self._is_unsettled:
            if self._looks > FEW_VOTES and self._disturbance.restless is not None:
                return self._patience_s
            longer_s: float = UNSETTLED_S * 2 ** max(0, self._looks - FEW_LOOKS)
            return min(longer_s, UNSETTLED_MAX_S)
        return MOVING_S if self._has_moved else self._resting_s

    def _judge(self, waited_s: float, time_s: float) -> tuple[bool, bool]:
        """Say whether the last frame shows something new, and whether what moves is to be searched.

        What moves is not waited for without an end.
        """
        change = self._change
        if self._detector is None or change.mask is None or change.soft is None:
            self._disturbance.calm()
            if time_s - self._disturbed_s > PATIENCE_S[1]:
                self._patience_s = PATIENCE_S[0]
            return False, False
        self._disturbed_s = time_s
        stays = self._disturbance.look(change.mask, change.soft, self._detector.tolerance, time_s)
        is_new = stays and (self._disturbance.is_alone or waited_s >= self._patience_s / 2)
        if (is_new and self._disturbance.is_alone) or self._patience_s == PATIENCE_S[0]:
            # It may be of the other polarity.
            self._ink.doubt()
        if is_new:
            self._looks = 0
            return True, False
        is_overdue = waited_s >= self._patience_s - _ROUNDING_S
        if is_overdue:
            self._patience_s = min(2 * self._patience_s, PATIENCE_S[1])
        return False, is_overdue

    def _hides(self) -> Hides:
        restless = self._disturbance.restless
        if self._detector is None or restless is None:
            return nothing_hides
        masked = Masked(restless, self._detector.factor)
        return lambda box: masked.share(box) > HIDDEN_SHARE

    def _lost(self) -> None:
        """Have the frame searched without anything that is known of it."""
        detector = self._detector
        self.is_same_scene = detector is not None and detector.differing_share < SCENE_SHARE
        self._detector = None
        self._ink.doubt()
        self._is_unsettled, self._looks = False, 0
        self._disturbance.calm()
        self._change = Change(Motion())

    def forget(self) -> None:
        """Have the next frame searched, whatever it shows."""
        self._lost()
        self._plane = self._small = None


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
