"""Events: numbers over time, each announced once when it appears, changes, and is gone.

A number is an object of its own.  It appears once its text has been the same for a while and a few
looks, changes when another text has been there for as long, and is gone when it was not seen for a
second; put back later, it appears anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from camdigits.types import Box, Event, EventKind, Frame, Number

STEADY_S = 0.3
"""How long a text has been the same before it is announced, in seconds."""
STEADY_LOOKS = 3
"""How many frames it was read in by then."""
GONE_S = 1.0
"""How long a number was not seen before it is gone, in seconds."""
MIN_SHARED = 0.3
"""Smallest intersection over union of a number's boxes in two frames."""


@dataclass(slots=True, eq=False)
class _Entry:
    """One number over time; times in seconds."""

    box: Box
    text: str
    confidence: float
    since_s: float
    seen_s: float
    tracks: frozenset[int | None]
    looks: int = 1
    id: int | None = None
    announced: str = ""


class Announcer:
    """Turns the numbers of one stream into events; one announcer per stream."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._next_id = 1

    def update(
        self, numbers: Sequence[Number], frame: Frame
    ) -> tuple[tuple[Number, ...], tuple[Event, ...]]:
        """Take the numbers of the next frame.

        Args:
            numbers: of one frame, made of tracked digits.
            frame: the frame, for its index and time.

        Returns:
            The same numbers, with the ids of those that were announced, and the events that
            became certain with this frame.
        """
        entries = self._continue(numbers, frame.time_s)
        events = [event for entry in entries if (event := self._judge(entry, frame))]
        events += self._leave(frame)
        named = (replace(n, id=entry.id) for n, entry in zip(numbers, entries, strict=True))
        return tuple(named), tuple(events)

    def _continue(self, numbers: Sequence[Number], time_s: float) -> list[_Entry]:
        """Return each number's entry, brought up to date or new."""
        free = list(self._entries)
        entries = []
        for number in numbers:
            entry = max(free, key=lambda known: _likeness(known, number), default=None)
            if entry is None or _likeness(entry, number) < MIN_SHARED:
                entry = _new_entry(number, time_s)
                self._entries.append(entry)
            else:
                free.remove(entry)
                _look(entry, number, time_s)
            entries.append(entry)
        return entries

    def _judge(self, entry: _Entry, frame: Frame) -> Event | None:
        """Announce a number whose text has become steady."""
        is_steady = entry.looks >= STEADY_LOOKS and frame.time_s - entry.since_s >= STEADY_S
        if not is_steady or entry.text == entry.announced:
            return None
        kind: EventKind = "changed" if entry.announced else "appeared"
        if entry.id is None:
            entry.id = self._next_id
            self._next_id += 1
        entry.announced = entry.text
        return _event(kind, entry, frame)

    def _leave(self, frame: Frame) -> list[Event]:
        """Drop the numbers that were not seen for a while; tell of those that were announced."""
        gone = [entry for entry in self._entries if frame.time_s - entry.seen_s >= GONE_S]
        self._entries = [entry for entry in self._entries if entry not in gone]
        return [_event("gone", entry, frame) for entry in gone if entry.id is not None]


def _likeness(entry: _Entry, number: Number) -> float:
    """Return how surely a number continues an entry, by shared tracks or by place, 0 to 1."""
    tracks = _tracks(number)
    shared = len(tracks & entry.tracks) / max(len(tracks), len(entry.tracks))
    return max(shared, entry.box.iou(number.box))


def _tracks(number: Number) -> frozenset[int | None]:
    return frozenset(digit.track for digit in number.digits)


def _new_entry(number: Number, time_s: float) -> _Entry:
    return _Entry(number.box, number.text, number.confidence, time_s, time_s, _tracks(number))


def _look(entry: _Entry, number: Number, time_s: float) -> None:
    if number.text != entry.text:
        entry.text, entry.since_s, entry.looks = number.text, time_s, 0
    entry.box, entry.confidence, entry.tracks = number.box, number.confidence, _tracks(number)
    entry.seen_s = time_s
    entry.looks += 1


def _event(kind: EventKind, entry: _Entry, frame: Frame) -> Event:
    assert entry.id is not None
    text, box, confidence = entry.announced, entry.box, entry.confidence
    return Event(kind, entry.id, text, box, confidence, frame.index, frame.time_s)
