"""Combs among the walls of a page: strips of equal boxes with one digit in each.

Whether digits in neighbouring boxes are one number or several the boxes alone do not say.  A strip
stands for itself: its edges end above and below it, its boxes are equal and about as wide as a
digit, and it has outer edges.  A table's edges go on through the rows above and below, or stand
there again, and somewhere its cells hold numbers of several digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camdigits.page.ruling.lines import Line
from camdigits.page.ruling.windows import followers_of
from camdigits.support.median import median
from camdigits.types import Box

MAX_REACH = 0.95
"""How far a strip's edges reach above and below its digits, in their heights."""
CELL_WIDTH = (0.7, 2.1)
"""Width of a box, in heights of its digits."""
EVENNESS = 1.25
"""Factor between the widths of two boxes of a strip."""
MAX_APART = 0.5
"""Widest gap between two boxes of a strip, as a share of their width."""
MANY, FEW_APART = 4, 0.25
"""From so many digits on one outer edge is enough; fewer boxes stand closer together."""
CLOSE = 0.4
"""Strips of a grid lie closer above each other than this share of their height."""
ALIGNED = 0.15
"""How far the edges of a grid are off, as a share of the width of a cell."""
SLACK_PX = 2.0
"""Pixels by which two equal boxes differ."""


def find_combs(
    lines: Sequence[Line],
    boxes: Sequence[Box],
    is_blank: Callable[[Box], bool] = lambda cell: True,
) -> list[tuple[Box, ...]]:
    """Return the cells of each comb, from left to right.

    Args:
        lines: walls of the page.
        boxes: of its digits.
        is_blank: says whether nothing stands in a part of the page, which may lie beyond it in
            part.
    """
    if not lines:
        return []
    rights: dict[int, list[Line]] = {}
    lefts: dict[int, list[Line]] = {}
    for line in lines:
        (rights if line.side > 0 else lefts).setdefault(line.digit, []).append(line)
    sides = np.array([box.as_list() for box in boxes], np.float64)
    combs = []
    for row in _rows(followers_of(sides).tolist()):
        edges = [lefts.get(row[0], []), *(rights.get(place, []) for place in row)]
        between = [_Edge.of(each) for each in edges]
        for start, end in _strips(between):
            run = row[start:end]
            strip = between[start : end + 1]
            cells = _cells(strip, [boxes[place] for place in run])
            if not cells or _is_in_grid(cells, run, lines):
                continue
            if all(is_blank(cell) for cell in _unread(strip[:: len(strip) - 1], cells)):
                combs.append(cells)
    return combs


@dataclass(frozen=True, slots=True)
class _Edge:
    """What stands between two digits: one line, or the sides of two boxes with a gap between.

    Attributes:
        start, end: x of the first line and of the last, in pixels.
        lines: from left to right; empty where the edge is only inferred.
    """

    start: float
    end: float
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Edge | None:
        """Return the edge that lines make; None if there are none."""
        if not lines:
            return None
        ordered = sorted(lines, key=lambda line: line.middle[0])
        return cls(ordered[0].middle[0], ordered[-1].middle[0], tuple(ordered))


def _rows(follower: list[int]) -> list[list[int]]:
    """Return the digits row by row, from left to right."""
    rows = []
    followed: set[int] = set()
    for first in sorted(set(range(len(follower))) - set(follower)):
        row = [first]
        while (place := follower[row[-1]]) >= 0 and place not in followed:
            followed.add(place)
            row.append(place)
        rows.append(row)
    return rows


def _strips(edges: list[_Edge | None]) -> list[tuple[int, int]]:
    """Return where strips of equal cells begin and end in a row of digits.

    One edge that was not found is inferred from those beside it.

    Args:
        edges: left of the first digit, between every two, and right of the last; edges that are
            inferred are added.
    """
    known = list(pairwise(edges))
    widths = [b.start - a.end for a, b in known if a is not None and b is not None]
    if not widths:
        return []
    usual = _commonest(widths)
    for place in range(1, len(edges) - 1):
        before, after = edges[place - 1], edges[place + 1]
        if edges[place] is None and before is not None and after is not None:
            span = after.start - before.end
            if abs(span / 2 - usual) <= (EVENNESS - 1) / 2 * usual:
                middle = (before.end + after.start) / 2
                edges[place] = _Edge(middle, middle)
    strips, start = [], 0
    for place in range(1, len(edges)):
        edge = edges[place]
        if place == len(edges) - 1 or edge is None or edge.end - edge.start > MAX_APART * usual:
            if place - start > 1:
                strips.append((start, place))
            start = place
    return strips


def _commonest(widths: Sequence[float]) -> float:
    """Return the width that most others are near to."""
    values = np.array(widths)
    near = np.abs(np.log(np.maximum(np.divide.outer(values, values), 1e-3))) < np.log(EVENNESS)
    return median(values[near[near.sum(axis=1).argmax()]])


def _cells(edges: list[_Edge | None], boxes: list[Box]) -> tuple[Box, ...]:
    """Return the boxes of a strip; none if its edges are not those of one.

    Args:
        edges: left of the first digit, between every two, and right of the last.
        boxes: of the digits.
    """
    inner = [line for edge in edges[1:-1] if edge is not None for line in edge.lines]
    if not inner:
        return ()
    height = median([line.height for line in inner])
    if any(median([line.reach[side] for line in inner]) > MAX_REACH for side in (0, 1)):
        return ()
    sides = [(before, after) for before, after in pairwise(edges)]
    widths = [after.start - before.end for before, after in sides if before and after]
    if not widths or len(widths) < len(boxes) - (len(boxes) >= MANY):
        return ()
    usual = median(widths)
    is_even = max(widths) <= EVENNESS * min(widths) + SLACK_PX
    gaps = [edge.end - edge.start for edge in edges[1:-1] if edge and edge.lines]
    is_even &= max(gaps) - min(gaps) <= (EVENNESS - 1) * usual + SLACK_PX
    is_even &= len(boxes) >= MANY or max(gaps) <= FEW_APART * usual
    if not is_even or not CELL_WIDTH[0] * height <= usual <= CELL_WIDTH[1] * height:
        return ()
    cells = []
    for (before, after), box in zip(sides, boxes, strict=True):
        left = before.end if before else after.start - usual if after else box.x
        right = after.start if after else left + usual
        top, bottom = box.y - height / 2, box.bottom + height / 2
        cells.append(Box(round(left), round(top), max(1, round(right - left)), round(bottom - top)))
    return tuple(cells)


def _unread(ends: list[_Edge | None], cells: tuple[Box, ...]) -> list[Box]:
    """Return the cells of a row right before and behind a strip in which no digit was read.

    Args:
        ends: what stands between the strip and the digits before and behind it.
        cells: of the strip.
    """
    unread = []
    for edge, beside in zip(ends, (cells[0], cells[-1]), strict=True):
        if edge is not None and 0.6 * beside.w < edge.end - edge.start < 2.6 * beside.w:
            x, wide = round(edge.start), max(1, round(edge.end - edge.start))
            unread.append(Box(x, beside.y + beside.h // 4, wide, max(1, beside.h // 2)))
    return unread


def _is_in_grid(cells: tuple[Box, ...], run: list[int], lines: Sequence[Line]) -> bool:
    """Say whether the edges of a strip stand again right above or below it."""
    own = [line for line in lines if line.digit in run]
    level, height = median([line.middle[1] for line in own]), median([line.height for line in own])
    tall = height * (1 + sum(median([line.reach[side] for line in own]) for side in (0, 1)))
    usual = median([cell.w for cell in cells])
    edges = np.array([edge for cell in cells for edge in (cell.x, cell.right)], np.float64)
    aligned = 0
    for line in lines:
        if line.digit in run:
            continue
        apart = abs(line.middle[1] - level)
        is_near = 0.5 * tall < apart < (1 + CLOSE) * tall
        if is_near and np.abs(edges - line.middle[0]).min() < ALIGNED * usual:
            aligned += 1
    return aligned >= max(2, len(cells) // 2)
