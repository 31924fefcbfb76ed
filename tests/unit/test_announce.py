"""Events that can be told by hand: eight frames a second."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.announce import Announcer
from camdigits.types import Box, Digit, Frame, Number

BLANK = np.zeros((1, 1, 3), np.uint8)


def number(text: str, x: int = 0, first_track: int = 1) -> Number:
    digits = tuple(
        Digit(Box(x + 20 * place, 0, 15, 30), int(letter), 0.9, first_track + place)
        for place, letter in enumerate(text)
    )
    return Number(text, Box(x, 0, 20 * len(text), 30), 0.9, digits)


def tell(*looks: list[Number]) -> list[tuple[str, int, str, float]]:
    """Feed one look after the other, an eighth of a second apart; return what was announced."""
    announcer = Announcer()
    told = []
    for index, numbers in enumerate(looks):
        _, events = announcer.update(numbers, Frame(BLANK, index, index / 8))
        told += [(e.kind, e.id, e.text, e.time_s) for e in events]
    return told


def test_nothing_is_announced_of_nothing():
    assert tell([], [], []) == []


def test_steady_number_appears_once():
    assert tell(*[[number("42")]] * 20) == [("appeared", 1, "42", 0.375)]


def test_number_seen_too_shortly_is_not_announced():
    assert tell(*[[number("42")]] * 3, *[[]] * 20) == []


def test_number_that_is_gone_a_second_is_gone():
    told = tell(*[[number("42")]] * 5, *[[]] * 20)
    assert told == [("appeared", 1, "42", 0.375), ("gone", 1, "42", 1.5)]


def test_short_absence_is_passed_over():
    look = [number("42")]
    assert len(tell(*[look] * 5, *[[]] * 6, *[look] * 5)) == 1


def test_number_put_back_appears_anew():
    look = [number("42")]
    told = tell(*[look] * 5, *[[]] * 15, *[look] * 5)
    assert [(kind, id) for kind, id, _, _ in told] == [
        ("appeared", 1),
        ("gone", 1),
        ("appeared", 2),
    ]


def test_changed_text_is_announced_once_it_is_steady():
    told = tell(*[[number("42")]] * 5, *[[number("43")]] * 5)
    assert told == [("appeared", 1, "42", 0.375), ("changed", 1, "43", 1.0)]


def test_flicker_is_not_announced():
    told = tell(*[[number("42")]] * 5, [number("47")], *[[number("42")]] * 5)
    assert told == [("appeared", 1, "42", 0.375)]


def test_two_numbers_have_two_ids():
    told = tell(*[[number("1", 0, 1), number("2", 300, 5)]] * 5)
    assert [(id, text) for _, id, text, _ in told] == [(1, "1"), (2, "2")]


def test_number_that_moves_far_is_known_by_its_tracks():
    looks = [[number("42", x=60 * step)] for step in range(10)]
    assert len(tell(*looks)) == 1


def test_reading_carries_the_id_once_announced():
    announcer = Announcer()
    ids = []
    for index in range(5):
        (named,), _ = announcer.update([number("42")], Frame(BLANK, index, index / 8))
        ids.append(named.id)
    assert ids == [None, None, None, 1, 1]


@pytest.mark.parametrize("fps", [5, 15, 30, 120])
def test_appearing_takes_three_looks_and_a_third_of_a_second(fps):
    announcer = Announcer()
    for index in range(1000):
        _, events = announcer.update([number("42")], Frame(BLANK, index, index / fps))
        if events:
            break
    assert index >= 2
    assert 0.3 <= events[0].time_s <= max(0.3 + 1 / fps, 2 / fps)
