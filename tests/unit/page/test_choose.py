"""The digits among the candidates: what the classifier says, and what the page says."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from camdigits.candidates.segment import Candidate
from camdigits.ink.binarize import InkMask, components
from camdigits.networks.model_card import VERDICTS
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.choose import choose_digits
from camdigits.types import Box

ROW = [Box(100 + 60 * place, 100, 30, 40) for place in range(5)]


def candidate(
    box: Box, contrast: float = 80, stroke: float = 4, light: bool = False, level: int = 120
) -> Candidate:
    """A bar of ink of a brightness, on ground that differs by the contrast."""
    ink = np.full((box.h, box.w), 255, np.uint8)
    plane = np.broadcast_to(np.uint8(level), (800, 1000))
    nothing = np.zeros((1, 1), np.uint8)
    polarity: Literal["dark", "light"] = "light" if light else "dark"
    mask = InkMask(plane, nothing, nothing, polarity, 1 / 8, *components(nothing))
    return Candidate(box, box, ink, contrast, stroke, mask)


def scored(
    candidates: list[Candidate], confidences: tuple[float, ...] = (), verdict: str = "3"
) -> ScoredCandidates:
    """Threes of the confidences given, or as sure as can be; the judge agrees."""
    count = len(candidates)
    probabilities = np.zeros((count, 10), np.float32)
    probabilities[:, 3] = confidences or 0.999
    verdicts = np.zeros((count, len(VERDICTS)), np.float32)
    verdicts[:, VERDICTS.index(verdict)] = 0.999
    return ScoredCandidates(
        candidates, np.zeros((count, 28, 28), np.uint8), probabilities, verdicts
    )


def chosen(candidates: list[Candidate], *confidences: float) -> list[Box]:
    digits, _ = choose_digits(scored(candidates, confidences), 0.5)
    return sorted((digit.box for digit in digits), key=lambda box: (box.x, box.y))


def test_no_candidates_give_no_digits():
    assert choose_digits(scored([]), 0.5) == ([], [])


def test_sure_candidates_are_digits():
    assert chosen([candidate(box) for box in ROW]) == ROW


def test_candidate_below_the_confidence_asked_for_is_no_digit():
    row = [candidate(box) for box in ROW]
    assert chosen(row, 0.999, 0.999, 0.05, 0.999, 0.999) == ROW[:2] + ROW[3:]


def test_digit_that_is_less_sure_is_taken_among_its_like():
    row = [candidate(box) for box in ROW]
    assert chosen(row, 0.999, 0.999, 0.6, 0.999, 0.999) == ROW


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        ("part", "part of a digit"),
        ("several", "several digits"),
        ("other", "no digit, by its surroundings"),
    ],
)
def test_what_the_judge_rejects_is_no_digit_and_says_why(verdict, reason):
    digits, rejections = choose_digits(scored([candidate(ROW[0])], (), verdict), 0.5)
    assert digits == []
    assert [rejection.reason for rejection in rejections] == [reason]


def test_confidence_is_what_classifier_and_judge_agree_on():
    one = scored([candidate(ROW[0])], (0.8,))
    one.verdicts[0] = 0
    one.verdicts[0, [3, 8, VERDICTS.index("part")]] = 0.5, 0.25, 0.25
    (digit,), _ = choose_digits(one, 0.5)
    assert digit.confidence == pytest.approx(0.6)
    assert digit.label == 3


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (candidate(Box(500, 400, 6, 12), stroke=2), "far smaller"),
        (candidate(Box(500, 300, 90, 120), stroke=6), "far larger"),
        (candidate(Box(500, 300, 30, 40), contrast=20), "paler"),
        (candidate(Box(500, 300, 30, 40), stroke=1), "thinner"),
        (candidate(Box(500, 300, 30, 40), light=True), "polarity"),
    ],
)
def test_candidate_unlike_the_page_is_rejected_with_its_reason(odd, reason):
    candidates = [candidate(box) for box in ROW] + [odd]
    digits, rejections = choose_digits(scored(candidates, (0.999,) * 5 + (0.7,)), 0.5)
    assert len(digits) == 5
    (rejection,) = rejections
    assert rejection.box == odd.box
    assert reason in rejection.reason


@pytest.mark.parametrize(("level", "count"), [(20, 6), (170, 5)])
def test_digit_in_shadow_may_have_less_contrast_than_the_others_but_not_in_the_light(level, count):
    row = [candidate(box, contrast=100, level=100) for box in ROW]
    pale = candidate(Box(500, 100, 30, 40), contrast=30, level=level)
    digits, _ = choose_digits(scored([*row, pale], (0.999,) * 5 + (0.7,)), 0.5)
    assert len(digits) == count


def test_part_of_a_digit_is_not_read_beside_it():
    parts = [candidate(Box(100, 100, 30, 25)), candidate(Box(100, 120, 30, 20))]
    row = [candidate(box) for box in ROW]
    assert chosen(parts + row, *[0.9] * len(parts), *[0.999] * len(row)) == ROW


def test_the_same_digit_found_in_two_masks_is_one():
    row = [candidate(box) for box in ROW]
    assert chosen(row + row) == ROW


def pieces(widths: list[int], whole: Box, masks: int = 1) -> list[Candidate]:
    """Pieces, from the left, of ink that was cut apart, in turn of what several masks show."""
    wholes = [candidate(whole) for _ in range(masks)]
    x, cut = whole.x, []
    for place, width in enumerate(widths):
        piece = candidate(Box(x, whole.y, width, whole.h))
        cut.append(replace(piece, whole=wholes[place % masks]))
        x += width
    return cut


@pytest.mark.parametrize("masks", [1, 2])
def test_pieces_that_most_of_the_ink_is_in_are_digits(masks):
    touching = pieces([30, 30], Box(100, 100, 90, 40), masks)
    assert chosen(touching) == [each.box for each in touching]


def test_pieces_of_ink_of_which_most_is_no_digit_are_none():
    scribble = pieces([30, 20], Box(100, 100, 90, 40))
    other = candidate(Box(400, 100, 30, 40))

    digits, rejections = choose_digits(scored([*scribble, other]), 0.5)

    assert [digit.box for digit in digits] == [other.box]
    assert {each.reason for each in rejections} == {"most of what it was cut from is no digit"}


def test_many_pale_specks_do_not_outvote_a_few_digits():
    row = [candidate(box) for box in ROW]
    specks = [
        candidate(Box(10 * column, 400 + 20 * line, 8, 12), contrast=9, stroke=2)
        for column in range(40)
        for line in range(3)
    ]
    confidences = [0.999] * len(row) + [0.7] * len(specks)
    assert chosen(row + specks, *confidences) == ROW


def test_sure_digit_is_read_however_unlike_the_others_it_is():
    large = candidate(Box(500, 300, 300, 400), contrast=200, stroke=40, light=True)
    assert large.box in chosen([*(candidate(box) for box in ROW), large])


def test_chalk_on_a_board_is_read_as_well():
    assert chosen([candidate(box, light=True) for box in ROW]) == ROW
