"""What the measuring of videos counts, on films that can be counted by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from benchmarks import clips, steady
from benchmarks.clips import Seen, Shot

from camdigits.page.choose import Detection
from camdigits.training.data.dataset import Digits
from camdigits.types import Box, Frame, Reading
from camdigits.video.follower import Follower

BOXES = (Box(300, 200, 20, 40), Box(330, 200, 20, 40))
FPS = 10


def found(label: int, box: Box) -> Detection:
    probabilities = np.full(10, 0.005, np.float32)
    probabilities[label] = 0.955
    return Detection(box, probabilities)


class Film:
    """Two digits, 4 and 2, at rest; what is detected in each frame follows from its index."""

    name = "film"
    numbers = ("42",)

    def __init__(self, count: int, is_covered: bool = False) -> None:
        self._count, self._is_covered = count, is_covered

    def __iter__(self) -> Iterator[Shot]:
        digits = tuple(
            Seen(box, box.center, label, 0, True, self._is_covered)
            for label, box in zip((4, 2), BOXES, strict=True)
        )
        for index in range(self._count):
            image = np.zeros((400, 800, 3), np.uint8)
            yield Shot(Frame(image, index, index / FPS), digits)


def measure(film: Film, *labels: tuple[int, ...]) -> steady.Outcome:
    """Measure a film on which a reader detects these labels in turn, again and again."""
    looks = itertools.cycle(labels)

    def detect(_: object) -> list[Detection]:
        return [found(each, box) for each, box in zip(next(looks), BOXES, strict=False)]

    follower = Follower(0.8)
    again = itertools.cycle(labels)

    def read(frame: Frame) -> Reading:
        seen = [found(each, box) for each, box in zip(next(again), BOXES, strict=False)]
        digits, numbers, events = follower.update(seen, 1.0, frame)
        return Reading("film", frame.index, frame.time_s, (800, 400), digits, numbers, events)

    return steady.measure(film, detect, read)


def test_steady_reading_is_right_and_without_changes() -> None:
    outcome = measure(Film(31), (4, 2))
    for tally in (outcome.by_frame, outcome.tracked):
        # Frames from half a second on: 26 of two digits; the first begins the time.
        assert (tally.frames, tally.right, tally.changes) == (52, 52, 0)
        assert tally.seconds == pytest.approx(2 * 2.5)
    assert (outcome.numbers.judged, outcome.numbers.right, outcome.numbers.other) == (1, 1, 0)


def test_flicker_counts_frame_by_frame_and_is_tracked_away() -> None:
    outcome = measure(Film(31), (4, 2), (4, 2), (4, 2), (4, 2), (4,), (4, 7))
    # The second digit is read 2 2 2 2 - 7 and so on: three changes in six frames.
    assert outcome.by_frame.changes == sum(i % 6 in (0, 4, 5) for i in range(6, 31))
    assert outcome.tracked.changes == 0
    assert outcome.tracked.right == 52
    assert outcome.numbers.right == 1


def test_wrong_number_is_not_right() -> None:
    numbers = measure(Film(31), (4, 7)).numbers
    assert (numbers.judged, numbers.right) == (1, 0)


def test_covered_digits_are_not_counted() -> None:
    assert measure(Film(31, is_covered=True), (4, 2)).tracked.frames == 0


def test_number_that_is_in_the_picture_too_shortly_is_not_judged() -> None:
    assert measure(Film(14), (4, 2)).numbers.judged == 0


def test_event_where_no_number_is_counts_as_other() -> None:
    film = Film(31)
    film.numbers = ()
    frames = [Shot(shot.frame, ()) for shot in film]
    film.__class__ = type("Empty", (Film,), {"__iter__": lambda self: iter(frames)})
    assert measure(film, (4, 2)).numbers.other == 1


def test_total_adds_up() -> None:
    one = measure(Film(31), (4, 2))
    both = steady.total([one, one])
    assert both.tracked.frames == 104
    assert both.numbers.judged == 2
    rows = list(steady.table_rows(both))
    cells = [len(row.split("|")) for row in (*rows, steady.HEADER.split("\n")[0])]
    assert len(set(cells)) == 1


def test_clip_is_the_same_each_time_and_its_truth_lies_on_ink() -> None:
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    digits = Digits(images, np.ones(10, np.uint8))
    first, second = (next(iter(clips.written_clip("plain", 1, digits, 8.0))) for _ in range(2))
    assert np.array_equal(first.frame.image, second.frame.image)
    clear = [true for true in first.digits if true is not None and true.is_clear]
    assert clear
    for true in clear:
        box = true.box
        ink = first.frame.image[box.y : box.bottom, box.x : box.right].min()
        around = np.median(first.frame.image[box.y - 6 : box.bottom + 6, box.x - 6 : box.x - 3])
        assert ink < around - 40
