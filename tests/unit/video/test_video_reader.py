"""Frames of a video: which are searched, what is followed, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from camdigits import ReadConfig, Recognizer
from camdigits.page.choose import Detection
from camdigits.types import Box, Frame, Reading

FPS = 10
SIZE_WH = (640, 360)
FIRST, SECOND = Box(100, 100, 40, 70), Box(400, 220, 40, 70)


class Searcher(Recognizer):
    """Finds a 7 wherever a page shows its stroke, and notes that it was asked."""

    def __init__(self, config: ReadConfig | None = None) -> None:
        super().__init__(config)
        self.searches = 0

    def search(
        self, gray: np.ndarray, *, fast=False, polarity=None, show=None, usual=None
    ) -> list[Detection]:
        self.searches += 1
        found = cv2.connectedComponentsWithStats((gray < 120).astype(np.uint8))[2][1:]
        return [
            Detection(Box(*stat[:4].tolist()), np.eye(10, dtype=np.float32)[7]) for stat in found
        ]


def page(*boxes: Box, shift: int = 0) -> np.ndarray:
    """Return paper with a seven in each box, moved to the right."""
    image = np.full((SIZE_WH[1], SIZE_WH[0], 3), 200, np.uint8)
    for box in boxes:
        right, bottom = box.right - 1 + shift, box.bottom - 1
        line = [(box.x + shift, box.y), (right, box.y), (box.x + shift, bottom)]
        cv2.polylines(image, [np.array(line)], False, (40, 40, 40), 5)
    return image


def read(searcher: Searcher, images: list[np.ndarray]) -> Iterator[tuple[Reading, int]]:
    """Yield each frame's reading, and how many searches it took."""
    reader = searcher.reader("film")
    for index, image in enumerate(images):
        before = searcher.searches
        yield reader.read(Frame(image, index, index / FPS)), searcher.searches - before


def test_page_at_rest_is_searched_until_it_is_settled_and_then_followed() -> None:
    told = list(read(Searcher(), [page(FIRST)] * 20))
    # Four looks make a digit sure; after that the same picture tells nothing new.
    assert [count for _, count in told] == [1] * 4 + [0] * 16
    seen = [[digit.seen for digit in reading.digits] for reading, _ in told]
    assert seen == [["searched"]] * 4 + [["followed"]] * 16
    assert len({digit.track for reading, _ in told for digit in reading.digits}) == 1


def test_number_is_announced_at_the_same_time_as_if_every_frame_were_searched() -> None:
    events = [
        event for reading, _ in read(Searcher(), [page(FIRST)] * 20) for event in reading.events
    ]
    # It is shown from the first frame on, and announced when it was there for 0.3 s.
    assert [(event.kind, event.text, event.index) for event in events] == [("appeared", "7", 3)]


@pytest.mark.parametrize("shift", [0, 3])
def test_changed_page_is_searched_at_once(shift: int) -> None:
    before = [page(FIRST)] * 8
    after = [page(FIRST, SECOND, shift=shift)] * 8
    told = list(read(Searcher(), before + after))
    assert [count for _, count in told[4:9]] == [0, 0, 0, 0, 1]
    assert len(told[-1][0].digits) == 2
    appeared = [event.index for reading, _ in told for event in reading.events]
    assert appeared == [3, 12]


def test_digit_that_is_covered_is_not_followed_behind_the_hand() -> None:
    covered = page(FIRST)
    cv2.circle(covered, (120, 135), 70, (140, 150, 190), cv2.FILLED)
    told = list(read(Searcher(), [page(FIRST)] * 8 + [covered] * 8))
    assert all(count == 1 for _, count in told[8:12])
    # It is held for a moment, then it is not shown any more.
    assert [len(reading.digits) for reading, _ in told[8:]] == [1, 1, 1, 0, 0, 0, 0, 0]


def test_digits_are_carried_with_a_page_that_moves() -> None:
    images = [page(FIRST, SECOND, shift=max(0, 3 * (place - 3))) for place in range(6)]
    told = list(read(Searcher(), images))
    assert [count for _, count in told] == [1] * 4 + [0] * 2
    first, second = told[-1][0].digits
    assert abs(first.box.x - FIRST.x - 6) <= 3
    assert abs(second.box.x - SECOND.x - 6) <= 3
    assert {digit.seen for digit in (first, second)} == {"followed"}


def test_other_settings_have_the_page_searched_again() -> None:
    searcher = Searcher()
    reader = searcher.reader()
    for index in range(8):
        reader.read(Frame(page(FIRST), index, index / FPS))
    assert searcher.searches == 4
    searcher.config = replace(searcher.config, roi=Box(50, 50, 300, 200))
    reading = reader.read(Frame(page(FIRST), 8, 0.8))
    assert searcher.searches == 5
    assert reading.size_wh == SIZE_WH


def test_what_a_region_leaves_out_comes_back_as_what_it_was() -> None:
    searcher = Searcher()
    reader = searcher.reader()
    regions = [None] * 10 + [Box(50, 50, 200, 200)] * 20 + [None] * 10
    ids, events = [], []
    for index, region in enumerate(regions):
        searcher.config = replace(searcher.config, roi=region)
        reading = reader.read(Frame(page(FIRST, SECOND), index, index / FPS))
        ids.append([number.id for number in reading.numbers])
        events += [(event.kind, event.id) for event in reading.events]
        assert all(d.box.iou(FIRST) > 0.7 or d.box.iou(SECOND) > 0.7 for d in reading.digits)
    assert events == [("appeared", 1), ("appeared", 2)]
    assert (ids[9], ids[29], ids[39]) == ([1, 2], [1], [1, 2])


def test_stills_are_searched_each_time_and_their_digits_say_so() -> None:
    searcher = Searcher()
    reader = searcher.reader(is_still=True)
    for index in range(3):
        reading = reader.read(Frame(page(FIRST), index))
        assert [digit.seen for digit in reading.digits] == ["searched"]
    assert searcher.searches == 3


def test_frames_that_another_thread_prepared_are_read_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = [page(FIRST, SECOND, shift=5 * (index % 2)) for index in range(16)]
    plain = [reading for reading, _ in read(Searcher(), images)]
    reader = Searcher().reader("film")
    frames = [Frame(image, index, index / FPS) for index, image in enumerate(images)]
    readings = [reader.read(frame) for frame in frames[:7]]
    assert readings[-1].digits[0].seen == "followed"
    for frame in frames[7:]:
        reader.prepare(frame)
    # All that is followed is reduced by now.
    monkeypatch.setattr("camdigits.video.change.schedule.coarse", None)
    assert [*readings, *map(reader.read, frames[7:])] == plain


def test_pixels_of_another_shape_midway_are_searched_anew() -> None:
    searcher = Searcher()
    reader = searcher.reader("film")
    counts, readings = [], []
    for index in range(20):
        aspect = 1.0 if index < 10 else 0.5
        before = searcher.searches
        readings.append(reader.read(Frame(page(FIRST), index, index / FPS, pixel_aspect=aspect)))
        counts.append(searcher.searches - before)
    assert counts[8:11] == [0, 0, 1]
    assert readings[-1].digits[0].box.iou(readings[9].digits[0].box) > 0.7
