"""The summary of a batch, a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from camdigits.batch.journal import Entry
from camdigits.errors import OutputError
from camdigits.sinks.records.csv import csv_line
from camdigits.sources.resolve import natural
from camdigits.support.printable import printable, reason

COLUMNS = (
    "source",
    "exit_reason",
    "frames",
    "duration_s",
    "number_count",
    "distinct_numbers",
    "records",
    "read_s",
    "error",
)


def write_table(path: Path, entries: Iterable[Entry]) -> None:
    """Write one row for each file, in natural order of their paths, in place of an older table.

    source            the file as it was named
    exit_reason       "done", "damaged", "unreadable", "crashed" or "failed"
    frames            how many were read
    duration_s        time of the last frame in seconds; 0 for a picture
    number_count      how many numbers were read; a video's as they appeared or changed
    distinct_numbers  their texts in this order, each once, with spaces between
    records           the records file, relative to the table's folder
    read_s            how long the reading took, in seconds
    error             why it is not "done"

    Raises:
        OutputError: if it cannot be written; an older table stays then.
    """
    ordered = sorted(entries, key=lambda entry: natural(str(entry.file.path)))
    text = "".join(map(csv_line, [COLUMNS, *map(_row, ordered)]))
    unfinished = path.with_name(path.name + ".new")
    try:
        unfinished.write_bytes(text.encode("utf-8", "surrogateescape"))
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {printable(str(path))}: {reason(error)}") from error


def _row(entry: Entry) -> list[object]:
    summary = entry.summary
    return [
        entry.file.name,
        summary.exit_reason,
        summary.frames,
        summary.duration_s,
        len(summary.numbers),
        " ".join(dict.fromkeys(summary.numbers)),
        "" if entry.records is None else entry.records.as_posix(),
        summary.read_s,
        summary.error,
    ]
