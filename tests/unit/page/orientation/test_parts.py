"""Parts of a page whose lines lie at different angles are each read at their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from camdigits import ReadConfig, Recognizer
from camdigits.page.choose import Detection
from camdigits.page.image_reader import Found, joined
from camdigits.page.orientation.parts import parts_of
from camdigits.page.orientation.turns import Sight
from camdigits.page.orientation.view import View
from camdigits.page.orientation.warp import Warp
from camdigits.types import Box, Digit, Number
from tests.unit.page.orientation.test_turns import TEXTS, page

SIZE_WH = 600, 400
LEVEL = View(SIZE_WH, 0, False, Box(0, 0, *SIZE_WH))


def sight(degrees: float, *digits: tuple[Box, float]) -> Sight:
    """Return what was read of a page at an angle; boxes are those on the page as it lies."""
    view = LEVEL.tilted(degrees)
    found = [
        Detection(
            box if view.warp is None else replace(view.warp.from_source(box), polygon=None),
            np.eye(10, dtype=np.float32)[5] * np.float32(confidence),
        )
        for box, confidence in digits
    ]
    return Sight(view, np.zeros(SIZE_WH[::-1], np.uint8), found)


LEFT, RIGHT = Box(50, 200, 20, 30), Box(500, 200, 20, 30)


def test_each_part_is_taken_from_where_it_reads_best() -> None:
    first, second = parts_of(
        [
            sight(0, (LEFT, 0.999), (replace(LEFT, x=75), 0.999), (RIGHT, 0.6)),
            sight(30, (LEFT, 0.5), (RIGHT, 0.999)),
        ]
    )
    assert [len(part.detections) for part in (first, second)] == [2, 1]
    assert (first.view.tilt, second.view.tilt) == (0, 30)
    assert second.view.to_source(second.detections[0].box).iou(RIGHT) > 0.3


def test_what_reads_as_well_both_ways_goes_with_what_is_near() -> None:
    near = replace(RIGHT, y=320), 0.99
    first, second = parts_of(
        [
            sight(0, (LEFT, 0.999), (replace(LEFT, x=75), 0.999), near),
            sight(30, (RIGHT, 0.999), near),
        ]
    )
    assert [len(part.detections) for part in (first, second)] == [2, 2]
    assert (first.view.tilt, second.view.tilt) == (0, 30)


def test_what_stands_in_one_part_is_read_in_no_other() -> None:
    """A digit of one slip may read as another digit at the angle of the next slip."""
    parts = parts_of(
        [
            sight(0),
            sight(15, (LEFT, 0.999), (replace(LEFT, x=75), 0.999), (RIGHT, 0.95)),
            sight(-25, (LEFT, 0.95), (RIGHT, 0.999), (replace(RIGHT, x=525), 0.999)),
        ]
    )
    assert sorted((part.view.tilt, len(part.detections)) for part in parts) == [(-25, 2), (15, 2)]


def test_part_with_most_digits_comes_first() -> None:
    several = [(replace(RIGHT, y=100 + 40 * row), 0.999) for row in range(4)]
    first, second = parts_of([sight(0, (LEFT, 0.999)), sight(20, *several)])
    assert (first.view.tilt, second.view.tilt) == (20, 0)


def test_page_that_reads_no_better_elsewhere_stays_whole() -> None:
    level = sight(0, (LEFT, 0.99), (RIGHT, 0.99))
    assert parts_of([level, sight(30, (LEFT, 0.99), (RIGHT, 0.992))]) == [level]
    assert parts_of([level]) == [level]
    assert parts_of([sight(0), sight(30)])[0].detections == []


def test_tables_of_a_later_part_come_after_those_before() -> None:
    digit = Digit(LEFT, 5, 0.9)
    number = Number("5", LEFT, 0.9, (digit,), cell=(0, 1, 2))
    part = Found((digit,), (number, replace(number, cell=None)), tables=((3, 4),))
    whole = joined([part, part])
    assert [one.cell for one in whole.numbers] == [(0, 1, 2), None, (1, 1, 2), None]
    assert whole.tables == ((3, 4), (3, 4))


def test_slip_that_lies_askew_on_a_page_is_read_with_it() -> None:
    level = page()
    slip = Warp.turning((level.shape[1], level.shape[0]), 30).apply(level)
    height = max(level.shape[0], slip.shape[0])
    both = np.full((height, level.shape[1] + slip.shape[1], 3), 225, np.uint8)
    both[: level.shape[0], : level.shape[1]] = level
    both[: slip.shape[0], level.shape[1] :] = slip
    reading = Recognizer().read(both)
    lying = [number.text for number in reading.numbers if number.box.polygon is None]
    slanted = [number.text for number in reading.numbers if number.box.polygon is not None]
    assert (lying, slanted) == (TEXTS, TEXTS)
    assert len(reading.digits) == 2 * sum(map(len, TEXTS))
    exactly = Recognizer(ReadConfig(rotate=0)).read(both)
    assert all(number.box.polygon is None for number in exactly.numbers)
