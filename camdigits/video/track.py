"""A track: one digit over time, with what was read in its frames.

What a track reads is the decaying mean of its detections' probabilities, and its label changes only
when another one is clearly ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.types import Box
from camdigits.video.memory.ink import Ink
from camdigits.video.motion import Values, middles_of
from camdigits.video.one_euro import BoxFilter

Tracks = frozenset[int]
"""Numbers of tracks."""
NO_TRACKS: Tracks = frozenset()

INITIALIZATION_DELAY = 2
"""Detections that a track needs before it is shown; those of blurred frames do not count.  In the
first frame of all, one does where its label is sure: there is no frame before that lacks it."""
INITIAL_PRESENCE = 0.55
"""Part of the frames since its first one in which it must have been detected by then."""
HIT_COUNTER_MAX_S = 1.0
"""How long an established track survives unseen, and how long it must be seen for that."""
HOLD_S = 0.35
"""How long a track that is not seen is shown where it must be by now."""
HOLD_FRAMES = 1
"""It is shown for so many frames at least, however slowly they come."""
MAX_INTERVAL_S = 0.25
"""A frame counts no longer than this, so that at low rates, too, a miss ends no track."""
MEMORY_S = 0.5
"""How long a look weighs in a track's mean probabilities."""
HYSTERESIS = 0.15
"""How far another label's mean probability must be ahead before the label changes."""
FEW_VOTES, MANY_VOTES = 4, 8
"""Looks after which a digit is settled: sooner where its label is sure, later in any case."""
SURE = 0.8
"""Mean probability from which a label is sure."""


class Track:
    """One digit over time."""

    def __init__(
        self, detection: Detection, interval_s: float, is_sharp: bool, *, is_first: bool
    ) -> None:
        self.id: int | None = None
        self.filter = BoxFilter(boxes_of([detection])[0])
        self._rounded: tuple[Values, Box] | None = None
        self.probabilities: NDArray[np.float32] = detection.probabilities
        self.label = detection.label
        self.hits = self.frames = int(is_sharp)
        self.hit_counter_s = min(interval_s, MAX_INTERVAL_S)
        self.unseen_s = 0.0
        self.unseen_frames = 0
        self.is_hidden = self.is_covered = False
        self.is_held = True
        """It is shown for a moment where it is not seen, since its place is known."""
        # The first sharp look replaces what a blurred one said.
        self._votes = int(is_sharp)
        self.agrees = True
        self.ink: Ink | None = None
        self.is_established = is_first and is_sharp and detection.confidence >= SURE

    @property
    def box(self) -> Box:
        """Where it is, rounded to pixels."""
        if self._rounded is None or self._rounded[0] is not self.filter.box:
            self._rounded = self.filter.box, as_box(self.filter.box)
        return self._rounded[1]

    @property
    def is_alive(self) -> bool:
        # With room for the rounding of sums of intervals.
        return self.hit_counter_s > -1e-6

    @property
    def is_visible(self) -> bool:
        is_recent = self.unseen_s <= HOLD_S or self.unseen_frames <= HOLD_FRAMES
        is_shown = not self.unseen_frames or (self.is_held and is_recent)
        return self.is_established and is_shown

    @property
    def is_settled(self) -> bool:
        if self.unseen_frames:
            return self.is_occluded or not self.is_visible
        if not self.is_established:
            return self.frames >= FEW_VOTES
        is_sure = bool(self.probabilities[self.label] >= SURE)
        return self.agrees and self._votes >= (FEW_VOTES if is_sure else MANY_VOTES)

    @property
    def is_occluded(self) -> bool:
        """Whether something that moves or rests is before it, so that it may be there or not."""
        return self.is_hidden or self.is_covered

    def has_left(self, bounds: Box) -> bool:
        """Return whether it is not seen and would no longer lie in the picture as a whole."""
        return bool(self.unseen_frames) and bounds.intersection(self.box) < self.box.area

    def stay(self, stayed_s: float) -> None:
        """Count the time for which it was followed without being looked for."""
        if self.unseen_frames == 0:
            self.hit_counter_s = min(self.hit_counter_s + stayed_s, HIT_COUNTER_MAX_S)

    def hit(self, detection: Detection, interval_s: float, is_sharp: bool) -> None:
        self.filter.update(boxes_of([detection])[0], interval_s)
        self.hits += int(is_sharp)
        self.frames += int(is_sharp)
        self.unseen_s, self.unseen_frames, self.is_held = 0.0, 0, True
        counted_s = self.hit_counter_s + min(interval_s, MAX_INTERVAL_S)
        self.hit_counter_s = min(counted_s, HIT_COUNTER_MAX_S)
        if is_sharp:
            self._vote(detection, interval_s)
        is_present = self.hits >= INITIAL_PRESENCE * self.frames
        if self.hits >= INITIALIZATION_DELAY and is_present:
            self.is_established = True

    def _vote(self, detection: Detection, interval_s: float) -> None:
        self._votes += 1
        # A plain mean at first, so that the first look weighs no more than the next ones.
        memory = min(float(np.exp(-interval_s / MEMORY_S)), 1 - 1 / self._votes)
        self.probabilities = memory * self.probabilities + (1 - memory) * detection.probabilities
        self.agrees = detection.label == self.label
        best = int(self.probabilities.argmax())
        if self.probabilities[best] > self.probabilities[self.label] + HYSTERESIS:
            self.label = best

    def renew(self) -> None:
        """Take that it is another digit from the next frame on."""
        self._votes, self.ink = 0, None

    def wait(self) -> None:
        """Begin anew to be established."""
        self.hits = self.frames = 0

    def lack(self, interval_s: float, is_sharp: bool) -> None:
        """Take that it is not seen: it is missing, or perhaps behind what is before it."""
        self.unseen_s += interval_s
        self.unseen_frames += 1
        if not self.is_occluded:
            self.frames += int(is_sharp)
            self.hit_counter_s -= min(interval_s, MAX_INTERVAL_S)


def as_box(values: Values) -> Box:
    """Return the box that ``(4,)`` middle, width and height stand for, rounded to pixels."""
    x, y, w, h = values.tolist()
    return Box(round(x - w / 2), round(y - h / 2), max(1, round(w)), max(1, round(h)))


def boxes_of(detections: Sequence[Detection]) -> Values:
    """Return ``(n, 4)``: x and y of the middle, width and height in pixels."""
    return middles_of([each.box for each in detections])
