"""Tables without lines: blocks of numbers whose columns agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from camdigits.page.tables.layout import Layout, lay_out, lines_of
from camdigits.support.median import median

FAR = 2.6
"""Blocks of rows are further apart than this many usual distances of rows..."""
UNLIKE = 1.6
"""...or than this where their columns differ."""
AGREED = 0.7
"""Heights by which the left, the middle or the right of a column's numbers differ usually."""
MOST, FILLED = 0.7, 0.45
"""Share of a block's numbers that stand in columns that agree, and of its cells that are filled."""
PART = 1.5
"""A number that has a column for itself is part of another that is no further than so many heights.
"""
EVEN = 1.3
"""Factor within which the distances of rows are even, so that a row that is missing shows."""

Values = NDArray[np.float64]
Places = NDArray[np.intp]
Block = tuple[Places, Layout]
"""The places of a table's numbers, and where each is in it."""


def find_aligned(sides: Values, height: float) -> Iterator[Block]:
    """Yield the tables among numbers that stand between no lines.

    A table has two rows and two columns at least that agree.

    Args:
        sides: ``(n, 4)`` left, top, right, bottom of the numbers, straightened.
        height: usual height of a digit.
    """
    if len(sides) < 4:
        return
    rows = lines_of(_middles(sides), height)
    levels = np.array([_middles(sides[rows == row]).mean() for row in range(rows.max() + 1)])
    for first, last in _blocks(sides, rows, levels, height):
        yield from _table(sides, rows, (first, last), levels, height)


def _table(
    sides: Values, rows: Places, span: tuple[int, int], levels: Values, height: float
) -> Iterator[Block]:
    """Yield the table that a block of rows is, if it is one."""
    first, last = span
    while last - first >= 2:
        places = np.flatnonzero((rows >= first) & (rows < last))
        layout = _folded(lay_out(sides[places], height), sides[places], height)
        agreed = _agreed(sides[places], layout, height)
        # What stands above or below a table, such as a page's number, is in no column of it.
        ends = [(first, first + 1), (last - 1, last)]
        loose = [not agreed[(rows[places] >= a) & (rows[places] < b)].any() for a, b in ends]
        if not any(loose):
            break
        first, last = first + int(loose[0]), last - int(loose[1])
    else:
        return
    if _is_table(layout, agreed):
        yield places, _with_missing(layout, levels[first:last])


def _folded(layout: Layout, sides: Values, height: float) -> Layout:
    """Return a layout without the columns of one number that stands close to another's column.

    It is a part of the number there, whose digits stand far apart; it has no cell.
    """
    cells, surplus = layout.cells.copy(), layout.surplus.copy()
    for column in range(layout.columns)[::-1]:
        (inside,) = np.nonzero(cells[:, 1] == column)
        if len(inside) != 1 or layout.rows <= 2:
            continue
        beside = cells[:, 0] == cells[inside[0], 0]
        beside[inside[0]] = False
        gaps = np.maximum(sides[:, 0] - sides[inside[0], 2], sides[inside[0], 0] - sides[:, 2])
        near = np.flatnonzero(beside & (gaps <= PART * height))
        if len(near):
            whole = near[gaps[near].argmin()]
            surplus[inside[0]] = True
            cells[inside[0], 1] = cells[whole, 1]
            cells[:, 1] -= cells[:, 1] > column
    return Layout(cells, surplus, layout.rows, int(cells[:, 1].max()) + 1)


def _agreed(sides: Values, layout: Layout, height: float) -> NDArray[np.bool_]:
    """Return which numbers stand in a column that others stand in likewise."""
    agreed = np.zeros(len(sides), np.bool_)
    for column in range(layout.columns):
        inside = np.flatnonzero(layout.cells[:, 1] == column)
        left, right = sides[inside, 0], sides[inside, 2]
        spread = min(_spread(edge) for edge in (left, right, (left + right) / 2))
        agreed[inside] = len(inside) >= 2 and spread <= AGREED * height
    return agreed


def _spread(edge: Values) -> float:
    return median(np.abs(edge - median(edge)))


def _is_table(layout: Layout, agreed: NDArray[np.bool_]) -> bool:
    rows, columns = layout.cells[agreed].T
    full_rows = sum(np.bincount(rows) >= 2) if len(rows) else 0
    full_columns = sum(np.bincount(columns) >= 2) if len(columns) else 0
    filled = len(agreed) / (layout.rows * layout.columns)
    return bool(full_rows >= 2 and full_columns >= 2 and agreed.mean() >= MOST and filled >= FILLED)


def _blocks(
    sides: Values, rows: Places, levels: Values, height: float
) -> Iterator[tuple[int, int]]:
    """Yield the first row of each block of rows, and the one behind its last."""
    gaps = np.diff(levels)
    if not len(gaps):
        return
    usual = median(gaps)
    first = 0
    for place, gap in enumerate(gaps.tolist(), start=1):
        if gap > FAR * usual or (
            gap > UNLIKE * usual and _differ(sides, rows, (first, place), height)
        ):
            yield first, place
            first = place
    yield first, len(levels)


def _differ(sides: Values, rows: Places, above: tuple[int, int], height: float) -> bool:
    """Say whether rows and those below them have more columns together than either."""
    first, end = above
    parts = [(rows >= first) & (rows < end), rows >= end, rows >= first]
    counts = [lay_out(sides[part], height).columns for part in parts]
    return counts[2] > max(counts[:2])


def _with_missing(layout: Layout, levels: Values) -> Layout:
    """Return a layout with an empty row where rows at even distances leave room for one."""
    gaps = np.diff(levels)
    usual = median(gaps)
    steps = np.maximum(1, np.rint(gaps / usual)).astype(np.intp)
    single = gaps[steps == 1]
    is_even = len(single) >= 2 and single.max() <= EVEN * single.min()
    if not is_even or np.abs(gaps / usual - steps).max() > 0.25:
        return layout
    rows = np.concatenate([[0], np.cumsum(steps)])
    cells = np.column_stack([rows[layout.cells[:, 0]], layout.cells[:, 1]])
    return Layout(cells, layout.surplus, int(rows[-1]) + 1, layout.columns)


def _middles(sides: Values) -> Values:
    middles: Values = (sides[:, 1] + sides[:, 3]) / 2
    return middles
