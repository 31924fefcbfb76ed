"""Lists of texts, each one once, in place of a stream of events."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from camdigits.errors import OutputError
from camdigits.sinks.records.csv import csv_line
from camdigits.sinks.records.lines import LineSink, TextStream
from camdigits.sinks.records.text import clock, doubted, said
from camdigits.sinks.records.unique_texts import MAX_TEXTS, Sight, UniqueText, UniqueTexts
from camdigits.support.printable import printable
from camdigits.types import Frame, Reading, json_number

COLUMNS = (
    *("source", "text", "value", "count", "first_s", "last_s", "first_page", "last_page"),
    *("first_x", "first_y", "first_w", "first_h", "last_x", "last_y", "last_w", "last_h"),
    *("confidence", "writing"),
)


class UniqueSink(LineSink):
    """Writes a list when it is closed, whatever the reason."""

    def __init__(self, stream: TextStream, tell: Callable[[str], None]) -> None:
        """Take a stream.

        Args:
            stream: gets the lines, each one flushed.
            tell: called with one line, once, if there are more texts than are listed.
        """
        super().__init__(stream)
        self._texts, self._tell = UniqueTexts(), tell
        self._is_told = self._is_closed = False

    def write(self, frame: Frame, reading: Reading) -> None:
        """Count the texts of one frame.

        Raises:
            OutputError: if a line could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        self._put_new(reading, self._texts.take(reading))
        if self._texts.is_full and not self._is_told:
            self._is_told = True
            self._tell(
                f"--unique lists {MAX_TEXTS:,} texts at most; new ones are left out from here on"
            )

    def close(self) -> None:
        """Write the list; a second call does nothing.

        Raises:
            OutputError: if it could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            for source, texts in self._texts.sources.items():
                for line in self._listed(source, list(texts.values())):
                    self._put(line)
        finally:
            super().close()

    def _put(self, line: str) -> None:
        try:
            super()._put(line)
        except (OutputError, BrokenPipeError):
            self._is_closed = True  # what failed once is not tried again
            super().close()
            raise

    def _put_new(self, reading: Reading, new: Sequence[tuple[str, Any]]) -> None:
        """Write what is told at once of a frame."""

    @abstractmethod
    def _listed(self, source: str, texts: Sequence[UniqueText]) -> Iterator[str]:
        """Yield the lines on a source in the list, their ends included."""


class UniqueTextSink(UniqueSink):
    """Writes a text when it comes first, as `TextSink` does, and in the end a list for people.

    A number that changes soon after it appeared was misread, ``0:00:04.10 2047 -> 2041``; what it
    was before is not in the list.  Nor is a picture on which each text stands once.
    """

    def __init__(
        self, stream: TextStream, tell: Callable[[str], None], with_source: bool = False
    ) -> None:
        """Take a stream; lines of videos begin with their source's name if `with_source`."""
        super().__init__(stream, tell)
        self._with_source = with_source
        self._pictures: set[str] = set()

    def _put_new(self, reading: Reading, new: Sequence[tuple[str, Any]]) -> None:
        if reading.is_still:
            if reading.page is None:
                self._pictures.add(reading.source)
            if new or not reading.numbers:
                texts = "".join(f" {said(number)}" for _, number in new)
                self._put(f"{printable(reading.place)}:{texts}\n")
            return
        name = f"{printable(reading.source)}: " if self._with_source else ""
        for before, event in new:
            change = f"{before} -> " if before else ""
            self._put(f"{name}{clock(event.time_s)} {change}{said(event)}\n")

    def _listed(self, source: str, texts: Sequence[UniqueText]) -> Iterator[str]:
        if source in self._pictures and all(text.count == 1 for text in texts):
            return  # its line says it all
        count = {0: "no number", 1: "1 number"}.get(len(texts), f"{len(texts)} different numbers")
        yield f"\n{printable(source)}: {count}\n"
        rows = [
            (doubted(t.text, t.confidence), str(t.count), _when(t.first), _when(t.last))
            for t in texts
        ]
        if not rows:
            return
        rows.insert(0, ("number", "times", *(("first", "last") if rows[0][2] else ("", ""))))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for text, times, first, last in rows:
            cells = text.ljust(widths[0]), times.rjust(widths[1]), first.ljust(widths[2]), last
            yield "  ".join(cells).rstrip() + "\n"


class UniqueCsvSink(UniqueSink):
    """Writes a header at once, and in the end a row for each text.

    source              the source's name
    text, value         as in `CsvSink`
    count               how often it appeared, or a number changed to it
    first_s, last_s     when it was told first and seen last, in seconds; empty of pictures
    first_page, last_page
                        pages on which it stands first and last; empty of what has no pages
    first_x to last_h   the boxes around it then, in pixels of the source picture
    confidence          the best, 0 to 1
    writing             "hand", or "print" if its digits are surely printed
    """

    def __init__(self, stream: TextStream, tell: Callable[[str], None]) -> None:
        """Write the header."""
        super().__init__(stream, tell)
        self._put(csv_line(COLUMNS))

    def _listed(self, source: str, texts: Sequence[UniqueText]) -> Iterator[str]:
        for text in texts:
            first, last = text.first, text.last
            times = [None if at.time_s is None else round(at.time_s, 3) for at in (first, last)]
            what = [source, text.text, json_number(text.value), text.count, *times]
            where = [first.page, last.page, *first.box.as_list(), *last.box.as_list()]
            yield csv_line([*what, *where, round(text.confidence, 4), text.writing])


def _when(sight: Sight) -> str:
    if sight.time_s is not None:
        return clock(sight.time_s)
    return "" if sight.page is None else f"page {sight.page}"
