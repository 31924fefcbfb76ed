"""A number over time: made of tracked digits, what it read, and since when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from camdigits.types import DOUBT, Box, Event, EventKind, Frame, Number, Writing
from camdigits.video.border import RIM, is_near_edge
from camdigits.video.memory.places import Place, is_as_high, is_back, moved_box
from camdigits.video.motion import Motion

if TYPE_CHECKING:
    from camdigits.types import Image

GONE_S = 1.0
"""How long a number was not seen before it is gone, in seconds."""
AWAY_S = 15.0
"""How long others are seen until one of which it is not known where it is is gone."""
LACKING = 0.4
"""A number beside which a digit stands that was not found is no surer than this."""
BACK_COST = 0.05
"""What each height beside its place counts against a number that comes back."""
PLACE_WEIGHT = 0.8
"""What the same place says against the same tracks: numbers may change places."""

SAME_SHIFT = 1.0
"""Numbers that are found again agree where their page is if they differ by less, in heights."""
FEWEST_DIGITS = 3
"""So many digits that agree tell where it is: short numbers may be others with the same text."""

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
    away_s: float = -math.inf
    """When its place was last hidden or outside."""
    is_lost: bool = False
    """Nothing leads from where it was seen to the frames after."""
    base: Box | None = None
    """Where it was in the frame that was searched last."""
    place: Place | None = None
    """Where it was announced, as far as that is still known."""

    def is_cut(self, plane: Image) -> bool:
        """Say whether an edge of the picture cuts it, or is about to."""
        size_wh = plane.shape[1], plane.shape[0]
        return is_near_edge(self.box, size_wh, self.missing_px() + RIM * self.box.h)

    def missing_px(self, whole: NumberTrack | None = None) -> float:
        """Return by how many pixels it is narrower than it was announced, or than another one."""
        aspect = (whole or self).own_aspect
        return max(0.0, aspect * self.box.h - self.box.w)

    def event(self, kind: EventKind, frame: Frame) -> Event:
        """Return what is told of it; it was announced."""
        assert self.id is not None
        text, box, confidence = self.announced, self.box, self.confidence
        at = (frame.index, frame.time_s)
        return Event(kind, self.id, text, box, confidence, *at, writing=self.writing)


def may_continue(entry: NumberTrack, number: Number) -> bool:
    """Say whether a number can continue an entry at all: one of many cannot, at a glance."""
    if number.text == entry.announced or number.box.intersection(entry.box):
        return True
    known, own = entry.tracks, entry.own
    return any(digit.track in known or digit.track in own for digit in number.digits)


def likeness_of(entry: NumberTrack, number: Number, last_s: float) -> float:
    """Return how surely a number continues an entry, by shared tracks or by place, 0 to 1.

    Of equals the one that was announced is continued.

    Args:
        entry: what was known.
        number: of the next frame.
        last_s: time of the frame before.
    """
    is_other = tracks_of(number).isdisjoint(entry.tracks)
    is_same = number.text == entry.announced
    if entry.is_lost:
        if is_same and is_as_high(entry.box, number.box):
            return 1.0 - BACK_COST
        # One digit of another page may be taken for one of this number.
        if is_other or 2 * len(tracks_of(number) & entry.tracks) <= len(entry.tracks):
            return 0.0
    elif entry.place is not None and entry.seen_s < last_s:
        off = is_back(entry.box, number.box)
        if off is not None and is_same:
            return 1.0 - BACK_COST * off
        if last_s - entry.seen_s >= GONE_S and is_other:
            return 0.0
    tracks = tracks_of(number)
    known = max(entry.tracks, entry.own, key=lambda kept: len(tracks & kept))
    shared = len(tracks & known) / max(len(tracks), len(known))
    return max(shared, PLACE_WEIGHT * entry.box.iou(number.box)) + 0.01 * bool(entry.announced)


def keep(entry: NumberTrack, *, is_new: bool = False) -> None:
    """Remember what an announced number is made of.

    One that is not new is never narrower than it was: the edge of the picture cuts it.
    """
    aspect = entry.box.w / entry.box.h
    entry.own, entry.own_aspect = entry.tracks, aspect if is_new else max(aspect, entry.own_aspect)


def shift_to(found: Sequence[NumberTrack], lost: Sequence[NumberTrack]) -> bool:
    """Carry lost numbers along with those that are found again, if these agree where that is.

    Returns:
        Whether they do.
    """
    shifts = [_shift(each) for each in found]
    agreeing = [
        sum(
            len(other.announced)
            for other, theirs in zip(found, shifts, strict=True)
            if abs(theirs - shift) <= SAME_SHIFT * each.box.h
        )
        for each, shift in zip(found, shifts, strict=True)
    ]
    best = max(range(len(found)), key=lambda place: agreeing[place])
    if agreeing[best] < FEWEST_DIGITS:
        return False
    motion = Motion(shift=shifts[best])
    for each in lost:
        each.box, each.is_lost = moved_box(motion, each.base or each.box), False
    return True


def _shift(found: NumberTrack) -> complex:
    """Return how far a number is from where it was before, as x + iy in pixels."""
    (x, y), (other_x, other_y) = (found.base or found.box).center, found.box.center
    return complex(other_x - x, other_y - y)


def tracks_of(number: Number) -> Tracks:
    return frozenset(digit.track for digit in number.digits)


def new_track(number: Number, time_s: float) -> NumberTrack:
    tracks, writing = tracks_of(number), number.writing
    return NumberTrack(number.box, number.text, number.confidence, time_s, time_s, tracks, writing)


def look_at(entry: NumberTrack, number: Number, time_s: float) -> None:
    # What was sure before is not another number for a look that is not.
    known = (text for text in (entry.announced, entry.text) if _may_be(number.text, text))
    text = entry.announced if _lacks_digits(number, entry) else next(known, number.text)
    if text != entry.text:
        entry.text, entry.since_s, entry.looks = text, time_s, 0
    entry.box, entry.confidence, entry.tracks = number.box, number.confidence, tracks_of(number)
    entry.writing = number.writing


def _lacks_digits(number: Number, entry: NumberTrack) -> bool:
    """Return whether a number is the announced one without digits that are there, but not found."""
    if number.confidence > LACKING or len(number.text) >= len(entry.announced):
        return False
    letters = iter(entry.announced)
    return tracks_of(number) <= entry.own and all(letter in letters for letter in number.text)


def _may_be(doubtful: str, text: str) -> bool:
    """Return whether a text, in which digits may be in doubt, may be another one."""
    pairs = zip(doubtful, text, strict=False)
    return len(doubtful) == len(text) and all(one in (other, DOUBT) for one, other in pairs)
