"""Marks, signs and borders of a video, by looks of which some err."""

from __future__ import annotations

from collections.abc import Sequence

from camdigits.page.lines.numbers import LineReading
from camdigits.page.written import written
from camdigits.types import Box, Digit, Mark, Number
from camdigits.video.memory.lines import LineMemory

DIGITS = tuple(Digit(Box(100 + 30 * n, 50, 20, 40), n + 1, 0.95, track=10 + n) for n in range(3))


def number(digits: Sequence[Digit], marks: dict[int, str] | None = None) -> Number:
    """Return a number with a mark before some of its digits."""
    drawn = tuple(
        Mark(mark, Box(digits[place].box.x - 8, 80, 4, 4), 0.9, place)
        for place, mark in sorted((marks or {}).items())
    )
    box = digits[0].box.union(digits[-1].box)
    return Number(written(digits, drawn), box, 0.9, tuple(digits), marks=drawn)


def reading(*numbers: Number) -> LineReading:
    return LineReading(tuple(digit for each in numbers for digit in each.digits), numbers)


WHOLE = reading(number(DIGITS))
POINT = reading(number(DIGITS, {1: "."}))
COMMA = reading(number(DIGITS, {1: ","}))
MINUS = reading(number(DIGITS, {0: "-"}))
APART = reading(number(DIGITS[:1]), number(DIGITS[1:]))
SIGN = reading(number(DIGITS[:1]), number(DIGITS[2:]))
"""The digit in the middle is a sign."""


def told(looks: Sequence[LineReading], memory: LineMemory | None = None) -> list[str]:
    """Return the texts after each look."""
    memory = memory or LineMemory()
    settled = [memory.settled(DIGITS, look) for look in looks]
    return [" ".join(each.text for each in found.numbers) for found in settled]


def test_first_look_is_believed():
    for look, text in ((POINT, "1.23"), (MINUS, "-123"), (APART, "1 23"), (SIGN, "1 3")):
        assert told([look]) == [text]


def test_look_that_errs_changes_nothing():
    for wrong in (WHOLE, COMMA, APART, SIGN, MINUS):
        assert told([POINT] * 5 + [wrong] + [POINT] * 2) == ["1.23"] * 8
    assert told([MINUS] * 5 + [WHOLE, MINUS]) == ["-123"] * 7
    assert told([SIGN] * 5 + [POINT, SIGN]) == ["1 3"] * 7
    assert told([APART] * 5 + [WHOLE, APART]) == ["1 23"] * 7


def test_what_most_looks_say_holds_in_the_end():
    assert told([WHOLE] + [POINT] * 6)[-1] == "1.23"
    assert told([POINT] + [WHOLE] * 6)[-1] == "123"
    assert told([SIGN] + [WHOLE] * 6)[-1] == "123"
    assert told([WHOLE] + [APART] * 6)[-1] == "1 23"
    assert told([MINUS] + [WHOLE] * 6)[-1] == "123"


def test_frame_that_is_not_sharp_has_no_say():
    memory = LineMemory()
    assert told([POINT], memory) == ["1.23"]
    for _ in range(10):
        (found,) = memory.settled(DIGITS, WHOLE, has_say=False).numbers
        assert found.text == "1.23"


def test_mark_that_is_not_seen_now_moves_with_its_digit():
    memory = LineMemory()
    told([POINT] * 4, memory)
    moved = tuple(
        Digit(Box(d.box.x + 50, d.box.y - 10, 20, 40), d.label, 0.95, track=d.track) for d in DIGITS
    )
    (found,) = memory.settled(moved, reading(number(moved))).numbers
    assert found.text == "1.23"
    assert found.marks[0].box == Box(172, 70, 4, 4)


def test_number_of_other_confidence_is_told_as_it_was_read():
    assert LineMemory().settled(DIGITS, POINT) == POINT
    memory = LineMemory()
    told([POINT] * 3, memory)
    settled = memory.settled(DIGITS, WHOLE).numbers[0]
    assert 0.5 < settled.confidence <= 0.9


def test_what_left_is_forgotten():
    memory = LineMemory()
    told([POINT] * 3, memory)
    memory.settled((), LineReading((), ()))
    assert told([WHOLE], memory) == ["123"]


def test_digits_that_change_places_are_all_told():
    memory = LineMemory()
    told([reading(number(DIGITS[:2]))] * 4, memory)
    first, second = DIGITS[:2]
    swapped = (
        Digit(second.box, first.label, 0.95, track=first.track),
        Digit(first.box, second.label, 0.95, track=second.track),
    )
    for _ in range(4):
        found = memory.settled(swapped, reading(number(swapped[::-1])))
        assert sorted(digit.label for digit in found.digits) == [1, 2]


def test_lines_that_rest_stay_as_most_looks_said():
    memory = LineMemory()
    assert told([POINT, POINT, POINT], memory)[-1] == "1.23"
    for _ in range(9):
        memory.settled([], LineReading((), ()), frozenset({10, 11, 12}))
    assert told([WHOLE], memory) == ["1.23"]
    memory.settled([], LineReading((), ()))
    assert told([WHOLE], memory) == ["123"]


def test_lines_that_were_hidden_and_rest_then_are_believed_at_once():
    memory = LineMemory()
    assert told([WHOLE], memory) == ["123"]
    memory.settled([], LineReading((), ()))  # a hand is before them
    memory.settled([], LineReading((), ()), frozenset({10, 11, 12}))
    assert told([WHOLE], memory) == ["123"]
