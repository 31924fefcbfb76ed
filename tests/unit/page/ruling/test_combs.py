"""A strip of equal boxes with a digit each is a comb; tables and grids are none."""

from __future__ import annotations

from itertools import pairwise

import pytest

from camdigits.page.choose import Detection
from camdigits.page.ruling.combs import find_combs
from camdigits.page.ruling.lines import find_lines, without_paper
from camdigits.page.ruling.search import find_ruling
from tests.support.cells import DIGIT_WH, Sheet, add_strip, strip


def comb_lengths(sheet: Sheet) -> list[int]:
    lines = without_paper(find_lines(sheet.plane, sheet.boxes, sheet.dark), sheet.boxes)
    return sorted(len(cells) for cells in find_combs(lines, sheet.boxes))


def test_no_lines_make_no_comb():
    assert find_combs([], []) == []


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("pitch", [30.0, 36.0, 45.0, 54.0])  # 1.0 to 1.8 of the digits' height
def test_eight_boxes_are_a_comb(pitch, width):
    assert comb_lengths(strip(8, pitch, width=width)) == [8]


@pytest.mark.parametrize("grey", [60, 130, 185])
def test_pale_boxes_are_a_comb(grey):
    assert comb_lengths(strip(8, grey=grey)) == [8]


@pytest.mark.parametrize("filled", [5, 6, 7])
def test_empty_boxes_at_the_end_do_not_matter(filled):
    assert comb_lengths(strip(8, filled=filled)) == [filled]


def test_cells_lie_between_the_edges():
    sheet = strip(4, 40.0)
    lines = find_lines(sheet.plane, sheet.boxes, sheet.dark)
    (cells,) = find_combs(lines, sheet.boxes)
    assert [cell.x for cell in cells] == pytest.approx([50, 90, 130, 170], abs=2)
    assert [cell.w for cell in cells] == pytest.approx([40] * 4, abs=3)
    for cell, box in zip(cells, sheet.boxes, strict=True):
        assert box.clipped(cell) == box


def test_boxes_with_gaps_are_a_comb():
    sheet = Sheet()
    for place in range(6):
        left = 50.0 + 48 * place
        sheet.grid([left, left + 38], [92, 142])
        sheet.stand(round(left + 19 - DIGIT_WH[0] / 2), 102)
    assert comb_lengths(sheet) == [6]


def test_box_left_empty_in_between_parts_a_comb():
    sheet = strip(9)
    sheet.boxes.pop(4)
    assert comb_lengths(sheet) == [4, 4]


def test_row_with_something_unread_between_digits_is_no_comb():
    sheet = strip(9)
    sheet.boxes.pop(4)
    found = [Detection(box, ()) for box in sheet.boxes]  # type: ignore[arg-type]
    assert find_ruling(sheet.plane, found).combs == ()
    sheet.plane[95:135, 50 + 4 * 40 + 6 : 50 + 5 * 40 - 5] = 230
    assert [len(comb.cells) for comb in find_ruling(sheet.plane, found).combs] == [4, 4]


def test_one_edge_that_is_not_seen_is_inferred():
    sheet = strip(8)
    sheet.plane[85:145, 50 + 3 * 40 - 3 : 50 + 3 * 40 + 4] = 230
    assert comb_lengths(sheet) == [8]


def test_two_strips_apart_are_two_combs():
    sheet = strip(8)
    add_strip(sheet, 6, y=200)
    assert comb_lengths(sheet) == [6, 8]


def test_rows_that_share_their_edges_are_a_grid():
    sheet = Sheet()
    for y in (60, 110, 160):
        add_strip(sheet, 6, tall=50.0, y=y)
    assert comb_lengths(sheet) == []


def test_rows_of_boxes_right_above_each_other_are_a_grid():
    sheet = Sheet()
    for y in (60, 114, 168):
        add_strip(sheet, 6, tall=46.0, y=y)
    assert comb_lengths(sheet) == []


def test_row_under_a_row_of_headings_is_no_comb():
    sheet = strip(6)
    sheet.grid([50.0 + 40 * place for place in range(7)], [40, 90])
    assert comb_lengths(sheet) == []


def test_row_with_a_number_of_two_digits_is_no_comb():
    sheet = Sheet()
    sheet.grid([50, 110, 170, 230], [90, 140])
    for x in (60, 84, 130, 178, 202):
        sheet.stand(x)
    assert comb_lengths(sheet) == []


def test_cells_of_unequal_width_are_no_comb():
    sheet = Sheet()
    edges = [50.0, 90.0, 150.0, 190.0, 250.0]
    sheet.grid(edges, [90, 140])
    for left, right in pairwise(edges):
        sheet.stand(round((left + right) / 2) - 11)
    assert comb_lengths(sheet) == []


def test_wide_cells_are_no_comb():
    assert comb_lengths(strip(5, 80.0)) == []


def test_line_between_digits_without_boxes_is_no_comb():
    sheet = Sheet()
    for place in range(4):
        sheet.stand(60 + 40 * place)
    for place in range(3):
        sheet.line((91 + 40 * place, 85), (91 + 40 * place, 145))
    assert comb_lengths(sheet) == []


def ticked(count: int, filled: int, pitch: int = 40, tick: int = 10, rail: int = 140) -> Sheet:
    """A rail with ticks, and digits from 100 to 130 over it."""
    sheet = Sheet()
    sheet.line((50, rail), (50 + count * pitch, rail))
    for place in range(count + 1):
        x = 50 + place * pitch
        sheet.line((x, rail - tick), (x, rail))
    for place in range(filled):
        sheet.stand(50 + place * pitch + (pitch - DIGIT_WH[0]) // 2)
    return sheet


def lengths_of_ruling(sheet: Sheet) -> list[int]:
    found = [Detection(box, ()) for box in sheet.boxes]  # type: ignore[arg-type]
    return [len(comb.cells) for comb in find_ruling(sheet.plane, found).combs]


@pytest.mark.parametrize("pitch", [34, 40, 52])
@pytest.mark.parametrize("filled", [6, 8])
def test_places_between_ticks_are_a_comb(pitch, filled):
    assert lengths_of_ruling(ticked(8, filled, pitch)) == [filled]


def test_rail_without_ticks_is_no_comb():
    assert lengths_of_ruling(ticked(8, 8, tick=0)) == []


def test_uprights_that_go_on_are_no_ticks():
    sheet = ticked(8, 8)
    for place in range(9):
        sheet.line((50 + 40 * place, 140), (50 + 40 * place, 160))
    assert lengths_of_ruling(sheet) == []
