"""The benchmark of what both networks together decide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.measuring.truth import Truth
from camdigits.page.inspection import Inspection
from camdigits.types import Box

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

from benchmarks.decisions import Decisions, decide

SEVEN, TWO = Box(100, 100, 20, 40), Box(200, 100, 20, 40)
REGION = Box(0, 0, 400, 300)
PAGE = Truth(digits=((SEVEN, 7), (TWO, 2)), ignored=(Box(300, 100, 20, 40),), region=REGION)


class Proposed:
    """A candidate of which only the box counts."""

    def __init__(self, box: Box) -> None:
        self.box = box


def found(*said: tuple[Box, int, float]) -> Inspection:
    """Candidates with the label that is said of each, and how surely."""
    probabilities = np.zeros((len(said), 10), np.float32)
    for row, (_, label, confidence) in enumerate(said):
        probabilities[row, label] = confidence
    candidates: Any = tuple(Proposed(box) for box, _, _ in said)
    blank = np.zeros((1, 1, 3), np.uint8)
    return Inspection(blank, (), candidates, blank, probabilities, (), ())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((SEVEN, 7, 0.9), Decisions(2, 1, 1, 1)),
        ((SEVEN, 1, 0.9), Decisions(2, 1, 0, 1)),
        ((SEVEN, 7, 0.4), Decisions(2, 1, 1, 0)),
        ((Box(100, 100, 20, 15), 7, 0.9), Decisions(2, 0)),
        ((Box(20, 20, 30, 30), 7, 0.9), Decisions(2, others=1, others_taken=1)),
        ((Box(20, 20, 30, 30), 7, 0.4), Decisions(2, others=1)),
        ((Box(20, 20, 5, 30), 1, 0.9), Decisions(2)),
        ((Box(300, 100, 20, 40), 7, 0.9), Decisions(2)),
        ((Box(390, 100, 20, 40), 7, 0.9), Decisions(2)),
    ],
    ids=[
        "right",
        "misnamed",
        "unsure",
        "half a digit",
        "other",
        "unsure other",
        "bar",
        "marked as unclear",
        "beyond the region",
    ],
)
def test_each_candidate_is_counted_as_what_it_shows(
    said: tuple[Box, int, float], expected: Decisions
) -> None:
    assert decide(found(said), PAGE, 0.5) == expected


def test_the_candidate_of_best_overlap_counts() -> None:
    near = Box(100, 100, 20, 36)
    assert decide(found((near, 1, 0.9), (SEVEN, 7, 0.9)), PAGE, 0.5).named == 1


def test_pictures_without_candidates_or_digits_are_counted() -> None:
    assert decide(found(), PAGE, 0.5) == Decisions(2)
    assert decide(found((SEVEN, 7, 0.9)), Truth(), 0.5) == Decisions(others=1, others_taken=1)
