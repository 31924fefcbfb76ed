"""Opens the sink for records in the form asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from camdigits.sinks.records.lines import LineFile, TextStream
from camdigits.types import RecordKind

if TYPE_CHECKING:
    from camdigits.sinks.records.csv import CsvSink
    from camdigits.sinks.records.jsonl import JsonLinesSink
    from camdigits.sinks.records.text import TextSink
    from camdigits.sinks.records.unique import UniqueSink

RecordFormat = Literal["text", "jsonl", "csv"]
FORMATS: tuple[RecordFormat, ...] = ("text", "jsonl", "csv")


def open_records(
    path: Path | None,
    form: RecordFormat = "text",
    records: RecordKind | None = None,
    force: bool = False,
    with_source: bool = False,
) -> TextSink | JsonLinesSink | CsvSink:
    """Open a sink for records.

    Args:
        path: the file to write; None writes to standard output, which stays open.
        form: "text", "jsonl" or "csv".
        records: "frames", "events" or "both", for JSON Lines and CSV; None takes frames for
            stills and events for video and cameras, which is what text always does.
        force: an existing file may be replaced.
        with_source: every line of text names its source.

    Returns:
        The sink, to be closed by the caller.

    Raises:
        OutputError: if the file exists without `force` or cannot be created.
    """
    stream = _stream(path, force)
    if form == "jsonl":
        from camdigits.sinks.records.jsonl import JsonLinesSink

        return JsonLinesSink(stream, records)
    if form == "csv":
        from camdigits.sinks.records.csv import CsvSink

        return CsvSink(stream, records)
    from camdigits.sinks.records.text import TextSink

    return TextSink(stream, with_source)


def open_unique(
    path: Path | None,
    tell: Callable[[str], None],
    form: RecordFormat = "text",
    force: bool = False,
    with_source: bool = False,
) -> UniqueSink:
    """Open a sink that lists each text once.

    Args:
        path: the file to write; None writes to standard output, which stays open.
        tell: called with one line if there are more texts than are listed.
        form: "text" or "csv".
        force: an existing file may be replaced.
        with_source: every line of text names its source.

    Returns:
        The sink, to be closed by the caller.

    Raises:
        OutputError: if the file exists without `force` or cannot be created.
    """
    from camdigits.sinks.records.unique import UniqueCsvSink, UniqueTextSink

    stream = _stream(path, force)
    if form == "csv":
        return UniqueCsvSink(stream, tell)
    return UniqueTextSink(stream, tell, with_source)


def _stream(path: Path | None, force: bool) -> TextStream:
    return sys.stdout if path is None else LineFile(path, force)
