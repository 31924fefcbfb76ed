"""MNIST form: size, aspect, centre, stroke."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.strokes import stroke_width_px
from camdigits.networks.mnist_form import stack_mnist_forms, to_mnist_form


def bar(height: int, width: int, margin: int = 5) -> np.ndarray:
    return np.pad(np.full((height, width), 255, np.uint8), margin)


def bounds(crop: np.ndarray) -> tuple[int, int]:
    """Height and width of the ink."""
    rows, columns = np.nonzero(crop)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_no_ink_gives_an_empty_picture():
    crop = to_mnist_form(np.zeros((40, 30), np.uint8))
    assert crop.shape == (28, 28)
    assert crop.dtype == np.uint8
    assert not crop.any()


def test_no_digits_stack_to_an_empty_batch():
    assert stack_mnist_forms([]).shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [
        (100, 50, (20, 10)),
        (50, 100, (10, 20)),
        (20, 20, (20, 20)),
        (10, 5, (20, 10)),
        (1000, 700, (20, 14)),
    ],
)
def test_ink_is_fitted_into_twenty_pixels_and_keeps_its_aspect(height, width, expected):
    assert bounds(to_mnist_form(bar(height, width))) == expected


def test_centre_of_mass_is_put_in_the_middle():
    ink = np.zeros((100, 60), np.uint8)
    ink[:100, :20] = 255
    ink[80:, :] = 255
    crop = to_mnist_form(ink).astype(float)
    middle = [float((crop.sum(axis=axis) @ np.arange(28)) / crop.sum()) for axis in (0, 1)]
    assert middle == pytest.approx([14, 14], abs=0.5)


def test_a_digit_off_centre_stays_whole():
    ink = np.zeros((100, 100), np.uint8)
    ink[:, :4] = 255
    ink[90:, :] = 255
    assert bounds(to_mnist_form(ink)) == (20, 20)


def test_hair_thin_strokes_are_thickened():
    ring = np.zeros((1000, 1000), np.uint8)
    cv2.circle(ring, (500, 500), 450, 255, 5)
    drowned = cv2.resize(ring, (20, 20), interpolation=cv2.INTER_AREA).max()
    assert drowned < 60
    assert to_mnist_form(ring).max() > 150


def test_thick_strokes_are_left_alone():
    height, width = bounds(to_mnist_form(bar(200, 40)))
    assert (height, width) == (20, 4)


@pytest.mark.parametrize("width", [4, 9, 20])
def test_stroke_width_of_a_long_bar_is_its_width(width):
    # Horizontal and vertical outlines count pi/4, the mean over all slants.
    assert stroke_width_px(bar(400, width)) == pytest.approx(width * 4 / np.pi, rel=0.1)


def test_stroke_width_without_ink_is_zero():
    assert stroke_width_px(np.zeros((5, 5), np.uint8)) == 0


def test_the_argument_is_not_written_to():
    ink = bar(300, 20)
    before = ink.copy()
    to_mnist_form(ink)
    assert np.array_equal(ink, before)


def test_mnist_digits_drawn_large_come_back(test_data):
    with np.load(test_data / "mnist" / "mnist.npz") as file:
        digits = file["x_train"][:1000]
    drawn = [cv2.resize(digit, (280, 280), interpolation=cv2.INTER_NEAREST) for digit in digits]
    difference = np.abs(stack_mnist_forms(drawn).astype(int) - digits)
    exact = (difference.reshape(len(digits), -1).max(axis=1) <= 2).mean()
    assert exact > 0.97
    assert difference[digits > 0].mean() < 1
