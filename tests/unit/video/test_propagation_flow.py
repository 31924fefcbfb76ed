"""Boxes ride with the picture from the frame that was read to the frame that is shown."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.types import Box, Digit, Event, Frame, Number, Reading
from camdigits.video.propagation import FlowPropagation

SIZE_WH = (960, 540)
FIRST = Box(300, 200, 60, 80)


def picture(shift: tuple[float, float] = (0, 0), zoom: float = 1.0) -> np.ndarray:
    """Draw four digits on speckled paper, seen by a camera that has moved."""
    rng = np.random.default_rng(5)
    paper = np.full((SIZE_WH[1], SIZE_WH[0], 3), 220, np.uint8)
    for place, text in enumerate("2047"):
        where = FIRST.x + 90 * place, FIRST.bottom
        cv2.putText(paper, text, where, cv2.FONT_HERSHEY_SIMPLEX, 3.6, (40, 40, 40), 7)
    view = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]], np.float64)
    moved = cv2.warpAffine(paper, view, SIZE_WH, borderMode=cv2.BORDER_REPLICATE)
    noise = rng.normal(0, 3, moved.shape)
    return np.clip(moved + noise, 0, 255).astype(np.uint8)


def frame(index: int, *where: object) -> Frame:
    return Frame(picture(*where), index, index / 30)  # type: ignore[arg-type]


def reading(index: int) -> Reading:
    digits = tuple(
        Digit(Box(FIRST.x + 90 * place, FIRST.y, FIRST.w, FIRST.h), int(text), 0.9, place)
        for place, text in enumerate("2047")
    )
    box = digits[0].box.union(digits[-1].box)
    event = Event("appeared", 1, "2047", box, 0.9, index, index / 30)
    numbers = (Number("2047", box, 0.9, digits, 1),)
    return Reading("0", index, index / 30, SIZE_WH, digits, numbers, (event,), is_still=False)


def test_nothing_is_known_before_the_first_reading() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    known = propagation.carried(frame(0), "0")
    assert (known.source, known.size_wh, known.digits, known.is_still) == ("0", SIZE_WH, (), False)


def test_a_frame_that_was_read_shows_its_own_reading() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    propagation.begin(reading(0))
    assert propagation.carried(frame(0), "0") == reading(0)


def test_boxes_ride_with_the_picture_and_tell_no_event_again() -> None:
    propagation = FlowPropagation()
    for index in range(3):
        propagation.see(frame(index, (20 * index, -6 * index)))
    propagation.begin(reading(0))
    last = frame(3, (60, -18))
    propagation.see(last)

    known = propagation.carried(last, "0")

    assert (known.index, known.time_s, known.events) == (3, 0.1, ())
    for digit, before in zip(known.digits, reading(0).digits, strict=True):
        assert digit.label == before.label
        assert digit.box.x - before.box.x == pytest.approx(60, abs=2)
        assert digit.box.y - before.box.y == pytest.approx(-18, abs=2)
    (number,) = known.numbers
    assert number.digits == known.digits
    assert number.box == known.digits[0].box.union(known.digits[-1].box)


def test_zoom_moves_and_grows_boxes() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    propagation.begin(reading(0))
    for index in range(1, 4):
        propagation.see(frame(index, (0, 0), 1.0 + 0.04 * index))
    known = propagation.carried(frame(3, (0, 0), 1.12), "0")
    for digit, before in zip(known.digits, reading(0).digits, strict=True):
        assert digit.box.h == pytest.approx(1.12 * before.box.h, abs=2)
        assert digit.box.center[0] == pytest.approx(1.12 * before.box.center[0], abs=3)


def test_what_leaves_the_picture_is_not_shown() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    propagation.begin(reading(0))
    for index in range(1, 13):
        propagation.see(frame(index, (-30 * index, 0)))
    known = propagation.carried(frame(12, (-360, 0)), "0")
    assert [digit.label for digit in known.digits] == [0, 4, 7]
    assert [number.text for number in known.numbers] == ["047"]


def test_a_newer_reading_takes_the_place_of_an_older_one() -> None:
    propagation = FlowPropagation()
    for index in range(4):
        propagation.see(frame(index, (10 * index, 0)))
        propagation.begin(reading(0))
    for index in range(4, 7):
        propagation.see(frame(index, (30, 0)))
    propagation.begin(reading(4))  # the same boxes, but of a later frame
    known = propagation.carried(frame(6, (30, 0)), "0")
    assert known.digits[0].box.x == pytest.approx(FIRST.x, abs=1)


@pytest.mark.parametrize("forget", [True, False])
def test_nothing_is_carried_to_pictures_that_do_not_follow(forget: bool) -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    propagation.begin(reading(0))
    if forget:
        propagation.forget()
    other = frame(1) if forget else Frame(np.zeros((240, 320, 3), np.uint8), 1, 1.0)
    propagation.see(other)
    assert propagation.carried(other, "0").digits == ()


def test_a_reading_of_a_frame_that_was_not_seen_is_not_carried() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(4))
    propagation.begin(reading(2))
    assert propagation.carried(frame(4), "0").digits == ()


def test_a_reading_without_digits_is_carried_as_it_is() -> None:
    propagation = FlowPropagation()
    propagation.see(frame(0))
    propagation.begin(Reading("0", 0, 0.0, SIZE_WH, is_still=False))
    propagation.see(frame(1))
    assert propagation.carried(frame(1), "0").digits == ()
