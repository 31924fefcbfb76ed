"""Neighbours have a say: digits stand among digits, letters among letters."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.candidates.segment import Candidate
from camdigits.page.context_rescoring import rescore_in_context
from camdigits.types import Box
from tests.unit.page.test_choose import candidate, scored


def asked(boxes: list[Box], *probabilities: float) -> np.ndarray:
    candidates: list[Candidate] = [candidate(box) for box in boxes]
    said = scored(candidates, probabilities)
    said.verdicts[:] = np.eye(13)[3]
    return rescore_in_context(said)


ROW = [Box(100 + 50 * place, 100, 30, 40) for place in range(3)]


def test_no_candidates_are_no_digits():
    assert asked([]).shape == (0,)


def test_lone_candidate_is_as_probable_as_it_was():
    assert asked(ROW[:1], 0.6) == pytest.approx(0.6)


def test_doubtful_candidate_between_digits_is_surer():
    assert asked(ROW, 0.99, 0.5, 0.99)[1] > 0.8


def test_doubtful_candidate_between_other_things_is_less_sure():
    assert asked(ROW, 0.001, 0.5, 0.001)[1] < 0.2


@pytest.mark.parametrize(
    "apart",
    [
        [Box(100, 400, 30, 40), Box(300, 100, 30, 40), Box(500, 400, 30, 40)],
        [Box(0, 100, 30, 40), Box(300, 100, 30, 40), Box(600, 100, 30, 40)],
        [Box(260, 110, 5, 10), Box(300, 100, 30, 40), Box(340, 0, 150, 200)],
    ],
    ids=["other lines", "far away", "other heights"],
)
def test_what_is_no_neighbour_has_no_say(apart):
    assert asked(apart, 0.99, 0.5, 0.001)[1] == pytest.approx(0.5, abs=0.03)


def letters(high: int) -> list[Box]:
    """Things elsewhere on the page."""
    return [
        Box(20 + 120 * column, 300 + 120 * row, 30, high) for row in range(4) for column in range(6)
    ]


def test_on_a_page_of_other_things_a_candidate_is_less_sure():
    page = [ROW[0], *letters(40)]
    assert asked(page, 0.8, *[0.001] * 24)[0] < 0.45
    assert asked(page, 0.99, *[0.001] * 24)[0] > 0.8


@pytest.mark.parametrize("elsewhere", [letters(40)[:1], letters(12)], ids=["one", "much lower"])
def test_few_things_or_unlike_ones_say_little_of_the_page(elsewhere):
    assert asked([ROW[0], *elsewhere], 0.8, *[0.001] * len(elsewhere))[0] > 0.7


def test_the_page_makes_nothing_surer():
    assert asked([ROW[0], *letters(40)], 0.8, *[0.99] * 24)[0] == pytest.approx(0.8)


def test_things_of_the_other_polarity_say_nothing_of_the_page():
    candidates = [candidate(ROW[0]), *(candidate(box, light=True) for box in letters(40))]
    said = scored(candidates, (0.8, *[0.001] * 24))
    said.verdicts[:] = np.eye(13)[3]
    assert rescore_in_context(said)[0] == pytest.approx(0.8)


def test_what_stands_on_the_same_spot_is_no_neighbour():
    whole, half = Box(100, 100, 30, 40), Box(100, 100, 30, 25)
    assert asked([whole, half], 0.6, 0.5)[0] == pytest.approx(0.6)
