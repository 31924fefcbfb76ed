"""Rows and columns of the numbers of one table, between its lines and by how they are aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median

ROW_GAP = 0.5
"""Heights between the middles of two numbers from which on they are in two rows."""
STRAY, CLOSEST = 0.4, 0.85
"""...or, where that is more, this share of the usual distance of lines, but no more than so many
heights: numbers do not stand closer below each other.
"""
SHRUNK = 0.15
"""Heights by which numbers of neighbouring columns may overlap."""
ALONE = 0.8
"""Columns nearer than this many heights, of which no row has both, are one that is ragged."""
RULE = 0.3
"""Share of the cells of a row or column that hold several numbers if it is in fact several."""
THIN = 0.7
"""An empty band between two lines that is thinner, in heights, is none: a double line."""
OPEN = 0.6
"""Share of the usual width that lines reach beyond the last one across them, where a table has no
outer line and an empty cell ends it."""
ON_LINE = 0.25
"""A number that stands on a line in its middle part, so much of its side, is in a merged cell."""

Values = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the numbers of a table are.

    Attributes:
        cells: ``(n, 2)``, row and column of each number, from 0.  None is there twice but those of
            `surplus`.
        surplus: ``(n,)``, numbers that have no cell of their own: another one has it.
        rows, columns: how many there are.
    """

    cells: Places
    surplus: Flags
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Edges:
    """What parts the rows or the columns of a table.

    Attributes:
        at: where lines are, in order.
        start, end: from where to where the lines across them go.
    """

    at: Sequence[float] = ()
    start: float = 0.0
    end: float = 0.0


NO_EDGES = Edges()


def lay_out(
    sides: Values, height: float, across: Edges = NO_EDGES, down: Edges = NO_EDGES
) -> Layout:
    """Return the row and the column of each number.

    What lines do not part is parted by where it stands: several numbers between two lines are as
    many rows or columns.

    Args:
        sides: ``(n, 4)`` left, top, right, bottom of the numbers, straightened, at least one.
        height: usual height of a digit.
        across: what parts rows.
        down: what parts columns.
    """
    left, top, right, bottom = sides.T
    bands = _bands((top + bottom) / 2, bottom - top, across)
    slabs = _bands((left + right) / 2, right - left, down)
    lines = _lines_in(bands, slabs, (top + bottom) / 2, height)
    rows, row_count = _numbered(bands, lines, across, height)
    ranks = _ranks_in(slabs, rows, sides, height)
    columns, column_count = _numbered(slabs, ranks, down, height)
    cells = np.column_stack([rows, columns])
    return Layout(cells, _surplus(cells, right - left), row_count, column_count)


def _surplus(cells: Places, widths: Values) -> Flags:
    """Return which numbers share a cell with a wider one."""
    surplus = np.zeros(len(cells), np.bool_)
    taken = set[tuple[int, int]]()
    for place in np.argsort(-widths, kind="stable").tolist():
        row, column = cells[place].tolist()
        surplus[place] = (row, column) in taken
        taken.add((row, column))
    return surplus


def _bands(middles: Values, sizes: Values, edges: Edges) -> Places:
    """Return between which lines each number stands: 0 is before the first one."""
    at = np.asarray(edges.at, np.float64)
    bands = np.searchsorted(at, middles)
    if len(at):
        # In the middle of two cells that were merged; it is told of the first one.
        before = np.minimum(np.searchsorted(at, middles - ON_LINE * sizes), bands)
        is_merged = np.searchsorted(at, middles + ON_LINE * sizes) > before
        bands = np.where(is_merged, before, bands)
    return bands.astype(np.intp)


def _lines_in(bands: Places, slabs: Places, middles: Values, height: float) -> Places:
    """Return in which line of its band each number stands, from 0."""
    lines = np.zeros(len(bands), np.intp)
    for band in set(bands.tolist()):
        inside = np.flatnonzero(bands == band)
        names = sorted(set(slabs[inside].tolist()))
        spreads = [np.ptp(middles[inside[slabs[inside] == slab]]) for slab in names]
        if _is_rule(sum(spread > ROW_GAP * height for spread in spreads), len(names)):
            lines[inside] = lines_of(middles[inside], height)
    return lines


def _is_rule(count: int, total: int) -> bool:
    """Say whether several numbers between two lines are the rule in a row or column.

    One that is read as two parts, or a speck, makes no row or column of its own.
    """
    return RULE * total <= count and (count >= 2 or 2 * count >= total > 0)


def lines_of(middles: Values, height: float) -> Places:
    """Return the line of each number, from 0: a gap between middles parts them.

    Where lines are far apart, numbers of one may stray further.
    """
    lines = _parted_at(middles, ROW_GAP * height)
    gaps = np.diff([middles[lines == line].mean() for line in range(lines.max() + 1)])
    if len(gaps) < 2:
        return lines
    least = min(STRAY * median(gaps), CLOSEST * height)
    return _parted_at(middles, least) if least > ROW_GAP * height else lines


def _parted_at(middles: Values, least: float) -> Places:
    """Return the line of each number: it begins so far below the mean of the line before."""
    lines = np.zeros(len(middles), np.intp)
    group: list[float] = []
    line = 0
    for place in np.argsort(middles, kind="stable").tolist():
        if group and middles[place] - float(np.mean(group)) > least:
            line, group = line + 1, []
        group.append(float(middles[place]))
        lines[place] = line
    return lines


def _ranks_in(slabs: Places, rows: Places, sides: Values, height: float) -> Places:
    """Return in which column of its slab each number stands, from 0."""
    ranks = np.zeros(len(slabs), np.intp)
    for slab in set(slabs.tolist()):
        inside = np.flatnonzero(slabs == slab)
        counts = np.bincount(rows[inside])
        if _is_rule(int((counts >= 2).sum()), int((counts >= 1).sum())):
            ranks[inside] = columns_of(sides[inside][:, [0, 2]], rows[inside], height)
    return ranks


def columns_of(spans: Values, rows: Places, height: float) -> Places:
    """Return the column of each number by how they are aligned, from 0.

    None is there twice in a row, unless that is so rare that one number was read in two parts.

    Args:
        spans: ``(n, 2)`` left and right of the numbers, straightened.
        rows: ``(n,)``, the row of each.
        height: usual height of a digit.
    """
    groups = [part for group in _overlapping(spans, height) for part in _parted(group, spans, rows)]
    columns = np.zeros(len(spans), np.intp)
    for column, group in enumerate(_ragged_joined(groups, spans, rows, height)):
        columns[group] = column
    return columns


def _overlapping(spans: Values, height: float) -> list[list[int]]:
    """Return the numbers between gutters, from the left: what no number reaches over parts."""
    groups: list[list[int]] = []
    end = -np.inf
    for place in np.argsort(spans[:, 0], kind="stable").tolist():
        shrunk = min(SHRUNK * height, 0.25 * float(spans[place, 1] - spans[place, 0]))
        if spans[place, 0] + shrunk >= end:
            groups.append([])
        groups[-1].append(place)
        end = max(end, float(spans[place, 1]) - shrunk)
    return groups


def _parted(group: list[int], spans: Values, rows: Places) -> list[list[int]]:
    """Part numbers that are no column, since a row has several of them.

    The row that has most shows where columns are; of the others each number goes to the one that
    it fits best, in order.
    """
    by_row: dict[int, list[int]] = {}
    for place in sorted(group, key=lambda place: float(spans[place].sum())):
        by_row.setdefault(int(rows[place]), []).append(place)
    fullest = max(by_row.values(), key=len)
    several = sum(len(row) > 1 for row in by_row.values())
    if not several or (len(by_row) > 2 and not _is_rule(several, len(by_row))):
        return [group]
    columns = [[place] for place in fullest]
    for _ in range(2):
        models = [spans[column].mean(axis=0) for column in columns]
        columns = [[] for _ in fullest]
        for row in by_row.values():
            for place, column in zip(row, _fitted(spans[row], models), strict=True):
                columns[column].append(place)
    return [column for column in columns if column]


def _fitted(spans: Values, models: Sequence[Values]) -> list[int]:
    """Return the column of each number of a row, rising, at the least distance in all."""
    apart = spans[:, None] - np.array(models)
    # By its left, its right or its middle.
    cost = np.minimum(np.abs(apart).min(axis=2), np.abs(apart.mean(axis=2)))
    count, width = cost.shape
    best = np.full((count + 1, width + 1), np.inf)
    best[0] = 0.0
    for number in range(1, count + 1):
        for column in range(number, width + 1):
            taken = best[number - 1, column - 1] + cost[number - 1, column - 1]
            best[number, column] = min(best[number, column - 1], taken)
    chosen, column = [], width
    for number in range(count, 0, -1):
        while best[number, column] == best[number, column - 1]:
            column -= 1
        column -= 1
        chosen.append(column)
    return chosen[::-1]


def _ragged_joined(
    groups: list[list[int]], spans: Values, rows: Places, height: float
) -> list[list[int]]:
    """Join columns that stand close and never in one row: numbers of one column that is ragged."""
    joined: list[list[int]] = []
    for group in groups:
        if joined:
            gap = spans[group, 0].min() - spans[joined[-1], 1].max()
            own, before = set(rows[group].tolist()), set(rows[joined[-1]].tolist())
            if gap <= ALONE * height and not own & before:
                joined[-1] = joined[-1] + group
                continue
        joined.append(group)
    return joined


def _numbered(bands: Places, places: Places, edges: Edges, height: float) -> tuple[Places, int]:
    """Return rows or columns numbered through all bands, the empty ones counted, and how many."""
    numbered = np.zeros(len(bands), np.intp)
    total = 0
    widths = np.diff([edges.start, *edges.at, edges.end]) if edges.at else np.zeros(1)
    inner = widths[1:-1][widths[1:-1] >= THIN * height].tolist()
    usual = median(inner) if inner else 2 * height
    for band in range(len(edges.at) + 1):
        inside = np.flatnonzero(bands == band)
        if len(inside):
            distinct = sorted(set(places[inside].tolist()))
            numbered[inside] = [total + distinct.index(place) for place in places[inside].tolist()]
            total += len(distinct)
        else:
            is_inner = 0 < band < len(edges.at)
            least = THIN * height if is_inner else max(THIN * height, OPEN * usual)
            total += int(widths[band] >= least)
    return numbered, total
