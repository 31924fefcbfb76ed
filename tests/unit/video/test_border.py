"""A number is cut where ink beside it touches the picture's left or right edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.types import Box
from camdigits.video.border import is_clipped

SIZE_WH = (600, 200)
HEIGHT = 60


def picture(x: int, text: str, ink: int = 40, paper: int = 210) -> np.ndarray:
    """Write digits 60 px high, the first at x, and 70 px from one to the next."""
    image = np.full((SIZE_WH[1], SIZE_WH[0], 3), paper, np.uint8)
    for place, letter in enumerate(text):
        where = x + 70 * place, 130
        cv2.putText(image, letter, where, cv2.FONT_HERSHEY_SIMPLEX, 2.75, (ink,) * 3, 6)
    noise = np.random.default_rng(1).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def box(x: int) -> Box:
    return Box(x, 130 - HEIGHT, 50, HEIGHT)


@pytest.mark.parametrize(("ink", "paper"), [(40, 210), (220, 60)], ids=["dark", "light"])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_digit_that_the_edge_cuts_is_found(ink: int, paper: int, is_mirrored: bool) -> None:
    image, place = picture(-25, "08", ink, paper), box(45)
    if is_mirrored:
        image, place = image[:, ::-1], Box(SIZE_WH[0] - place.right, place.y, place.w, place.h)
    assert is_clipped(image, place)


@pytest.mark.parametrize("x", [40, 100, 300, 500])
def test_whole_number_near_the_edge_is_not_cut(x: int) -> None:
    assert not is_clipped(picture(x, "8"), box(x))


@pytest.mark.parametrize("x", [0, 15, 540])
def test_number_at_the_very_edge_may_go_on_outside(x: int) -> None:
    assert is_clipped(picture(x, "8"), box(x))


def test_ink_of_another_line_or_far_away_says_nothing() -> None:
    image = picture(60, "8")
    image[150:, :30] = 40
    assert not is_clipped(image, box(60))
    assert not is_clipped(picture(-25, "0  8"), box(185))


def test_a_shade_at_the_edge_is_no_ink() -> None:
    image = picture(60, "8").astype(np.float32)
    image *= np.linspace(0.8, 1.0, SIZE_WH[0])[None, :, None]
    assert not is_clipped(image.astype(np.uint8), box(60))
