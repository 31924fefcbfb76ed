"""Confidence of numbers: the surer their least sure part, the surer they are, and never surer."""

from __future__ import annotations

from itertools import pairwise

import pytest

from camdigits.page.calibration import LEAST, RIGHT, calibrated
from camdigits.types import Box, Digit, Number

BOX = Box(0, 0, 9, 9)


def confidence(least: float) -> float:
    (number,) = calibrated((Number("7", BOX, least, (Digit(BOX, 7, least),)),))
    return number.confidence


def test_surer_parts_make_surer_numbers():
    told = [confidence(n / 100) for n in range(101)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert all(later > before for before, later in pairwise(told))


@pytest.mark.parametrize(("least", "right"), list(zip(LEAST, RIGHT, strict=True)))
def test_a_number_is_no_surer_than_its_least_sure_part(least: float, right: float):
    assert confidence(least) == pytest.approx(right)
    assert right <= least


def test_no_numbers_are_none():
    assert calibrated(()) == ()
