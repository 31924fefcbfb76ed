"""Check digits, limits, dates and times are what they are elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from camdigits.forms.checks import asks_for_noughts, comes_out, meaning_of, passes, why_not
from camdigits.forms.form import Field, Sum
from camdigits.types import Box


@pytest.mark.parametrize(
    ("check", "text", "wanted"),
    [
        ("luhn", "79927398713", True),  # the example of ISO/IEC 7812-1
        ("luhn", "79927398710", False),
        ("luhn", "4111111111111111", True),
        ("mod11", "0306406152", True),
        ("mod11", "0306406151", False),
        ("isbn", "0306406152", True),
        ("isbn", "9780306406157", True),
        ("isbn", "9780306406158", False),
        ("isbn", "978030640615", False),
        ("isbn", "080442957X", True),  # the example of ISO 2108
        ("isbn", "080442957x", True),
        ("isbn", "080442958X", False),
        ("isbn", "97803064061X", False),
        ("mod11", "080442957X", False),
        ("luhn", "", False),
        ("luhn", "12a", False),
    ],
)
def test_check_digits(check, text, wanted):
    assert passes(check, text) is wanted


def field(kind: Any = "number", **fits: Any) -> Field:
    return Field("f", Box(0, 0, 9, 9), kind, **fits)


@pytest.mark.parametrize(
    ("one", "text", "why"),
    [
        (field(), "12", ""),
        (field(), "-12", "not a number"),
        (field(least=Decimal(-20)), "-12", ""),
        (field(), "1.5", "not a number"),
        (field("decimal"), "1,5", ""),
        (field("decimal", most=Decimal(2)), "2,5", "above 2"),
        (field(least=Decimal(3)), "2", "below 3"),
        (field(digits=(2, 3)), "1", "too few or too many digits"),
        (field("decimal", digits=(2, 3)), "1.23", ""),
        (field(match="[0-4]+"), "15", "does not match [0-4]+"),
        (field(check="luhn"), "18", ""),
        (field(check="luhn"), "19", "fails the luhn check"),
        (field("comb", digits=(10, 10), check="isbn"), "080442957X", ""),
        (field("comb", digits=(10, 10), check="isbn"), "080442958X", "fails the isbn check"),
        (field(check="isbn", digits=(13, 13)), "080442957X", "too few or too many digits"),
        (field(check="luhn", digits=(10, 10)), "080442957X", "not a number"),
        (field(digits=(3, 3), most=Decimal(50)), "007", ""),
        (field(digits=(3, 3), most=Decimal(50)), "7", "too few or too many digits"),
        (field(), "", "empty"),
        (field(is_optional=True), "", ""),
        (field("date"), "31.12.2026", ""),
        (field("date"), "12/31/26", ""),
        (field("date"), "2026-12-31", ""),
        (field("date"), "31.12-2026", "not a date"),
        (field("date"), "32.12.2026", "not a date"),
        (field("date"), "78.1.24", "not a date"),
        (field("time"), "7:05", ""),
        (field("time"), "1:02:45", ""),
        (field("time"), "7:65", "not a time"),
        (field("tick"), "yes", ""),
        (field("tick"), "unclear", "neither yes nor no"),
    ],
)
def test_what_fits_a_field(one, text, why):
    assert why_not(one, text) == why


def test_marks_that_say_the_same_mean_the_same():
    assert meaning_of(field("decimal"), "7,5") == meaning_of(field("decimal"), "7.5")
    assert meaning_of(field("time"), "7:05") == meaning_of(field("time"), "7.05")
    assert meaning_of(field("decimal"), "-7,5") != meaning_of(field("decimal"), "7,5")
    assert meaning_of(field("number"), "75") != meaning_of(field("number"), "7.5")


def test_a_sum_counts_empty_fields_as_nothing():
    assert comes_out(Sum("t", ("a", "b")), {"a": "1,5", "b": "", "t": "1.5"})
    assert not comes_out(Sum("t", ("a", "b")), {"a": "1", "b": "2", "t": "4"})
    assert not comes_out(Sum("t", ("a", "b")), {"a": "1", "b": "?", "t": "1"})


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (field(), False),
        (field(digits=(1, 3)), False),
        (field(digits=(3, 3)), True),
        (field(match=r"\d+"), True),
        (field("decimal"), False),
        (field("comb", digits=(1, 3)), True),
    ],
)
def test_a_single_count_of_digits_asks_for_noughts(one, wanted):
    assert asks_for_noughts(one) is wanted
