"""Walls part digits whose middles they stand between; combs join those in neighbouring cells."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.page.group import group_numbers
from camdigits.page.ruling.walls import Borders, Comb, Ruling, Wall
from camdigits.types import Box, Digit


def write(*places: float, y: int = 0) -> list[Digit]:
    """Digits 20 px wide and 30 px high, at these x, labelled 1, 2, 3 and so on."""
    return [Digit(Box(round(x), y, 20, 30), 1 + n, 0.9) for n, x in enumerate(places)]


def wall(x: float, top: float = -10, bottom: float = 40, lean: float = 0) -> Wall:
    return Wall(((x - lean, top), (x + lean, bottom)), 2.0)


def texts(digits: list[Digit], ruling: Ruling) -> list[str]:
    numbers = group_numbers(digits, borders=Borders.of(digits, ruling))[1]
    return [number.text for number in numbers]


def test_nothing_has_no_borders():
    borders = Borders.of([], Ruling((wall(5),)))
    assert borders.apart.shape == borders.joined.shape == (0, 0)


@pytest.mark.parametrize(
    ("walls", "expected"),
    [
        ((), ["123"]),
        ((wall(22.5),), ["1", "23"]),
        ((wall(47.5),), ["12", "3"]),
        ((wall(22.5), wall(47.5)), ["1", "2", "3"]),
        ((wall(22.5, lean=6),), ["1", "23"]),
        ((wall(22.5, lean=-6),), ["1", "23"]),
        ((wall(22.5, top=16),), ["123"]),  # ends below the middles
        ((wall(22.5, bottom=14),), ["123"]),  # ends above them
        ((wall(-10),), ["123"]),
        ((wall(90),), ["123"]),
        ((Wall(((20, -10), (23, 15), (20, 40)), 1.0),), ["1", "23"]),  # bent
        ((Wall(((-50, 35), (150, 35)), 1.0),), ["123"]),  # underlined
    ],
)
def test_wall_parts_the_digits_left_and_right_of_it(walls, expected):
    assert texts(write(0, 25, 50), Ruling(walls)) == expected


def test_wall_of_another_line_parts_nothing():
    digits = write(0, 25, 50, y=200)
    assert texts(digits, Ruling((wall(22.5),))) == ["123"]


def test_wall_parts_both_ways_alike():
    apart = Borders.of(write(0, 25, 50), Ruling((wall(47.5),))).apart
    assert apart.tolist() == [[False, False, True], [False, False, True], [True, True, False]]
    assert np.array_equal(apart, apart.T)


def cells(*starts: int, w: int = 50) -> Comb:
    return Comb(tuple(Box(x, -20, w, 70) for x in starts))


WIDE = write(15, 65, 115)
"""Digits that stand a height apart, which are three numbers without a comb."""


@pytest.mark.parametrize(
    ("ruling", "expected"),
    [
        (Ruling(), ["1", "2", "3"]),
        (Ruling(combs=(cells(0, 50, 100),)), ["123"]),
        (Ruling(combs=(cells(0, 50),)), ["12", "3"]),
        (Ruling((wall(50), wall(100)), (cells(0, 50, 100),)), ["123"]),
        (Ruling((wall(50), wall(100)), (cells(0, 50),)), ["12", "3"]),
        (Ruling(combs=(cells(0, 40, 80, w=40),)), ["12", "3"]),  # the third is in none
        (Ruling(combs=(cells(0, w=150),)), ["1", "2", "3"]),  # all in one cell
    ],
)
def test_digits_in_neighbouring_cells_of_a_comb_are_one_number(ruling, expected):
    assert sorted(texts(WIDE, ruling)) == expected
