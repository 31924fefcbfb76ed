"""Rows and columns of a page are those of its lines, else those of its numbers."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.page.tables.find import SHARED, find_tables
from tests.support.tables import INK, LINE, PAPER, TablePage, cells_of, tables_of

XS = [100, 300, 480, 700, 900]
YS = [100, 190, 280, 370, 460, 550]
ROWS = ["12 345 6 78", "901 . 23 4567", "8 90 . .", ". 12 345 67", "890 1 2345 6"]


def ruled(rows: list[str] | None = None, *, outer: bool = True) -> TablePage:
    page = TablePage()
    page.fill(rows or ROWS, XS, YS)
    page.grid(XS, YS, outer=outer)
    return page


def aligned(rows: list[str] | None = None) -> TablePage:
    page = TablePage()
    page.fill(rows or ROWS, XS, YS)
    return page


@pytest.mark.parametrize("count", [0, 1])
def test_a_page_without_two_numbers_has_no_table(count: int) -> None:
    page = TablePage()
    for _ in range(count):
        page.write("7", 200, 200)
    assert find_tables(page.plane, page.numbers) == (tuple(page.numbers), ())


def test_cells_are_those_between_lines() -> None:
    assert tables_of(ruled()) == [ROWS]


def test_lines_around_a_table_may_be_missing() -> None:
    assert tables_of(ruled(outer=False)) == [ROWS]


def test_pale_lines_part_cells() -> None:
    page = ruled()
    page.plane[page.plane == LINE] = PAPER - 40
    assert tables_of(page) == [ROWS]


def test_light_ink_on_a_dark_ground_is_parted_by_light_lines() -> None:
    page = ruled()
    numbers, sizes = find_tables(255 - page.plane, page.numbers, is_light=True)
    assert sizes == ((5, 4),)
    assert all(number.cell for number in numbers)


@pytest.mark.parametrize("degrees", [-6, -3, 3, 6])
@pytest.mark.parametrize("fan", [0.0, 0.05])
def test_a_page_may_lie_askew(degrees: float, fan: float) -> None:
    assert tables_of(ruled().turned(degrees, fan)) == [ROWS]


def test_empty_rows_and_columns_between_lines_are_there() -> None:
    rows = [". . . .", "12 . 5 .", ". . . .", "34 . 6 .", ". . . ."]
    assert tables_of(ruled(rows)) == [rows]


def test_a_number_in_merged_cells_stands_in_the_first_of_them() -> None:
    page = TablePage()
    page.write("20", 320, 145)  # above two columns, whose line begins below
    page.fill(["1 2 3", "4 5 6", "7 8 9"], [100, 300, 480, 700], YS[1:5])
    page.grid([100, 300, 480, 700], [190, 280, 370, 460])
    page.line(100, 100, 700, 100)
    for x in (100, 480, 700):
        page.line(x, 100, x, 190)
    assert tables_of(page) == [["20 . .", "1 2 3", "4 5 6", "7 8 9"]]


def test_double_lines_hold_no_row() -> None:
    page = ruled()
    page.line(100, 199, 900, 199)
    assert tables_of(page) == [ROWS]


def test_numbers_below_each_other_between_two_lines_are_rows() -> None:
    page = TablePage()
    page.fill(ROWS, XS, YS)
    page.grid(XS, [100, 550])
    assert tables_of(page) == [ROWS]


def test_a_second_number_in_a_cell_makes_no_column_and_is_in_doubt() -> None:
    page = ruled()
    page.write("3", 130, 145)
    numbers, sizes = find_tables(page.plane, page.numbers)
    assert sizes == ((5, 4),)
    parts = [each for each in numbers if each.box.right < 300 and each.box.y < 190]
    assert {number.text: number.cell for number in parts} == {"12": (0, 0, 0), "3": None}
    assert all(number.confidence == SHARED for number in parts)
    assert all(number.confidence == 0.99 for number in numbers if number not in parts)


def test_two_tables_are_two() -> None:
    page = TablePage()
    upper, lower = ["1 2", "3 4"], ["5 67 8", ". 90 1", "2 3 4"]
    page.fill(upper, [100, 250, 400], [60, 150, 240])
    page.grid([100, 250, 400], [60, 150, 240])
    page.fill(lower, [300, 500, 700, 900], [400, 500, 600, 700])
    page.grid([300, 500, 700, 900], [400, 500, 600, 700])
    assert tables_of(page) == [upper, lower]


def test_tables_side_by_side_are_two() -> None:
    page = TablePage()
    left, right = ["1 2", "3 4", "5 6"], ["7 8", "9 0", "1 2"]
    for rows, xs in ((left, [100, 250, 400]), (right, [700, 850, 1000])):
        page.fill(rows, xs, YS[:4])
        page.grid(xs, YS[:4])
    assert tables_of(page) == [left, right]


def test_a_grid_of_single_digits_has_a_digit_in_each_cell() -> None:
    xs, ys = list(range(100, 641, 60)), list(range(100, 641, 60))
    rng = np.random.default_rng(3)
    rows = [" ".join(rng.choice(list("123456789..."), 9)) for _ in range(9)]
    page = TablePage()
    page.fill(rows, xs, ys, inset=20)
    page.grid(xs, ys)
    assert tables_of(page) == [rows]


def test_lines_of_squared_paper_are_no_table() -> None:
    rows = ["12 345 67 78", "901 11 23 4567", "81 90 32 76", "44 12 345 67", "890 1 2345 6"]
    page = aligned(rows)
    for at in range(5, 1200, 37):
        page.line(at, 0, at, 899)
        page.line(0, at, 1199, at)
    assert tables_of(page) == [rows]


def test_lines_to_write_on_and_a_margin_are_no_table() -> None:
    page = TablePage()
    for text, x, y in (("12", 300, 145), ("7", 420, 145), ("345", 800, 235), ("6", 640, 415)):
        page.write(text, x, y)
    for y in range(70, 890, 90):
        page.line(0, y, 1199, y)
    page.line(120, 0, 120, 899)
    assert tables_of(page) == []


def test_boxes_of_one_number_are_no_table() -> None:
    page = TablePage()
    page.write("20471", 300, 200)
    page.write("8", 300, 400)
    edges = [178 + 26 * n - 1 for n in range(6)]
    page.grid([x - 3 for x in edges], [180, 220])
    assert tables_of(page) == []


@pytest.mark.parametrize("degrees", [-4, 0, 4])
def test_numbers_without_lines_stand_in_the_columns_that_they_share(degrees: float) -> None:
    assert tables_of(aligned().turned(degrees)) == [ROWS]


def test_a_row_that_is_missing_between_even_ones_is_empty() -> None:
    rows = ["1 2 3 4", "5 6 7 8", "9 1 2 3"]
    page = TablePage()
    page.fill(rows[:2], XS, YS)
    page.fill(rows[2:], XS, YS[3:])
    page.fill(["4 5 6 7"], XS, YS[4:])
    assert tables_of(page) == [[*rows[:2], ". . . .", rows[2], "4 5 6 7"]]


def test_a_number_above_a_table_is_none_of_it() -> None:
    page = aligned()
    page.write("17", 1150, 30)
    assert tables_of(page) == [ROWS]
    assert cells_of(page)["17"] is None


@pytest.mark.parametrize(
    "rows", [["1 2 3 4"], ["1 . . .", "2 . . .", "3 . . ."], ["1 . . .", ". 2 . .", ". . 3 ."]]
)
def test_one_row_or_column_is_no_table(rows: list[str]) -> None:
    assert tables_of(aligned(rows)) == []


def test_numbers_strewn_in_text_are_no_table() -> None:
    page, rng = TablePage(), np.random.default_rng(5)
    for y in range(60, 860, 80):
        x = 150
        while (x := x + int(rng.integers(120, 600))) < 1150:
            page.write(str(rng.integers(1, 999)), x, y)
    assert tables_of(page) == []


def test_lists_whose_rows_disagree_are_no_table() -> None:
    page = TablePage()
    for x, start in ((200, 80), (420, 117)):
        for row in range(8):
            page.write(f"{row}{row + 1}", x, start + 75 * row)
    assert tables_of(page) == []


def test_what_is_not_ink_stays_as_it_was() -> None:
    page = ruled()
    before = page.plane.copy()
    numbers, _ = find_tables(page.plane, page.numbers)
    assert (page.plane == before).all()
    assert [number.text for number in numbers] == [number.text for number in page.numbers]
    assert INK < PAPER
