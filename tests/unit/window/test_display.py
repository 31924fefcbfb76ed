"""What the window shows has a comfortable size, and its letters can be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.drawing.annotation import annotate
from camdigits.drawing.text import text_mask
from camdigits.types import Box, Digit, Number, Reading
from camdigits.window.display import shown, with_banner, with_help, with_status


def reading_of(box: Box) -> Reading:
    return Reading("clip.mp4", 0, 0.0, (640, 480), (Digit(box, 0, 0.99),))


@pytest.mark.parametrize(
    ("size_wh", "expected_wh"),
    [
        ((640, 480), (640, 480)),
        ((1920, 1080), (1920, 1080)),
        ((120, 90), (640, 480)),
        ((5472, 3648), (1800, 1200)),
        ((6000, 100), (1920, 32)),
        ((1, 1), (480, 480)),
    ],
)
def test_shown_size_is_comfortable(size_wh: tuple[int, int], expected_wh: tuple[int, int]):
    image = np.full((size_wh[1], size_wh[0], 3), 200, np.uint8)
    picture = shown(image, Reading("", 0, 0.0, size_wh))
    assert picture.shape == (expected_wh[1], expected_wh[0], 3)


def test_boxes_follow_the_shown_size():
    image = np.full((90, 120, 3), 200, np.uint8)
    reading = Reading("", 0, 0.0, (120, 90), (Digit(Box(30, 40, 10, 20), 7, 0.99),))
    changed = (shown(image, reading) != 200).any(axis=2)
    assert not changed[214:320, 160:213].any()
    assert changed[214:320, 158].all()


def test_mirror_turns_the_picture_and_keeps_the_letters():
    image = np.full((480, 640, 3), 200, np.uint8)
    image[100:190, 100:160] = 0
    mirrored = shown(image, reading_of(Box(100, 100, 60, 90)), mirror=True)
    there = reading_of(Box(480, 100, 60, 90))
    assert np.array_equal(mirrored, annotate(np.ascontiguousarray(image[:, ::-1]), there))


def test_mirrored_number_reads_forward():
    digits = tuple(Digit(Box(100 + 60 * i, 200, 40, 60), i + 2, 0.99) for i in range(3))
    number = Number("234", Box(100, 200, 160, 60), 0.99, digits)
    image = np.full((480, 640, 3), 200, np.uint8)
    reading = Reading("", 0, 0.0, (640, 480), digits, (number,))
    strip = shown(image, reading, mirror=True)[150:196, 380:540, 2]
    places = [_column_of(text_mask(label, 24), strip) for label in "234"]
    assert places == sorted(places)


def _column_of(letter: np.ndarray, strip: np.ndarray) -> int:
    """Return where a letter is, in a strip whose ground has no red."""
    match = cv2.matchTemplate(strip, np.ascontiguousarray(letter), cv2.TM_CCORR_NORMED)
    assert match.max() > 0.95
    return int(match.argmax() % match.shape[1])


def test_status_line_is_below_the_picture():
    image = np.full((480, 640, 3), 200, np.uint8)
    with_line = with_status(image, "clip.mp4   640x480", "h: keys")
    assert np.array_equal(with_line[:480], image)
    assert (with_line[480:, :320] == 255).any()
    assert (with_line[480:, 560:] == 255).any()


def test_long_status_does_not_run_into_the_right_one():
    image = np.zeros((48, 200, 3), np.uint8)
    short, long = with_status(image, "", "h: keys"), with_status(image, "w" * 300, "h: keys")
    right = np.flatnonzero((short[48:] == 255).any(axis=(0, 2)))[0]
    assert np.array_equal(short[:, right - 2 :], long[:, right - 2 :])
    assert (long[48:, : right - 2] == 255).any()


@pytest.mark.parametrize("size_wh", [(640, 480), (1920, 1200), (1920, 32)])
def test_help_is_drawn_on_a_copy(size_wh: tuple[int, int]):
    image = np.full((size_wh[1], size_wh[0], 3), 200, np.uint8)
    with_keys = with_help(image)
    assert (image == 200).all()
    assert (with_keys > 200).any()


@pytest.mark.parametrize("width", [200, 640, 1920])
def test_banner_is_drawn_over_the_top_of_a_copy(width: int):
    image = np.full((480, width, 3), 200, np.uint8)
    warned = with_banner(image, "camera 0 sends nothing; trying again")
    assert (image == 200).all()
    assert np.array_equal(warned[100:], image[100:])
    assert (warned[:40] == 255).all(axis=2).any()
    assert not (warned[:11] == 200).all(axis=2).any()


def test_a_long_banner_is_shown_whole_in_smaller_letters():
    text = "http://192.168.178.21:8080/video sent no picture for 12 s: it ended, or the connection "
    image = np.full((720, 1280, 3), 200, np.uint8)
    banner = with_banner(image, text + "is lost; check it and try again")[:60]
    inked = np.flatnonzero((banner == 255).all(axis=2).any(axis=0))
    assert inked[0] > 4 and inked[-1] < 1275
    short = with_banner(image, "camera 0 sends nothing")[:60]
    rows = [(each == 255).all(axis=2).any(axis=1).sum() for each in (short, banner)]
    assert rows[0] > rows[1] >= 11
