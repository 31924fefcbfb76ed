"""Rows and columns of any numbers: none is lost, no cell holds two, reading order is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdigits.page.tables.layout import Edges, columns_of, lay_out

HEIGHT = 30.0


@st.composite
def scattered(draw: st.DrawFn) -> np.ndarray:
    count = draw(st.integers(1, 30))
    whole = st.integers(0, 900)
    rows = [
        (x, y, x + draw(st.integers(8, 150)), y + draw(st.integers(20, 40)))
        for x, y in (draw(st.tuples(whole, whole)) for _ in range(count))
    ]
    return np.array(rows, np.float64)


edges = st.lists(st.integers(0, 1000), max_size=8).map(
    lambda at: Edges(sorted(at), min(at, default=0) - 20.0, max(at, default=0) + 20.0)
)


@given(scattered(), edges, edges)
def test_every_number_has_one_cell_and_no_cell_two(
    sides: np.ndarray, across: Edges, down: Edges
) -> None:
    layout = lay_out(sides, HEIGHT, across, down)
    kept = layout.cells[~layout.surplus]
    assert len(layout.cells) == len(sides)
    assert len({tuple(cell) for cell in kept.tolist()}) == len(kept)
    assert (layout.cells >= 0).all()
    assert (layout.cells < [layout.rows, layout.columns]).all()
    # What has no cell of its own shares one with a number that has.
    everyone = {tuple(cell) for cell in layout.cells.tolist()}
    assert everyone == {tuple(cell) for cell in kept.tolist()}


@given(
    st.integers(1, 6).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 4), min_size=columns, max_size=columns),
            min_size=1,
            max_size=8,
        )
    ),
    st.sampled_from(["left", "right"]),
)
def test_tables_keep_the_order_of_reading(rows: list[list[int]], side: str) -> None:
    numbers = []
    for row, lengths in enumerate(rows):
        for column, length in enumerate(lengths):
            if length:
                wide, at = 26.0 * length, 200.0 * column
                left = at if side == "left" else at + 120 - wide
                numbers.append((left, 70.0 * row, left + wide, 70.0 * row + HEIGHT))
    if not numbers:
        return
    cells = lay_out(np.array(numbers), HEIGHT).cells.tolist()
    assert cells == sorted(cells)


def spans(*rows: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the spans of the letters of texts, 10 px a letter, and the row of each word."""
    found = [
        (10.0 * at, 10.0 * (at + len(word)), row)
        for row, text in enumerate(rows)
        for at, word in _words(text)
    ]
    table = np.array(found)
    return table[:, :2], table[:, 2].astype(np.intp)


def _words(text: str) -> list[tuple[int, str]]:
    starts = [n for n, sign in enumerate(text) if sign != " " and (n == 0 or text[n - 1] == " ")]
    return [(start, text[start:].split()[0]) for start in starts]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["12  34", "5   6"], [0, 1, 0, 1]),
        (["12    34", " 5     6"], [0, 1, 0, 1]),
        (["123456   7", "9        8"], [0, 1, 0, 1]),
        # The long number reaches over the columns of the rows above.
        (["12   34   56", "1234567   89"], [0, 1, 2, 0, 2]),
        (["12        56", "     34     ", "12   34   56"], [0, 2, 1, 0, 1, 2]),
    ],
)
def test_columns_are_what_numbers_share(rows: list[str], expected: list[int]) -> None:
    assert columns_of(*spans(*rows), height=30.0).tolist() == expected


def test_a_column_that_is_ragged_is_one() -> None:
    found = np.array([[0.0, 20], [30, 50], [200, 220], [200, 220]])
    rows = np.array([0, 1, 0, 1])
    assert columns_of(found, rows, HEIGHT).tolist() == [0, 0, 1, 1]


def test_one_number_read_in_two_parts_makes_no_column() -> None:
    found, rows = spans("1234      9", "567       8", "1  2      7", "3456      6")
    assert columns_of(found, rows, HEIGHT).tolist() == [0, 1, 0, 1, 0, 0, 1, 0, 1]
    sides = np.column_stack([found[:, 0], 60.0 * rows, found[:, 1], 60.0 * rows + HEIGHT])
    layout = lay_out(sides, HEIGHT)
    assert (layout.rows, layout.columns) == (4, 2)
    assert layout.surplus.sum() == 1
