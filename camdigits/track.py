"""Steady digits: detections joined over the frames of a video.

Terms as in norfair: a track becomes visible after an initialization delay, a hit counter lets it
survive missed frames, a distance threshold says which detection continues it.  What a track reads
is the decaying mean of its detections' probabilities, and its label changes only when another one
is clearly ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from camdigits.choose import Detection
from camdigits.types import Box, Digit

INITIALIZATION_DELAY = 2
"""Detections that a track needs before it is shown."""
HIT_COUNTER_MAX = 8
"""Frames in a row that an established track survives unseen."""
DISTANCE_THRESHOLD = 0.6
"""Farthest that a digit's middle moves between two frames, as a multiple of its height."""
SCALE_THRESHOLD = 1.6
"""Largest factor by which a digit's height changes between two frames."""
MEMORY = 0.8
"""What is kept of a track's mean probabilities when a new detection comes in, 0 to 1."""
HYSTERESIS = 0.1
"""How far another label's mean probability must be ahead before the label changes."""


class Tracker:
    """Follows the digits of one video or camera; one tracker per stream."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._next_id = 1

    def update(self, detections: Sequence[Detection]) -> list[Digit]:
        """Take the detections of the next frame.

        Args:
            detections: of one frame, in any order, boxes in pixels.

        Returns:
            The digits seen in this frame whose tracks are established, in no particular order.
        """
        pairs = self._match(detections)
        for place, track in enumerate(self._tracks):
            if place in pairs:
                track.hit(detections[pairs[place]])
            else:
                track.miss()
        continued = set(pairs.values())
        self._tracks = [track for track in self._tracks if track.is_alive]
        for place, detection in enumerate(detections):
            if place not in continued:
                self._tracks.append(_Track(detection))
        return [self._digit(track) for track in self._tracks if track.is_visible]

    def _digit(self, track: _Track) -> Digit:
        if track.id is None:
            track.id = self._next_id
            self._next_id += 1
        confidence = float(track.probabilities[track.label])
        return Digit(track.box, track.label, confidence, track.id)

    def _match(self, detections: Sequence[Detection]) -> dict[int, int]:
        """Pair tracks with detections, nearest first; returns places of tracks to detections."""
        if not self._tracks or not detections:
            return {}
        distances = _distances([t.box for t in self._tracks], [d.box for d in detections])
        rows, columns = np.nonzero(distances <= DISTANCE_THRESHOLD)
        pairs: dict[int, int] = {}
        taken = set()
        for k in np.argsort(distances[rows, columns], kind="stable"):
            row, column = int(rows[k]), int(columns[k])
            if row not in pairs and column not in taken:
                pairs[row] = column
                taken.add(column)
        return pairs


class _Track:
    """One digit over time."""

    def __init__(self, detection: Detection) -> None:
        self.id: int | None = None
        self.box = detection.box
        self.probabilities: NDArray[np.float32] = detection.probabilities
        self.label = detection.label
        self.hits = 1
        self.hit_counter = 1
        self.is_seen = True

    @property
    def is_alive(self) -> bool:
        return self.hit_counter >= 0

    @property
    def is_visible(self) -> bool:
        return self.is_seen and self.hits >= INITIALIZATION_DELAY

    def hit(self, detection: Detection) -> None:
        self.box = detection.box
        self.hits += 1
        self.hit_counter = min(self.hit_counter + 2, HIT_COUNTER_MAX)
        self.is_seen = True
        # A plain mean at first, so that the first look weighs no more than the next ones.
        memory = min(MEMORY, 1 - 1 / self.hits)
        self.probabilities = memory * self.probabilities + (1 - memory) * detection.probabilities
        best = int(self.probabilities.argmax())
        if self.probabilities[best] > self.probabilities[self.label] + HYSTERESIS:
            self.label = best

    def miss(self) -> None:
        self.hit_counter -= 1
        self.is_seen = False


def _distances(tracked: Sequence[Box], detected: Sequence[Box]) -> NDArray[np.float64]:
    """Return the distance of middles over the height, infinite where the sizes do not agree."""
    ours = np.array([[*box.center, box.h] for box in tracked])[:, None]
    theirs = np.array([[*box.center, box.h] for box in detected])[None]
    height = np.maximum(ours[..., 2], theirs[..., 2])
    distance = np.hypot(*np.moveaxis(ours[..., :2] - theirs[..., :2], -1, 0)) / height
    is_alike = height <= SCALE_THRESHOLD * np.minimum(ours[..., 2], theirs[..., 2])
    return np.where(is_alike, distance, np.inf)
