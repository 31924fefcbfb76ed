"""What a page's usual digit says of ink that may be several."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.candidates.segment import find_candidates
from camdigits.candidates.usual import Usual
from camdigits.ink.binarize import ink_masks

USUAL = Usual(height=40, stroke=5, relative_contrast=0.75, is_light=False)


def is_cut(*, height: int = 40, stroke: int = 5, level: int = 50, ground: int = 200) -> bool:
    """Return whether a wide piece of ink on paper may be several digits of the page."""
    plane = np.full((480, 640), ground, np.uint8)
    for x in (200, 200 + height - stroke):  # two rings that touch
        cv2.circle(plane, (x, 240), (height - stroke) // 2, level, stroke)
    (mask,) = ink_masks(plane, "dark" if level < ground else "light", 1 / 2)
    return any(map(USUAL.may_be_several, find_candidates(mask, 10, set())))


@pytest.mark.parametrize("height", [24, 40, 80])
def test_ink_of_the_page_may_be_several(height: int) -> None:
    assert is_cut(height=height)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"height": 14, "stroke": 3}, id="lower than any"),
        pytest.param({"height": 236}, id="higher than two rows"),
        pytest.param({"stroke": 1}, id="a hair"),
        pytest.param({"stroke": 15, "height": 80}, id="a brush"),
        pytest.param({"level": 160}, id="pale"),
        pytest.param({"level": 200, "ground": 50}, id="light on dark"),
    ],
)
def test_ink_that_is_not_the_pages_is_not_cut(other: dict[str, int]) -> None:
    assert not is_cut(**other)
