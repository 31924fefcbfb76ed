"""Readings as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from camdigits.sinks.records.lines import LineSink, TextStream
from camdigits.types import Frame, Reading, Record, RecordKind, SourceStatus

COLUMNS = (
    *("source", "index", "time_s", "event", "id", "text", "confidence", "x", "y", "w", "h"),
    *("value", "writing", "table", "row", "column", "page"),
)


class CsvSink(LineSink):
    """Writes a header, then one row per number, whatever the records.

    source      the source's name
    index       number of the frame in its source, from 0
    time_s      time of the frame in seconds
    event       "appeared", "changed" or "gone"; empty in rows that tell what a frame shows;
                "lost" or "back" in rows that tell of a camera, which are empty behind it
    id          number of the number in its stream; empty for stills
    text        the number as it was written, leading zeros kept, ``?`` for a doubtful digit
    confidence  0 to 1, that of the least certain digit
    x, y, w, h  the box around the number, in pixels of the source picture
    value       what the text amounts to; empty if that is no integer or decimal without doubt
    writing     "hand", or "print" if its digits are surely printed
    table, row, column
                where the number stands in a table of the page, from 0; empty if in none
    page        number of the page in its document, from 1; empty of what has no pages

    A frame on which nothing was read has one row that is empty from ``event`` on but for the page,
    so that every picture of a folder is in the table.
    """

    def __init__(self, stream: TextStream, records: RecordKind | None = None) -> None:
        """Write the header.

        Args:
            stream: gets the rows, each one flushed.
            records: "frames", "events" or "both"; None takes frames for stills, else events.
        """
        super().__init__(stream)
        self._records = records
        self._put(csv_line(COLUMNS))

    def write(self, frame: Frame, reading: Reading) -> None:
        """Write the rows of one frame.

        Raises:
            OutputError: if they could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        for record in reading.records(self._records):
            for cells in _rows(record):
                self._put(csv_line(cells))

    def tell(self, status: SourceStatus) -> None:
        """Write that a camera was lost or is back, raising as `write` does."""
        cells = [status.source, status.index, round(status.time_s, 3), status.event]
        self._put(csv_line([*cells, *[""] * (len(COLUMNS) - len(cells))]))


def _rows(record: Record) -> Iterator[list[Any]]:
    place = [record["source"], record["index"], record["time_s"]]
    page = record.get("page")
    entries = [record] if record["type"] == "event" else record["numbers"]
    if not entries:
        yield [*place, *[""] * (len(COLUMNS) - len(place) - 1), page]
    for entry in entries:
        what = [entry.get("event"), entry["id"], entry["text"], entry["confidence"]]
        cell = entry.get("cell") or ("", "", "")
        yield [*place, *what, *entry["box"], entry["value"], entry["writing"], *cell, page]


def csv_line(cells: Iterable[object]) -> str:
    """Return cells as a line of CSV, with a line feed at its end.

    Names are quoted where they need it: a carriage return does only before the ending that has one
    (before Python 3.13), so the line is made with that.
    """
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"
