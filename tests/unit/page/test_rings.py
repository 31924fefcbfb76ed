"""What is drawn around a digit is none; a digit with nothing in it stays one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate, find_candidates
from camdigits.ink.binarize import InkMask, components
from camdigits.networks.model_card import VERDICTS
from camdigits.page.candidate_scoring import CandidateScorer
from camdigits.page.rings import find_rings, without_rings

Plane = NDArray[np.uint8]


def drawn(*shapes: tuple[str, int, int, int, int]) -> Plane:
    """Ink of circles, bars and boxes: what, left, top, width, height."""
    ink = np.zeros((300, 600), np.uint8)
    for what, x, y, w, h in shapes:
        if what == "ring":
            axes = w // 2 - 2, h // 2 - 2
            cv2.ellipse(ink, (x + w // 2, y + h // 2), axes, 0, 0, 360, 255, 4)
        elif what == "box":
            cv2.rectangle(ink, (x + 2, y + 2), (x + w - 3, y + h - 3), 255, 4)
        else:
            ink[y : y + h, x : x + w] = 255
    return ink


def candidates_of(ink: Plane) -> list[Candidate]:
    contrast = (ink // 255 * 100).astype(np.uint8)
    mask = InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))
    return [each for each in find_candidates(mask, 10, set()) if each.components == 1]


def rings_of(ink: Plane) -> list[int]:
    """How much stands in each ring."""
    return [len(ring.inside) for ring in find_rings(candidates_of(ink))]


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([], []),
        ([("ring", 50, 50, 40, 60)], []),  # a 0
        ([("ring", 50, 50, 100, 100), ("ring", 80, 70, 40, 60)], [1]),
        ([("box", 50, 50, 100, 100), ("ring", 80, 70, 40, 60)], [1]),
        ([("ring", 50, 50, 100, 100), ("ring", 200, 70, 40, 60)], []),  # beside it
        ([("ring", 50, 50, 100, 100), ("ring", 92, 92, 16, 16)], []),  # a dot in it
        ([("ring", 50, 50, 140, 100), ("ring", 80, 70, 34, 60), ("ring", 124, 70, 36, 60)],
         [2]),
        ([("ring", 50, 50, 100, 100), ("bar", 97, 70, 6, 60)], [1]),  # a circled 1
        ([("ring", 50, 50, 60, 100), ("bar", 77, 70, 6, 60)], []),  # a 0 with a stroke in it
    ],
)  # fmt: skip
def test_ring_is_ink_around_other_ink(shapes, expected):
    assert rings_of(drawn(*shapes)) == expected


def test_eight_whose_halves_touch_is_no_ring():
    ink = drawn(("ring", 50, 50, 60, 60), ("ring", 50, 106, 60, 60))
    assert rings_of(ink) == []


def test_ring_is_gone_where_its_content_is_looked_at():
    ink = drawn(("ring", 50, 50, 100, 100), ("ring", 80, 70, 40, 60))
    found = candidates_of(ink)
    (inside,) = without_rings(found, find_rings(found))
    only_content = drawn(("ring", 80, 70, 40, 60))
    assert np.array_equal(inside.mask.plane < 200, only_content > 0)
    # What was searched is left as it was.
    assert np.array_equal(found[0].mask.plane < 200, ink > 0)


class Networks:
    """A classifier that calls everything a 7, and a judge that sees a digit where nothing is near.

    In the views the ground is at 64.
    """

    def classify(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.eye(10, dtype=np.float32)[[7] * len(crops)] * np.float32(0.9)

    def judge(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        answer = np.zeros((len(views), len(VERDICTS)), np.float32)
        for row, view in zip(answer, views, strict=True):
            others = (view[..., 0] > 100) & (view[..., 1] < 50)
            row[7 if others.mean() < 0.05 else VERDICTS.index("part")] = 1.0
        return answer


def scored(ink: Plane) -> list[tuple[int, float]]:
    """Width and confidence of all that was found, dark ink only."""
    page = cv2.GaussianBlur((230 - (ink > 0) * 200).astype(np.uint8), (3, 3), 0)
    networks = Networks()
    result = CandidateScorer(networks.classify, networks.judge).score(page, "dark", fast=True)
    return [
        (each.place.w, float(row.max()))
        for each, row in zip(result.candidates, result.agreed, strict=True)
    ]


def test_content_of_a_ring_is_a_digit_and_the_ring_none():
    found = scored(drawn(("ring", 250, 100, 100, 100), ("ring", 280, 120, 40, 60)))
    assert max(sure for w, sure in found if w < 60) > 0.8
    assert max(sure for w, sure in found if w > 90) == 0


def test_ring_with_nothing_in_it_is_left_as_it_was():
    found = scored(drawn(("ring", 250, 100, 70, 100)))
    assert max(sure for _, sure in found) > 0.8
