"""A number over time: made of tracked digits, what it read, and since when."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from camdigits.types import DOUBT, Box, Number, Writing
from camdigits.video.memory.places import Place

PLACE_WEIGHT = 0.8
"""What the same place says against the same tracks: numbers may change places."""

Tracks = frozenset[int | None]


@dataclass(slots=True, eq=False)
class NumberTrack:
    """One number over time; times in seconds.

    ``own`` are the tracks of the text that was announced, which may be seen in part only.
    """

    box: Box
    text: str
    confidence: float
    since_s: float
    seen_s: float
    tracks: Tracks
    writing: Writing = "hand"
    looks: int = 0
    cut_s: float = -math.inf
    """When the edge cut it last, or might have."""
    doubtful_s: float = -math.inf
    """When it might last have been a part of a number only."""
    id: int | None = None
    announced: str = ""
    own: Tracks = field(default_factory=frozenset)
    own_aspect: float = 0.0
    """Width over height of the number that was announced."""
    base: Box | None = None
    """Where it was in the frame that was searched last."""
    place: Place | None = None
    """Where it was announced, as far as that is still known."""


def likeness_of(entry: NumberTrack, number: Number) -> float:
    """Return how surely a number continues an entry, by shared tracks or by place, 0 to 1.

    Of equals the one that was announced is continued.
    """
    tracks = tracks_of(number)
    known = max(entry.tracks, entry.own, key=lambda kept: len(tracks & kept))
    shared = len(tracks & known) / max(len(tracks), len(known))
    return max(shared, PLACE_WEIGHT * entry.box.iou(number.box)) + 0.01 * bool(entry.announced)


def keep(entry: NumberTrack) -> None:
    """Remember what an announced number is made of."""
    entry.own, entry.own_aspect = entry.tracks, entry.box.w / entry.box.h


def tracks_of(number: Number) -> Tracks:
    return frozenset(digit.track for digit in number.digits)


def new_track(number: Number, time_s: float) -> NumberTrack:
    tracks, writing = tracks_of(number), number.writing
    return NumberTrack(number.box, number.text, number.confidence, time_s, time_s, tracks, writing)


def look_at(entry: NumberTrack, number: Number, time_s: float) -> None:
    # What was sure before is not another number for a look that is not.
    known = (text for text in (entry.announced, entry.text) if _may_be(number.text, text))
    text = next(known, number.text)
    if text != entry.text:
        entry.text, entry.since_s, entry.looks = text, time_s, 0
    entry.box, entry.confidence, entry.tracks = number.box, number.confidence, tracks_of(number)
    entry.writing = number.writing


def _may_be(doubtful: str, text: str) -> bool:
    """Return whether a text, in which digits may be in doubt, may be another one."""
    pairs = zip(doubtful, text, strict=False)
    return len(doubtful) == len(text) and all(one in (other, DOUBT) for one, other in pairs)
