"""Pixels that are not square are made so, and boxes find back."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.ink.aspect import MAX_SQUARED_PX, squared, squared_size, unsquared
from camdigits.types import Box


@pytest.mark.parametrize(
    ("size_wh", "aspect", "expected"),
    [
        ((1728, 1100), 98 / 204, (1728, 2290)),
        ((720, 576), 16 / 11, (1047, 576)),
        ((704, 288), 6 / 11, (704, 528)),
        ((640, 480), 1.0, (640, 480)),
        ((1, 1), 4.0, (4, 1)),
    ],
)
def test_the_shorter_side_of_the_pixels_is_stretched(size_wh, aspect, expected) -> None:
    assert squared_size(size_wh, aspect) == expected


@pytest.mark.parametrize("aspect", [0.25, 0.48, 2.0, 4.0])
def test_large_pictures_are_reduced_instead(aspect: float) -> None:
    size_wh = 4096, 4096
    width, height = squared_size(size_wh, aspect)
    assert width <= 4096
    assert height <= 4096
    assert width * height <= MAX_SQUARED_PX
    assert width / height == pytest.approx(aspect, rel=0.01)


def test_square_pixels_are_left_alone() -> None:
    image = np.zeros((8, 6), np.uint8)
    assert squared(image, 1.0) is image
    assert unsquared(Box(1, 2, 3, 4), (6, 8), 1.0) == Box(1, 2, 3, 4)


@pytest.mark.parametrize("aspect", [98 / 204, 0.9608, 16 / 11, 2.0])
@pytest.mark.parametrize("form", [(60, 80), (60, 80, 3)])
def test_box_of_the_squared_picture_goes_back(aspect: float, form: tuple[int, ...]) -> None:
    mark, image = Box(30, 10, 20, 30), np.zeros(form, np.uint8)
    image[mark.y : mark.bottom, mark.x : mark.right] = 255
    lit = squared(image, aspect).reshape(*squared(image, aspect).shape[:2], -1)[..., 0] > 127
    rows, columns = np.nonzero(lit)
    width, height = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    found = Box(int(columns.min()), int(rows.min()), width, height)
    assert unsquared(found, (80, 60), aspect) == mark
