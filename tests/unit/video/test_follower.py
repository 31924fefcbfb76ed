"""Detections of a stream become digits, numbers and events."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.page.choose import Detection
from camdigits.page.ruling.walls import Ruling, Wall
from camdigits.types import Box, Event, Frame
from camdigits.video.events import STANDS
from camdigits.video.follower import Follower
from camdigits.video.line_follower import LineRules, PrintRule
from camdigits.video.motion import Motion

BLANK = np.zeros((400, 800, 3), np.uint8)
THRESHOLD = 0.8


def seen(text: str, sure: float = 0.95, x: int = 300) -> list[Detection]:
    found = []
    for place, letter in enumerate(text):
        probabilities = np.full(10, (1 - sure) / 9, np.float32)
        probabilities[int(letter)] = sure
        found.append(Detection(Box(x + 30 * place, 200, 20, 40), probabilities))
    return found


def film(looks: list[list[Detection]], follower: Follower, sharpness: float = 1.0) -> list[Event]:
    events: list[Event] = []
    for index, look in enumerate(looks):
        events += follower.update(look, sharpness, Frame(BLANK, index, index / 10))[2]
    return events


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.kind, event.text) for event in events]


def test_number_appears_once_and_is_gone():
    looks = [seen("2047")] * 10 + [[]] * 20
    assert told(film(looks, Follower(THRESHOLD))) == [("appeared", "2047"), ("gone", "2047")]


def test_number_that_flickers_is_one_event():
    looks = [seen("2047"), seen("204"), seen("2047"), seen("2147")] * 10
    assert told(film(looks, Follower(THRESHOLD))) == [("appeared", "2047")]


def test_only_numbers_of_the_form_are_let_through():
    follower = Follower(THRESHOLD, ReadConfig(match=r"\d{4}").accepts)
    looks = [seen("2047") + seen("12", x=600)] * 10
    assert told(film(looks, follower)) == [("appeared", "2047")]
    digits, numbers, _ = follower.update(looks[0], 1.0, Frame(BLANK, 10, 1.0))
    assert [number.text for number in numbers] == ["2047"]
    assert len(digits) == 6


@pytest.mark.parametrize(
    ("pattern", "text", "is_let"),
    [(None, "12", True), (r"\d{4}", "2047", True), (r"\d{4}", "20471", False),
     (r"0.*", "007", True), (r"7", "007", False)],
)  # fmt: skip
def test_whole_text_must_match(pattern, text, is_let):
    assert ReadConfig(match=pattern).accepts(text) == is_let


@pytest.mark.parametrize("pattern", [".*", r"8.1", r"[\d?]+", r"8\?1"])
def test_text_with_a_doubt_fits_no_pattern(pattern: str):
    assert not ReadConfig(match=pattern).accepts("8?1")
    assert ReadConfig().accepts("8?1")


def test_decimal_mark_that_is_none_is_refused():
    with pytest.raises(UsageError, match="decimal mark 'dot' is not one of point, comma"):
        ReadConfig(decimal="dot")  # type: ignore[arg-type]


def test_pattern_that_is_none_is_refused():
    with pytest.raises(UsageError, match="no regular expression"):
        ReadConfig(match="(")


def test_digit_below_the_threshold_is_not_reported_until_it_was_above():
    follower = Follower(0.9)
    counts = [
        len(follower.update(seen("7", sure), 1.0, Frame(BLANK, index, index / 10))[0])
        for index, sure in enumerate([0.85] * 4 + [0.99] * 10 + [0.8] * 4)
    ]
    assert counts[:4] == [0] * 4
    assert counts[-8:] == [1] * 8


def test_wall_parts_a_number_from_the_frame_on_where_it_is_seen():
    follower = Follower(THRESHOLD)
    wall = Ruling((Wall(((355.0, 180.0), (355.0, 260.0)), 2.0),))
    for index in range(10):
        frame = Frame(BLANK, index, index / 10)
        _, numbers, _ = follower.update(seen("2047"), 1.0, frame, LineRules(ruling=lambda: wall))
    assert [number.text for number in numbers] == ["20", "47"]
    # One look without it, and a frame that is not looked at.
    for index in (10, 11):
        frame = Frame(BLANK, index, index / 10)
        _, numbers, _ = follower.update(seen("2047"), 1.0, frame)
        assert [number.text for number in numbers] == ["20", "47"]
        _, numbers, _ = follower.stay(Motion(), frame)
        assert [number.text for number in numbers] == ["20", "47"]
        _, numbers, _ = follower.update(seen("2047"), 1.0, frame, LineRules(ruling=lambda: wall))


def test_blurred_frames_have_no_say():
    follower = Follower(THRESHOLD)
    film([seen("7")] * 10, follower)
    for index in range(10, 18):
        digits, _, _ = follower.update(seen("1"), 0.1, Frame(BLANK, index, index / 10))
        assert [digit.label for digit in digits] == [7]


def rest(follower: Follower, first: int, arm: bool, look: list[Detection]) -> list[Event]:
    """Half a minute of a page at rest, before which an arm lies."""
    plane = np.full((400, 800), 200, np.uint8)
    plane[150:, 350:] = 140 if arm else 200
    events: list[Event] = []
    for index in range(first, first + 300):
        events += follower.update(look, 1.0, Frame(plane, index, index / 10))[2]
        events += follower.stay(STANDS, Frame(plane, index, index / 10 + 0.05))[2]
    return events


def test_number_behind_an_arm_that_rests_is_what_it_was():
    follower = Follower(THRESHOLD)
    free, whole = seen("31", x=100), seen("31", x=100) + seen("2047")
    # The edge of the arm makes a 1 of the second digit of the number.
    cut = free + seen("21")
    events = [
        event
        for n, (arm, look) in enumerate([(False, whole), (True, cut), (True, free), (False, whole)])
        for event in rest(follower, 300 * n, arm, look)
    ]
    assert told(events) == [("appeared", "31"), ("appeared", "2047")]


def test_number_that_is_wiped_beside_an_arm_is_gone():
    follower = Follower(THRESHOLD)
    rest(follower, 0, False, seen("31", x=100) + seen("2047"))
    assert told(rest(follower, 300, True, seen("20"))) == [("gone", "31")]


@pytest.mark.parametrize("is_written_anew", [True, False])
def test_other_digit_is_believed_at_once_where_the_ink_is_another(is_written_anew: bool):
    follower = Follower(THRESHOLD)
    planes = [np.full((400, 800), 200, np.uint8) for _ in range(2)]
    cv2.rectangle(planes[0], (302, 202), (317, 237), 40, 4)
    cv2.line(planes[1], (318, 202), (302, 238), 40, 4)
    for index in range(10):
        follower.update(seen("0"), 1.0, Frame(planes[0], index, index / 10))
    sure = []
    for index in range(10, 30):
        frame = Frame(planes[int(is_written_anew)], index, index / 10)
        digits, _, _ = follower.update(seen("7"), 1.0, frame)
        sure += [[digit.label for digit in digits] == [7]]
    assert sure[-1]
    assert sure[0] == is_written_anew


@pytest.mark.parametrize("blurred", [2, 10])  # digits are held for some frames
def test_camera_that_swings_off_in_a_blur_and_comes_back_tells_nothing_anew(blurred: int):
    follower, page = Follower(THRESHOLD), seen("20") + seen("47", x=100)
    film([page] * 20, follower)
    events = []
    for index in range(20, 60):
        is_away = index < 50
        if is_away or index == 50:
            follower.expect(STANDS if is_away else None, is_guess=index < 20 + blurred)
        plane = np.full((400, 800), 90 if is_away else 0, np.uint8)
        look = [] if is_away else [replace(d, box=replace(d.box, x=d.box.x + 60)) for d in page]
        frame = Frame(plane, index, index / 10)
        events += follower.update(look, 0.1 if index < 20 + blurred else 1.0, frame)[2]
    assert events == []


def test_digits_that_are_wiped_in_sharp_frames_are_gone():
    follower = Follower(THRESHOLD)
    events = film([seen("20") + seen("47", x=100)] * 20 + [[]] * 20, follower)
    assert told(events)[2:] == [("gone", "47"), ("gone", "20")]


def test_the_only_number_of_a_page_that_is_blank_then_is_gone():
    follower = Follower(THRESHOLD)
    film([seen("2047")] * 20, follower)
    events = []
    for index in range(20, 40):
        events += follower.update([], 0.0, Frame(BLANK, index, index / 10))[2]
    assert told(events) == [("gone", "2047")]


def test_other_digits_at_once_in_place_of_all_are_another_page():
    follower = Follower(THRESHOLD)
    events = film([seen("2047")] * 20, follower)
    look = seen("8315", x=100)
    for index in range(20, 40):
        follower.expect(STANDS, is_guess=index == 20)
        events += follower.update(look, 1.0, Frame(BLANK, index, index / 10))[2]
    assert told(events) == [("appeared", "2047"), ("appeared", "8315")]


@pytest.mark.parametrize("sharpness", [1.0, 0.1])
def test_another_page_is_shown_at_once_without_what_was_before(sharpness: float):
    follower = Follower(THRESHOLD)
    film([seen("2047")] * 20, follower)
    follower.expect(None)
    digits, numbers, _ = follower.update(seen("83151", x=100), sharpness, Frame(BLANK, 20, 2.0))
    assert [number.text for number in numbers] == ["83151"]
    assert [digit.label for digit in digits] == [8, 3, 1, 5, 1]


def test_a_page_that_is_found_again_is_held_where_a_digit_is_missed():
    follower = Follower(THRESHOLD)
    film([seen("2047")] * 20, follower)
    follower.expect(None)
    _, numbers, _ = follower.update(seen("204"), 1.0, Frame(BLANK, 20, 2.0))
    assert [number.text for number in numbers] == ["2047"]


def test_digit_that_leaves_the_picture_is_not_shown_outside():
    follower = Follower(THRESHOLD)
    shown = []
    for index in range(20):
        x = 400 - 40 * index
        look = [each for each in seen("123", x=x) if each.box.x >= 0]
        digits, _, _ = follower.update(look, 1.0, Frame(BLANK, index, index / 10))
        shown += [digit.box for digit in digits]
    bounds = Box(0, 0, 800, 400)
    assert shown
    assert all(box == box.clipped(bounds) for box in shown)


def test_what_was_announced_is_gone_where_following_begins_anew():
    follower = Follower(THRESHOLD)
    film([seen("2047")] * 10, follower)
    assert told(list(follower.restart(Frame(BLANK, 10, 1.0)))) == [("gone", "2047")]
    assert follower.restart(Frame(BLANK, 10, 1.0)) == ()


def test_ids_go_on_where_following_begins_anew():
    follower = Follower(THRESHOLD)
    before = film([seen("2047")] * 10, follower)
    first = follower.update(seen("2047"), 1.0, Frame(BLANK, 10, 1.0))[0]
    follower.restart(Frame(BLANK, 11, 1.1))
    after = film([seen("2047")] * 10, follower)
    second = follower.update(seen("2047"), 1.0, Frame(BLANK, 10, 1.0))[0]
    assert [event.id for event in before + after] == [1, 2]
    assert not {digit.track for digit in first} & {digit.track for digit in second}


def of(*digits: tuple[str, float]) -> list[Detection]:
    """Digits of one number, each as sure as told."""
    return [seen(label, sure, x=300 + 30 * place)[0] for place, (label, sure) in enumerate(digits)]


SURE = of(("2", 0.95), ("0", 0.95), ("4", 0.95), ("7", 0.95))
IN_DOUBT = of(("2", 0.95), ("0", 0.95), ("4", 0.3), ("7", 0.95))


def test_digit_in_doubt_stays_in_its_number():
    follower = Follower(THRESHOLD)
    assert told(film([IN_DOUBT] * 30, follower)) == [("appeared", "20?7")]
    digits, (number,), _ = follower.update(IN_DOUBT, 1.0, Frame(BLANK, 30, 3.0))
    assert [digit.is_doubtful for digit in digits] == [False, False, True, False]
    assert (number.text, number.is_doubtful) == ("20?7", True)


def test_number_in_doubt_is_waited_with():
    follower = Follower(THRESHOLD)
    assert film([IN_DOUBT] * 9, follower) == []


@pytest.mark.parametrize("period", [2, 3, 5, 12])
def test_number_that_is_in_doubt_at_times_is_one_event(period: int):
    looks = [IN_DOUBT if index // period % 2 else SURE for index in range(60)]
    assert told(film(looks, Follower(THRESHOLD))) == [("appeared", "2047")]


def test_number_that_was_in_doubt_changes_once_it_is_sure():
    events = film([IN_DOUBT] * 20 + [SURE] * 30 + [IN_DOUBT] * 30, Follower(THRESHOLD))
    assert told(events) == [("appeared", "20?7"), ("changed", "2047")]


def test_alone_nothing_in_doubt_is_told():
    assert told(film([seen("7", 0.6)] * 20, Follower(THRESHOLD))) == []


def test_number_in_doubt_fits_no_pattern():
    follower = Follower(THRESHOLD, ReadConfig(match=".*").accepts)
    assert film([IN_DOUBT] * 20, follower) == []


def test_more_confidence_is_asked_of_digits_that_are_shown_too():
    follower = Follower(0.8)
    film([seen("7", 0.85)] * 10, follower)
    follower.ask_for(0.9)
    assert follower.update(seen("7", 0.85), 1.0, Frame(BLANK, 10, 1.0))[0] == ()


def test_print_is_told_of_digits_numbers_and_events_and_left_out_if_asked():
    def ask(boxes):
        return np.array([0.999 if box.x >= 600 else 0.001 for box in boxes], np.float32)

    looks = [seen("2047") + seen("12", x=600)] * 10
    for wanted, texts in ((None, ["2047", "12"]), ("hand", ["2047"]), ("print", ["12"])):
        follower, rule = Follower(THRESHOLD), PrintRule(ask, 0.9, wanted)
        for index, look in enumerate(looks):
            frame = Frame(BLANK, index, index / 10)
            digits, numbers, events = follower.update(
                look, 1.0, frame, rules=LineRules(print_rule=rule)
            )
            if events:
                kinds = {event.text: event.writing for event in events}
        assert [number.text for number in numbers] == texts
        assert len(digits) == sum(map(len, texts))
        assert kinds == {text: "print" if text == "12" else "hand" for text in texts}
        carried, _, _ = follower.stay(Motion(), Frame(BLANK, 10, 1.0))
        assert [digit.writing for digit in carried] == [digit.writing for digit in digits]


def test_writing_that_is_none_is_refused():
    with pytest.raises(UsageError, match="writing 'all' is not one of hand, print"):
        ReadConfig(writing="all")  # type: ignore[arg-type]
