"""Digits and numbers of a searched frame where they are in the frames after it."""

from __future__ import annotations

from decimal import Decimal

from camdigits.types import Box, Digit, Mark, Number
from camdigits.video.motion import Motion
from camdigits.video.propagation import Propagation

DIGITS = (Digit(Box(10, 20, 20, 40), 4, 0.9, 1), Digit(Box(40, 20, 20, 40), 2, 0.8, 2))
NUMBER = Number("42", Box(10, 20, 50, 40), 0.8, DIGITS, 7)
SIZE_WH = (320, 240)


def boxes(digits: tuple[Digit, ...]) -> list[list[int]]:
    return [digit.box.as_list() for digit in digits]


def test_nothing_moves_without_motion_and_nothing_is_made_anew() -> None:
    carried = Propagation(DIGITS, (NUMBER,))
    digits, numbers = carried.moved(Motion(), SIZE_WH)
    assert boxes(digits) == boxes(DIGITS)
    assert {digit.seen for digit in digits} == {"followed"}
    assert numbers[0].digits == digits
    assert (numbers[0].text, numbers[0].id) == ("42", 7)
    again = carried.moved(Motion(), SIZE_WH)
    assert again[0] is digits
    assert again[1] is numbers


def test_shift_and_zoom_move_digits_and_the_number_around_them() -> None:
    digits, numbers = Propagation(DIGITS, (NUMBER,)).moved(Motion(2.0, 5 + 1j), SIZE_WH)
    # Twice as far from the corner and twice as large, then 5 to the right and 1 down.
    assert boxes(digits) == [[25, 41, 40, 80], [85, 41, 40, 80]]
    assert numbers[0].box == Box(25, 41, 100, 80)
    assert numbers[0].digits == digits
    assert [(digit.label, digit.confidence, digit.track) for digit in digits] == [
        (4, 0.9, 1),
        (2, 0.8, 2),
    ]


def test_digit_that_left_is_dropped_and_one_at_the_edge_is_cut() -> None:
    digits, numbers = Propagation(DIGITS, (NUMBER,)).moved(Motion(1.0, -34 + 0j), SIZE_WH)
    assert boxes(digits) == [[6, 20, 20, 40]]
    assert numbers[0].text == "2"
    digits, _ = Propagation(DIGITS, (NUMBER,)).moved(Motion(1.0, -13 + 0j), SIZE_WH)
    # Of the first digit 17 of 20 columns are left, more than four fifths.
    assert boxes(digits) == [[0, 20, 17, 40], [27, 20, 20, 40]]


def test_number_that_left_whole_is_dropped() -> None:
    assert Propagation(DIGITS, (NUMBER,)).moved(Motion(1.0, 400 + 0j), SIZE_WH) == ((), ())
    assert Propagation((), ()).moved(Motion(1.0, 9 + 0j), SIZE_WH) == ((), ())


def test_marks_move_along_and_leave_with_their_digits():
    digits = tuple(Digit(Box(10 + 30 * at, 10, 20, 40), at, 0.9) for at in range(3))
    marks = (Mark("-", Box(2, 28, 6, 3), 0.9, 0), Mark(".", Box(62, 46, 4, 4), 0.9, 2))
    number = Number("-01.2", Box(2, 10, 88, 40), 0.9, digits, 4, Decimal("-1.2"), marks)
    known = Propagation(digits, (number,))
    right = known.moved(Motion(shift=5 + 0j), (400, 300))[1][0]
    assert right.text == "-01.2" and right.value == number.value
    assert [mark.box.x for mark in right.marks] == [7, 67]
    (left,) = known.moved(Motion(shift=-28 + 0j), (400, 300))[1]
    assert (left.text, left.value) == ("1.2", None)
    assert [(mark.mark, mark.place) for mark in left.marks] == [(".", 1)]


def test_digit_in_doubt_stays_so_and_alone_is_no_number():
    digits = (
        Digit(Box(10, 10, 20, 40), 1, 0.9),
        Digit(Box(40, 10, 20, 40), 2, 0.5, is_doubtful=True),
    )
    known = Propagation(digits, (Number("1?", Box(10, 10, 50, 40), 0.5, digits),))
    found, (number,) = known.moved(Motion(shift=5 + 0j), (400, 300))
    assert number.text == "1?" and found[1].is_doubtful
    assert known.moved(Motion(shift=-28 + 0j), (400, 300))[1] == ()
