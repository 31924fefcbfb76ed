"""The likeliest readings of a field that fit it, by what the networks hold possible.

A field's readings are ways through a lattice: each arc is a character, or none, with how probable
it is.  Ways that a regular language allows are walked in the order of their probability (A*, Hart,
Nilsson and Raphael 1968, with the best way on as its bound, which is exact), so that limits and
check digits, which no small automaton knows, are asked of one text after the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from math import exp, inf, log

from camdigits.forms.language import NOTHING, Language, after, may_end

MOST_STEPS = 20_000
"""Ways that are looked at before a search gives up."""
FLOOR = 1e-9
"""Readings less probable than this against the best are none."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A part of a field's ink, read in one way.

    Attributes:
        start: node at which it begins.
        end: node at which it ends, above `start`.
        character: that it is; "" for none.
        probability: of that, above 0, at most 1.
        ink: place of the candidate that it was read from; None of what is none.
    """

    start: int
    end: int
    character: str
    probability: float
    ink: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A reading of a whole field.

    Attributes:
        text: what it says.
        probability: of its most probable way, 0 to 1.
        arcs: of that way.
    """

    text: str
    probability: float
    arcs: tuple[Arc, ...]


class Lattice:
    """Ways through a field from node 0 to the last one.

    Args:
        arcs: in any order.
        last: the last node.
    """

    def __init__(self, arcs: Iterable[Arc], last: int) -> None:
        self.last = last
        self._from: list[list[Arc]] = [[] for _ in range(last + 1)]
        for arc in arcs:
            if arc.probability > 0:
                self._from[arc.start].append(arc)

    def leaving(self, node: int) -> Sequence[Arc]:
        """Return the arcs that begin at a node."""
        return self._from[node]

    def texts(self, languages: Sequence[Language] = ()) -> Iterator[Text]:
        """Yield the texts that are of all languages, the most probable first, each once.

        No more than `MOST_STEPS` ways are looked at.
        """
        best_on = _BestOn(self)
        start = (0, tuple(languages))
        ahead = best_on(*start)
        order = count()
        queue: list[tuple[float, int, float, tuple[int, tuple[Language, ...]], str, _Way]] = []
        if ahead > -inf:
            queue.append((-ahead, next(order), 0.0, start, "", None))
        seen: set[str] = set()
        known: set[tuple[int, tuple[Language, ...], str]] = set()
        for _ in range(MOST_STEPS):
            if not queue:
                return
            _, _, sure, (node, state), text, way = heapq.heappop(queue)
            # Another way to the same text and place was more probable, and came before.
            if (node, state, text) in known:
                continue
            known.add((node, state, text))
            if node == self.last:
                if text not in seen:
                    seen.add(text)
                    yield Text(text, exp(sure), _arcs_of(way))
                continue
            for arc in self._from[node]:
                following = _step(state, arc.character)
                ahead = -inf if following is None else best_on(arc.end, following)
                if following is not None and ahead > -inf:
                    reached = sure + log(arc.probability)
                    place = arc.end, following
                    entry = (-(reached + ahead), next(order), reached, place)
                    heapq.heappush(queue, (*entry, text + arc.character, (way, arc)))

    def fitting(
        self,
        languages: Sequence[Language],
        fits: Callable[[str], bool],
        most: int,
        floor: float = FLOOR,
    ) -> list[Text]:
        """Return the most probable texts that fit, the most probable first.

        Args:
            languages: that a text is of, all of them.
            fits: says whether a text of these fits as well.
            most: of them are returned.
            floor: texts below this share of the best that the ink allows are left out.
        """
        best = next(self.texts(), None)
        if best is None:
            return []
        least = floor * best.probability

        def likely() -> Iterator[Text]:
            for text in self.texts(languages):
                if text.probability < least:
                    return
                if fits(text.text):
                    yield text

        return list(islice(likely(), most))


_Way = tuple["_Way", Arc] | None


class _BestOn:
    """The logarithm of the best way from a place to the end, for each state of the languages."""

    def __init__(self, lattice: Lattice) -> None:
        self._lattice = lattice
        self._known: dict[tuple[int, tuple[Language, ...]], float] = {}

    def __call__(self, node: int, state: tuple[Language, ...]) -> float:
        key = node, state
        if key not in self._known:
            self._known[key] = self._look(node, state)
        return self._known[key]

    def _look(self, node: int, state: tuple[Language, ...]) -> float:
        if node == self._lattice.last:
            return 0.0 if all(map(may_end, state)) else -inf
        best = -inf
        for arc in self._lattice.leaving(node):
            following = _step(state, arc.character)
            if following is not None:
                best = max(best, log(arc.probability) + self(arc.end, following))
        return best


def _step(state: tuple[Language, ...], character: str) -> tuple[Language, ...] | None:
    """Return what may follow in each language; None where one allows nothing."""
    if not character:
        return state
    following = tuple(after(language, character) for language in state)
    return None if NOTHING in following else following


def _arcs_of(way: _Way) -> tuple[Arc, ...]:
    arcs = []
    while way is not None:
        way, arc = way
        arcs.append(arc)
    return tuple(reversed(arcs))
