"""Numbers are printed where their digits surely are; what is in doubt is written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.page.printed.tell import (
    CERTAIN,
    log_odds,
    only,
    only_signs,
    printed_numbers,
    told,
)
from camdigits.types import Box, Digit, Number, Sign

THRESHOLD = 0.9


def number(text: str, x: int = 0) -> Number:
    digits = tuple(Digit(Box(x + 30 * at, 0, 20, 40), int(c), 0.9) for at, c in enumerate(text))
    return Number(text, Box(x, 0, 30 * len(text), 40), 0.9, digits)


def test_log_odds_of_what_is_certain_are_finite():
    odds = log_odds(np.array([0, 0.5, 1], np.float32))
    assert odds == pytest.approx([-CERTAIN, 0, CERTAIN])


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([[4.0]], [True]),
        ([[2.0]], [False]),
        ([[5.0, 4.0, -2.0]], [True]),
        ([[5.0, -5.0]], [False]),
        ([[5.0, 5.0], [-4.0, -5.0]], [True, False]),
        ([[1.5], [5.0], [4.0], [6.0]], [True, True, True, True]),
        ([[2.5], [-5.0], [-4.0], [-6.0]], [False, False, False, False]),
    ],
    ids=["none", "sure", "doubt", "most", "half", "both", "page of print", "page of hand"],
)
def test_digits_of_a_number_are_of_one_kind(numbers, expected):
    assert printed_numbers(numbers, [40] * len(numbers), THRESHOLD) == expected


def test_numbers_of_another_height_have_less_of_a_say():
    form = [[4.0], [5.0], [4.5], [6.0], [1.0]]
    assert printed_numbers(form, [20, 20, 20, 20, 20], THRESHOLD)[-1]
    assert not printed_numbers(form, [20, 20, 20, 20, 50], THRESHOLD)[-1]


def test_printed_numbers_and_their_digits_are_told():
    printed, written = number("12"), number("7", x=200)
    evidence = {id(digit): 5.0 for digit in printed.digits} | {id(written.digits[0]): -5.0}
    digits, numbers = told(
        (*printed.digits, *written.digits), (printed, written), evidence, THRESHOLD
    )
    assert [digit.writing for digit in digits] == ["print", "print", "hand"]
    assert [each.writing for each in numbers] == ["print", "hand"]
    assert [digit for each in numbers for digit in each.digits] == list(digits)
    assert all(a is b for a, b in zip(numbers[0].digits, digits, strict=False))


def test_what_is_not_known_is_written_by_hand():
    alone = number("12")
    assert told(alone.digits, (alone,), {}, THRESHOLD) == (alone.digits, (alone,))


@pytest.mark.parametrize(
    ("wanted", "texts"), [(None, ["12", "7"]), ("hand", ["7"]), ("print", ["12"])]
)
def test_the_other_kind_is_left_out_with_its_digits_and_signs(wanted, texts):
    printed, written = number("12"), number("7", x=200)
    evidence = {id(digit): 5.0 for digit in printed.digits} | {id(written.digits[0]): -5.0}
    digits, numbers = told(
        (*printed.digits, *written.digits), (printed, written), evidence, THRESHOLD
    )
    plus, equals = Sign("+", Box(65, 10, 10, 10), 0.9), Sign("=", Box(180, 10, 10, 10), 0.9)
    signs = only_signs(wanted, (plus, equals), digits)
    digits, numbers = only(wanted, digits, numbers)
    assert [each.text for each in numbers] == texts
    assert "".join(str(digit.label) for digit in digits) == "".join(texts)
    assert signs == {None: (plus, equals), "hand": (equals,), "print": (plus,)}[wanted]


def test_signs_stay_where_there_are_no_digits():
    plus = Sign("+", Box(65, 10, 10, 10), 0.9)
    assert only_signs("hand", (plus,), ()) == (plus,)
