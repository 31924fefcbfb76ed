"""A photo's digits are matched with its text, or refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from camdigits.errors import DataError, UsageError
from camdigits.teaching.examples import Example
from camdigits.teaching.transcript import match, parse_text
from camdigits.types import Box

Look = Callable[[float], list[list[Example]]]


def line_of(read: str) -> list[Example]:
    """Return digits that were read so, with probability 0.8."""
    crop, around = np.zeros((28, 28), np.uint8), np.zeros((40, 40, 3), np.uint8)
    return [
        Example(
            Box(30 * place + 1, 1, 20, 30),
            crop,
            around,
            np.where(np.arange(10) == int(label), 0.8, 0.2 / 9).astype(np.float32),
        )
        for place, label in enumerate(read)
    ]


def looking(*lines: str) -> Look:
    return lambda _: [line_of(line) for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0123456789", ("0123456789",)),
        (" 01 23\t4 ", ("01234",)),
        ("01\n23", ("01", "23")),
        (r"01 2\n23", ("012", "23")),
        ("\n01\n\n23\n", ("01", "23")),
    ],
)
def test_text_is_digits_line_by_line(text: str, expected: tuple[str, ...]):
    assert parse_text(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "12a", "1.5", "-3", "²", "\uff11"])
def test_text_of_other_signs_is_refused(text: str):
    with pytest.raises(UsageError, match="is not digits and spaces"):
        parse_text(text)


def test_digits_get_the_labels_of_the_text():
    matches = match(("0123",), looking("0723"), 0.9)
    assert [found.label for found in matches] == [0, 1, 2, 3]
    assert [found.is_right for found in matches] == [True, False, True, True]
    assert matches[0].probability == pytest.approx(0.8)
    assert matches[1].probability == pytest.approx(0.2 / 9)


def test_text_of_one_line_fits_any_lines():
    matches = match(("012345",), looking("012", "345"), 0.9)
    assert [(found.line, found.label) for found in matches] == [
        (1, 0), (1, 1), (1, 2), (2, 3), (2, 4), (2, 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        (("0123",), ["012"], "the photo has 3 digits that can be made out, the text 4"),
        (("0123",), ["01", "234"], "the photo has 5 digits that can be made out, the text 4"),
        (("01", "23"), ["0123"], "the photo has 1 line of digits, the text 2"),
        (("012", "34"), ["01", "234"], "line 1 of the photo has 2 digits that can be made out, "),
        (("01",), [], "the photo has 0 digits"),
        (("01",), ["0"], "the photo has 1 digit that can be made out, the text 2"),
        (("0123",), ["0987"], "only 1 of 4 digits look like the text"),
    ],
)
def test_photo_of_another_text_is_refused(text: tuple[str, ...], lines: list[str], words: str):
    with pytest.raises(DataError, match="nothing was saved") as refused:
        match(text, looking(*lines), 0.9)
    assert words in str(refused.value)


def test_confidence_that_finds_all_digits_is_taken():
    def look(confidence: float) -> list[list[Example]]:
        return [line_of("01234" if confidence < 0.4 else "0124" if confidence < 0.8 else "04")]

    assert len(match(("01234",), look, 0.9)) == 5


def test_of_equal_counts_the_one_that_reads_right_is_taken():
    def look(confidence: float) -> list[list[Example]]:
        return [line_of("0124" if confidence < 0.4 else "0724")]

    assert all(found.is_right for found in match(("0124",), look, 0.9))
