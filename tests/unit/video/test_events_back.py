"""Numbers that are covered or leave the picture, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from camdigits.types import Box, Digit, Frame, Number
from camdigits.video.events import LONGEST_S, EventEmitter
from camdigits.video.memory.hidden import Occlusion
from camdigits.video.motion import Motion
from camdigits.video.number_track import AWAY_S

FPS = 8
PAPER = np.full((400, 2000), 200, np.uint8)
AWAY_PX = 1000


def number(text: str, x: int = 400, first_track: int = 1) -> Number:
    digits = tuple(
        Digit(Box(x + 20 * place, 200, 15, 30), int(letter), 0.9, first_track + place)
        for place, letter in enumerate(text)
    )
    return Number(text, Box(x, 200, 20 * len(text), 30), 0.9, digits)


Look = tuple[list[Number], np.ndarray, Motion | None]


def tell(looks: Iterator[Look] | list[Look]) -> list[tuple[str, int, str]]:
    announcer, told = EventEmitter(), []
    for index, (numbers, plane, motion) in enumerate(looks):
        frame = Frame(plane, index, index / FPS)
        _, events = announcer.update(numbers, frame, motion=motion)
        told += [(event.kind, event.id, event.text) for event in events]
    return told


def covered() -> np.ndarray:
    plane = PAPER.copy()
    plane[150:300, 300:700] = 120
    return plane


def still(numbers: list[Number], seconds: float, plane: np.ndarray = PAPER) -> list[Look]:
    return [(numbers, plane, Motion())] * round(seconds * FPS)


def test_number_that_was_covered_by_something_at_rest_is_the_same() -> None:
    looks = still([number("2047")], 1)
    looks += still([], 5, covered())
    looks += still([number("2047", first_track=9)], 2)
    assert tell(looks) == [("appeared", 1, "2047")]


def test_another_number_under_what_covered_one_is_another() -> None:
    looks = still([number("2047")], 1)
    looks += still([], 5, covered())
    looks += still([number("31", 430, first_track=9)], 3)
    assert ("appeared", 2, "31") in tell(looks)


def test_number_that_was_wiped_away_is_gone() -> None:
    assert tell(still([number("2047")], 1) + still([], 2)) == [
        ("appeared", 1, "2047"),
        ("gone", 1, "2047"),
    ]


@pytest.mark.parametrize("off", [0, 30, -30])
def test_number_that_left_with_the_page_comes_back_as_the_same(off: int) -> None:
    looks = still([number("2047"), number("88", 1400, 5)], 1)
    looks += [([number("88", 1400 - AWAY_PX, 5)], PAPER, Motion(shift=-AWAY_PX))]
    looks += still([number("88", 1400 - AWAY_PX, 5)], 4)
    there = [number("2047", 400 + off, 20), number("88", 1400, 5)]
    looks += [(there, PAPER, Motion(shift=AWAY_PX)), *still(there, 3)]
    assert tell(looks) == [("appeared", 1, "2047"), ("appeared", 2, "88")]


def test_number_that_comes_back_over_the_edge_digit_by_digit_does_not_change() -> None:
    whole = number("504", 100)
    # Of all its digits something is seen as it leaves, and the last one first when it comes back.
    cut = replace(number("504", 0), box=Box(0, 200, 30, 30))
    last = Number("4", Box(38, 200, 20, 30), 0.9, number("504", -2).digits[2:])
    looks = [*still([whole], 1), ([cut], PAPER, Motion(shift=-100)), ([], PAPER, Motion(shift=-90))]
    looks += [*still([], 2), ([last], PAPER, Motion(shift=123)), *still([last], 2)]
    looks += [([whole], PAPER, Motion(shift=102)), *still([whole], 2)]
    assert tell(looks) == [("appeared", 1, "504")]


def test_equal_number_elsewhere_on_the_page_is_another() -> None:
    looks = still([number("2047")], 1)
    looks += [([], PAPER, Motion(shift=-AWAY_PX)), *still([], 2)]
    looks += [([number("2047", 600, 20)], PAPER, Motion(shift=AWAY_PX))]
    looks += still([number("2047", 600, 20)], 3)
    assert [one[:2] for one in tell(looks) if one[0] == "appeared"] == [
        ("appeared", 1),
        ("appeared", 2),
    ]


def test_number_beside_a_hand_waits_for_what_the_hand_may_hide() -> None:
    announcer, part, whole = EventEmitter(), number("89", 420, 2), number("489", 400, 1)
    told = []
    for index in range(30):
        time_s = index / FPS
        occlusion = Occlusion(beside=frozenset({2, 3}) if index < 4 else frozenset())
        numbers = [part if index < 4 else whole]
        _, events = announcer.update(
            numbers, Frame(PAPER, index, time_s), None, True, occlusion, Motion()
        )
        told += [(event.kind, event.text) for event in events]
    assert told == [("appeared", "489")]


def test_number_is_gone_with_its_page_when_another_page_is_seen() -> None:
    other = [number("31", 900, 30)]
    looks: list[Look] = still([number("2047")], 1)
    looks += [(other, PAPER, None), *still(other, AWAY_S - 1)]
    assert [one[:2] for one in tell(looks)] == [("appeared", 1), ("appeared", 2)]
    looks += still(other, 3)
    assert [one[:2] for one in tell(looks)] == [("appeared", 1), ("appeared", 2), ("gone", 1)]


def test_another_number_at_its_place_on_another_page_is_another() -> None:
    other = [number("3158", 400, 30)]
    looks: list[Look] = still([number("2047")], 1)
    looks += [(other, PAPER, None), *still(other, AWAY_S + 2)]
    assert [one[::2] for one in tell(looks)] == [
        ("appeared", "2047"),
        ("appeared", "3158"),
        ("gone", "2047"),
    ]


def test_a_number_of_another_page_with_a_digit_like_one_of_this_is_another() -> None:
    five, one = number("5", 430, 2).digits[0], number("1", 450, 30).digits[0]
    other = [Number("51", Box(430, 200, 40, 30), 0.9, (five, one))]
    looks: list[Look] = [*still([number("85")], 1), ([], PAPER, None), *still(other, 2)]
    assert [one[::2] for one in tell(looks)] == [("appeared", "85"), ("appeared", "51")]


def test_who_looks_away_and_back_sees_the_same_number() -> None:
    looks: list[Look] = still([number("2047")], 1)
    looks += [([], PAPER, None), *still([], 5)]
    looks += [([number("2047", 700, 30)], PAPER, None), *still([number("2047", 700, 30)], 3)]
    assert tell(looks) == [("appeared", 1, "2047")]


def test_a_short_number_elsewhere_does_not_tell_where_the_page_is() -> None:
    looks: list[Look] = still([number("2047"), number("9", 1400, 5)], 1)
    looks += [([], PAPER, None), *still([], 2)]
    looks += [([number("9", 900, 30)], PAPER, None)]
    back = [number("2047", 500, 40), number("9", 1500, 50)]
    looks += [(back, PAPER, Motion()), *still(back, 3)]
    assert tell(looks) == [("appeared", 1, "2047"), ("appeared", 2, "9")]


def test_a_short_number_that_is_alone_is_found_again() -> None:
    looks: list[Look] = still([number("9")], 1)
    looks += [([], PAPER, None), *still([], 2), ([number("9", 700, 30)], PAPER, None)]
    looks += still([number("9", 700, 30)], 3) + still([], 2)
    assert tell(looks) == [("appeared", 1, "9"), ("gone", 1, "9")]


def test_a_number_that_is_only_held_is_not_found_again() -> None:
    announcer, told, index = EventEmitter(), [], 0

    def look(numbers: list[Number], seen: frozenset[int] | None, motion: Motion | None) -> None:
        nonlocal index, told
        frame = Frame(PAPER, index, index / FPS)
        told += announcer.update(numbers, frame, seen, motion=motion)[1]
        index += 1

    for _ in range(FPS):
        look([number("2047")], None, Motion())
    look([number("2047")], frozenset(), None)
    told += announcer.stay([], Frame(PAPER, index, index / FPS))[1]
    for _ in range(2 * FPS):
        look([], frozenset(), Motion())
    for _ in range(FPS):
        look([number("2047", 900, 30)], None, Motion())
    assert [(event.kind, event.text) for event in told] == [("appeared", "2047")]


def test_number_that_stays_away_is_gone_in_the_end() -> None:
    looks = still([number("2047")], 1) + still([], LONGEST_S - 1, covered())
    assert tell(looks) == [("appeared", 1, "2047")]
    assert tell(looks + still([], 2, covered()))[-1] == ("gone", 1, "2047")


def test_number_that_is_scribbled_over_is_not_covered():
    scribbled = PAPER.copy()
    scribbled[195:235, 395:485] = 40
    looks: list[Look] = [([number("2047")], PAPER, Motion())] * 8
    told = tell(looks + [([], scribbled, Motion())] * 3 * FPS)
    assert [(kind, text) for kind, _, text in told] == [("appeared", "2047"), ("gone", "2047")]
