"""The ruling of a page: walls that keep digits apart, and combs that hold one number.

A wall is a line that stands between two digits and crosses the line they are written on: a ruled
line, the edge of a cell or of a box.  A comb is a strip of equal boxes with one digit in each, as
forms have it for student numbers, dates and postal codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from camdigits.types import Box, Digit

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright line.

    Attributes:
        points: (x, y) from its top to its bottom, at least two, in pixels of the picture that
            was searched.
        thickness: in pixels, above 0.
    """

    points: tuple[tuple[float, float], ...]
    thickness: float


@dataclass(frozen=True, slots=True)
class Comb:
    """A strip of boxes, a digit in each.

    Attributes:
        cells: from left to right, in pixels of the picture that was searched.
    """

    cells: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What stands between the digits of a page.

    Attributes:
        walls: in no particular order; those between the cells of combs are among them.
        combs: in no particular order.
    """

    walls: tuple[Wall, ...] = ()
    combs: tuple[Comb, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """What a ruling says of each two digits; row left and column right digit.

    Attributes:
        apart: ``(n, n)``, a wall stands between them: they are of two numbers.
        joined: ``(n, n)``, they stand in neighbouring cells of a comb: they are of one number.
            None of these is apart.
    """

    apart: Flags
    joined: Flags

    @classmethod
    def of(cls, digits: Sequence[Digit], ruling: Ruling) -> Borders:
        """Return the borders between the digits of a page.

        Args:
            digits: of the page, in any order.
            ruling: of the page, in the same pixels.
        """
        cells = _cells(digits, ruling.combs)
        joined = (cells[:, None, 0] == cells[None, :, 0]) & (cells[:, None, 0] >= 0)
        joined &= cells[None, :, 1] - cells[:, None, 1] == 1
        return cls(_parted(digits, ruling.walls) & ~joined & ~joined.T, joined)


BordersOf = Callable[[Sequence[Digit]], Borders]
"""Tells the borders between some of the digits of a page."""


def _parted(digits: Sequence[Digit], walls: Sequence[Wall]) -> Flags:
    """Say where the way from the middle of one digit to that of another crosses a wall."""
    middles = np.array([digit.box.center for digit in digits], np.float64).reshape(-1, 2)
    crossed = np.zeros((len(middles), len(middles)), np.bool_)
    for wall in walls:
        points = np.array(wall.points, np.float64)
        near = _near(middles, points)
        if len(near) < 2:
            continue
        for start, end in pairwise(points):
            crossed[np.ix_(near, near)] |= _crossed(middles[near], start, end)
    return crossed


def _near(middles: Values, wall: Values) -> Places:
    """Return the places of the digits that stand beside a wall, neither above nor below it."""
    _, top = wall.min(axis=0)
    _, bottom = wall.max(axis=0)
    # The way between two digits may rise or fall by as much as the wall is high.
    margin = bottom - top
    is_beside = (middles[:, 1] >= top - margin) & (middles[:, 1] <= bottom + margin)
    return np.flatnonzero(is_beside)


def _crossed(points: Values, start: Values, end: Values) -> Flags:
    """Return between which points the way crosses a segment: ``(n, n)``."""
    along = end - start
    side = along[0] * (points[:, 1] - start[1]) - along[1] * (points[:, 0] - start[0])
    first, step = points[:, None], points[None, :] - points[:, None]
    from_start, from_end = (
        step[..., 0] * (tip[1] - first[..., 1]) - step[..., 1] * (tip[0] - first[..., 0])
        for tip in (start, end)
    )
    crossed: Flags = (np.multiply.outer(side, side) < 0) & (from_start * from_end <= 0)
    return crossed


def _cells(digits: Sequence[Digit], combs: Sequence[Comb]) -> Places:
    """Return which comb each digit stands in, and in which of its cells: ``(n, 2)``, or -1.

    Where two stand in one cell, neither counts.
    """
    cells = np.full((len(digits), 2), -1, np.intp)
    middles = [digit.box.center for digit in digits]
    for number, comb in enumerate(combs):
        for place, cell in enumerate(comb.cells):
            inside = [digit for digit, point in enumerate(middles) if _holds(cell, point)]
            if len(inside) == 1:
                cells[inside[0]] = number, place
    return cells


def _holds(cell: Box, point: tuple[float, float]) -> bool:
    return cell.x <= point[0] < cell.right and cell.y <= point[1] < cell.bottom
