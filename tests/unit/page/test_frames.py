"""Pictures of a program's own loop: counted, timed, and refused in a line if they are none."""

from __future__ import annotations

from itertools import count
from typing import Any

import cv2
import numpy as np
import pytest

from camdigits import Frame, Recognizer
from camdigits.page.frames import FrameMaker
from tests.cli.pages import TEXT, page

GREY = np.full((48, 64), 200, np.uint8)


def test_pictures_are_counted_and_timed_by_the_clock() -> None:
    ticks = count(100.0, 0.5)
    maker = FrameMaker(False, lambda: next(ticks))
    frames = [maker.frame(GREY, None) for _ in range(3)]
    assert [frame.index for frame in frames] == [0, 1, 2]
    times = [frame.time_s for frame in frames]
    assert times == sorted(times)
    assert np.diff(times).tolist() == [0.5, 0.5]
    assert frames[0].image.shape == (48, 64, 3)


@pytest.mark.parametrize("times", [[0, 0.5, 0.5], [np.float64(3.0), 4, None]])
def test_times_are_those_that_are_given(times: list[Any]) -> None:
    maker = FrameMaker(False)
    told = [maker.frame(GREY, time_s).time_s for time_s in times]
    assert told[:2] == times[:2]
    assert told[2] >= told[1]


@pytest.mark.parametrize(
    ("time_s", "told"),
    [
        (1.0, r"times never fall, found 1 s after 2 s; each video needs a reader of its own"),
        (float("nan"), "a time is a number of seconds, found nan"),
        ("3", "a time is a number of seconds, found '3'"),
        (GREY, r"a time is a number of seconds, found \(48, 64\) of uint8"),
    ],
)
def test_time_that_cannot_be_is_told(time_s: Any, told: str) -> None:
    maker = FrameMaker(False)
    maker.frame(GREY, 2.0)
    with pytest.raises(ValueError, match=told):
        maker.frame(GREY, time_s)


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (None, "an array, found None; OpenCV gives None where it could not read"),
        ((True, GREY), r"found a tuple; .* ok, frame = capture.read\(\)"),
        ("photo.jpg", "found 'photo.jpg'; cv2.imread reads files"),
        ("x" * 10**6, "found 'xxx"),
        ([[0, 0, 0]] * 10**6, "found a list; numpy.asarray makes one"),
        (np.zeros((9, 9, 4), np.uint8), r"found \(9, 9, 4\) of uint8; .*COLOR_BGRA2BGR"),
        (np.zeros((9, 9, 3)), r"found \(9, 9, 3\) of float64; if white is 1.0"),
        (np.zeros((3, 99, 99), np.uint8), r"found \(3, 99, 99\) of uint8; numpy.moveaxis"),
        (np.zeros((0, 9, 3), np.uint8), r"at least one pixel, found \(0, 9, 3\)"),
    ],
)
def test_what_is_no_picture_is_told_with_what_to_do(image: Any, told: str) -> None:
    for read in (Recognizer().reader("cam").read, Recognizer().read):
        with pytest.raises(ValueError, match=told) as caught:
            read(image)
        assert len(str(caught.value)) < 300


def test_own_loop_tells_what_a_source_of_the_same_frames_tells() -> None:
    picture = page()
    recognizer = Recognizer()
    own, given = recognizer.reader("cam"), recognizer.reader("cam")
    mine = [own.read(picture, index / 10) for index in range(12)]
    theirs = [given.read(Frame(picture, index, index / 10)) for index in range(12)]
    assert mine == theirs
    (event,) = [event for reading in mine for event in reading.events]
    assert (event.kind, event.text) == ("appeared", TEXT)


def test_grey_frames_are_read_and_none_is_written_to() -> None:
    grey = cv2.cvtColor(page(), cv2.COLOR_BGR2GRAY)
    grey.flags.writeable = False
    reader = Recognizer().reader("scan", is_still=True)
    readings = [reader.read(grey), reader.read(grey, 7.0)]
    assert [reading.numbers[0].text for reading in readings] == [TEXT, TEXT]
    assert [(reading.index, reading.time_s) for reading in readings] == [(0, 0.0), (1, 7.0)]
