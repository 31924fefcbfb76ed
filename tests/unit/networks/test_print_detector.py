"""Views show a digit from near and with what is around it, in any light and polarity."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from camdigits.networks.judge import GROUND, INK
from camdigits.networks.print_detector import (
    LiteRTPrintDetector,
    bundled_print_detector,
    stack_print_views,
)
from camdigits.types import Box

PLACE = Box(190, 120, 20, 60)


def page(ground: int = 200, ink: int = 100) -> np.ndarray:
    """A bar of 20x60 pixels, with another one on its right."""
    plane = np.full((300, 400), ground, np.uint8)
    plane[120:180, 190:210] = plane[120:180, 250:270] = ink
    return plane


def test_no_digits_give_no_views():
    assert stack_print_views(page(), []).shape == (0, 40, 40, 2)
    assert LiteRTPrintDetector()(np.zeros((0, 40, 40, 2), np.uint8)).shape == (0,)


@pytest.mark.parametrize(("ground", "ink"), [(200, 100), (250, 20), (90, 70), (20, 240)])
def test_ground_and_ink_have_the_same_values_in_any_light(ground, ink):
    near, far = np.moveaxis(stack_print_views(page(ground, ink), [PLACE])[0], -1, 0)
    assert abs(int(near[2, 2]) - GROUND) <= 1
    assert abs(int(near[20, 20]) - INK) <= 1
    # The second bar stands three widths to the right, which only the far view shows.
    assert (near[20, 30:] < GROUND + 5).all()
    assert (far[20, 25:33] > INK - 20).any()


def test_noise_on_blank_paper_is_not_blown_up():
    plane = np.random.default_rng(0).integers(198, 203, (200, 200)).astype(np.uint8)
    near = stack_print_views(plane, [Box(80, 80, 20, 40)])[0, ..., 0]
    assert np.abs(near.astype(int) - GROUND).max() < (INK - GROUND) // 2


@pytest.mark.parametrize(
    "box", [Box(0, 0, 5, 9), Box(395, 295, 5, 5), Box(0, 0, 400, 300), Box(399, 0, 1, 1)]
)
def test_digit_at_the_edge_of_the_picture_is_seen(box):
    assert stack_print_views(page(), [box]).shape == (1, 40, 40, 2)


def test_detector_says_a_probability_of_each_and_survives_pickling():
    views = stack_print_views(page(), [PLACE, Box(250, 120, 20, 60)])
    detector = LiteRTPrintDetector()
    said = detector(views)
    assert said.shape == (2,) and ((said >= 0) & (said <= 1)).all()
    assert np.array_equal(pickle.loads(pickle.dumps(detector))(views), said)
    assert bundled_print_detector().is_file()
    assert 0.5 <= detector.card.threshold < 1
