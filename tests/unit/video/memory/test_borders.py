"""What most looks say of a border between two digits holds."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.page.ruling.walls import Borders, Ruling
from camdigits.types import Box, Digit
from camdigits.video.memory.borders import BorderMemory

PAIR = [Digit(Box(30 * track, 0, 20, 30), 1, 0.9, track) for track in (1, 2)]


def borders(is_apart: bool, is_joined: bool = False, count: int = 2) -> Borders:
    apart, joined = np.zeros((2, count, count), np.bool_)
    apart[0, 1] = apart[1, 0] = is_apart
    joined[0, 1] = is_joined
    return Borders(apart, joined)


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ("|", "|"),
        (".", "."),
        ("||||.", "|||||"),  # one look without the wall
        ("....|", "....."),  # one look with one
        ("||||......", "||||||...."),
        ("....||||||", ".....|||||"),
        ("|.|.|.|.", "||||||||"),
    ],
)
def test_wall_that_flickers_is_steady(looks, expected):
    memory = BorderMemory()
    seen = [memory.settled(PAIR, borders(look == "|")).apart[0, 1] for look in looks]
    assert "".join("|" if wall else "." for wall in seen) == expected


def test_comb_that_flickers_is_steady():
    memory = BorderMemory()
    for _ in range(4):
        assert memory.settled(PAIR, borders(False, True)).joined[0, 1]
    settled = memory.settled(PAIR, borders(True))
    assert settled.joined[0, 1]
    assert not settled.apart[0, 1]


def test_digits_without_borders_or_tracks_have_none():
    memory = BorderMemory()
    assert not memory.settled([], borders(False, count=2)).apart.any()
    unknown = [Digit(digit.box, 1, 0.9) for digit in PAIR]
    assert not memory.settled(unknown, borders(True)).apart.any()


def test_digit_that_comes_anew_is_believed():
    memory = BorderMemory()
    for _ in range(5):
        memory.settled(PAIR, borders(False))
    memory.settled(PAIR[:1], Borders(*np.zeros((2, 1, 1), np.bool_)))
    assert memory.settled(PAIR, borders(True)).apart[0, 1]


def test_borders_elsewhere_stay_while_a_part_is_looked_at():
    memory = BorderMemory()
    memory.settled(PAIR, borders(True))
    for _ in range(9):
        memory.settled([], Borders.of([], Ruling()), resting=frozenset({1, 2}))
    assert memory.known(PAIR).apart[0, 1]
    assert memory.settled(PAIR, borders(False)).apart[0, 1]


def test_nothing_is_known_of_the_borders_of_a_new_digit():
    memory = BorderMemory()
    memory.settled(PAIR[:1], Borders.of(PAIR[:1], Ruling()))
    assert memory.known(PAIR[:1]) is not None
    assert memory.known(PAIR) is None


def test_borders_that_were_hidden_and_rest_then_are_believed_at_once():
    memory, nothing = BorderMemory(), Borders.of([], Ruling())
    memory.settled(PAIR, borders(True))
    memory.settled([], nothing)  # a hand is before them
    memory.settled([], nothing, resting=frozenset({1, 2}))
    assert memory.known(PAIR) is None
    assert memory.settled(PAIR, borders(True)).apart[0, 1]
