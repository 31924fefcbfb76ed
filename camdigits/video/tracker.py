"""Steady digits: detections joined over the frames of a video.

Terms as in norfair: a track becomes visible after an initialization delay, a hit counter lets it
survive missed frames, a distance threshold says which detection continues it.  The hit counter
counts seconds here, since cameras differ in their rate.  The motion that all digits share is taken
out before detections are matched, so neither shake nor zoom breaks a track.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from camdigits.page.choose import Detection
from camdigits.types import Box, Digit, Seen
from camdigits.video.memory.ink import Ink
from camdigits.video.memory.paper import Known
from camdigits.video.motion import (
    LIKELY,
    MIN_PAIRS,
    Motion,
    Values,
    fit_motion,
    points,
    small_shift,
    vote_shift,
)
from camdigits.video.pairing import alike_of, are_elsewhere, paired, read_at
from camdigits.video.track import SURE, Track, Tracks, boxes_of

if TYPE_CHECKING:
    from camdigits.types import Image

SCALE_THRESHOLD = 1.6
"""Largest factor by which a digit's height changes between two frames."""
DOUBLE_DISTANCE = 0.6
"""Two tracks that meet nearer than this share a spot, in heights."""
UNLIKE_COST = 0.4
"""What another label costs in the choice of a detection, in heights of distance."""
FALLBACK_INTERVAL_S = 0.04
"""Between frames whose times are the same."""


def everywhere(box: Box) -> bool:
    """Say of any box that digits were looked for there."""
    return True


class Tracker:
    """Follows the digits of one video or camera; one tracker per stream."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._next_id = 1
        self._last_s: float | None = None
        self._stayed_s = 0.0

    def update(
        self,
        detections: Sequence[Detection],
        time_s: float,
        is_sharp: bool = True,
        is_lost: bool = False,
        is_looked_at: Callable[[Box], bool] = everywhere,
    ) -> list[Digit]:
        """Take the detections of the next frame.

        Args:
            detections: of one frame, in any order, boxes in pixels.
            time_s: time of the frame in seconds.
            is_sharp: False for a frame that has no say in what a digit is.
            is_lost: nothing leads from the frame before to this one, which may show another page.
            is_looked_at: says of a box whether digits were looked for there; elsewhere the frame
                shows what the one before did.

        Returns:
            The digits of established tracks, in no particular order: those seen in this frame
            and those that were seen shortly before.
        """
        is_first, interval_s = self._last_s is None, self._since_last_s(time_s)
        stayed_s, self._stayed_s = self._stayed_s, 0.0
        for track in self._tracks:
            track.stay(stayed_s)
        is_lost = is_lost and is_sharp
        pairs = self._match(detections, is_looked_at, must_be_alike=is_lost)
        is_other = is_lost and are_elsewhere(self._tracks, pairs)
        if is_looked_at is everywhere:
            self._carry(pairs, detections)
        for place, track in enumerate(self._tracks):
            found = detections[pairs[place]] if place in pairs else None
            # What reads otherwise than what is behind it is a part of what covers it.
            if found and not (track.is_covered and found.label != track.label):
                track.hit(found, interval_s, is_sharp)
            elif not is_looked_at(track.box):
                # One that was missed once is looked for again before it is missed for longer.
                track.stay(interval_s)
            else:
                # What was missed before was not there while the page was only followed, either.
                track.lack(interval_s + (stayed_s if track.unseen_frames else 0.0), is_sharp)
                track.is_held = track.is_held and not is_other
        self._tracks = [track for track in self._tracks if track.is_alive]
        continued = set(pairs.values())
        new = [each for place, each in enumerate(detections) if place not in continued]
        is_new = is_first or is_other  # no frame of another picture lacks them, either
        self._tracks += [Track(each, interval_s, is_sharp, is_first=is_new) for each in new]
        self._settle_doubles()
        return [self._digit(track) for track in self._tracks if track.is_visible]

    def _since_last_s(self, time_s: float) -> float:
        """Return the time since the last frame, above 0, and keep that of this one."""
        interval_s = 0.0 if self._last_s is None else time_s - self._last_s
        self._last_s = time_s
        return interval_s if interval_s > 0 else FALLBACK_INTERVAL_S

    def stay(self, time_s: float) -> None:
        """Take the next frame, which shows what the last one did, perhaps elsewhere."""
        if self._last_s is not None and time_s > self._last_s:
            self._stayed_s += time_s - self._last_s
        self._last_s = time_s

    def hide(self, hides: Callable[[Box], bool]) -> None:
        """Take what is before the page in the next frame that is searched.

        Args:
            hides: says of a box, where the tracks are by now, whether something is before it.
        """
        for track in self._tracks:
            track.is_hidden = track.is_established and hides(track.box)

    def known(
        self, detections: Sequence[Detection], is_looked_at: Callable[[Box], bool] = everywhere
    ) -> list[Known]:
        """Return the established digits, and whether they are read in the next frame.

        Args:
            detections: of that frame; the tracks are where they are by then.
            is_looked_at: says of a box whether digits were looked for there.
        """
        tracks = [track for track in self._tracks if track.is_established]
        boxes = [track.box for track in tracks]
        is_read, _ = read_at(boxes, [track.label for track in tracks], detections)
        return [
            Known(box, seen if seen or track.unseen_frames or is_looked_at(box) else None)
            for track, box, seen in zip(tracks, boxes, is_read, strict=True)
        ]

    def renew(self, plane: Image, detections: Sequence[Detection], is_sharp: bool) -> None:
        """Forget what digits were in whose place the next frame shows other ink.

        Args:
            plane: ``(height, width) uint8``, its brightness.
            detections: of it; the tracks are where they are by then.
            is_sharp: False for a frame that has no say.
        """
        if not is_sharp:
            return
        tracks = [t for t in self._tracks if t.ink is not None and not t.is_occluded]
        boxes = [track.box for track in tracks]
        is_read, is_other = read_at(boxes, [track.label for track in tracks], detections)
        for track, box, same, other in zip(tracks, boxes, is_read, is_other, strict=True):
            if other and not same and track.ink is not None and track.ink.is_other(plane, box):
                track.renew()

    def keep_ink(self, plane: Image, is_sharp: bool) -> None:
        """Remember the ink of the digits that were read in the last frame; see `renew`."""
        for track in self._tracks if is_sharp else ():
            if track.unseen_frames == 0 and track.agrees and not track.is_occluded:
                track.ink = Ink.of(plane, track.box)

    def cover(self, hides: Callable[[Box], bool]) -> None:
        """Take what rests before the page in the next frame; see `hide`."""
        for track in self._tracks:
            track.is_covered = track.is_established and hides(track.box)

    def carry(self, motion: Motion) -> None:
        """Move all tracks to where they are now that the picture moved."""
        if self._tracks:
            for track, box in zip(self._tracks, motion.moved(self._boxes()), strict=True):
                track.filter.carry(box)

    def is_settled(self, bounds: Box) -> bool:
        """Return whether another look at the same picture would hardly tell more.

        Args:
            bounds: of the picture; what is not seen at its edges has left it.
        """
        return all(track.is_settled or track.has_left(bounds) for track in self._tracks)

    @property
    def unsettled(self) -> list[Box]:
        """Where the tracks are of which another look may tell more."""
        return [track.box for track in self._tracks if not track.is_settled]

    def restart(self) -> None:
        """Forget all tracks; their numbers are not given again."""
        self._tracks = []

    @property
    def seen(self) -> Tracks:
        """The numbers of the established tracks that were detected in the last frame."""
        return frozenset(t.id for t in self._tracks if t.id is not None and t.unseen_frames == 0)

    @property
    def hidden(self) -> Tracks:
        """The numbers of the tracks that something hid in the last frame."""
        tracks = (t for t in self._tracks if t.is_occluded and t.unseen_frames)
        return frozenset(track.id for track in tracks if track.id is not None)

    @property
    def covered(self) -> Tracks:
        """The numbers of those of them before which something rests, as far as is known."""
        tracks = (t for t in self._tracks if t.is_covered and not t.is_hidden and t.unseen_frames)
        return frozenset(track.id for track in tracks if track.id is not None)

    @property
    def fresh(self) -> list[Box]:
        """Where sure digits were found in the last frame that are not established yet."""
        return [
            track.box
            for track in self._tracks
            if not track.is_established
            and track.unseen_frames == 0
            and track.probabilities[track.label] >= SURE
        ]

    def _digit(self, track: Track) -> Digit:
        if track.id is None:
            track.id = self._next_id
            self._next_id += 1
        confidence = float(track.probabilities[track.label])
        seen: Seen = "followed" if track.unseen_frames else "searched"
        return Digit(track.box, track.label, confidence, track.id, seen)

    def _match(
        self,
        detections: Sequence[Detection],
        is_looked_at: Callable[[Box], bool],
        *,
        must_be_alike: bool,
    ) -> dict[int, int]:
        """Pair tracks with detections, nearest first; returns places of tracks to detections.

        Those of tracks that were looked at, where not all were: all are where they are by now then.
        """
        if not self._tracks or not detections:
            return {}
        before, after = self._boxes(), boxes_of(detections)
        alike = alike_of(self._tracks, detections)
        taller = np.maximum.outer(before[:, 3], after[:, 3])
        fits = taller <= SCALE_THRESHOLD * np.minimum.outer(before[:, 3], after[:, 3])
        if must_be_alike:
            fits &= alike >= LIKELY
        shift = 0j
        if is_looked_at is everywhere:
            likely = np.where(fits, 0.2 + 0.8 * alike, 0.0)
            small = small_shift(before, after, likely)
            shift = vote_shift(before, after, likely) if small is None else small
        else:
            fits &= np.array([[is_looked_at(each.box)] for each in self._tracks])
        distance = np.abs(np.subtract.outer(points(before) + shift, points(after))) / taller
        return paired(distance, distance + UNLIKE_COST * (1.0 - alike), fits)

    def _carry(self, pairs: dict[int, int], detections: Sequence[Detection]) -> None:
        """Move all tracks as the picture moved, those that are not seen as well."""
        if not pairs:
            return
        before = self._boxes()
        after = boxes_of([detections[place] for place in pairs.values()])
        moved = fit_motion(before[list(pairs)], after).moved(before)
        for place, track in enumerate(self._tracks):
            # The motion of one or two digits is not to be told from their own jitter.
            if len(pairs) >= MIN_PAIRS or place not in pairs:
                track.filter.carry(moved[place])

    def _settle_doubles(self) -> None:
        """Settle what happens where a track that is not seen and one that is share a spot.

        A new one there may be what a hand leaves of the digit: it waits for the other's end.
        An established one is the digit: the other one ends.
        """
        seen = [track for track in self._tracks if track.unseen_frames == 0]
        unseen = [track for track in self._tracks if track.unseen_frames]
        if not seen or not unseen:
            return
        theirs, ours = (np.array([t.filter.box for t in each]) for each in (seen, unseen))
        distance = np.abs(np.subtract.outer(points(ours), points(theirs)))
        for row, column in np.argwhere(distance < DOUBLE_DISTANCE * ours[:, None, 3]).tolist():
            one, other = unseen[row], seen[column]
            if not one.box.intersection(other.box):  # narrow digits stand side by side
                continue
            if other.is_established:
                one.hit_counter_s = -1.0
            elif one.is_established:
                other.wait()
        self._tracks = [track for track in self._tracks if track.is_alive]

    def _boxes(self) -> Values:
        return np.array([track.filter.box for track in self._tracks])
