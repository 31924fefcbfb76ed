"""Digits that stand together are one number, in reading order."""

from __future__ import annotations

import pytest

from camdigits.page.group import MAX_GAP, PERSISTENCE, group_numbers, group_runs, links_of
from camdigits.types import Box, Digit


def write(text: str, x: int = 0, y: int = 0, step: int = 25, slope: float = 0.0) -> list[Digit]:
    """Digits 30 px high and 20 px wide, `step` px apart; blanks leave their place empty."""
    return [
        Digit(Box(x + place * step, round(y + place * step * slope), 20, 30), int(letter), 0.9)
        for place, letter in enumerate(text)
        if letter != " "
    ]


def texts(digits: list[Digit]) -> list[str]:
    return [number.text for number in group_numbers(digits)[1]]


def test_nothing_gives_nothing():
    assert group_numbers([]) == ((), ())


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        (write("7"), ["7"]),
        (write("2047"), ["2047"]),
        (write("0012"), ["0012"]),
        (write("20  47"), ["20", "47"]),
        (write("12") + write("34", y=80), ["12", "34"]),
        (write("12", y=80) + write("34"), ["34", "12"]),
        (write("34", x=200) + write("12"), ["12", "34"]),
        (write("34", x=200, y=6) + write("12") + write("5", y=60), ["12", "34", "5"]),
    ],
)
def test_numbers_come_in_reading_order(digits, expected):
    assert texts(list(reversed(digits))) == expected


@pytest.mark.parametrize("slope", [-0.26, -0.1, 0.1, 0.26])
def test_slanted_lines_are_read_line_by_line(slope):
    first = write("1234   5678", slope=slope)
    second = write("9012   3456", y=90, slope=slope)
    assert texts(second + first) == ["1234", "5678", "9012", "3456"]


def test_a_small_mark_left_out_between_digits_does_not_split_them():
    assert texts([*write("3"), *write("14", x=36)]) == ["314"]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((0, 41, 86), ["68", "8"]),  # one gap says nothing of the others
        ((0, 41, 82, 127), ["6885"]),  # the last gap is .83 of the height, the others .7
        ((0, 45, 86, 127), ["6885"]),
        ((0, 41, 82, 134), ["688", "5"]),  # clearly wider than the others
        ((0, 23, 46, 91), ["688", "5"]),  # narrow hand, wide gap
        ((0, 45, 90, 135), ["6", "8", "8", "5"]),  # nothing but wide gaps: a table
    ],
)
def test_a_wide_gap_joins_only_beside_gaps_that_are_about_as_wide(places, expected):
    digits = [
        Digit(Box(x, 0, 20, 30), int(label), 0.9) for x, label in zip(places, "6885", strict=False)
    ]
    assert texts(digits) == expected


def test_digits_of_very_different_height_are_no_number():
    tall = Digit(Box(30, 0, 60, 90), 8, 0.9)
    assert texts([*write("1"), tall]) == ["1", "8"]


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (11, ["2007"]),  # the zeros at the 7's middle
        (2, ["2007"]),  # at the edge of its middle half
        (20, ["2007"]),
        (0, ["200", "7"]),  # above it: an exponent's place
        (-4, ["200", "7"]),
        (22, ["200", "7"]),  # below it, on the 7's foot: an index's place
        (28, ["200", "7"]),
    ],
)
def test_a_digit_may_tower_over_the_one_before_whose_middle_is_its_own(y, expected):
    small = [Digit(Box(x, y, 16, 18), int(label), 0.9) for x, label in ((0, 2), (20, 0), (40, 0))]
    assert sorted(texts([*small, Digit(Box(62, 0, 24, 40), 7, 0.9)])) == expected


def test_a_digit_far_too_small_stays_alone_at_the_middle_too():
    tiny, tall = Digit(Box(0, 13, 12, 14), 0, 0.9), Digit(Box(16, 0, 24, 40), 7, 0.9)
    assert texts([tiny, tall]) == ["0", "7"]


def test_digits_overlapping_a_little_sideways_join():
    assert texts(write("77", step=15)) == ["77"]


def test_number_carries_box_confidence_and_digits():
    digits = [Digit(Box(0, 5, 20, 30), 1, 0.9), Digit(Box(25, 0, 20, 30), 2, 0.8)]
    ordered, (number,) = group_numbers(digits)
    assert number.box == Box(0, 0, 45, 35)
    assert number.confidence == 0.8
    assert number.digits == ordered == tuple(digits)


def test_every_digit_is_in_exactly_one_number():
    digits = write("123456") + write("123456", y=20) + write("123456", y=40, x=7)
    ordered, numbers = group_numbers(digits)
    assert sorted(map(id, ordered)) == sorted(map(id, digits))
    assert sum(len(number.digits) for number in numbers) == len(digits)


def pair(gap: float) -> list[Digit]:
    """Return two digits of a track each, so many heights apart."""
    return [
        Digit(Box(x, 0, 20, 30), label, 0.9, label)
        for x, label in ((0, 1), (20 + round(30 * gap), 2))
    ]


def test_digits_that_were_together_stay_so_at_a_slightly_wider_gap():
    wider = pair(MAX_GAP * (1 + PERSISTENCE) / 2)
    before = links_of(group_numbers(pair(MAX_GAP - 0.1))[1])
    assert before == {(1, 2)}
    assert len(group_numbers(wider)[1]) == 2
    assert len(group_numbers(wider, before)[1]) == 1
    assert len(group_numbers(pair(MAX_GAP * PERSISTENCE + 0.2), before)[1]) == 2


def test_links_of_tracks_that_are_gone_do_no_harm():
    assert texts(write("12")) == ["12"]
    assert len(group_numbers(pair(0.3), frozenset({(7, 8), (1, 9)}))[1]) == 1


def test_runs_reach_over_signs_and_spaces_but_not_over_columns():
    digits = write("12 5") + write("7", x=400) + write("34", y=90)
    labels = [[digit.label for digit in run] for run in group_runs(digits)]
    assert labels == [[1, 2, 5], [7], [3, 4]]
    assert group_runs([]) == ()
