"""Other ink in the place of a digit is another digit; a box that jitters and light are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.types import Box
from camdigits.video.memory.ink import Ink

BOX = Box(60, 50, 26, 36)


def drawn(text: str, x: int = 60, y: int = 85) -> np.ndarray:
    plane = np.full((140, 160), 200, np.uint8)
    cv2.putText(plane, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 40, 4, cv2.LINE_AA)
    noise = np.random.default_rng(len(text)).normal(0, 3, plane.shape)
    return (plane + noise).clip(0, 255).astype(np.uint8)


def ink_of(text: str) -> Ink:
    ink = Ink.of(drawn(text), BOX)
    assert ink is not None
    return ink


@pytest.mark.parametrize("digit", "0123456789")
def test_same_ink_is_not_another_though_box_and_light_differ(digit: str) -> None:
    ink = ink_of(digit)
    darker = (drawn(digit, 63, 83) * 0.6).astype(np.uint8)
    assert not ink.is_other(darker, BOX)
    assert not ink.is_other(cv2.GaussianBlur(drawn(digit), (0, 0), 2), BOX)
    larger = cv2.resize(drawn(digit), None, fx=1.2, fy=1.2)
    assert not ink.is_other(larger, Box(72, 60, 31, 43))


@pytest.mark.parametrize(("old", "new"), ["38", "27", "04", "61", "96", "15"])
def test_other_ink_is_another(old: str, new: str) -> None:
    assert ink_of(old).is_other(drawn(new), BOX)


def test_digit_at_the_edge_is_not_compared() -> None:
    assert Ink.of(drawn("3"), Box(-5, 50, 26, 36)) is None
    assert not ink_of("3").is_other(drawn("8"), Box(150, 50, 26, 36))
