"""The digits among the candidates: what the classifier says, and what the page says."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.choose import choose_digits
from camdigits.segment import Candidate
from camdigits.types import Box

ROW = [Box(100 + 60 * place, 100, 30, 40) for place in range(5)]


def candidate(box: Box, contrast: float = 80, stroke: float = 4, light: bool = False) -> Candidate:
    ink = np.full((box.h, box.w), 255, np.uint8)
    return Candidate(box, ink, contrast, stroke, "light" if light else "dark", True)


def surely(*confidences: float) -> np.ndarray:
    rows = np.zeros((len(confidences), 10), np.float32)
    rows[:, 3] = confidences
    return rows


def chosen(candidates: list[Candidate], *confidences: float) -> list[Box]:
    sure = confidences or (0.999,) * len(candidates)
    digits, _ = choose_digits(candidates, surely(*sure), 0.8)
    return sorted((digit.box for digit in digits), key=lambda box: (box.x, box.y))


def test_no_candidates_give_no_digits():
    assert choose_digits([], np.zeros((0, 10), np.float32), 0.8) == ([], [])


def test_sure_candidates_are_digits():
    assert chosen([candidate(box) for box in ROW]) == ROW


def test_candidate_below_the_confidence_asked_for_is_no_digit():
    row = [candidate(box) for box in ROW]
    assert chosen(row, 0.999, 0.999, 0.7, 0.999, 0.999) == ROW[:2] + ROW[3:]


def test_digit_that_is_less_sure_is_taken_among_its_like():
    row = [candidate(box) for box in ROW]
    assert chosen(row, 0.999, 0.999, 0.85, 0.999, 0.999) == ROW


def test_page_without_a_sure_digit_says_nothing():
    assert chosen([candidate(box) for box in ROW], *[0.85] * 5) == []


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (candidate(Box(500, 400, 6, 12), stroke=2), "far smaller"),
        (candidate(Box(500, 300, 90, 120), stroke=6), "far larger"),
        (candidate(Box(500, 300, 30, 40), contrast=20), "paler"),
        (candidate(Box(500, 300, 30, 40), stroke=1), "thinner"),
        (candidate(Box(500, 300, 30, 40), light=True), "polarity"),
        (candidate(Box(500, 300, 30, 40), stroke=12), "blob"),
    ],
)
def test_candidate_unlike_the_page_is_rejected_with_its_reason(odd, reason):
    candidates = [candidate(box) for box in ROW] + [odd]
    digits, rejections = choose_digits(candidates, surely(*[0.999] * 6), 0.8)
    assert len(digits) == 5
    (rejection,) = rejections
    assert rejection.box == odd.box
    assert reason in rejection.reason


def test_part_of_a_digit_is_not_read_beside_it():
    parts = [candidate(Box(100, 100, 30, 25)), candidate(Box(100, 120, 30, 20))]
    row = [candidate(box) for box in ROW]
    assert chosen(parts + row) == ROW


def test_the_same_digit_found_in_two_masks_is_one():
    row = [candidate(box) for box in ROW]
    assert chosen(row + row) == ROW


def test_frame_around_digits_is_no_digit():
    grid = [
        candidate(Box(120 + 60 * column, 120 + 60 * row, 30, 40))
        for row in range(3)
        for column in range(3)
    ]
    frame = candidate(Box(100, 100, 200, 220), contrast=200, stroke=6)
    assert frame.box not in chosen([*grid, frame])
    assert len(chosen([*grid, frame])) == 9


def test_many_pale_specks_do_not_outvote_a_few_digits():
    row = [candidate(box) for box in ROW]
    specks = [
        candidate(Box(10 * column, 400 + 20 * line, 8, 12), contrast=9, stroke=2)
        for column in range(40)
        for line in range(3)
    ]
    assert chosen(row + specks) == ROW


def test_chalk_on_a_board_is_read_as_well():
    assert chosen([candidate(box, light=True) for box in ROW]) == ROW
