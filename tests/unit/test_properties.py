"""What holds for whatever comes: MNIST form, numbers, tracks, times, records."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from camdigits.networks.mnist_form import stack_mnist_forms, to_mnist_form
from camdigits.page.choose import Detection
from camdigits.page.group import group_numbers
from camdigits.page.ruling.walls import Borders, Comb, Ruling, Wall
from camdigits.sinks.records.csv import CsvSink
from camdigits.sinks.records.jsonl import JsonLinesSink
from camdigits.sinks.records.text import TextSink
from camdigits.sources.clock import Clock
from camdigits.types import Box, Digit, Event, Frame, Reading
from camdigits.video.follower import Follower
from camdigits.video.tracker import Tracker

quick = settings(max_examples=60, deadline=None, derandomize=True)

inks = hnp.arrays(
    np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=60), elements=st.integers(0, 255)
)
boxes = st.builds(
    Box, st.integers(0, 900), st.integers(0, 600), st.integers(1, 80), st.integers(1, 120)
)
shares = st.floats(0, 1)
digits = st.builds(Digit, boxes, st.integers(0, 9), shares, st.integers(1, 10**6))
times_s = st.floats(-1e6, 1e6) | st.none()
BLANK = np.zeros((40, 80, 3), np.uint8)


@st.composite
def detections(draw: st.DrawFn) -> Detection:
    row = np.array(draw(st.lists(shares, min_size=10, max_size=10)), np.float32)
    return Detection(draw(boxes), row / max(1.0, float(row.sum())))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    found = tuple(draw(st.lists(digits, max_size=6)))
    _, numbers = group_numbers(found)
    in_order = tuple(digit for number in numbers for digit in number.digits)
    event = st.builds(
        Event,
        st.sampled_from(("appeared", "changed", "gone")),
        st.integers(1, 999),
        st.text("0123456789", min_size=1),
        boxes,
        shares,
        st.integers(0, 10**6),
        st.floats(0, 1e6),
    )
    events = tuple(draw(st.lists(event, max_size=3)))
    name = draw(st.text(max_size=20).filter(lambda text: _is_unicode(text)))
    time_s = draw(st.floats(0, 1e6))
    return Reading(name, 3, time_s, (640, 480), in_order, numbers, events, draw(st.booleans()))


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


@quick
@given(inks)
def test_mnist_form_is_28_by_28_with_a_margin_or_empty(ink: np.ndarray) -> None:
    before = ink.copy()
    crop = to_mnist_form(ink)
    assert (crop.shape, crop.dtype) == ((28, 28), np.uint8)
    assert (ink == before).all()
    assert not (crop.any() and not ink.any())
    assert stack_mnist_forms([ink, ink]).shape == (2, 28, 28)
    assert (stack_mnist_forms([ink])[0] == crop).all()


@quick
@given(inks, st.integers(0, 9), st.integers(0, 9))
def test_mnist_form_does_not_depend_on_the_empty_paper_around(
    ink: np.ndarray, before: int, behind: int
) -> None:
    assert (to_mnist_form(np.pad(ink, (before, behind))) == to_mnist_form(ink)).all()


@quick
@given(st.lists(digits, max_size=12))
def test_every_digit_is_in_one_number_whatever_their_order(found: list[Digit]) -> None:
    in_order, numbers = group_numbers(found)
    assert sorted(map(id, in_order)) == sorted(map(id, found))
    assert [digit for number in numbers for digit in number.digits] == list(in_order)
    for number in numbers:
        assert number.text == "".join(str(digit.label) for digit in number.digits)
        assert number.confidence == min(digit.confidence for digit in number.digits)
        for digit in number.digits:
            assert digit.box.clipped(number.box) == digit.box


points = st.tuples(st.floats(-50, 950), st.floats(-50, 750))
walls = st.builds(Wall, st.lists(points, min_size=2, max_size=4).map(tuple), st.floats(0.5, 9))
combs = st.builds(Comb, st.lists(boxes, min_size=1, max_size=4).map(tuple))
rulings = st.builds(
    Ruling, st.lists(walls, max_size=4).map(tuple), st.lists(combs, max_size=2).map(tuple)
)


@quick
@given(st.lists(digits, max_size=12), rulings, walls)
def test_another_wall_never_joins_two_digits(
    found: list[Digit], ruling: Ruling, wall: Wall
) -> None:
    before = Borders.of(found, ruling)
    after = Borders.of(found, replace(ruling, walls=(*ruling.walls, wall)))
    assert (after.joined == before.joined).all()
    assert (after.apart >= before.apart).all()
    assert not (after.apart & after.joined).any()


@quick
@given(st.lists(digits, max_size=12), rulings)
def test_ruled_numbers_hold_all_digits_in_order_and_heed_their_borders(
    found: list[Digit], ruling: Ruling
) -> None:
    borders = Borders.of(found, ruling)
    in_order, numbers = group_numbers(found, borders=borders)
    assert sorted(map(id, in_order)) == sorted(map(id, found))
    place = {id(digit): row for row, digit in enumerate(found)}
    for number in numbers:
        assert number.text == "".join(str(digit.label) for digit in number.digits)
        for left, right in pairwise(number.digits):
            pair = place[id(left)], place[id(right)]
            assert borders.joined[pair] or left.box.center[0] < right.box.center[0]
            assert not borders.apart[pair]


@quick
@given(st.lists(st.tuples(st.lists(detections(), max_size=5), st.booleans()), max_size=12))
def test_tracks_are_unique_and_sane_whatever_is_detected(
    looks: list[tuple[list[Detection], bool]],
) -> None:
    tracker = Tracker()
    for index, (look, is_sharp) in enumerate(looks):
        found = tracker.update(look, index / 10, is_sharp)
        tracks = [digit.track for digit in found]
        assert len(set(tracks)) == len(tracks)
        for digit in found:
            assert 0 <= digit.label <= 9
            assert 0 <= digit.confidence <= 1.0001
            assert min(digit.box.w, digit.box.h) >= 1


@quick
@given(st.lists(times_s, max_size=30), st.floats(0.1, 240))
def test_times_never_fall_and_are_never_negative(stamps: list[float | None], fps: float) -> None:
    clock = Clock(fps)
    times = [clock.time_s(stamp) for stamp in stamps]
    assert times == sorted(times)
    assert all(time_s >= 0 and math.isfinite(time_s) for time_s in times)


@quick
@given(st.lists(st.floats(0, 5e5), min_size=1, max_size=25))
def test_clock_that_jumps_brings_no_storm_of_events(gaps_s: list[float]) -> None:
    """A machine that slept, or a stream whose clock was set: a number is told once a pause."""
    follower, time_s, events = Follower(0.5), 0.0, list[Event]()
    row = np.full(10, 0.004, np.float32)
    row[7] = 0.96
    look = [Detection(Box(30, 10, 10, 20), row)]
    for index, gap_s in enumerate(gaps_s):
        time_s += gap_s
        events += follower.update(look, 1.0, Frame(BLANK, index, time_s))[2]
    appeared = [event for event in events if event.kind == "appeared"]
    assert len(appeared) <= 1
    assert not [event for event in events if event.kind == "changed"]
    assert all(event.text == "7" for event in events)


@quick
@given(readings())
def test_json_lines_hold_what_was_read(reading: Reading) -> None:
    stream = io.StringIO()
    with JsonLinesSink(stream, "both") as sink:
        sink.write(Frame(BLANK), reading)
    lines = stream.getvalue().split("\n")[:-1]
    frame, *events = map(json.loads, lines)
    assert frame["source"] == reading.source
    assert [digit["label"] for digit in frame["digits"]] == [it.label for it in reading.digits]
    assert [Box(*digit["box"]) for digit in frame["digits"]] == [it.box for it in reading.digits]
    for record, number in zip(frame["numbers"], reading.numbers, strict=True):
        labels = [frame["digits"][place]["label"] for place in record["digits"]]
        assert record["text"] == number.text == "".join(map(str, labels))
    assert [(it["event"], it["id"], it["text"]) for it in events] == [
        (it.kind, it.id, it.text) for it in reading.events
    ]


@quick
@given(readings())
def test_csv_holds_what_was_read(reading: Reading) -> None:
    stream = io.StringIO()
    with CsvSink(stream, "both") as sink:
        sink.write(Frame(BLANK), reading)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    texts = [number.text for number in reading.numbers] or [""]
    assert [row["text"] for row in rows] == texts + [event.text for event in reading.events]
    assert {row["source"] for row in rows} == {reading.source}


@quick
@given(readings())
def test_text_is_one_line_for_a_still_and_one_for_each_event(reading: Reading) -> None:
    stream = io.StringIO()
    with TextSink(stream, with_source=True) as sink:
        sink.write(Frame(BLANK), reading)
    told = [event for event in reading.events if event.kind != "gone"]
    assert stream.getvalue().count("\n") == reading.is_still + len(told)
    assert all(line.isprintable() for line in stream.getvalue().split("\n"))
