"""Boxes survive every turn of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.page.orientation.view import View, moved_reading
from camdigits.types import Box, Digit, Mark, Number, Reading, Sign

MARK = Box(30, 10, 7, 4)


def picture_with_mark() -> np.ndarray:
    image = np.zeros((60, 80, 3), np.uint8)
    image[MARK.y : MARK.bottom, MARK.x : MARK.right] = 255
    return image


def box_of_mark(image: np.ndarray) -> Box:
    rows, columns = np.nonzero(image[:, :, 0])
    x, y = int(columns.min()), int(rows.min())
    return Box(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("roi", [None, Box(20, 5, 40, 30), Box(25, 0, 500, 500)])
def test_box_found_in_the_cut_picture_goes_back_to_the_source(rotate, mirrored, roi):
    image = picture_with_mark()
    view = View.of(image, ReadConfig(rotate=rotate, source_mirrored=mirrored, roi=roi))
    assert view.to_source(box_of_mark(view.cut(image))) == MARK


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_box_in_source_pixels_fits_the_upright_picture(rotate, mirrored):
    image = picture_with_mark()
    view = View.of(image, ReadConfig(rotate=rotate, source_mirrored=mirrored))
    assert view.to_upright(MARK) == box_of_mark(view.upright(image))


def test_ninety_degrees_turn_the_top_left_corner_to_the_top_right():
    image = np.zeros((2, 3, 3), np.uint8)
    image[0, 0] = 255
    view = View.of(image, ReadConfig(rotate=90))
    assert view.upright(image)[0, -1, 0] == 255


@pytest.mark.parametrize("degrees", [0.0, 7.0, -20.0])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_what_two_regions_show_is_shifted(rotate, mirrored, degrees):
    image = np.zeros((480, 640), np.uint8)
    views = [
        View.of(image, ReadConfig(rotate=rotate, source_mirrored=mirrored, roi=roi)).tilted(degrees)
        for roi in (None, Box(120, 60, 300, 240))
    ]
    shift = views[0].shift_to(views[1])
    there = Box(200, 150, 24, 24)
    back = views[0].to_source(there)
    moved = Box(round(there.x + shift.real), round(there.y + shift.imag), 24, 24)
    assert np.abs(np.subtract(views[1].to_source(moved).center, back.center)).max() <= 2


def test_views_that_lie_otherwise_are_not_shifted():
    image = picture_with_mark()
    view = View.of(image, ReadConfig())
    assert view.shift_to(View.of(image, ReadConfig(rotate=90))) is None
    assert view.shift_to(view.tilted(5.0)) is None
    assert view.shift_to(View.of(image[1:], ReadConfig())) is None


def test_roi_outside_the_picture_is_refused():
    with pytest.raises(UsageError, match="500,500, outside the picture, which measures 80x60"):
        View.of(picture_with_mark(), ReadConfig(roi=Box(500, 500, 10, 10)))


def test_upright_reading_keeps_numbers_made_of_its_digits():
    digit = Digit(MARK, 7, 0.9)
    minus = Mark("-", Box(2, 3, 4, 5), 0.9, 0)
    number = Number("-7", MARK, 0.9, (digit,), marks=(minus,))
    reading = Reading("", 0, 0.0, (80, 60), (digit,), (number,))
    view = View.of(picture_with_mark(), ReadConfig(rotate=90))
    turned = view.upright_reading(reading)
    assert turned.size_wh == (60, 80)
    assert turned.numbers[0].digits[0] is turned.digits[0]
    assert turned.numbers[0].box == view.to_upright(MARK)


def test_marks_and_signs_move_with_the_digits():
    digit = Digit(Box(10, 10, 20, 40), 4, 0.9)
    number = Number("-4", Box(2, 10, 28, 40), 0.9, (digit,), marks=(Mark("-", MARK, 0.8, 0),))
    reading = Reading(
        "", 0, 0.0, (80, 60), (digit,), (number,), signs=(Sign("+", MARK, 0.7),), struck=(number,)
    )
    moved = moved_reading(reading, lambda box: Box(box.x + 5, box.y, box.w, box.h))
    assert moved.numbers[0].digits == moved.digits
    assert moved.struck[0].box == moved.numbers[0].box
    assert moved.numbers[0].marks[0].box == moved.signs[0].box == Box(35, 10, 7, 4)
    assert (moved.numbers[0].text, moved.numbers[0].box.x) == ("-4", 7)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("roi", [None, Box(20, 5, 40, 30)])
@pytest.mark.parametrize("aspect", [0.5, 2.0])
def test_what_is_cut_has_square_pixels_and_its_boxes_find_back(rotate, mirrored, roi, aspect):
    image = picture_with_mark()
    config = ReadConfig(rotate=rotate, source_mirrored=mirrored, roi=roi)
    view = View.of(image, config, pixel_aspect=aspect)
    cut = view.cut(image)
    seen = box_of_mark(np.where(cut > 127, cut, 0))
    wide, high = (seen.h, seen.w) if rotate in (90, 270) else (seen.w, seen.h)
    assert (wide, high) == (round(7 * max(aspect, 1)), round(4 * max(1 / aspect, 1)))
    assert view.to_source(seen) == MARK
