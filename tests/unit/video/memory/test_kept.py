"""Numbers that are hidden, or near which nothing changed, are kept as they were read."""

from __future__ import annotations

from dataclasses import replace

from camdigits.types import Box, Digit, Mark, Number
from camdigits.video.memory.kept import Kept
from tests.unit.video.test_hidden import DIGITS, FIRST, SECOND, THIRD


def test_number_of_which_a_digit_is_hidden_is_kept_as_a_whole() -> None:
    kept = Kept.behind(DIGITS, (FIRST, SECOND, THIRD), frozenset({2}))
    assert kept.numbers == (FIRST,)
    assert kept.digits == FIRST.digits
    assert kept.tracks == {1, 2}


def test_hidden_digit_that_was_in_no_number_is_kept_alone() -> None:
    assert Kept.behind(DIGITS, (FIRST,), frozenset({5})).digits == THIRD.digits


def test_what_is_kept_is_joined_in_reading_order() -> None:
    kept = Kept.behind(DIGITS, (FIRST, SECOND, THIRD), frozenset({3}))
    digits, numbers = kept.joined((*FIRST.digits, *THIRD.digits), (FIRST, THIRD))
    assert numbers == (FIRST, SECOND, THIRD)
    assert digits == DIGITS


def test_nothing_kept_changes_nothing() -> None:
    assert Kept().joined(DIGITS, (FIRST,)) == (DIGITS, (FIRST,))


NUMBERS = (FIRST, SECOND, THIRD)


def moved(digits: tuple[Digit, ...], x: int) -> list[Digit]:
    return [replace(d, box=Box(d.box.x + x, d.box.y, d.box.w, d.box.h)) for d in digits]


def test_lines_near_which_nothing_was_looked_for_are_at_rest() -> None:
    kept = Kept.at_rest(DIGITS, DIGITS, NUMBERS, [Box(250, 40, 60, 50)])
    assert [n.text for n in kept.numbers] == ["20", "9"]
    assert kept.tracks == {1, 2, 5}
    printed = [replace(digit, writing="print") for digit in DIGITS]
    now = Kept.at_rest(DIGITS, printed, [], [])
    assert [(d.box, d.writing) for d in now.digits] == [(d.box, "print") for d in DIGITS]


def test_a_region_beside_a_line_or_just_above_it_is_seen_with_it() -> None:
    assert 1 not in Kept.at_rest(DIGITS, DIGITS, NUMBERS, [Box(120, 60, 20, 10)]).tracks
    assert 1 not in Kept.at_rest(DIGITS, DIGITS, NUMBERS, [Box(60, 30, 10, 10)]).tracks
    assert 1 in Kept.at_rest(DIGITS, DIGITS, NUMBERS, [Box(200, 60, 20, 10)]).tracks


def test_numbers_at_rest_are_where_their_digits_are_by_now() -> None:
    point = Mark(".", Box(67, 75, 4, 4), 0.9, 1)
    known = replace(FIRST, text="2.0", marks=(point,))
    kept = Kept.at_rest(moved(FIRST.digits, 3), FIRST.digits, [known], [])
    (number,) = kept.numbers
    assert number.text == "2.0"
    assert number.box == Box(53, 50, 35, 30)
    assert number.digits == kept.digits


def test_a_line_with_a_digit_that_was_not_known_is_read_anew() -> None:
    new = Digit(Box(91, 50, 15, 30), 8, 0.9, 7)
    assert Kept.at_rest([*DIGITS, new], DIGITS, NUMBERS, []).tracks == {3, 4, 5}
    doubtful = [replace(DIGITS[0], is_doubtful=True), *DIGITS[1:]]
    assert Kept.at_rest(doubtful, DIGITS, NUMBERS, []).tracks == {3, 4, 5}
    other = [replace(DIGITS[0], label=3), *DIGITS[1:]]
    assert Kept.at_rest(other, DIGITS, NUMBERS, []).tracks == {3, 4, 5}


def test_a_number_is_at_rest_with_all_its_runs_or_none() -> None:
    comb = Number("2047", Box(50, 50, 290, 30), 0.9, (*FIRST.digits, *SECOND.digits))
    kept = Kept.at_rest(DIGITS, DIGITS, [comb, THIRD], [Box(250, 40, 60, 50)])
    assert [n.text for n in kept.numbers] == ["9"]
    assert kept.tracks == {5}
