"""Texts of numbers, and what they amount to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdigits.config import DecimalMark
from camdigits.page.written import value_of, valued, written
from camdigits.types import Box, Digit, Event, Mark, Number

BOX = Box(0, 0, 10, 20)


def digits(text: str) -> tuple[Digit, ...]:
    return tuple(Digit(BOX, int(it) if it != "?" else 4, 0.9, is_doubtful=it == "?") for it in text)


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("2047", [], "2047"),
        ("007", [], "007"),
        ("801?188", [], "801?188"),
        ("75", [(".", 1)], "7.5"),
        ("12", [("-", 0)], "-12"),
        ("12052026", [("/", 2), ("/", 4)], "12/05/2026"),
        ("1?5", [(",", 2)], "1?,5"),
        ("15", [("-", 0), (".", 1)], "-1.5"),
    ],
)
def test_text_is_digits_and_marks_in_their_order(text, marks, expected):
    assert written(digits(text), [Mark(it, BOX, 0.9, place) for it, place in marks]) == expected


@pytest.mark.parametrize(
    ("text", "unknown", "point", "comma"),
    [
        ("0", "0", "0", "0"),
        ("2047", "2047", "2047", "2047"),
        ("007", "7", "7", "7"),
        ("-12", "-12", "-12", "-12"),
        ("-0", "0", "0", "0"),
        ("7.5", "7.5", "7.5", "7.5"),
        ("3,1", "3.1", "3.1", "3.1"),
        ("-0,25", "-0.25", "-0.25", "-0.25"),
        ("12.3456", "12.3456", "12.3456", "12.3456"),
        ("1,234", None, "1234", "1.234"),
        ("1.234", None, "1.234", "1234"),
        ("-1,234", None, "-1234", "-1.234"),
        ("0.125", None, "0.125", None),
        ("1234,567", None, None, "1234.567"),
        ("1,234,567", "1234567", "1234567", None),
        ("1.234.567", None, None, "1234567"),
        ("1,234.56", "1234.56", "1234.56", None),
        ("1.234,56", "1234.56", None, "1234.56"),
        ("1,234.567", "1234.567", "1234.567", None),
        ("12,34,567", None, None, None),
        ("1,2345,678", None, None, None),
        ("1,234.567,8", None, None, None),
        ("801?188", None, None, None),
        ("?", None, None, None),
        ("7.?", None, None, None),
        ("12/05/2026", None, None, None),
        ("12.05.2026", None, None, None),
        ("12:30", None, None, None),
        ("84-33", None, None, None),
        ("--5", None, None, None),
        ("1..5", None, None, None),
        (".5", None, None, None),
        ("5.", None, None, None),
        ("", None, None, None),
        ("-", None, None, None),
        ("²", None, None, None),
        ("9" * 101, None, None, None),
    ],
)
def test_value_is_that_of_a_number_without_doubt(text, unknown, point, comma):
    told: tuple[DecimalMark | None, ...] = (None, "point", "comma")
    values = [value_of(text, decimal) for decimal in told]
    assert values == [None if it is None else Decimal(it) for it in (unknown, point, comma)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("0123456789.,:/-?", max_size=12), st.sampled_from([None, "point", "comma"]))
def test_value_has_the_digits_of_the_text_in_their_order(text, decimal):
    value = value_of(text, decimal)
    if value is not None:
        kept = [letter for letter in f"{value:f}" if letter.isdigit()]
        assert "".join(kept).lstrip("0") == "".join(filter(str.isdigit, text)).lstrip("0")


def test_numbers_and_events_get_values():
    number = Number("1,234", BOX, 0.9, digits("1234"))
    event = Event("appeared", 1, "7.5", BOX, 0.9, 3, 0.1)
    (named,), (told,) = valued((number,), (event,), "point")
    assert (named.value, told.value) == (Decimal(1234), Decimal("7.5"))
    assert valued((number,), (), None) == ((number,), ())


@pytest.mark.parametrize(("confidence", "value"), [(0.5, Decimal(12)), (0.49, None)])
def test_number_that_is_as_likely_wrong_as_right_has_no_value(
    confidence: float, value: Decimal | None
) -> None:
    digit = Digit(Box(0, 0, 9, 9), 1, 0.99)
    number = Number("12", digit.box, confidence, (digit,))
    event = Event("appeared", 1, "12", digit.box, confidence, 0, 0.0)
    (named,), (told,) = valued((number,), (event,), None)
    assert named.value == told.value == value
