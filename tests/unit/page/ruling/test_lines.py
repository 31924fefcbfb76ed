"""Lines that stand between digits are found, however they are drawn; strokes of digits are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.page.ruling.lines import find_lines, without_paper
from tests.support.cells import DIGIT_WH, INK, Sheet


def walls(sheet: Sheet) -> list[tuple[int, int]]:
    """Digit and side of each wall of a sheet."""
    found = find_lines(sheet.plane, sheet.boxes, sheet.dark)
    return sorted((line.digit, line.side) for line in without_paper(found, sheet.boxes))


def pair(gap: int = 24) -> Sheet:
    """Two digits, the first from 100 to 122, the next one so many pixels further."""
    sheet = Sheet()
    sheet.stand(100)
    sheet.stand(100 + DIGIT_WH[0] + gap)
    return sheet


def test_no_digits_have_no_walls():
    assert find_lines(np.zeros((50, 80), np.uint8), [], []) == []


def test_nothing_between_two_digits_is_no_wall():
    assert walls(pair()) == []


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("grey", [40, 120, 170])
@pytest.mark.parametrize("lean", [-5, 0, 5])
def test_line_between_two_digits_is_a_wall(width, grey, lean):
    sheet = pair()
    sheet.line((134 - lean, 80), (134 + lean, 150), grey, width)
    assert walls(sheet) == [(0, 1)]


def test_line_says_where_it_stands_and_how_far_it_goes():
    sheet = pair()
    sheet.line((134, 85), (134, 175), 90, 3)
    (line,) = find_lines(sheet.plane, sheet.boxes, sheet.dark)
    assert line.middle == pytest.approx((134, 115), abs=1.5)
    assert 2 <= line.thickness <= 5
    assert line.height == pytest.approx(30, abs=1)
    # 15 of 30 pixels above the digits, 45 below them.
    assert line.reach == pytest.approx((0.5, 1.5), abs=0.17)
    assert line.points[0][1] < line.points[-1][1]


def test_line_drawn_by_hand_is_a_wall():
    sheet = pair()
    x = 134 + 1.2 * np.sin(np.linspace(0, 9, 15))
    points = np.column_stack([x, np.linspace(85, 148, 15)])
    cv2.polylines(sheet.plane, [np.rint(points * 8).astype(np.int32)], False, 70, 2, cv2.LINE_AA, 3)
    assert walls(sheet) == [(0, 1)]


def test_edges_of_a_cell_that_end_in_its_rails_are_walls():
    sheet = pair()
    sheet.grid([88, 134, 180], [95, 135], width=3)
    assert walls(sheet) == [(0, -1), (0, 1), (1, 1)]


def test_both_sides_of_boxes_with_a_gap_are_found():
    sheet = pair(gap=40)
    for x in (130, 154):
        sheet.line((x, 85), (x, 145))
    assert walls(sheet) == [(0, 1), (0, 1)]


@pytest.mark.parametrize(("top", "bottom"), [(102, 128), (70, 118), (112, 160), (100, 130)])
def test_line_that_does_not_reach_beyond_both_ends_of_the_digits_is_none(top, bottom):
    sheet = pair()
    sheet.line((134, top), (134, bottom))
    assert walls(sheet) == []


def test_slash_is_no_wall():
    sheet = pair(gap=40)
    sheet.line((132, 138), (154, 92), INK, 3)
    assert walls(sheet) == []


def test_digit_one_between_rails_is_no_wall():
    sheet = Sheet()
    sheet.stand(100)
    sheet.bar(136)
    sheet.stand(160)
    for y in (92, 138):
        sheet.line((60, y), (240, y))
    assert walls(sheet) == []


def test_lines_of_squared_paper_are_no_walls():
    sheet = Sheet()
    for place in range(6):
        sheet.stand(60 + 33 * place)
    sheet.grid([20.0 * place for place in range(34)], [20.0 * place for place in range(14)], 170, 1)
    found = find_lines(sheet.plane, sheet.boxes, sheet.dark)
    assert {line.side for line in found} >= {0, 1}
    assert without_paper(found, sheet.boxes) == []


def test_table_on_squared_paper_has_walls():
    sheet = pair()
    sheet.grid([20.0 * place for place in range(34)], [20.0 * place for place in range(14)], 200, 1)
    sheet.line((134, 60), (134, 180), 60, 3)
    assert (0, 1) in walls(sheet)


def test_light_lines_part_light_digits():
    sheet = pair()
    sheet.line((134, 80), (134, 150))
    found = find_lines(255 - sheet.plane, sheet.boxes, [True, True])
    assert [(line.digit, line.side) for line in found] == [(0, 1)]


def test_large_pictures_give_the_same_in_their_pixels():
    sheet = pair()
    sheet.line((134, 80), (134, 150))
    large = cv2.resize(sheet.plane, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    (line,) = find_lines(large, [box.scaled(4) for box in sheet.boxes], sheet.dark)
    assert line.middle == pytest.approx((4 * 134, 4 * 115), abs=8)


@pytest.mark.parametrize("cut", [100, 130])
def test_digits_at_the_edge_of_the_picture_have_no_walls_beyond_it(cut):
    sheet = pair()
    sheet.line((134, 80), (134, 150))
    part = sheet.plane[cut:] if cut < 120 else sheet.plane[:cut]
    shift = cut if cut < 120 else 0
    boxes = [box.__class__(box.x, box.y - shift, box.w, box.h) for box in sheet.boxes]
    assert find_lines(part, boxes, sheet.dark) == []
