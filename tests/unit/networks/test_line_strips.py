"""Strips: levelled, of one height, ground and ink at their values."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.networks.line_strips import (
    DIGIT_PX,
    GROUND,
    INK,
    REACH,
    STEP,
    WINDOW,
    cut_strip,
    line_of,
    stack_windows,
    windows_of,
)
from camdigits.types import Box


def page(ground: int, ink: int, slope: float = 0.0) -> tuple[np.ndarray, list[Box]]:
    """Return four sevens on a line, and their boxes."""
    plane = np.full((300, 500), ground, np.uint8)
    boxes = []
    for n in range(4):
        x, y = 120 + 50 * n, round(120 + slope * 50 * n)
        boxes.append(Box(x, y, 30, 50))
        corners = np.array([(x + 3, y + 3), (x + 26, y + 3), (x + 8, y + 46)])
        cv2.polylines(plane, [corners], False, ink, 6)
    return plane, boxes


def test_line_runs_through_the_middle_of_its_digits() -> None:
    _, boxes = page(200, 40, slope=0.2)
    line = line_of(boxes)

    assert line.height == 50
    assert line.slope == pytest.approx(0.2, abs=0.06)
    assert abs(line.rise(*boxes[1].center)) < 0.1
    assert line.column(boxes[0].x) == pytest.approx(REACH * DIGIT_PX)
    assert line.x(line.column(333.0)) == pytest.approx(333.0)


def test_one_digit_lies_level() -> None:
    assert line_of([Box(10, 20, 5, 30)]).slope == 0


@pytest.mark.parametrize(("ground", "ink"), [(200, 40), (60, 230), (150, 120), (220, 200)])
def test_ink_is_bright_whatever_pen_and_polarity(ground: int, ink: int) -> None:
    plane, boxes = page(ground, ink)
    strip = cut_strip(plane, line_of(boxes), boxes)

    assert strip.shape[0] == 32
    assert abs(int(np.median(strip)) - GROUND) <= 2
    assert INK - 40 <= np.percentile(strip[strip > GROUND + 20], 80) <= 255


def test_sloping_line_is_level_in_its_strip() -> None:
    plane, boxes = page(200, 40, slope=0.3)
    line = line_of(boxes)
    strip = cut_strip(plane, line, boxes)

    tops = [
        int(
            np.flatnonzero(
                (strip[:, int(line.column(box.x)) : int(line.column(box.right))] > 140).any(axis=1)
            )[0]
        )
        for box in boxes
    ]
    assert max(tops) - min(tops) <= 3


def test_beyond_the_picture_its_edge_goes_on() -> None:
    plane, boxes = page(200, 40)
    near = plane[110:, 118:300]
    moved = [Box(box.x - 118, box.y - 110, box.w, box.h) for box in boxes[:3]]
    strip = cut_strip(near, line_of(moved), moved)

    assert strip.shape == cut_strip(plane, line_of(boxes[:3]), boxes[:3]).shape


@pytest.mark.parametrize("width", [1, 90, WINDOW, WINDOW + 1, WINDOW + STEP, 900])
def test_windows_cover_a_strip(width: int) -> None:
    starts = windows_of(width)
    windows = stack_windows([np.full((32, width), 200, np.uint8)])

    assert starts[0] == 0
    assert starts[-1] + WINDOW >= width
    assert len(starts) == 1 or starts[-2] + WINDOW < width
    assert windows.shape == (len(starts), 32, WINDOW)


def test_no_strips_are_no_windows() -> None:
    assert stack_windows([]).shape == (0, 32, WINDOW)
