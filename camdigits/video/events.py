"""Events: numbers over time, each announced once when it appears, changes, and is gone.

A number is an object of its own, made of tracked digits.  It appears once its text has been the
same for a while and a few looks, changes when another text has been there for as long, and is gone
when it was not seen for a second at a place that was; put back later, it appears anew.  What is
hidden or left the picture comes back as what it was.  What may be a part of a number
only is waited with: digits at the picture's edge, longest where ink beside them is cut by it, those
that just came away from it, and what is left of a number that was announced, since a hand may cover
the rest.  What leaves the picture digit by digit does not change.  Nor does what was sure and is in
doubt now; a number that was in doubt from the start is waited with.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from camdigits.ink.luma import luma_of
from camdigits.types import DOUBT, Event, EventKind, Frame, Number
from camdigits.video.border import EDGE, is_at_edge, is_clipped
from camdigits.video.memory.hidden import Occlusion
from camdigits.video.memory.places import Place, moved_box
from camdigits.video.motion import Motion
from camdigits.video.number_track import (
    AWAY_S,
    GONE_S,
    LACKING,
    NumberTrack,
    keep,
    likeness_of,
    look_at,
    may_continue,
    new_track,
    shift_to,
    tracks_of,
)

if TYPE_CHECKING:
    from camdigits.types import Image

STEADY_S = 0.3
"""How long a text has been the same before it is announced, in seconds."""
STEADY_LOOKS = 3
"""How many frames it was read in by then."""
DOUBTFUL_S = 1.0
"""How long instead, if it may be a part of a number only."""
CUT_S = 3.0
"""How long instead, if the picture's edge is so near that it cuts the number, or might."""
LONGEST_S = 60.0
"""A number that is hidden or outside for longer is gone."""
MIN_SHARED = 0.3
"""Smallest intersection over union of a number's boxes in two frames."""


NO_OCCLUSION, STANDS = Occlusion(), Motion()

Told = tuple[tuple[Number, ...], tuple[Event, ...]]


class EventEmitter:
    """Turns the numbers of one stream into events; one announcer per stream."""

    def __init__(self) -> None:
        self._entries: list[NumberTrack] = []
        self._next_id = 1
        self._shown: list[NumberTrack] = []
        self._last_s = 0.0
        self._has_say, self._searched_s = True, -math.inf
        self._occlusion = NO_OCCLUSION
        self._others_s = math.inf

    def update(
        self,
        numbers: Sequence[Number],
        frame: Frame,
        seen: Collection[int] | None = None,
        is_sharp: bool = True,
        occlusion: Occlusion = NO_OCCLUSION,
        motion: Motion | None = STANDS,
    ) -> Told:
        """Take the numbers of the next frame.

        Args:
            numbers: of one frame, made of tracked digits.
            frame: the frame, for its index, time and size.
            seen: tracks that were detected in this frame, not only believed to be there; None
                stands for all.
            is_sharp: False for a frame that has no say; numbers seen in it are not gone, though.
            occlusion: what hides some of the tracks, or may hide a part of their numbers.
            motion: how the picture moved since the last frame that was taken so; None where that is
                not known, so that places in it mean nothing any more.

        Returns:
            The same numbers, with the ids of those that were announced, and the events that
            became certain with this frame.
        """
        self._move(motion)
        self._has_say = is_sharp
        self._searched_s = frame.time_s if is_sharp else self._searched_s
        told = self._take(numbers, frame, seen, occlusion)
        for entry in self._entries:
            if not entry.is_lost:
                entry.base = entry.box
        return told

    def _take(
        self,
        numbers: Sequence[Number],
        frame: Frame,
        seen: Collection[int] | None,
        occlusion: Occlusion,
        is_searched: bool = True,
    ) -> Told:
        self._occlusion = occlusion
        entries = self._continue(numbers, frame.time_s)
        for number, entry in zip(numbers, entries, strict=True):
            if seen is None or any(track in seen for track in tracks_of(number)):
                entry.seen_s = frame.time_s
                entry.looks += int(self._has_say)
        self._shown = entries
        if is_searched:
            self._note_others(frame)
        self._keep_hidden(frame)
        return self._told(numbers, frame)

    def _note_others(self, frame: Frame) -> None:
        """Note since when numbers are seen that are known to be where they are."""
        found = [e for e in self._shown if e.is_lost and e.seen_s == frame.time_s]
        lost = [e for e in self._entries if e.is_lost and e not in found]
        if found and (shift_to(found, lost) or not lost):
            for entry in found:
                entry.is_lost = False
        if not any(entry.id is not None for entry in self._shown):
            self._others_s = math.inf
        elif self._others_s == math.inf:
            self._others_s = frame.time_s

    def stay(
        self, numbers: Sequence[Number], frame: Frame, occlusion: Occlusion = NO_OCCLUSION
    ) -> Told:
        """Take a frame that shows the numbers of the last one, as many or fewer.

        A number that was only believed to be there is no more than that.

        Args:
            numbers: the same in the same order, perhaps elsewhere; those that left are not there.
            frame: the frame, for its index, time and size.
            occlusion: what hides some of the tracks, or may hide a part of their numbers.

        Returns:
            As `update` does.
        """
        if len(numbers) != len(self._shown):
            tracks = {tracks_of(number) for number in numbers}
            self._shown = [entry for entry in self._shown if entry.tracks in tracks]
        if len(numbers) != len(self._shown):
            return self._take(numbers, frame, None, occlusion, is_searched=False)
        self._occlusion = occlusion
        for number, entry in zip(numbers, self._shown, strict=True):
            entry.box = number.box
            if entry.seen_s == self._last_s:
                entry.seen_s = frame.time_s
                # What a blurred frame shows says no more for being shown for longer.
                entry.looks += int(self._has_say)
        self._keep_hidden(frame)
        return self._told(numbers, frame)

    def _keep_hidden(self, frame: Frame) -> None:
        hidden = self._occlusion.hidden
        if hidden:
            for entry in self._entries:
                if not hidden.isdisjoint(entry.tracks):
                    entry.seen_s = frame.time_s

    def _told(self, numbers: Sequence[Number], frame: Frame) -> Told:
        """Return the numbers shown with their ids, and the events of this frame."""
        events = [event for entry in self._shown if (event := self._judge(entry, frame))]
        events += self._leave(frame)
        self._last_s = frame.time_s
        pairs = zip(numbers, self._shown, strict=True)
        named = (n if n.id == entry.id else replace(n, id=entry.id) for n, entry in pairs)
        return tuple(named), tuple(events)

    def end(self, frame: Frame) -> tuple[Event, ...]:
        """Forget all numbers, and return that those that were announced are gone."""
        announced = [entry for entry in self._entries if entry.id is not None]
        self._entries = self._shown = []
        return tuple(entry.event("gone", frame) for entry in announced)

    def _continue(self, numbers: Sequence[Number], time_s: float) -> list[NumberTrack]:
        """Return each number's entry, brought up to date or new; the likest pairs come first."""
        pairs = [
            (likeness, -place, -row)
            for place, number in enumerate(numbers)
            for row, entry in enumerate(self._entries)
            if may_continue(entry, number)
            and (likeness := likeness_of(entry, number, self._last_s)) >= MIN_SHARED
        ]
        found: dict[int, NumberTrack] = {}
        for _, place, row in sorted(pairs, reverse=True):
            entry = self._entries[-row]
            if -place not in found and entry not in found.values():
                found[-place] = entry
                look_at(entry, numbers[-place], time_s)
        new = {n: new_track(each, time_s) for n, each in enumerate(numbers) if n not in found}
        self._entries += new.values()
        found |= new
        return [found[place] for place in range(len(numbers))]

    def _judge(self, entry: NumberTrack, frame: Frame) -> Event | None:
        """Announce a number whose text has become steady."""
        if entry.text == entry.announced:
            if len(entry.tracks) >= len(entry.own):  # all of it is found
                keep(entry)
            return None
        is_old = self._is_old(entry, frame)
        if entry.looks < STEADY_LOOKS or not is_old or entry.seen_s < frame.time_s:
            return None
        kind: EventKind = "changed" if entry.announced else "appeared"
        if entry.id is None:
            entry.id = self._next_id
            self._next_id += 1
        entry.announced = entry.text
        keep(entry, is_new=True)
        entry.place = Place(luma_of(frame).plane, entry.box)
        return entry.event(kind, frame)

    def _is_old(self, entry: NumberTrack, frame: Frame) -> bool:
        """Say whether a text has been the same for long enough, wherever the number was meanwhile.

        What has just come away from the edge has had no time yet to show the rest of it.
        """
        now_s, needed_s = frame.time_s, self._needed_s(entry, luma_of(frame).plane)
        if needed_s is None or needed_s > DOUBTFUL_S:
            entry.cut_s = now_s
        if needed_s is None or needed_s > STEADY_S:
            entry.doubtful_s = now_s
        if needed_s is None:
            return False
        age_s = now_s - entry.since_s
        away_s = now_s - (entry.cut_s if needed_s > STEADY_S else entry.doubtful_s)
        # With room for the rounding of time stamps.
        # Nor is it known what beside it came into the picture before it was searched again.
        is_away = away_s >= STEADY_S - 1e-6 and self._searched_s > now_s - away_s
        return age_s >= CUT_S - 1e-6 or (is_away and age_s >= needed_s - 1e-6)

    def _needed_s(self, entry: NumberTrack, plane: Image) -> float | None:
        """Return how long a text must have been the same; None where its rest is not seen."""
        size_wh, edge_px = (plane.shape[1], plane.shape[0]), EDGE * entry.box.h
        whole = self._whole(entry)
        if whole is not None:
            missing_px = max(edge_px, entry.missing_px(whole))
            is_part = whole is not entry and entry.confidence <= LACKING
            is_part |= is_at_edge(entry.box, size_wh, missing_px)
            return None if is_part else DOUBTFUL_S
        if is_clipped(plane, entry.box):
            return CUT_S
        is_doubtful = DOUBT in entry.text or entry.confidence <= LACKING
        if is_doubtful or not self._occlusion.beside.isdisjoint(entry.tracks):
            return DOUBTFUL_S
        return DOUBTFUL_S if is_at_edge(entry.box, size_wh, edge_px) else STEADY_S

    def _whole(self, entry: NumberTrack) -> NumberTrack | None:
        """Return the announced number to which all digits belong, but not all of that one's."""
        return next((other for other in self._entries if entry.tracks < other.own), None)

    def _leave(self, frame: Frame) -> list[Event]:
        """Drop the numbers that were not seen for a while; tell of those that were announced."""
        gone = [entry for entry in self._entries if self._is_gone(entry, frame)]
        self._entries = [entry for entry in self._entries if entry not in gone]
        return [entry.event("gone", frame) for entry in gone if entry.id is not None]

    def _move(self, motion: Motion | None) -> None:
        """Carry the places of what is not shown along with the page."""
        for entry in self._entries:
            if motion is None:
                entry.is_lost = entry.place is not None
            elif entry.place is not None and not entry.is_lost:
                entry.box = moved_box(motion, entry.base or entry.box)

    def _is_gone(self, entry: NumberTrack, frame: Frame) -> bool:
        unseen_s = frame.time_s - entry.seen_s
        if unseen_s < GONE_S - 1e-6:
            return False
        if self._may_return(entry, frame):
            entry.away_s = frame.time_s
        # When its place comes to light, it takes a moment until it is read.
        return frame.time_s - max(entry.seen_s, entry.away_s) >= GONE_S - 1e-6

    def _may_return(self, entry: NumberTrack, frame: Frame) -> bool:
        """Say whether a number that is not seen may still be at its place on the page."""
        if entry.place is None or frame.time_s - entry.seen_s >= LONGEST_S:
            return False
        if entry.is_lost:
            # As long as nothing is seen instead.
            return frame.time_s - self._others_s < AWAY_S - 1e-6
        plane = luma_of(frame).plane
        return entry.is_cut(plane) or entry.place.is_away(plane, entry.box)
