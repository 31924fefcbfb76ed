"""What lies slanted is drawn slanted."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.drawing.annotation import SURE, annotate
from camdigits.drawing.slanted import slant_of, slants_of
from camdigits.page.orientation.view import moved_reading
from camdigits.page.orientation.warp import Warp
from camdigits.types import Box, Digit, Number, Reading

SIZE_WH = 640, 480


def reading(degrees: float) -> Reading:
    """Return 47, written in the middle of a picture and turned by so many degrees clockwise."""
    digits = (Digit(Box(300, 230, 20, 40), 4, 0.99), Digit(Box(330, 230, 20, 40), 7, 0.99))
    number = Number("47", Box(300, 230, 50, 40), 0.99, digits)
    level = Reading("", 0, 0.0, SIZE_WH, digits, (number,))
    warp = Warp.turning(SIZE_WH, -degrees)
    x, y = (warp.size_wh[0] - SIZE_WH[0]) // 2, (warp.size_wh[1] - SIZE_WH[1]) // 2
    shifted = moved_reading(level, lambda box: Box(box.x + x, box.y + y, box.w, box.h))
    return moved_reading(shifted, warp.to_source)


@pytest.mark.parametrize("degrees", [-40, -10, 25])
def test_slant_is_that_of_the_corners(degrees: float) -> None:
    assert slant_of(reading(degrees).numbers[0].box) == pytest.approx(degrees, abs=2)
    assert slant_of(Box(1, 2, 3, 4)) == 0


@pytest.mark.parametrize("degrees", [-40, 25])
def test_strip_with_the_labels_stands_above_the_number_as_it_lies(degrees: float) -> None:
    image = np.full((480, 640, 3), 200, np.uint8)
    drawn = annotate(image, reading(degrees))
    assert drawn.shape == image.shape
    angle = np.radians(degrees)
    above = np.array((np.sin(angle), -np.cos(angle)))
    rows, columns = np.nonzero((np.abs(drawn.astype(int) - SURE) < 12).all(axis=2))
    points = np.column_stack([columns, rows]) - (325, 250)
    assert (points @ above).max() > 30  # the strip
    assert (points @ above).min() > -32  # the lower edge of the boxes
    assert np.abs(points @ (above[1], -above[0])).max() < 50


def test_picture_stays_as_it_is_where_nothing_is_drawn() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 255, (480, 640, 3), np.uint8)
    drawn = annotate(image, reading(25))
    assert (drawn[:100] == image[:100]).all()
    assert (drawn[400:] == image[400:]).all()


def test_parts_that_slant_differently_are_drawn_each_at_its_angle() -> None:
    level, slanted = reading(0), reading(30)
    level = moved_reading(level, lambda box: Box(box.x, box.y - 150, box.w, box.h))
    both = Reading(
        "", 0, 0.0, SIZE_WH, level.digits + slanted.digits, level.numbers + slanted.numbers
    )
    parts = slants_of(both)
    assert [round(angle / 30) for angle, _ in parts] == [0, 1]
    assert [len(part.digits) for _, part in parts] == [2, 2]
