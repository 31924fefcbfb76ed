"""One box for each spot."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.candidates.suppression import overlap, suppress_overlapping


def kept(boxes: list[list[float]], rank: list[float]) -> list[int]:
    return suppress_overlapping(np.array(boxes, float).reshape(-1, 4), np.array(rank)).tolist()


def test_no_boxes_keep_none():
    assert kept([], []) == []


def test_higher_rank_stays_and_apart_boxes_both_stay():
    boxes = [[0, 0, 10, 10], [1, 1, 10, 10], [50, 0, 10, 10]]
    assert kept(boxes, [0.2, 0.9, 0.5]) == [1, 2]


def test_suppressed_box_suppresses_nothing():
    boxes = [[0, 0, 10, 10], [5, 0, 10, 10], [10, 0, 10, 10]]
    assert kept(boxes, [0.9, 0.8, 0.7]) == [0, 2]


@pytest.mark.parametrize(
    ("other", "share"),
    [([0, 0, 10, 10], 1.0), ([0, 0, 5, 10], 1.0), ([5, 0, 10, 10], 0.5), ([10, 0, 9, 9], 0.0)],
)
def test_overlap_is_the_share_of_the_smaller_box(other, share):
    assert overlap(np.array([[0.0, 0, 10, 10]]), np.array([other], float)).item() == share
