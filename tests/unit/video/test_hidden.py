"""Digits behind a hand are known, but not seen."""

from __future__ import annotations

from camdigits.types import Box, Digit, Number
from camdigits.video.memory.hidden import Hidden, Kept, beside
from camdigits.video.track import HOLD_S


def number(text: str, x: int, y: int, track: int) -> Number:
    digits = tuple(
        Digit(Box(x + 20 * place, y, 15, 30), int(letter), 0.9, track + place)
        for place, letter in enumerate(text)
    )
    return Number(text, Box(x, y, 20 * len(text), 30), 0.9, digits)


FIRST, SECOND, THIRD = number("20", 50, 50, 1), number("47", 300, 50, 3), number("9", 50, 150, 5)
DIGITS = (*FIRST.digits, *SECOND.digits, *THIRD.digits)


def test_number_of_which_a_digit_is_hidden_is_kept_as_a_whole() -> None:
    kept = Kept.of(DIGITS, (FIRST, SECOND, THIRD), frozenset({2}))
    assert kept.numbers == (FIRST,)
    assert kept.digits == FIRST.digits
    assert kept.tracks == {1, 2}


def test_hidden_digit_that_was_in_no_number_is_kept_alone() -> None:
    assert Kept.of(DIGITS, (FIRST,), frozenset({5})).digits == THIRD.digits


def test_what_is_kept_is_joined_in_reading_order() -> None:
    kept = Kept.of(DIGITS, (FIRST, SECOND, THIRD), frozenset({3}))
    digits, numbers = kept.joined((*FIRST.digits, *THIRD.digits), (FIRST, THIRD))
    assert numbers == (FIRST, SECOND, THIRD)
    assert digits == DIGITS


def test_nothing_kept_changes_nothing() -> None:
    assert Kept().joined(DIGITS, (FIRST,)) == (DIGITS, (FIRST,))


def test_hidden_digits_are_held_for_a_moment_and_come_back_at_once() -> None:
    hidden, numbers = Hidden(), (FIRST, SECOND)
    assert hidden.left(DIGITS, numbers, frozenset({1}), 1.0) == (DIGITS, numbers)
    assert hidden.left(DIGITS, numbers, frozenset({1}), 1.0 + HOLD_S) == (DIGITS, numbers)
    later = hidden.left(DIGITS, numbers, frozenset({1}), 1.1 + HOLD_S)
    assert later == (DIGITS[1:], (SECOND,))
    assert hidden.left(DIGITS, numbers, frozenset(), 1.2 + HOLD_S) == (DIGITS, numbers)
    assert hidden.left(DIGITS, numbers, frozenset({1}), 9.0) == (DIGITS, numbers)


def test_number_beside_something_that_hides_may_go_on_there() -> None:
    hand = Box(95, 40, 60, 60)
    hides = lambda box: hand.intersection(box) > box.area / 4  # noqa: E731
    assert beside((FIRST, SECOND, THIRD), hides) == {1, 2}
