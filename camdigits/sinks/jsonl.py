"""Readings as JSON Lines for programs."""

from __future__ import annotations

import json

from camdigits.sinks.lines import LineSink, TextStream
from camdigits.types import Frame, Reading, RecordKind


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

    def write(self, frame: Frame, reading: Reading) -> None:
        """Write the records of one frame.

        Raises:
            OutputError: if they could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        for record in reading.records(self._records):
            self._put(json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n")
