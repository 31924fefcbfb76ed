"""Pictures are turned by any angle, and boxes find back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.config import ReadConfig
from camdigits.page.orientation.view import View, moved_reading
from camdigits.page.orientation.warp import Warp
from camdigits.types import Box, Digit, Number, Reading

SIZE_WH = 320, 240
SPOT = 200, 60


def picture_with_spot() -> np.ndarray:
    """Return grey paper with a black disc of 10 pixels across."""
    image = np.full((SIZE_WH[1], SIZE_WH[0]), 180, np.uint8)
    cv2.circle(image, SPOT, 5, 0, cv2.FILLED)
    return image


def box_of_spot(image: np.ndarray) -> Box:
    return Box(*cv2.boundingRect((image < 90).astype(np.uint8)))


@pytest.mark.parametrize("degrees", [-44, -30, 7.5, 20, 44])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("roi", [None, Box(100, 10, 200, 150)])
def test_box_in_a_tilted_view_goes_back_to_the_source(degrees, rotate, mirrored, roi):
    image = picture_with_spot()
    config = ReadConfig(rotate=rotate, source_mirrored=mirrored, roi=roi)
    view = View.of(image, config).tilted(degrees)
    box = view.to_source(box_of_spot(view.cut(image)))
    assert np.allclose(box.center, np.array(SPOT) + 0.5, atol=1.6)
    assert 9 <= box.w <= 15
    assert 9 <= box.h <= 15
    middle = np.mean(box.polygon, axis=0)
    assert np.allclose(middle, np.array(SPOT) + 0.5, atol=1.6)


@pytest.mark.parametrize(("degrees", "down"), [(30, False), (-30, True)])
def test_top_of_the_polygon_runs_along_the_line(degrees, down):
    """Turned clockwise for reading, a line rises to the right in the source."""
    (left, top), (right, end) = (
        Warp.turning(SIZE_WH, degrees).to_source(Box(100, 100, 60, 20)).polygon[:2]
    )
    assert right > left
    assert (end > top) == down


@pytest.mark.parametrize("degrees", [-44, -12, 30])
def test_all_of_the_picture_stays_in_view(degrees):
    warp = Warp.turning(SIZE_WH, degrees)
    whole = warp.from_source(Box(0, 0, *SIZE_WH))
    assert min(whole.x, whole.y) >= 0
    assert (whole.right, whole.bottom) <= (warp.size_wh[0] + 1, warp.size_wh[1] + 1)


@pytest.mark.parametrize("channels", [(), (3,)])
def test_around_the_picture_lies_ground_like_that_at_its_edges(channels):
    image = np.full((*SIZE_WH[::-1], *channels), 180, np.uint8)
    image[:60] = 90
    turned = Warp.turning(SIZE_WH, 30).apply(image)
    assert turned.shape[2:] == channels
    assert set(np.unique(turned)) <= set(range(88, 183))


def test_pictures_without_a_tilt_are_no_copies():
    image = picture_with_spot()
    view = View.of(image, ReadConfig()).tilted(0.0)
    assert np.shares_memory(view.cut(image), image)
    assert view.to_source(Box(1, 2, 3, 4)) == Box(1, 2, 3, 4)


def test_what_lies_beside_the_picture_is_told():
    view = View.of(picture_with_spot(), ReadConfig()).tilted(30)
    assert view.holds(box_of_spot(view.cut(picture_with_spot())))
    assert not view.holds(Box(0, 0, 10, 10))


def test_size_of_what_is_slanted_is_scaled_with_its_corners():
    slanted = Box(10, 20, 30, 40, ((10, 30), (30, 20), (40, 50), (20, 60)))
    assert slanted.scaled(2).polygon == ((20, 60), (60, 40), (80, 100), (40, 120))
    assert Box(10, 20, 30, 40).scaled(2).polygon is None


def test_moved_readings_keep_the_corners_of_numbers():
    warp = Warp.turning(SIZE_WH, 30)
    digit = Digit(Box(100, 100, 10, 20), 7, 0.9)
    number = Number("7", digit.box, 0.9, (digit,))
    moved = moved_reading(Reading("", 0, 0, SIZE_WH, (digit,), (number,)), warp.to_source)
    assert moved.digits[0].box.polygon == moved.numbers[0].box.polygon is not None
    again = moved_reading(moved, warp.from_source)
    assert again.digits[0].box.iou(digit.box) > 0.8
