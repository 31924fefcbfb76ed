"""Readings as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from camdigits.sinks.records.lines import LineSink, TextStream
from camdigits.support.printable import printable
from camdigits.types import DOUBT, UNSURE, Event, Frame, Number, Reading


class TextSink(LineSink):
    """Writes one line per still, ``path: 2047 381``, and one per number that became steady.

    The line of a page names it, ``scan.pdf, page 3: 2047 381``.  A still on which nothing was read
    gives ``path:``.  For video and cameras a line is the time and the text, ``0:00:03.20 2047``,
    when a number appears, ``0:00:04.10 2047 -> 2041`` when it changes; nothing when it is gone.
    With several sources the name stands before the time, ``clip.mp4: 0:00:03.20 2047``.  A number
    that is as likely wrong as right has a ``?`` behind it.
    """

    def __init__(self, stream: TextStream, with_source: bool = False) -> None:
        """Take a stream.

        Args:
            stream: gets the lines, each one flushed.
            with_source: lines of videos and cameras begin with the source's name too.
        """
        super().__init__(stream)
        self._with_source = with_source
        self._texts: dict[tuple[str, int], str] = {}

    def write(self, frame: Frame, reading: Reading) -> None:
        """Write the lines of one frame.

        Raises:
            OutputError: if they could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        if reading.is_still:
            texts = "".join(f" {said(number)}" for number in reading.numbers)
            self._put(f"{printable(reading.place)}:{texts}\n")
        for event in reading.events:
            key = reading.source, event.id
            before = self._texts.pop(key, None)
            if event.kind == "gone":
                continue
            self._texts[key] = said(event)
            name = f"{printable(reading.source)}: " if self._with_source else ""
            change = f"{before} -> " if event.kind == "changed" and before is not None else ""
            self._put(f"{name}{clock(event.time_s)} {change}{said(event)}\n")


class RawSink(LineSink):
    """Writes the text of each number and nothing else, not even the end of a line."""

    def write(self, frame: Frame, reading: Reading) -> None:
        """Write the texts of one frame.

        Raises:
            OutputError: if they could not be written.
            BrokenPipeError: if nobody reads the stream any more.
        """
        for found in told(reading):
            self._put(said(found))


def told(reading: Reading) -> Iterator[Number | Event]:
    """Yield what text tells of a frame: a still's numbers, else those that appear or change."""
    if reading.is_still:
        yield from reading.numbers
    yield from (event for event in reading.events if event.kind != "gone")


def said(found: Number | Event) -> str:
    """Return the text of a number, with `DOUBT` behind one that is as likely wrong as right."""
    return doubted(found.text, found.confidence)


def doubted(text: str, confidence: float) -> str:
    """Return a text, with `DOUBT` behind it if it is as likely wrong as right."""
    return text if DOUBT in text or confidence >= UNSURE else text + DOUBT


def clock(time_s: float) -> str:
    """Return seconds (0 or more) as hours, minutes, seconds and hundredths: ``0:00:03.20``."""
    hundredths = round(time_s * 100)
    seconds = hundredths // 100
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}.{hundredths % 100:02}"
