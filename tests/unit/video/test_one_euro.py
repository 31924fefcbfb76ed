"""The One Euro filter, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from camdigits.video.one_euro import (
    MIN_CUTOFF_HZ,
    SPEED_CUTOFF_HZ,
    SPEED_GAIN,
    BoxFilter,
    smoothing_share,
)

START = np.array([0.0, 0.0, 20.0, 40.0])


def right(by: float) -> np.ndarray:
    return np.array([by, 0.0, 0.0, 0.0])


def test_share_is_half_where_the_step_is_one_radian():
    assert smoothing_share(1 / (2 * math.pi), 1.0) == pytest.approx(0.5)


def test_first_step_is_that_of_the_paper():
    smooth = BoxFilter(START)
    smooth.update(np.array([4.0, 0.0, 20.0, 40.0]), 0.1)
    # 4 pixels are a tenth of the height; in a tenth of a second, that is a height a second.
    speed = smoothing_share(SPEED_CUTOFF_HZ, 0.1) * 1.0
    share = smoothing_share(MIN_CUTOFF_HZ + SPEED_GAIN * speed, 0.1)
    assert smooth.box == pytest.approx([4 * share, 0, 20, 40])


def test_box_at_rest_stays():
    smooth = BoxFilter(START)
    for _ in range(5):
        smooth.update(START, 0.04)
    assert smooth.box == pytest.approx(START)


def test_fast_box_is_followed_more_closely_than_a_slow_one():
    lags = []
    for step in (1.0, 20.0):
        smooth = BoxFilter(START)
        for count in range(1, 30):
            smooth.update(START + right(step * count), 0.04)
        lags.append((step * 29 - smooth.box[0]) / step)
    slow, fast = lags
    assert fast < slow
    assert fast < 1


def test_box_that_is_carried_has_no_speed_of_its_own():
    carried, rested = BoxFilter(START), BoxFilter(START)
    carried.carry(START + right(50))
    for smooth, offset in ((carried, 50), (rested, 0)):
        smooth.update(START + right(offset + 4), 0.1)
    assert carried.box - right(50) == pytest.approx(rested.box)
