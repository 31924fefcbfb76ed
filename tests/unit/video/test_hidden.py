"""Digits behind a hand are known, but not seen."""

from __future__ import annotations

from camdigits.types import Box, Digit, Number
from camdigits.video.memory.hidden import Hidden, beside
from camdigits.video.track import HOLD_S


def number(text: str, x: int, y: int, track: int) -> Number:
    digits = tuple(
        Digit(Box(x + 20 * place, y, 15, 30), int(letter), 0.9, track + place)
        for place, letter in enumerate(text)
    )
    return Number(text, Box(x, y, 20 * len(text), 30), 0.9, digits)


FIRST, SECOND, THIRD = number("20", 50, 50, 1), number("47", 300, 50, 3), number("9", 50, 150, 5)
DIGITS = (*FIRST.digits, *SECOND.digits, *THIRD.digits)


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
