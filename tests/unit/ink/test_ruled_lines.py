"""Ruled lines go, whatever their slope; strokes that cross them stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.ruled_lines import remove_lines


def blank() -> np.ndarray:
    return np.zeros((300, 600), np.uint8)


def test_no_lines_to_remove_says_so():
    ink = blank()
    cv2.circle(ink, (100, 100), 20, 255, 3)
    assert remove_lines(ink) is None


@pytest.mark.parametrize("rise", [-90, -40, 0, 40, 90])
@pytest.mark.parametrize("thickness", [1, 2, 4])
def test_line_across_is_removed_at_any_small_slope(rise, thickness):
    ink = blank()
    cv2.line(ink, (5, 150 - rise // 2), (595, 150 + rise // 2), 255, thickness)
    rest = remove_lines(ink)
    assert rest is not None
    assert np.count_nonzero(rest) < 0.05 * np.count_nonzero(ink)


def test_upright_line_is_removed():
    ink = blank()
    ink[5:295, 300:302] = 255
    rest = remove_lines(ink)
    assert rest is not None
    assert not rest.any()


@pytest.mark.parametrize("lean", [0, 15, -25])
def test_stroke_across_a_line_stays_whole(lean):
    ink = blank()
    ink[150:152] = 255
    stroke = blank()
    cv2.line(stroke, (200, 110), (200 + lean, 190), 255, 5)
    rest = remove_lines(cv2.bitwise_or(ink, stroke))
    assert rest is not None
    assert not rest[150:152, 20:150].any()
    assert np.count_nonzero(rest & stroke) > 0.97 * np.count_nonzero(stroke)
    assert cv2.connectedComponents(rest)[0] == 2


def test_grid_goes_and_the_digit_in_its_cell_stays():
    ink = blank()
    ink[20:290:60, 10:590] = 255
    ink[20:262, 10:590:60] = 255
    digit = blank()
    cv2.ellipse(digit, (100, 112), (12, 18), 0, 0, 360, 255, 4)
    rest = remove_lines(cv2.bitwise_or(ink, digit))
    assert rest is not None
    assert np.array_equal(rest[85:135, 80:120], digit[85:135, 80:120])
    assert np.count_nonzero(rest) < 1.5 * np.count_nonzero(digit)


def test_lines_of_different_thickness_go_together():
    ink = blank()
    ink[60:61, 10:590] = 255
    ink[150:158, 10:590] = 255
    rest = remove_lines(ink)
    assert rest is not None
    assert not rest.any()


def test_bent_stroke_is_no_line():
    ink = blank()
    cv2.ellipse(ink, (300, 250), (150, 150), 0, 180, 360, 255, 3)
    rest = remove_lines(ink)
    assert rest is None or np.count_nonzero(rest) > 0.7 * np.count_nonzero(ink)
