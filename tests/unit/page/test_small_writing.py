"""Small writing: when it is looked at from closer, and where what is found there stands."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.candidates.small import SAMPLE, propose_small, sample_low
from camdigits.ink.binarize import ink_masks
from camdigits.page.small_writing import small_heights

Plane = NDArray[np.uint8]


def rings(height: int, count: int = 12) -> Plane:
    """So many rings of a height on a page of 400x600 pixels, 30 pixels apart."""
    picture = np.full((400, 600), 220, np.uint8)
    axes = (round(0.35 * height), height // 2)
    for place in range(count):
        cv2.ellipse(picture, (40 + 30 * place, 200), axes, 0, 0, 360, 40, 1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(("height", "count", "is_sampled"), [
    (9, 12, True), (13, 12, True), (30, 12, False), (9, 3, False), (9, 0, False),
])  # fmt: skip
def test_sample_is_of_much_low_ink(height: int, count: int, is_sampled: bool):
    mask = next(ink_masks(rings(height, count), "dark", 1 / 8))
    found = sample_low(mask, 2.0)
    assert bool(found) == is_sampled
    assert len(found) <= SAMPLE
    assert all(abs(each.box.h - 2 * (height + 1)) <= 4 for each in found)


def test_specks_paler_than_the_writing_are_not_in_the_sample():
    picture = rings(9, 18)
    for place in range(300):
        x, y = 10 + 28 * (place % 20), 10 + 11 * (place // 20)
        if abs(y - 200) > 15:
            cv2.circle(picture, (x, y), 3, 175, -1)
    mask = next(ink_masks(picture, "dark", 1 / 8))
    assert len(mask.stats) > 200
    written = [each for each in sample_low(mask, 1.0) if abs(each.box.y - 195) < 5]
    assert len(written) >= 5


@pytest.mark.parametrize(("share", "is_small"), [(1.0, True), (0.5, True), (0.2, False)])
def test_writing_is_small_where_much_low_ink_is_digits(share: float, is_small: bool):
    def ask(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        return candidates[: round(share * len(candidates))]

    masks = list(ink_masks(rings(9), "auto", 1 / 8))
    heights = small_heights(masks, 1200, ask)
    assert set(heights) == ({"dark"} if is_small else set())
    assert all(abs(height - 20) < 4 for height in heights.values())


@pytest.mark.parametrize("height", [9, 13])
def test_small_digits_are_looked_at_enlarged_and_are_where_they_are(height: int):
    seen: list[int] = []
    found = propose_small(
        rings(height), "dark", height, show=lambda mask: seen.append(mask.ink.shape[1])
    )
    centers = [each.box.center[0] for each in found if abs(each.box.h - height) <= 3]
    assert len(centers) >= 12
    assert all(min(abs(x - 40 - 30 * place) for place in range(12)) < 2 for x in centers)
    assert min(seen) > 1000


def test_large_pictures_are_not_enlarged_beyond_what_can_be_read_in_time():
    seen: list[int] = []
    large = np.full((3000, 4000), 220, np.uint8)
    list(propose_small(large, "dark", 10, show=lambda mask: seen.append(mask.ink.size)))
    assert max(seen) < 4_100_000
