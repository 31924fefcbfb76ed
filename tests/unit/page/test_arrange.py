"""Candidates that overlap: the arrangement of most weight, by the ink that they share."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdigits.candidates.segment import Candidate
from camdigits.candidates.suppression import overlap
from camdigits.page.arrange import CLEAR, NESTED, arrange, ink_area
from camdigits.types import Box
from tests.unit.page.test_choose import candidate


def arranged(candidates: Sequence[Candidate], *weights: float) -> list[int]:
    boxes = np.array([each.box.as_list() for each in candidates], np.float64)
    return arrange(candidates, boxes, np.array(weights, np.float64)).tolist()


def with_ink(box: Box, part: tuple[slice, slice]) -> Candidate:
    """A candidate that has ink in a part of its box only."""
    ink = np.zeros((box.h, box.w), np.uint8)
    ink[part] = 255
    return replace(candidate(box), ink=ink)


def test_nothing_is_arranged_of_nothing():
    assert arrange([], np.zeros((0, 4)), np.zeros(0)).tolist() == []


def test_candidates_apart_all_stay_heaviest_first():
    row = [candidate(Box(50 * place, 0, 30, 40)) for place in range(3)]
    assert arranged(row, 1, 3, 2) == [1, 2, 0]


def test_of_the_same_ink_in_several_masks_the_heaviest_stays():
    same = [candidate(Box(shift, 0, 30, 40)) for shift in range(3)]
    assert arranged(same, 1, 3, 2) == [1]


def test_two_light_ones_are_worth_more_than_the_heavy_one_across_both():
    pair = [candidate(Box(0, 0, 30, 40)), candidate(Box(30, 0, 30, 40))]
    across = candidate(Box(8, 0, 44, 40))
    assert sorted(arranged([*pair, across], 2, 2, 3)) == [0, 1]
    assert arranged([*pair, across], 2, 2, 5) == [2]


def test_an_exchange_that_begins_with_a_lighter_one_is_found():
    first, second, third = (candidate(Box(20 * place, 0, 20, 40)) for place in range(3))
    both = candidate(Box(0, 0, 40, 40))
    assert sorted(arranged([first, second, third, both], 3, 3, 1, 5)) == [0, 1, 2]


def test_boxes_that_overlap_may_both_be_digits_where_their_ink_does_not():
    left = with_ink(Box(0, 0, 40, 40), (slice(0, 20), slice(None)))
    right = with_ink(Box(20, 0, 40, 40), (slice(20, 40), slice(None)))
    assert sorted(arranged([left, right], 1, 1)) == [0, 1]


def test_boxes_that_hardly_overlap_clash_where_they_have_most_of_their_ink_in_common():
    left = with_ink(Box(0, 0, 40, 40), (slice(None), slice(28, 40)))
    right = with_ink(Box(28, 0, 40, 40), (slice(None), slice(0, 12)))
    assert arranged([left, right], 1, 2) == [1]


def test_light_ink_within_a_dark_digit_is_not_read_beside_it():
    dark = candidate(Box(0, 0, 60, 60))
    hole = candidate(Box(10, 10, 30, 40), light=True)
    assert arranged([dark, hole], 2, 1) == [0]


@pytest.mark.parametrize("scale", [1, 3])
def test_ink_is_measured_in_pixels_of_the_picture(scale):
    drawn = with_ink(Box(0, 0, 20, 40), (slice(0, 10), slice(None)))
    assert ink_area(replace(drawn, box=drawn.box.scaled(scale))) == 200 * scale**2


boxes_with_weights = st.lists(
    st.tuples(
        st.builds(Box, *(st.integers(0, 80),) * 2, *(st.integers(1, 60),) * 2),
        st.floats(0.1, 9),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(boxes_with_weights)
def test_what_stays_has_room_and_what_is_left_out_has_none(pairs):
    candidates = [candidate(box) for box, _ in pairs]
    kept = arranged(candidates, *(weight for _, weight in pairs))
    boxes = np.array([each.box.as_list() for each in candidates], np.float64).reshape(-1, 4)
    shared = overlap(boxes, boxes)
    assert all(shared[one, other] <= NESTED for one, other in itertools.combinations(kept, 2))
    left_out = set(range(len(pairs))) - set(kept)
    assert all((shared[place, kept] > CLEAR).any() for place in left_out)
