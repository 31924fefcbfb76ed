"""Which digits of a video are parted by walls, or joined by a comb: what most looks say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camdigits.page.ruling.walls import Borders, Flags
from camdigits.types import Digit

INERTIA = 0.6
"""Share of what was known that a new look leaves."""
SEEN, GONE = 0.6, 0.35
"""Share of the looks from which on a border is there, and below which it is there no more."""
FORGOTTEN = 0.02

Pair = tuple[int, int]


class _Borders:
    """Borders of one kind, with the share of the looks that showed each."""

    def __init__(self) -> None:
        self._shares: dict[Pair, float] = {}
        self._settled: frozenset[Pair] = frozenset()

    def look(self, now: frozenset[Pair], tracks: frozenset[int], new: frozenset[int]) -> set[Pair]:
        """Take what is seen now between tracks, some of which are new; return what holds."""
        shares: dict[Pair, float] = {}
        settled = set()
        for pair in self._shares.keys() | now:
            if not tracks.issuperset(pair):
                continue
            share = float(pair in now)
            if new.isdisjoint(pair):
                share = INERTIA * self._shares.get(pair, 0.0) + (1 - INERTIA) * share
            if share >= FORGOTTEN:
                shares[pair] = share
            if share >= (GONE if pair in self._settled else SEEN):
                settled.add(pair)
        self._shares, self._settled = shares, frozenset(settled)
        return settled


class BorderMemory:
    """Remembers of each two tracks how often a border was seen between them."""

    def __init__(self) -> None:
        self._apart, self._joined = _Borders(), _Borders()
        self._known: frozenset[int] = frozenset()

    def settled(self, digits: Sequence[Digit], borders: Borders) -> Borders:
        """Take the borders of the next frame, and return what most looks say.

        What is seen of a digit for the first time is believed.

        Args:
            digits: of the frame, with their tracks.
            borders: between them.
        """
        place = {digit.track: row for row, digit in enumerate(digits) if digit.track is not None}
        tracks = frozenset(place)
        new = tracks - self._known
        self._known = tracks

        def remembered(memory: _Borders, seen: Flags) -> Flags:
            pairs = ((digits[row].track, digits[column].track) for row, column in np.argwhere(seen))
            now = frozenset((a, b) for a, b in pairs if a is not None and b is not None)
            holds = np.zeros_like(seen)
            for left, right in memory.look(now, tracks, new):
                holds[place[left], place[right]] = True
            return holds

        joined = remembered(self._joined, borders.joined)
        apart = remembered(self._apart, borders.apart)
        return Borders(apart & ~joined & ~joined.T, joined)
