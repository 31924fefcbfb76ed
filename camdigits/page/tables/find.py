"""Finds the tables of a page, and the cell in which each of its numbers stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from camdigits.page.tables.aligned import Block, find_aligned
from camdigits.page.tables.grids import Grid, edges_of, grids_of, is_paper, straight_bars
from camdigits.page.tables.layout import Edges, Layout, lay_out
from camdigits.page.tables.rules import Rules, find_rules, without_strokes
from camdigits.page.tables.straighten import Straightening, straighten
from camdigits.support.median import median
from camdigits.types import Digit, Number

BESIDE = 0.5
"""A number belongs to a grid if its middle is no further outside than so many heights."""
ENOUGH_LINKS = 8
"""Pairs of digits that tell the slope of rows."""
SHARED = 0.5
"""Confidence of numbers that share a cell at most: they may be parts of one."""

Plane = NDArray[np.uint8]
Places = NDArray[np.intp]
Values = NDArray[np.float64]
Sizes = tuple[tuple[int, int], ...]


def find_tables(
    gray: Plane,
    numbers: Sequence[Number],
    is_light: bool = False,
    rules: Rules | None = None,
) -> tuple[tuple[Number, ...], Sizes]:
    """Return the numbers of a page with their cells, and the size of each table.

    Rows and columns are parted by ruled lines where lines cross, else by how numbers are aligned.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        numbers: of the page, in reading order, boxes in its pixels.
        is_light: the ink is lighter than its ground.
        rules: its ruled lines; None finds them.

    Returns:
        The numbers, in the same order, `Number.cell` set for those in a table; and (rows, columns)
        of each table, in the order of their first numbers.  Of numbers in one cell the widest has
        it, the others none, and all are in doubt.
    """
    if len(numbers) < 2:
        return tuple(numbers), ()
    digits = [digit for number in numbers for digit in number.digits]
    height = median([digit.box.h for digit in digits])
    boxes = np.array([number.box.as_list() for number in numbers], np.float64)
    if rules is None:
        rules = find_rules(gray, boxes, height, is_light)
    rules = without_strokes(rules, boxes, height)
    blocks = sorted(
        _blocks(boxes, rules, height, _slope(numbers)), key=lambda block: int(block[0].min())
    )
    placed = list(numbers)
    for table, (places, layout) in enumerate(blocks):
        shared = {tuple(cell) for cell in layout.cells[layout.surplus].tolist()}
        for at, place in enumerate(places.tolist()):
            row, column = layout.cells[at].tolist()
            number = placed[place]
            if (row, column) in shared:
                number = replace(number, confidence=min(number.confidence, SHARED))
            cell = None if layout.surplus[at] else (table, row, column)
            placed[place] = replace(number, cell=cell)
    return tuple(placed), tuple((layout.rows, layout.columns) for _, layout in blocks)


def _blocks(boxes: Values, rules: Rules, height: float, slope: float | None) -> Iterator[Block]:
    way = straighten(rules, boxes, height, slope)
    free = np.ones(len(boxes), np.bool_)
    for places, _, layout in ruled_grids(boxes, rules, way, height):
        free[places] = False
        yield places, layout
    rest = np.flatnonzero(free)
    for places, layout in find_aligned(straight_sides(boxes, way)[rest], height):
        yield rest[places], layout


def straight_sides(boxes: Values, way: Straightening) -> Values:
    """Return left, top, right, bottom of boxes ``(n, 4)`` where they are straightened."""
    half = boxes[:, 2:] / 2
    middles = way.moved(boxes[:, :2] + half)
    return np.column_stack([middles - half, middles + half])


def ruled_grids(
    boxes: Values, rules: Rules, way: Straightening, height: float
) -> Iterator[tuple[Places, Grid, Layout]]:
    """Yield the ruled tables of a page: the places of what stands in each, its lines, its layout.

    Args:
        boxes: ``(n, 4)``, x, y, w, h of what stands on the page, in pixels.
        rules: its ruled lines.
        way: how it is straightened.
        height: usual height of a digit.
    """
    sides = straight_sides(boxes, way)
    middles = (sides[:, :2] + sides[:, 2:]) / 2
    across, down = straight_bars(rules, way, sides, height)
    free = np.ones(len(boxes), np.bool_)
    grids = grids_of(across, down, height)
    for grid in sorted(grids, key=lambda grid: -len(grid.across) * len(grid.down)):
        places = np.flatnonzero(free & _inside(middles, grid, height))
        layout = _ruled(sides[places], grid, height) if len(places) else None
        if layout is not None:
            free[places] = False
            yield places, grid, layout


def _ruled(sides: Values, grid: Grid, height: float) -> Layout | None:
    """Return where numbers stand between lines; None if those part nothing, or are paper's."""
    left, top, right, bottom = grid.sides
    rows, columns = edges_of(grid.across, height), edges_of(grid.down, height)
    layout = lay_out(sides, height, Edges(rows, top, bottom), Edges(columns, left, right))
    slabs = {*np.searchsorted(columns, (sides[:, 0] + sides[:, 2]) / 2).tolist()}
    bands = {*np.searchsorted(rows, (sides[:, 1] + sides[:, 3]) / 2).tolist()}
    # Lines across and a margin's line are those of writing paper.
    is_closed = 0 not in slabs and len(columns) not in slabs
    is_table = len(slabs) > 1 or (len(bands) > 1 and is_closed)
    return layout if is_table and not is_paper(grid, sides, layout) else None


def _inside(middles: Values, grid: Grid, height: float) -> NDArray[np.bool_]:
    left, top, right, bottom = grid.sides
    slack = BESIDE * height
    x, y = middles.T
    inside: NDArray[np.bool_] = (
        (x >= left - slack) & (x <= right + slack) & (y >= top - slack) & (y <= bottom + slack)
    )
    return inside


def _slope(numbers: Sequence[Number]) -> float | None:
    """Return the slant of the rows as the digits of numbers show it; None if too few do."""
    slopes = [_rise(*pair) for number in numbers for pair in pairwise(number.digits)]
    return median(slopes) if len(slopes) >= ENOUGH_LINKS else None


def _rise(left: Digit, right: Digit) -> float:
    (x, y), (next_x, next_y) = left.box.center, right.box.center
    return (next_y - y) / max(1.0, next_x - x)
