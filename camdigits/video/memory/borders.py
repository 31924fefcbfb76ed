"""Which digits of a video are parted by walls, or joined by a comb: what most looks say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from camdigits.page.ruling.walls import Borders, Flags
from camdigits.types import Digit
from camdigits.video.track import NO_TRACKS, Tracks

INERTIA = 0.6
"""Share of what was known that a new look leaves."""
SEEN, GONE = 0.6, 0.35
"""Share of the looks from which on a border is there, and below which it is there no more."""
FORGOTTEN = 0.02

Pair = tuple[int, int]


class _Borders:
    """Borders of one kind, with the share of the looks that showed each.

    Attributes:
        settled: those that hold.
    """

    def __init__(self) -> None:
        self._shares: dict[Pair, float] = {}
        self.settled: set[Pair] = set()

    def look(self, now: frozenset[Pair], tracks: Tracks, new: Tracks, resting: Tracks) -> set[Pair]:
        """Take what is seen now between tracks, some of which are new; return what holds."""
        shares: dict[Pair, float] = {}
        settled = set()
        at_rest = {
            pair
            for pair in self._shares
            if (tracks | resting).issuperset(pair) and not resting.isdisjoint(pair)
        }
        for pair in (self._shares.keys() | now) - at_rest:
            if not tracks.issuperset(pair):
                continue
            share = float(pair in now)
            if new.isdisjoint(pair):
                share = INERTIA * self._shares.get(pair, 0.0) + (1 - INERTIA) * share
            if share >= FORGOTTEN:
                shares[pair] = share
            if share >= (GONE if pair in self.settled else SEEN):
                settled.add(pair)
        shares |= {pair: self._shares[pair] for pair in at_rest}
        self.settled, self._shares = settled | (self.settled & at_rest), shares
        return settled


class BorderMemory:
    """Remembers of each two tracks how often a border was seen between them."""

    def __init__(self) -> None:
        self._apart, self._joined = _Borders(), _Borders()
        self._known = NO_TRACKS

    def settled(
        self, digits: Sequence[Digit], borders: Borders, resting: Tracks = NO_TRACKS
    ) -> Borders:
        """Take the borders of the next frame, and return what most looks say.

        What is seen of a digit for the first time is believed.

        Args:
            digits: of the frame, with their tracks.
            borders: between them.
            resting: tracks elsewhere, of which nothing new is seen.
        """
        place = _rows_of(digits)
        tracks = frozenset(place)
        new = tracks - self._known
        self._known = tracks | (resting & self._known)

        def looked_at(memory: _Borders, seen: Flags) -> Flags:
            pairs = ((digits[row].track, digits[column].track) for row, column in np.argwhere(seen))
            now = frozenset((a, b) for a, b in pairs if a is not None and b is not None)
            return _flags(memory.look(now, tracks, new, resting), place, len(digits))

        joined = looked_at(self._joined, borders.joined)
        apart = looked_at(self._apart, borders.apart)
        return Borders(apart & ~joined & ~joined.T, joined)

    def known(self, digits: Sequence[Digit]) -> Borders | None:
        """Return what most looks said of some digits; None if one was not looked at before."""
        place = _rows_of(digits)
        if not self._known.issuperset(place):
            return None
        joined, apart = (
            _flags(memory.settled, place, len(digits)) for memory in (self._joined, self._apart)
        )
        return Borders(apart & ~joined & ~joined.T, joined)


def _rows_of(digits: Sequence[Digit]) -> dict[int, int]:
    """Return the place of each digit by its track."""
    return {digit.track: row for row, digit in enumerate(digits) if digit.track is not None}


def _flags(pairs: Iterable[Pair], place: dict[int, int], count: int) -> Flags:
    """Return pairs of tracks as ``(count, count)``, a row for each left one."""
    flags = np.zeros((count, count), np.bool_)
    for left, right in pairs:
        if left in place and right in place:
            flags[place[left], place[right]] = True
    return flags
