"""A number is whole or doubtful, never shorter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camdigits.page.choose import Detection
from camdigits.page.group import group_numbers
from camdigits.page.whole import (
    as_digits,
    is_reported,
    standing,
    struck_numbers,
    whole_numbers,
)
from camdigits.types import Box, Digit, Number


def seen(text: str, *sure: float, x: int = 0) -> list[Detection]:
    found = []
    for place, (label, confidence) in enumerate(zip(text, sure, strict=True)):
        probabilities = np.zeros(10, np.float32)
        probabilities[int(label)] = confidence
        found.append(Detection(Box(x + 30 * place, 100, 20, 40), probabilities))
    return found


def read(found: list[Detection], asked: float) -> tuple[list[str], str]:
    digits, numbers = whole_numbers(*group_numbers(as_digits(found, asked)))
    return [number.text for number in numbers], "".join(str(digit.label) for digit in digits)


@pytest.mark.parametrize(
    ("sure", "expected"),
    [
        ((0.99, 0.99, 0.99, 0.99), "8012"),
        ((0.99, 0.6, 0.99, 0.99), "8?12"),
        ((0.6, 0.99, 0.99, 0.99), "?012"),
        ((0.99, 0.99, 0.99, 0.6), "801?"),
        ((0.6, 0.6, 0.99, 0.6), "??1?"),
    ],
)
def test_number_keeps_the_place_of_what_is_in_doubt(sure, expected):
    assert read(seen("8012", *sure), 0.9) == ([expected], "8012")


def test_number_of_which_nothing_is_sure_is_left_out():
    found = seen("80", 0.6, 0.6) + seen("12", 0.99, 0.6, x=600)
    assert read(found, 0.9) == (["1?"], "12")
    assert read(seen("7", 0.6), 0.9) == ([], "")
    assert read([], 0.9) == ([], "")


def test_what_is_asked_for_changes_no_text_but_for_what_is_in_doubt():
    found = seen("8012", 0.5, 0.7, 0.8, 0.99)
    for asked in (0.45, 0.6, 0.75, 0.9):
        (text,), labels = read(found, asked)
        assert labels == "8012"
        assert all(one in (other, "?") for one, other in zip(text, "8012", strict=True))


def test_number_is_asked_for_its_own_confidence_unless_its_text_tells_of_a_doubt():
    def number(confidence: float, is_doubtful: bool) -> Number:
        digit = Digit(Box(0, 0, 2, 4), 1, 0.99)
        other = Digit(Box(3, 0, 2, 4), 2, confidence, is_doubtful=is_doubtful)
        return Number("1?" if is_doubtful else "12", Box(0, 0, 5, 4), confidence, (digit, other))

    assert is_reported(number(0.9, False), 0.9)
    assert not is_reported(number(0.8, False), 0.9)
    assert is_reported(number(0.8, True), 0.9)


def test_what_is_struck_out_is_told_by_itself():
    around, other = Box(0, 90, 100, 60), Box(0, 10, 100, 60)
    found = [replace(each, struck=around) for each in seen("49", 0.6, 0.99)][::-1]
    found += [replace(each, struck=other) for each in seen("7", 0.5, x=600)]
    found += seen("12", 0.99, 0.99, x=300)

    assert [each.label for each in standing(found)] == [1, 2]
    told = [(number.text, number.box, number.confidence) for number in struck_numbers(found, 0.55)]
    assert told == [("49", around, pytest.approx(0.6))]
    assert [number.text for number in struck_numbers(found, 0.9)] == ["?9"]
    assert struck_numbers(found[-2:], 0.5) == ()
