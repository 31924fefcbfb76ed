"""What stands between the digits of a video: marks, signs and borders, as most looks say.

A look at one frame may take a point for a blot and a hand's shadow for a minus.  Of each two tracks
that were neighbours in a number it is remembered how often they were, and by which mark; of each
track how often it was a sign and no digit, and how often a minus stood before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise

from camdigits.page.group import group_numbers
from camdigits.page.lines.numbers import LineReading
from camdigits.page.written import written
from camdigits.types import Box, Digit, Mark, Number
from camdigits.video.track import NO_TRACKS, Tracks

INERTIA = 0.7
"""Share of what was known that a new look leaves."""
SEEN, GONE = 0.5, 0.3
"""Share of the looks from which on something is there, and below which it is there no more."""
FORGOTTEN = 0.02
NOTHING = ""
"""The mark between digits that stand side by side."""

Key = tuple[int | None, int]
"""Tracks of a left and a right digit; None where a mark stands before the first of a number."""


@dataclass(slots=True, eq=False)
class _Joint:
    """What stood between two tracks, with the share of the looks that showed each."""

    shares: dict[str, float] = field(default_factory=dict)
    marks: dict[str, tuple[Mark, Box]] = field(default_factory=dict)
    """Each mark as it was seen last, with the box that the digit behind it had then."""
    holds: bool = False

    def look(self, seen: str | None, weight: float) -> None:
        for name in self.shares:
            self.shares[name] *= 1 - weight
        if seen is not None:
            self.shares[seen] = self.shares.get(seen, 0.0) + weight
        self.holds = self.total >= (GONE if self.holds else SEEN)

    @property
    def total(self) -> float:
        """Share of the looks that joined the two, in one way or another."""
        return sum(self.shares.values())

    @property
    def likeliest(self) -> str:
        """What stood between them most often."""
        return max(self.shares, key=lambda name: self.shares[name])

    def mark_before(self, digit: Digit, place: int) -> Mark:
        """Return the mark, moved as the digit behind it was."""
        mark, box = self.marks[self.likeliest]
        scale = digit.box.h / box.h
        x = digit.box.x + round((mark.box.x - box.x) * scale)
        y = digit.box.y + round((mark.box.y - box.y) * scale)
        w, h = (max(1, round(side * scale)) for side in (mark.box.w, mark.box.h))
        confidence = min(mark.confidence, self.shares[self.likeliest])
        return Mark(mark.mark, Box(x, y, w, h), confidence, place)


class LineMemory:
    """Remembers what was read along the lines of one stream."""

    def __init__(self) -> None:
        self._joints: dict[Key, _Joint] = {}
        self._signs: dict[int, float] = {}
        self._known = NO_TRACKS

    def settled(
        self,
        digits: Sequence[Digit],
        reading: LineReading,
        resting: Tracks = NO_TRACKS,
        *,
        has_say: bool = True,
    ) -> LineReading:
        """Take what is read on the next frame, and return what most looks say.

        What is seen of a digit for the first time is believed.

        Args:
            digits: of the frame, in any order, with their tracks, signs taken for digits as well.
            reading: of their lines.
            resting: tracks on other lines, which were not read again.
            has_say: False for a frame that is not sharp: of what is known it says nothing.
        """
        here = {digit.track: digit for digit in digits if digit.track is not None}
        new = here.keys() - self._known
        weight = 1 - INERTIA if has_say else 0.0
        resting_signs = {t: share for t, share in self._signs.items() if t in resting}
        signs = self._look_at_signs(here.keys(), reading, new, weight)
        self._signs |= resting_signs
        self._look_at_joints(here, reading, new, resting, weight)
        self._known = frozenset(here) | (resting & self._known)
        kept = {track: digit for track, digit in here.items() if track not in signs}
        if len(kept) == len(reading.digits) and all(self._agrees(n) for n in reading.numbers):
            return reading
        return self._rebuilt(kept, reading)

    def _look_at_signs(
        self, here: Iterable[int], reading: LineReading, new: set[int], weight: float
    ) -> set[int]:
        """Return the tracks that are signs."""
        read = {digit.track for digit in reading.digits}
        before, self._signs = self._signs, {}
        for track in here:
            now, known = float(track not in read), before.get(track, 0.0)
            share = now if track in new else known + weight * (now - known)
            if share >= FORGOTTEN:
                self._signs[track] = share
        return {track for track, share in self._signs.items() if share >= SEEN}

    def _look_at_joints(
        self,
        here: dict[int, Digit],
        reading: LineReading,
        new: set[int],
        resting: Tracks,
        weight: float,
    ) -> None:
        now: dict[Key, Mark | None] = {}
        for number in reading.numbers:
            now |= _joints_of(number)
        for key in self._joints.keys() | now:
            left, right = key
            if right in resting and (left is None or left in resting):
                continue
            if right not in here or (left is not None and left not in here):
                self._joints.pop(key, None)
                continue
            joint = self._joints.setdefault(key, _Joint())
            mark = now.get(key)
            seen = (mark.mark if mark else NOTHING) if key in now else None
            joint.look(seen, 1.0 if left in new or right in new else weight)
            if mark is not None:
                joint.marks[mark.mark] = mark, here[right].box
            if joint.total < FORGOTTEN:
                del self._joints[key]

    def _agrees(self, number: Number) -> bool:
        """Return whether a number of this look is what most looks say."""
        joints = _joints_of(number)
        first = None, _track(number.digits[0])
        if first not in joints and self._holds(first):
            return False
        return all(
            self._holds(key) and self._joints[key].likeliest == (mark.mark if mark else NOTHING)
            for key, mark in joints.items()
        ) and not any(self._holds(key) for key in self._ends(number))

    def _ends(self, number: Number) -> Iterable[Key]:
        """Return the joints that lead out of a number."""
        ends = _track(number.digits[0]), _track(number.digits[-1])
        return [
            key
            for key in self._joints
            if key[0] is not None and (key[1] == ends[0] or key[0] == ends[1])
        ]

    def _holds(self, key: Key) -> bool:
        return key in self._joints and self._joints[key].holds

    def _rebuilt(self, kept: dict[int, Digit], reading: LineReading) -> LineReading:
        """Return numbers made of the joints that hold."""
        follower: dict[int, int] = {}

        def is_free(left: int, right: int) -> bool:
            # Digits that have changed places stand in a joint of before the wrong way round.
            is_ahead = kept[left].box.center[0] < kept[right].box.center[0]
            return is_ahead and left not in follower and right not in follower.values()

        order = sorted(self._joints, key=lambda key: -self._joints[key].total)
        for left, right in order:
            if left is None or not self._holds((left, right)):
                continue
            if left in kept and right in kept and is_free(left, right):
                follower[left] = right
        ordered, _ = group_numbers(list(kept.values()))
        behind = set(follower.values())
        same = {n.digits: n for n in reading.numbers}
        numbers = []
        for digit in ordered:
            if _track(digit) in behind:
                continue
            row = [digit]
            while (after := follower.get(_track(row[-1]))) is not None:
                row.append(kept[after])
            numbers.append(self._number(tuple(row), same.get(tuple(row))))
        joined = tuple(digit for number in numbers for digit in number.digits)
        return LineReading(joined, tuple(numbers), reading.signs)

    def _number(self, digits: tuple[Digit, ...], read: Number | None) -> Number:
        """Return the number of some digits, as it was read if that is what most looks say."""
        if read is not None and self._agrees(read):
            return read
        keys: list[Key] = [(None, _track(digits[0]))]
        keys += [(_track(left), _track(right)) for left, right in pairwise(digits)]
        marks = [
            self._joints[key].mark_before(digits[place], place)
            for place, key in enumerate(keys)
            if self._holds(key) and self._joints[key].likeliest != NOTHING
        ]
        parts: list[Digit | Mark] = [*digits, *marks]
        box = digits[0].box
        for part in parts:
            box = box.union(part.box)
        sureness = [part.confidence for part in parts]
        sureness += [self._joints[key].total for key in keys[1:]]
        return Number(written(digits, marks), box, min(sureness), digits, marks=tuple(marks))


def uncovered(reading: LineReading, covers: Callable[[Box], bool]) -> LineReading:
    """Return what is read without marks that are the edge of something before the page.

    Args:
        reading: of one frame.
        covers: says of a box whether something covers it.
    """
    numbers = []
    for number in reading.numbers:
        marks = tuple(mark for mark in number.marks if not covers(mark.box))
        if len(marks) < len(number.marks):
            parts: list[Digit | Mark] = [*number.digits, *marks]
            box = reduce(Box.union, (part.box for part in parts))
            number = replace(number, text=written(number.digits, marks), box=box, marks=marks)
        numbers.append(number)
    return replace(reading, numbers=tuple(numbers))


def _joints_of(number: Number) -> dict[Key, Mark | None]:
    """Return what joins the digits of a number, and what stands before its first."""
    marks = {mark.place: mark for mark in number.marks}
    tracks = [_track(digit) for digit in number.digits]
    joints: dict[Key, Mark | None] = {
        pair: marks.get(place) for place, pair in enumerate(pairwise(tracks), start=1)
    }
    if 0 in marks:
        joints[None, tracks[0]] = marks[0]
    return joints


def _track(digit: Digit) -> int:
    assert digit.track is not None
    return digit.track
