"""Where candidates are looked for: at which sizes, in which ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.candidates.propose import propose, propose_closeup, propose_faint
from camdigits.ink.binarize import InkMask
from camdigits.types import Box


def page(ground: int, ink: int) -> NDArray[np.uint8]:
    """An 8 of 60 pixels on an even ground."""
    picture = np.full((720, 1280), ground, np.uint8)
    cv2.putText(picture, "8", (600, 400), cv2.FONT_HERSHEY_SIMPLEX, 2.8, ink, 7, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(("ground", "ink", "polarity"), [(220, 30, "dark"), (30, 220, "light")])
def test_digit_is_proposed_in_its_ink(ground: int, ink: int, polarity: str, fast: bool):
    found = [
        each
        for each in propose(page(ground, ink), fast=fast)
        if each.mask.polarity == polarity and 50 < each.box.h < 75
    ]
    assert found
    assert all(abs(each.box.x - 607) < 20 for each in found)


@pytest.mark.parametrize(("height", "fast", "is_enlarged"), [
    (300, False, True),
    (300, True, False),
    (720, False, False),
])  # fmt: skip
def test_small_stills_are_looked_at_enlarged_as_well(height: int, fast: bool, is_enlarged: bool):
    masks: list[InkMask] = []
    list(propose(page(220, 30)[200 : 200 + height, 500:1000], fast=fast, show=masks.append))
    assert any(mask.ink.shape == (2 * height, 1000) for mask in masks) == is_enlarged


def test_digit_of_an_enlarged_picture_is_where_it_is():
    small = page(220, 30)[300:450, 550:750]
    boxes = [each.box for each in propose(small, "dark") if each.mask.ink.shape[0] > len(small)]
    assert boxes
    assert all(abs(box.x - 57) < 5 and 50 < box.h < 75 for box in boxes if box.h > 30)


def test_faint_ink_beside_dark_ink_is_among_what_is_proposed_as_faint():
    picture = page(220, 30)
    cv2.putText(picture, "3", (660, 400), cv2.FONT_HERSHEY_SIMPLEX, 2.8, 158, 7, cv2.LINE_AA)
    usual, faint = (
        [each.box for each in found if abs(each.box.x - 667) < 12 and 50 < each.box.h < 75]
        for found in (propose(picture, "dark"), propose_faint(picture, "dark"))
    )
    assert faint
    assert not usual


def test_boxes_of_every_size_that_a_large_picture_is_reduced_to_are_in_its_own_pixels():
    picture = np.full((3000, 4100), 220, np.uint8)
    cv2.ellipse(picture, (2000, 1500), (200, 400), 0, 0, 360, 40, 70)
    true = Box(1765, 1065, 470, 870)
    widths: list[int] = []

    found = list(propose(picture, "dark", show=lambda mask: widths.append(mask.ink.shape[1])))

    assert len(set(widths)) == 2
    assert {each.mask.ink.shape[1] for each in found} == set(widths)
    assert min(each.box.iou(true) for each in found) > 0.9


@pytest.mark.parametrize("times", [1, 5])
def test_digit_that_fills_its_picture_is_where_it_is(times: int):
    side = 100 * times
    picture = np.full((side, side), 220, np.uint8)
    cv2.ellipse(
        picture, (side // 2, side // 2), (30 * times, 40 * times), 0, 0, 360, 40, 20 * times
    )
    true = Box(10 * times, 0, 80 * times, side)

    found = list(propose_closeup(picture))

    assert found
    assert all(each.mask.polarity == "dark" for each in found)
    assert all(each.box.iou(true) > 0.9 for each in found if each.box.w > side // 2)
    assert any(each.box.w > side // 2 for each in found)


def test_low_ink_beside_a_digit_that_fills_its_picture_is_not_proposed_with_it():
    picture = np.full((200, 200), 220, np.uint8)
    cv2.ellipse(picture, (70, 100), (50, 80), 0, 0, 360, 40, 30)
    cv2.ellipse(picture, (165, 100), (8, 15), 0, 0, 360, 40, 6)

    found = list(propose_closeup(picture))

    assert found
    assert all(each.box.h > 100 for each in found)


@pytest.mark.parametrize(("highest_px", "sizes"), [(100, {960}), (200, {960, 240})])
def test_levels_for_higher_digits_than_the_page_has_are_passed_over(highest_px, sizes):
    masks: list[InkMask] = []
    list(propose(page(220, 30), fast=True, show=masks.append, highest_px=highest_px))
    assert {mask.ink.shape[1] for mask in masks} == sizes
