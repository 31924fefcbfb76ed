"""Readings as JSON Lines for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from camdigits.sinks.records.lines import LineSink, TextStream
from camdigits.types import Frame, Reading, Record, RecordKind, SourceStatus

_DIGITS = '"digits":['
"""Where a frame's record comes to what is on it; quotes within texts are escaped."""
_NONE: dict[str, Any] = dict.fromkeys(("digits", "numbers", "signs", "struck", "tables"), ())
"""What is on a frame on which nothing is."""


class JsonLinesSink(LineSink):
    r"""Writes each record of `Reading.records` as one line of ASCII.

    A source name that is no UTF-8 keeps its bytes: they come out as ``\udc80`` to ``\udcff``,
    which Python's `os.fsencode` turns back.
    """

    def __init__(self, stream: TextStream, records: RecordKind | None = None) -> None:
        """Write to a stream.

        Args:
            stream: gets the lines, each one flushed.
            records: "frames", "events" or "both"; None takes frames for stills, else events.
        """
        super().__init__(stream)
        self._records = records
        self._last: Reading | None = None
        self._end = ""

    def write(self, frame: Frame, reading: Reading) -> None:
        """Write the records of one frame.

        Raises:
            OutputError: if they could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        last, self._last = self._last, reading
        is_known = last is not None and _shown(reading) == _shown(last)
        # What stays for many frames is put into words once.
        told = replace(reading, **_NONE) if is_known else reading
        for record in told.records(self._records):
            line = _json(record)
            if record["type"] == "frame":
                start = line.index(_DIGITS)
                if is_known:
                    line = line[:start] + self._end
                else:
                    self._end = line[start:]
            self._put(line + "\n")

    def tell(self, status: SourceStatus) -> None:
        """Write that a camera was lost or is back, raising as `write` does."""
        self._put(_json(status.record()) + "\n")


def _json(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"), allow_nan=False)


def _shown(reading: Reading) -> tuple[object, ...]:
    return (*(getattr(reading, name) for name in _NONE), reading.rotate, reading.page)
