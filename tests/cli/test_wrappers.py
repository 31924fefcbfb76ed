"""Sinks around sinks."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest

from camdigits.cli.reading.sink_wrappers import (
    FirstNumberSink,
    HeldSink,
    UnsettledSink,
    UprightSink,
    has_number,
    upright,
)
from camdigits.cli.terminal.signals import Stopped, raise_stop_signals
from camdigits.config import ReadConfig
from camdigits.support.context_manager import Closeable
from camdigits.types import Box, Digit, Event, EventKind, Frame, Number, Reading, RecordKind

DIGIT = Digit(Box(1, 0, 1, 2), 7, 0.9)
NUMBER = Number("7", DIGIT.box, 0.9, (DIGIT,))
FRAME = Frame(np.arange(18, dtype=np.uint8).reshape(2, 3, 3))
EMPTY = Reading("x", 0, 0.0, (3, 2))
READ = replace(EMPTY, digits=(DIGIT,), numbers=(NUMBER,))


class Collector(Closeable):
    """Keeps what it gets."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.readings: list[Reading] = []
        self.is_closed = False

    def write(self, frame: Frame, reading: Reading) -> None:
        self.frames.append(frame)
        self.readings.append(reading)

    def close(self) -> None:
        self.is_closed = True


class Interrupted(Collector):
    """Is hit by Ctrl-C in the middle of its work."""

    def write(self, frame: Frame, reading: Reading) -> None:
        signal.raise_signal(signal.SIGINT)
        super().write(frame, reading)

    def close(self) -> None:
        signal.raise_signal(signal.SIGINT)
        super().close()


def event(kind: EventKind, text: str = "7") -> Event:
    return Event(kind, 1, text, DIGIT.box, 0.9, 0, 0.0)


def test_upright_sink_turns_what_was_found_to_lie() -> None:
    collector = Collector()
    sink = upright(collector, ReadConfig(rotate="auto"))
    sink.write(FRAME, READ)
    sink.write(FRAME, replace(READ, rotate=90))
    assert np.array_equal(collector.frames[0].image, FRAME.image)
    assert np.array_equal(collector.frames[1].image, np.rot90(FRAME.image, -1))
    assert [reading.rotate for reading in collector.readings] == [0, 0]


@pytest.mark.parametrize(
    ("reading", "records", "expected"),
    [
        (EMPTY, None, False),
        (READ, None, True),
        (READ, "events", False),
        (replace(READ, is_still=False), None, False),
        (replace(READ, is_still=False), "frames", True),
        (replace(READ, is_still=False), "both", True),
        (replace(EMPTY, is_still=False, events=(event("appeared"),)), None, True),
        (replace(EMPTY, is_still=False, events=(event("changed"),)), "events", True),
        (replace(EMPTY, is_still=False, events=(event("appeared"),)), "frames", False),
        (replace(EMPTY, is_still=False, events=(event("gone"),)), None, False),
    ],
)
def test_a_number_counts_where_its_record_is_wanted(
    reading: Reading, records: RecordKind | None, expected: bool
) -> None:
    assert has_number(reading, records) is expected


def test_only_the_first_number_is_handed_on() -> None:
    collector = Collector()
    sink = FirstNumberSink(collector, None)
    events = (event("gone", "1"), event("appeared", "2"), event("appeared", "3"))

    for reading in (EMPTY, replace(EMPTY, is_still=False, events=events), READ):
        sink.write(FRAME, reading)

    [reading] = collector.readings
    assert [found.text for found in reading.events] == ["2"]


def test_ctrl_c_waits_until_a_frame_is_written() -> None:
    collector = Interrupted()

    with pytest.raises(Stopped), raise_stop_signals():
        HeldSink(collector).write(FRAME, READ)

    assert collector.readings == [READ]


def test_ctrl_c_waits_until_the_output_is_closed() -> None:
    collector = Interrupted()

    with pytest.raises(Stopped), raise_stop_signals():
        HeldSink(collector).close()

    assert collector.is_closed


def test_an_upright_source_is_not_turned() -> None:
    collector = Collector()

    assert upright(collector, ReadConfig(roi=Box(0, 0, 1, 1))) is collector


def test_pictures_and_boxes_are_turned_as_they_were_read() -> None:
    collector = Collector()

    UprightSink(collector, ReadConfig(rotate=90)).write(FRAME, READ)

    [frame], [reading] = collector.frames, collector.readings
    np.testing.assert_array_equal(frame.image, np.rot90(FRAME.image, -1))
    assert reading.size_wh == (2, 3)
    assert reading.digits[0].box == Box(0, 1, 2, 1)


def test_a_region_turns_the_whole_picture() -> None:
    collector = Collector()
    config = ReadConfig(source_mirrored=True, roi=Box(50, 50, 1, 1))

    UprightSink(collector, config).write(FRAME, READ)

    np.testing.assert_array_equal(collector.frames[0].image, FRAME.image[:, ::-1])


def test_closing_reaches_the_sink_inside() -> None:
    collector = Collector()

    with UprightSink(HeldSink(collector), ReadConfig(rotate=180)):
        pass

    assert collector.is_closed


MOVING = replace(READ, is_still=False)
UNSURE = replace(DIGIT, is_doubtful=True)
DOUBTFUL = replace(MOVING, numbers=(replace(NUMBER, text="?", digits=(UNSURE,)),))


@pytest.mark.parametrize(
    ("readings", "records", "has_note"),
    [
        ((MOVING, replace(EMPTY, is_still=False)), None, True),
        ((MOVING,), "events", True),
        ((MOVING,), "frames", False),
        ((MOVING,), "both", False),
        ((MOVING, replace(MOVING, events=(event("appeared"),))), None, False),
        ((DOUBTFUL,), None, False),
        ((READ,), None, False),
        ((), None, False),
    ],
)
def test_numbers_that_are_seen_and_not_told_have_a_note(
    readings: tuple[Reading, ...], records: RecordKind | None, has_note: bool
) -> None:
    with UnsettledSink(records) as sink:
        for reading in readings:
            sink.write(FRAME, reading)
    assert sink.note.startswith("no number stood still long enough") == has_note
