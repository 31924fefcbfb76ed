"""Numbers by what a line reader sees between, before and in place of digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from camdigits.networks.line_reader import FRAME_PX, LineText, tokens_of
from camdigits.networks.line_strips import DIGIT_PX, REACH
from camdigits.networks.model_card import CHARACTERS
from camdigits.page.lines.numbers import DOUBT, LineReading, read_lines
from camdigits.page.ruling.walls import Borders, Comb, Ruling, Wall
from camdigits.types import Box, Digit

WIDE, HIGH = 20, 36
"""Of a digit's box in pixels; a strip shows them at half the size."""
PAPER = np.full((120, 900), 200, np.uint8)

# What is written, one character every 12 columns: a digit is found where one is written, unless it
# is in brackets; "<4+" is a plus that was found as a 4.
SPACE = 12


class FakeReader:
    """Sees what it is told to."""

    def __init__(self, seen: Sequence[tuple[str, float, float]]) -> None:
        self.seen = seen

    def __call__(self, strips: Sequence[np.ndarray]) -> list[LineText]:
        blank = CHARACTERS.index("blank")
        texts = []
        for strip, seen in zip(strips, (self.seen, ()), strict=False):
            frames = np.zeros((strip.shape[1] // FRAME_PX, len(CHARACTERS)), np.float32)
            for name, column, confidence in seen:
                frames[int(column / FRAME_PX), CHARACTERS.index(name)] = confidence
            frames[:, blank] = 1 - frames.sum(axis=1)
            texts.append(LineText(tuple(tokens_of(frames)), frames))
        return texts


def read(
    found: str,
    seen: str,
    confidence: float = 0.95,
    unsure: dict[int, float] | None = None,
    ruling: Ruling = Ruling(),  # noqa: B008 - frozen
) -> LineReading:
    """Read a line of which reading found some characters and the line reader sees others.

    Both are written one below the other, a space where nothing is found or seen.
    """
    places = [place for place, label in enumerate(found) if label != " "]
    digits = [
        Digit(Box(100 + 2 * SPACE * place, 40, WIDE, HIGH), int(found[place]), 0.97)
        for place in places
    ]
    left = REACH * DIGIT_PX + WIDE / 4 - SPACE * places[0]
    names = {"|": "wall", "@": "other"}
    tokens = [
        (names.get(name, name), left + SPACE * place, (unsure or {}).get(place, confidence))
        for place, name in enumerate(seen)
        if name != " "
    ]
    return read_lines(PAPER, digits, FakeReader(tokens), lambda kept: Borders.of(kept, ruling))


@pytest.mark.parametrize(
    ("found", "seen", "texts"),
    [
        ("12", "12", ["12"]),
        ("7 5", "7.5", ["7.5"]),
        ("3 1", "3,1", ["3,1"]),
        ("12 30", "12:30", ["12:30"]),
        ("12 05 2026", "12/05/2026", ["12/05/2026"]),
        ("1210512026", "12/05/2026", ["12/05/2026"]),
        ("84 33", "84-33", ["84-33"]),
        (" 12", "-12", ["-12"]),
        (" 7 5", "-7.5", ["-7.5"]),
        ("16 9", "16+9", ["16", "9"]),
        ("16419", "16+19", ["16", "19"]),
        ("12 7 5", "12-7=5", ["12", "7", "5"]),
        ("12 7 5", "12/7=5", ["12", "7", "5"]),
        ("213", "2(3", ["2", "3"]),
        ("4 5", "4|5", ["4", "5"]),
        ("415", "4|5", ["4", "5"]),
        ("4 5", "4@5", ["4", "5"]),
        ("5 ", "5.", ["5"]),
        ("2 4", "2/4", ["2/4"]),
        ("9  2", "9- 2", ["9", "2"]),
        ("5  2", "5=-2", ["5", "2"]),
        ("8 5 3", "8:5=3", ["8", "5", "3"]),
        ("1 5 2 5", "1.5+2,5", ["1.5", "2,5"]),
        (" 4", "-4x", ["4"]),
        (" 4", "-4@", ["4"]),
    ],
)
def test_marks_join_and_signs_part(found: str, seen: str, texts: list[str]) -> None:
    assert [number.text for number in read(found, seen).numbers] == texts


def test_mark_says_where_it_stands() -> None:
    (number,) = read(" 12 5", "-12.5").numbers

    assert [(mark.mark, mark.place) for mark in number.marks] == [("-", 0), (".", 2)]
    assert number.digits[1].box.right <= number.marks[1].box.x + number.marks[1].box.w
    assert number.confidence == pytest.approx(0.95)


def test_what_is_seen_beyond_the_edge_of_the_picture_is_not_there() -> None:
    digits = [Digit(Box(4, 40, WIDE, HIGH), 5, 0.97)]
    left = REACH * DIGIT_PX + WIDE / 4
    tokens = [("-", left - 2 * SPACE, 0.95), ("5", left, 0.95)]

    reading = read_lines(PAPER, digits, FakeReader(tokens))

    assert ([number.text for number in reading.numbers], reading.signs) == (["5"], ())


def test_sign_taken_for_a_digit_is_no_digit() -> None:
    reading = read("16419", "16+19")

    assert [digit.label for digit in reading.digits] == [1, 6, 1, 9]
    assert [sign.sign for sign in reading.signs] == ["+"]


@pytest.mark.parametrize(("found", "seen"), [("15", "(5"), ("51", "5/"), ("15", "|5")])
def test_a_bar_at_an_end_stays_in_its_number_and_makes_it_doubtful(found: str, seen: str) -> None:
    (number,) = read(found, seen).numbers

    assert number.text == found
    assert number.confidence < 0.1


@pytest.mark.parametrize(("confidence", "texts"), [(0.7, ["12"]), (0.95, ["1", "2"])])
def test_what_is_no_clear_sign_parts_neighbours_only_where_it_is_sure(
    confidence: float, texts: list[str]
) -> None:
    numbers = read("1 2", "1@2", unsure={1: confidence}).numbers

    assert [number.text for number in numbers] == texts
    assert numbers[0].confidence < 0.5 or len(texts) == 2


def test_doubtful_sign_leaves_the_digit_and_makes_the_number_doubtful() -> None:
    (number,) = read("16419", "16+19", unsure={2: 0.6}).numbers

    assert number.text == "16419"
    assert number.confidence < 0.5


def test_other_label_makes_a_number_doubtful() -> None:
    (number,) = read("127", "121").numbers

    assert number.text == "127"
    assert number.confidence < 0.1


@pytest.mark.parametrize(("found", "seen"), [("8 12", "8012"), (" 12", "812"), ("12 ", "128")])
def test_missing_digit_makes_a_number_doubtful(found: str, seen: str) -> None:
    numbers = read(found, seen).numbers

    assert "".join(number.text for number in numbers) == found.replace(" ", "")
    assert all(number.confidence <= DOUBT for number in numbers)


def test_no_digits_are_no_numbers() -> None:
    reading = read_lines(PAPER, [], FakeReader([]))

    assert (reading.digits, reading.numbers, reading.signs) == ((), (), ())


def cell(place: int) -> Box:
    """Return a box around the digit at a place."""
    return Box(100 + 2 * SPACE * place - SPACE // 2, 30, 2 * SPACE, HIGH + 20)


def test_digits_in_the_boxes_of_a_comb_are_one_number_whatever_is_seen_between() -> None:
    comb = Ruling(combs=(Comb(tuple(cell(place) for place in (1, 3, 5))),))
    found, seen = " 8 6 2 ", "|8|6|2|"

    assert [number.text for number in read(found, seen).numbers] == ["8", "6", "2"]
    assert [number.text for number in read(found, seen, ruling=comb).numbers] == ["862"]


def test_a_wall_parts_digits_whatever_is_seen_between() -> None:
    x = 100 + 2 * SPACE + SPACE / 2 + WIDE / 2
    wall = Ruling(walls=(Wall(((x, 20.0), (x, 60.0 + HIGH)), 2.0),))

    assert [number.text for number in read("7 5", "7.5").numbers] == ["7.5"]
    assert [number.text for number in read("7 5", "7.5", ruling=wall).numbers] == ["7", "5"]


@pytest.mark.parametrize(("gap", "is_sure"), [(4, False), (-8, False), (30, True)])
def test_what_is_struck_out_close_beside_a_number_may_be_a_part_of_it(
    gap: int, is_sure: bool
) -> None:
    digits = [Digit(Box(300 + 24 * place, 40, WIDE, HIGH), 7, 0.97) for place in range(2)]
    left = REACH * DIGIT_PX + WIDE / 4
    reader = FakeReader([("7", left, 0.95), ("7", left + SPACE, 0.95)])
    struck = Box(300 - gap - 22, 38, 22, 40)

    (number,) = read_lines(PAPER, digits, reader, struck=[struck]).numbers

    assert number.text == "77"
    assert (number.confidence > DOUBT) == is_sure


def test_a_minus_that_runs_into_its_number_may_strike_it_out() -> None:
    digits = [Digit(Box(300, 40, WIDE, HIGH), 7, 0.97)]
    left = REACH * DIGIT_PX + WIDE / 4
    reader = FakeReader([("-", left - SPACE, 0.95), ("7", left, 0.95)])
    page = PAPER.copy()
    page[40:76, 300:320] = 60
    page[56:60, 272:292] = 60
    struck = page.copy()
    struck[56:60, 272:300] = 60

    (sure,), (unsure,) = (read_lines(plane, digits, reader).numbers for plane in (page, struck))

    assert (sure.text, sure.confidence) == ("-7", pytest.approx(0.95))
    assert unsure.confidence <= DOUBT
