"""Sinks around sinks: what the command adds on the way to an output."""

from __future__ import annotations

from dataclasses import replace

from camdigits.cli.terminal.messages import say
from camdigits.cli.terminal.reading_progress import Progress
from camdigits.cli.terminal.signals import hold_stop_signals
from camdigits.config import ReadConfig
from camdigits.page.orientation.view import View
from camdigits.sinks.base import Sink
from camdigits.sources.names import shown
from camdigits.sources.pixels import turned_aspect
from camdigits.support.context_manager import Closeable
from camdigits.types import DOUBT, Event, Frame, Reading, RecordKind


class HeldSink(Closeable):
    """Puts stop signals off while a file is written or finished, so that none is cut."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, frame: Frame, reading: Reading) -> None:
        """Hand the frame on."""
        with hold_stop_signals():
            self._sink.write(frame, reading)

    def close(self) -> None:
        """Close the sink."""
        with hold_stop_signals():
            self._sink.close()

    def leave(self, error: BaseException | None) -> None:
        """Leave the sink."""
        with hold_stop_signals():
            self._sink.leave(error)


class UprightSink(Closeable):
    """Turns pictures and boxes as the reading saw them before they are drawn."""

    def __init__(self, sink: Sink, config: ReadConfig) -> None:
        self._sink, self._config = sink, replace(config, roi=None)

    def write(self, frame: Frame, reading: Reading) -> None:
        """Turn the frame and its reading, and hand them on."""
        view = View.of(frame.image, self._config, reading.rotate)
        aspect = turned_aspect(frame.pixel_aspect, view.rotate)
        turned = replace(frame, image=view.upright(frame.image), pixel_aspect=aspect)
        self._sink.write(turned, view.upright_reading(reading))

    def close(self) -> None:
        """Close the sink."""
        self._sink.close()

    def leave(self, error: BaseException | None) -> None:
        """Leave the sink."""
        self._sink.leave(error)


def upright(sink: Sink, config: ReadConfig) -> Sink:
    """Return a sink that gets pictures turned as `config` asks, the sink itself if they are."""
    is_turned = config.rotate not in ("level", 0)
    return UprightSink(sink, config) if is_turned or config.source_mirrored else sink


class FirstNumberSink(Closeable):
    """Hands on the first reading with a number without doubt, and of it that number only."""

    def __init__(self, sink: Sink, records: RecordKind | None) -> None:
        self._sink, self._records = sink, records
        self._is_done = False

    def write(self, frame: Frame, reading: Reading) -> None:
        """Hand the reading on if it is the first one with a number."""
        if self._is_done or not has_number(reading, self._records):
            return
        self._is_done = True
        self._sink.write(frame, _only_first(reading, self._records))


def _only_first(reading: Reading, records: RecordKind | None) -> Reading:
    """Return what a reading says of its first number without doubt."""
    events = [event for event in reading.events if _is_sure(event)][:1]
    numbers = [number for number in reading.numbers if not number.is_doubtful]
    if events and records != "frames":
        numbers = [number for number in numbers if number.id == events[0].id]
    return replace(
        reading,
        numbers=tuple(numbers[:1]),
        digits=numbers[0].digits if numbers else (),
        signs=(),
        struck=(),
        events=tuple(events),
    )


class NoteSink(Closeable):
    """Says on standard error, once of each source, what may have been missed on it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._told: set[str] = set()

    def write(self, frame: Frame, reading: Reading) -> None:
        """Tell of the first reading with a note."""
        if reading.note and reading.source not in self._told:
            self._told.add(reading.source)
            with self._progress.hidden():
                say(f"{shown(reading.source)}: {reading.note}")

    def close(self) -> None:
        """Do nothing."""


class UnsettledSink(Closeable):
    """Finds out whether numbers were seen on a video of which none stood long enough to be told.

    Args:
        records: which records are wanted; None takes frames for stills, else events.
    """

    def __init__(self, records: RecordKind | None) -> None:
        self._is_asked = records in (None, "events")
        self._has_seen = self._has_told = False

    @property
    def note(self) -> str:
        """One line on it, without the source's name; "" if there is nothing to say."""
        if not self._is_asked or self._has_told or not self._has_seen:
            return ""
        return (
            "no number stood still long enough to be told; "
            "--format jsonl --records frames lists what each frame shows"
        )

    def write(self, frame: Frame, reading: Reading) -> None:
        """Look at the reading of a frame."""
        if not reading.is_still:
            self._has_seen = self._has_seen or has_number(reading, "frames")
            self._has_told = self._has_told or bool(reading.events)

    def close(self) -> None:
        """Do nothing."""


def has_number(reading: Reading, records: RecordKind | None) -> bool:
    """Return whether the records of a reading tell of a number that is there, without doubt.

    Args:
        reading: what one frame says.
        records: the records wanted; None takes frames for stills, else events.
    """
    records = records or ("frames" if reading.is_still else "events")
    if records != "events" and not all(number.is_doubtful for number in reading.numbers):
        return True
    return records != "frames" and any(_is_sure(event) for event in reading.events)


def _is_sure(event: Event) -> bool:
    """Return whether an event tells of a number that is there, without doubt."""
    return event.kind != "gone" and DOUBT not in event.text
