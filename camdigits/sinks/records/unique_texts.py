"""Counts each text of a source once, however often it comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from camdigits.types import DOUBT, Box, Event, Number, Reading, Writing

MAX_TEXTS = 100_000
"""Texts of all sources at most, some 40 MB: a camera may run for days."""
SETTLE_S = 2.0
"""How long a number is new; what it changes from by then was a misreading."""


@dataclass(frozen=True, slots=True)
class Sight:
    """When and where a text was seen.

    Attributes:
        box: in pixels of the source picture.
        time_s: in seconds; None in pictures.
        page: number of the page, from 1; None of what has no pages.
    """

    box: Box
    time_s: float | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class UniqueText:
    """One text of a source.

    Attributes:
        text: as it was written.
        count: how often it appeared, or a number changed to it.
        first: where it was when it was told first.
        last: where it was in the last reading that had it.
        confidence: the best that it had, 0 to 1.
        value: what it amounts to, as of that reading.
        writing: as of that reading.
    """

    text: str
    count: int
    first: Sight
    last: Sight
    confidence: float
    value: Decimal | None
    writing: Writing


@dataclass(frozen=True, slots=True)
class _Told:
    text: str
    since_s: float


class UniqueTexts:
    """Takes the readings of sources, in whatever order they come.

    Attributes:
        sources: the texts of each source by themselves, in order of their first appearance.
        is_full: a text came that is not listed, since there are `MAX_TEXTS`.
    """

    def __init__(self) -> None:
        self.sources: dict[str, dict[str, UniqueText]] = {}
        self.is_full = False
        self._count = 0
        self._told: dict[tuple[str, int | None], _Told] = {}

    def take(self, reading: Reading) -> Sequence[tuple[str, Number | Event]]:
        """Count what a reading says.

        Returns:
            What was not told before, with the text in whose place it comes, "" for none: texts
            that are new, and those that put a misreading right.
        """
        texts = self.sources.setdefault(reading.source, {})
        if reading.is_still:
            new = [
                n for n in reading.numbers if self._add(texts, n, Sight(n.box, page=reading.page))
            ]
            return [("", number) for number in new]
        source = reading.source
        told = [line for event in reading.events if (line := self._follow(texts, source, event))]
        for number in reading.numbers:
            known = self._told.get((source, number.id))
            if known is not None:
                _see(texts, known.text, number, Sight(number.box, reading.time_s))
        return told

    def _follow(
        self, texts: dict[str, UniqueText], source: str, event: Event
    ) -> tuple[str, Event] | None:
        """Count what became of a number of a video; return what is to be told of it."""
        before = self._told.pop((source, event.id), None)
        if event.kind == "gone":
            return None
        if event.kind == "appeared":
            before = None
        since_s = event.time_s if before is None else before.since_s
        self._told[source, event.id] = _Told(event.text, since_s)
        is_right = before is not None and (
            event.time_s - since_s < SETTLE_S or DOUBT in before.text
        )
        if before is not None and is_right:
            self._take_back(texts, before.text)
        is_new = self._add(texts, event, Sight(event.box, event.time_s))
        is_told = is_new or (is_right and event.text in texts)
        return (before.text if before else "", event) if is_told else None

    def _add(self, texts: dict[str, UniqueText], found: Number | Event, sight: Sight) -> bool:
        """Count a text that is there; return whether it was not there before."""
        known = texts.get(found.text)
        if known is not None:
            texts[found.text] = replace(known, count=known.count + 1)
            _see(texts, found.text, found, sight)
            return False
        if self._count >= MAX_TEXTS:
            self.is_full = True
            return False
        self._count += 1
        told = (found.confidence, found.value, found.writing)
        texts[found.text] = UniqueText(found.text, 1, sight, sight, *told)
        return True

    def _take_back(self, texts: dict[str, UniqueText], text: str) -> None:
        """Count a misreading no longer."""
        known = texts.get(text)
        if known is None:
            return
        if known.count > 1:
            texts[text] = replace(known, count=known.count - 1)
        else:
            del texts[text]
            self._count -= 1


def _see(texts: dict[str, UniqueText], text: str, found: Number | Event, sight: Sight) -> None:
    """Note that a text is still there."""
    known = texts.get(text)
    if known is None:
        return
    if found.text == text and found.confidence > known.confidence:
        known = replace(
            known, confidence=found.confidence, value=found.value, writing=found.writing
        )
    texts[text] = replace(known, last=sight)
