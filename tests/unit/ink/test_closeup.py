"""Ink that fills its picture, and pictures that nothing of the kind fills."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.ink.closeup import closeup_masks

Plane = NDArray[np.uint8]


def two(height: int, width: int, pen_px: int) -> Plane:
    """A stroke like a 2 from edge to edge, 1 on 0."""
    cover = np.zeros((height, width), np.uint8)
    left, right, low = pen_px, width - pen_px, height - 1 - pen_px // 2
    points = [[left, height // 4], [width // 2, pen_px // 2], [right, height // 3], [left, low]]
    cv2.polylines(cover, [np.array([*points, [right, low]])], False, 1, pen_px)
    return cover


def drawn(cover: Plane, ground: NDArray[np.float64] | float, ink: float) -> Plane:
    return np.where(cover > 0, ink * np.ones_like(cover), ground).astype(np.uint8)


@pytest.mark.parametrize("height", [60, 170, 1000])
@pytest.mark.parametrize("share", [0.06, 0.25])
@pytest.mark.parametrize(("ground", "ink", "polarity"), [(230, 40, "dark"), (20, 240, "light")])
def test_stroke_of_any_width_that_touches_the_edge_is_ink(
    height: int, share: float, ground: float, ink: float, polarity: str
):
    cover = two(height, round(0.7 * height), max(3, round(share * height)))
    found = list(closeup_masks(drawn(cover, ground, ink), "auto"))
    assert {mask.polarity for mask, _ in found} == {polarity}
    for mask, factor in found:
        own = mask.ink[mask.margin_px : -mask.margin_px, mask.margin_px : -mask.margin_px]
        assert abs(own.shape[0] * factor - height) <= factor
        whole = cv2.resize(own, cover.shape[::-1]) > 127
        assert (whole & (cover > 0)).sum() > 0.85 * (whole | (cover > 0)).sum()


def test_other_polarity_is_not_looked_for():
    assert not list(closeup_masks(drawn(two(200, 150, 30), 230, 40), "light"))


def test_ink_is_told_from_the_edge_of_a_shadow():
    cover = two(300, 220, 40)
    light = np.where(np.arange(220) + np.arange(300)[:, None] / 2 > 200, 0.55, 1.0)
    picture = (drawn(cover, 220, 60) * light).astype(np.uint8)
    inks = [
        cv2.resize(mask.ink[mask.margin_px : -mask.margin_px, mask.margin_px : -mask.margin_px],
                   (220, 300)) > 127
        for mask, _ in closeup_masks(picture, "dark")
    ]  # fmt: skip
    assert any((ink & (cover > 0)).sum() > 0.8 * (ink | (cover > 0)).sum() for ink in inks)


def noise(deviation: float) -> Plane:
    drawn = np.random.default_rng(3).normal(150, deviation, (240, 320))
    return np.clip(drawn, 0, 255).astype(np.uint8)


def writing() -> Plane:
    picture = np.full((480, 640), 230, np.uint8)
    for row in range(40, 460, 50):
        cv2.putText(picture, "28 1073 55 9", (30, row), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 40, 3)
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        np.full((240, 320), 200, np.uint8),
        noise(3),
        noise(50),
        writing(),
        np.zeros((5, 5), np.uint8),
    ],
    ids=["blank", "grain", "texture", "writing", "hardly a picture"],
)
def test_what_no_digit_fills_has_no_such_ink(picture: Plane):
    assert not list(closeup_masks(picture, "auto"))
