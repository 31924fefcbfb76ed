"""The pages of a document as frames, one at a time, and what is said of those that are not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from camdigits.config import chosen_pages
from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.names import shown
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame

MAX_PAGES = 10_000
"""Pages that are read of one document: a file of a few kilobytes may claim a million."""
MAX_FAILURES = 20
"""Pages in a row that cannot be read before the rest is given up."""


class Pages(Protocol):
    """An opened document.

    Attributes:
        damage: what is wrong with it as a whole although pages can be read; "" if nothing is.
    """

    damage: str

    def __len__(self) -> int:
        """Return how many pages it has."""
        ...

    def frame(self, number: int) -> Frame:
        """Return a page, upright, its picture ``(height, width, 3) uint8`` BGR.

        Args:
            number: of the page, from 1.

        Raises:
            SourceOpenError: if it cannot be read; the line says of which page, and why.
        """
        ...

    def close(self) -> None:
        """Let the document go; a second call does nothing."""
        ...


class PageSource(Closeable):
    """The pages of a document: stills, each with its number.

    A page that cannot be read does not keep the others from being read; it is told at the end.

    Args:
        pages: of the document; closed with the source.
        name: as the user named it.
        chosen: pages that are wanted, as `ReadConfig.pages`; None takes all.

    Attributes:
        numbers: of the pages that are wanted, from 1.

    Raises:
        SourceOpenError: if it has no page, none of those that are wanted, or too many.
    """

    is_still = True
    is_live = False
    fps: float | None = None

    def __init__(self, pages: Pages, name: str, chosen: str | None = None) -> None:
        self.name = name
        self._pages = pages
        try:
            self.numbers = _numbers(len(pages), name, chosen)
        except SourceOpenError:
            pages.close()
            raise
        self.frame_count: int | None = len(self.numbers)
        self._frames = self._read()

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def _read(self) -> Iterator[Frame]:
        complaints, failures = list[str](), 0
        for place, number in enumerate(self.numbers):
            try:
                frame = self._pages.frame(number)
            except SourceOpenError as error:
                complaints.append(str(error))
                failures += 1
                if failures == MAX_FAILURES and place + 1 < len(self.numbers):
                    complaints.append(
                        f"{shown(self.name)}: {MAX_FAILURES} pages in a row could not be read; "
                        f"what comes after page {number} is left out"
                    )
                    break
                continue
            failures = 0
            yield replace(frame, index=number - 1, page=number)
        if self._pages.damage:
            complaints.append(f"{shown(self.name)}: {self._pages.damage}")
        if complaints:
            raise SourceDamagedError(*complaints)

    def close(self) -> None:
        """Let the document go; a second call does nothing."""
        self._frames = iter(())
        self._pages.close()


def no_pages(name: str) -> SourceOpenError:
    """Return the error of a source that is asked for pages, and is no document."""
    return SourceOpenError(
        f"{shown(name)}: has no pages that --pages could choose from; leave the option out"
    )


def _numbers(count: int, name: str, chosen: str | None) -> Sequence[int]:
    has = f"has {count} page{'s' if count > 1 else ''}"
    if not count:
        raise SourceOpenError(f"{shown(name)}: holds no page; save it again")
    numbers = chosen_pages(chosen, count) if chosen else range(1, count + 1)
    if not numbers:
        raise SourceOpenError(f"{shown(name)}: {has}, and --pages {chosen} asks for none of them")
    if len(numbers) > MAX_PAGES:
        raise SourceOpenError(
            f"{shown(name)}: {has}, and at most {MAX_PAGES:,} are read at a time; choose with "
            f"--pages 1-{MAX_PAGES}"
        )
    return numbers
