"""Numbers that are kept as they were read last: they are hidden, or nothing near them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from camdigits.page.group import group_lines, group_runs
from camdigits.types import Box, Digit, Mark, Number
from camdigits.video.change.regions import grow
from camdigits.video.track import Tracks

BESIDE, ABOVE = 1.6, 0.5
"""What is nearer than this to the ends of a line of digits, or to the line, is seen with them, in
their heights."""

Found = tuple[tuple[Digit, ...], tuple[Number, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of some numbers, as they were read last.

    Attributes:
        digits: in no particular order, those of the numbers among them.
        numbers: likewise.
        tracks: of the digits.
    """

    digits: tuple[Digit, ...] = ()
    numbers: tuple[Number, ...] = ()
    tracks: frozenset[int | None] = frozenset()

    @classmethod
    def behind(cls, digits: Sequence[Digit], numbers: Sequence[Number], hidden: Tracks) -> Kept:
        """Return what is to be kept of what was known, where some tracks are hidden."""
        touched = tuple(n for n in numbers if any(digit.track in hidden for digit in n.digits))
        tracks = hidden | {digit.track for number in touched for digit in number.digits}
        kept = tuple(digit for digit in digits if digit.track in tracks)
        return cls(kept, touched, frozenset(digit.track for digit in kept))

    @classmethod
    def at_rest(
        cls,
        tracked: Sequence[Digit],
        digits: Sequence[Digit],
        numbers: Sequence[Number],
        changes: Sequence[Box],
    ) -> Kept:
        """Return what is to be kept where nothing changed on a line or near it.

        Args:
            tracked: the digits of a frame, where they are by now.
            digits: that were known.
            numbers: made of them.
            changes: where the frame may show something else.
        """
        known = {digit.track: (digit.label, digit.is_doubtful) for digit in digits}
        runs = [
            run
            for run in group_runs(tracked)
            if all(known.get(digit.track) == (digit.label, digit.is_doubtful) for digit in run)
            and not any(change.intersection(_seen_beside(run)) for change in changes)
        ]
        while True:
            now = {digit.track: digit for run in runs for digit in run}
            shares = [sum(digit.track in now for digit in n.digits) for n in numbers]
            parted = {
                digit.track
                for number, share in zip(numbers, shares, strict=True)
                if 0 < share < len(number.digits)
                for digit in number.digits
            }
            if parted.isdisjoint(now):
                break
            # A number in the cells of a form may be of several runs.
            runs = [run for run in runs if parted.isdisjoint(digit.track for digit in run)]
        kept = [replace(now[d.track], writing=d.writing) for d in digits if d.track in now]
        here = {digit.track: digit for digit in kept}
        those = [
            _made_of(number, tuple(here[digit.track] for digit in number.digits))
            for number, share in zip(numbers, shares, strict=True)
            if share
        ]
        return cls(tuple(kept), tuple(those), frozenset(here))

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.digits + other.digits, self.numbers + other.numbers, self.tracks | other.tracks
        )

    def joined(self, digits: tuple[Digit, ...], numbers: tuple[Number, ...]) -> Found:
        """Return it with what was read beside it, in reading order."""
        if not self.digits:
            return digits, numbers
        lines = group_lines((*digits, *self.digits))
        ordered = tuple(digit for line in lines for digit in line)
        places = {id(digit): place for place, digit in enumerate(ordered)}
        both = sorted((*numbers, *self.numbers), key=lambda one: places[id(one.digits[0])])
        return ordered, tuple(both)


def _made_of(number: Number, digits: tuple[Digit, ...]) -> Number:
    """Return a number whose digits are where they are by now."""
    parts: list[Digit | Mark] = [*digits, *number.marks]
    return replace(number, box=reduce(Box.union, (part.box for part in parts)), digits=digits)


def _seen_beside(run: Sequence[Digit]) -> Box:
    """Return what is looked at to read a run of digits."""
    around = reduce(Box.union, (digit.box for digit in run))
    height = max(digit.box.h for digit in run)
    return grow(around, BESIDE * height, ABOVE * height)
