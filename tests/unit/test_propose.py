"""Where candidates are looked for: at which sizes, in which ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.propose import propose


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
