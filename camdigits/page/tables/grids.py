"""Grids: ruled lines that cross each other, and where they part rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.page.tables.layout import Layout
from camdigits.page.tables.rules import Rules
from camdigits.page.tables.straighten import Straightening

LEVEL = 0.35
"""Heights within which pieces of lines are one line..."""
JOINED = 2.5
"""...if they are no further apart along it."""
COVERED = 0.7
"""Share of a line that was found; strokes of words in several lines are no line."""
LONG = 2.0
"""Heights that a line is long at least."""
MEETS = 0.7
"""Heights by which two lines that cross may miss each other."""
SHARE, PART = 0.4, 0.2
"""Share of a grid's width that a line goes through at least, and one that ends at others."""
INNER = 0.2
"""A line runs through a number if that is within this share of its sides from neither side."""
PIERCED = 0.25
"""A line that runs through more than this share of the numbers beside it is the paper's."""

WRITTEN_OVER = 0.2
"""Share of the numbers of squared paper that stand across its lines at least."""
MANY, FILLED = 60, 0.08
"""Of more cells than this a table fills this share at least."""

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bar:
    """A ruled line of a page that was straightened, level or upright.

    Attributes:
        at: where it is, aside of its direction, in pixels.
        start, end: from where to where it goes along its direction.
    """

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines that hang together.

    Attributes:
        across: level ones, from the top; each has its height, and from where to where it goes.
        down: upright ones, from the left.
    """

    across: tuple[Bar, ...]
    down: tuple[Bar, ...]

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """From where to where it goes: left, top, right, bottom."""
        across, down = self.across, self.down
        return (
            min([*(bar.start for bar in across), *(bar.at for bar in down)]),
            min([*(bar.at for bar in across), *(bar.start for bar in down)]),
            max([*(bar.end for bar in across), *(bar.at for bar in down)]),
            max([*(bar.at for bar in across), *(bar.end for bar in down)]),
        )


def straight_bars(
    rules: Rules, way: Straightening, sides: Values, height: float
) -> tuple[list[Bar], list[Bar]]:
    """Return the lines of a page across and down, without those that run through its numbers.

    Args:
        rules: the pieces of its lines.
        way: how the page is straightened.
        sides: ``(n, 4)`` left, top, right, bottom of its numbers, straightened.
        height: usual height of a digit.
    """
    across = way.moved(rules.across.reshape(-1, 2)).reshape(-1, 4)
    down = way.moved(rules.down.reshape(-1, 2)).reshape(-1, 4)
    level = [Bar((y + y2) / 2, x, x2) for x, y, x2, y2 in across.tolist()]
    upright = [Bar((x + x2) / 2, y, y2) for x, y, x2, y2 in down.tolist()]
    turned = sides[:, [1, 0, 3, 2]]
    return (
        _outside(_joined(level, height), sides, height),
        _outside(_joined(upright, height), turned, height),
    )


def grids_of(across: Sequence[Bar], down: Sequence[Bar], height: float) -> list[Grid]:
    """Return the lines that cross each other, each with all that hangs together with it."""
    slack = MEETS * height
    left_over = set(range(len(down)))
    waiting = set(range(len(across)))
    grids = []
    while waiting:
        levels, uprights, edge = set[int](), set[int](), {min(waiting)}
        while edge:
            levels |= edge
            met = {
                place
                for place in left_over - uprights
                if any(_cross(across[level], down[place], slack) for level in edge)
            }
            uprights |= met
            edge = {
                level
                for level in waiting - levels
                if any(_cross(across[level], down[place], slack) for place in met)
            }
        waiting -= levels
        left_over -= uprights
        if uprights:
            rows, columns = [across[at] for at in levels], [down[at] for at in uprights]
            grids.append(Grid(_framed(rows, columns, slack), _framed(columns, rows, slack)))
    return [grid for grid in grids if grid.across and grid.down]


def _framed(bars: Sequence[Bar], others: Sequence[Bar], slack: float) -> tuple[Bar, ...]:
    """Return the lines that go through a good part of a grid, or from one line to another.

    A stroke of a digit that touches a line does neither.
    """
    width = max(bar.end for bar in bars) - min(bar.start for bar in bars)
    kept = [
        bar
        for bar in bars
        if bar.end - bar.start >= SHARE * width
        or (
            bar.end - bar.start >= PART * width
            and all(
                any(
                    abs(other.at - tip) <= slack
                    and other.start - slack <= bar.at <= other.end + slack
                    for other in others
                )
                for tip in (bar.start, bar.end)
            )
        )
    ]
    return tuple(sorted(kept, key=lambda bar: bar.at))


def edges_of(bars: Sequence[Bar], height: float) -> list[float]:
    """Return where lines part what stands beside them, each place once, in order."""
    edges: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.at):
        if edges and bar.at - _middle(edges[-1]) <= 2 * LEVEL * height:
            edges[-1].append(bar)
        else:
            edges.append([bar])
    return [_middle(group) for group in edges]


def _middle(bars: Sequence[Bar]) -> float:
    lengths = [bar.end - bar.start for bar in bars]
    return float(np.average([bar.at for bar in bars], weights=lengths))


def _joined(bars: Sequence[Bar], height: float) -> list[Bar]:
    """Join the pieces of lines, and leave out what is short even so."""
    groups: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.start):
        for group in groups:
            last = max(group, key=lambda other: other.end)
            near = abs(bar.at - last.at) <= LEVEL * height
            if near and bar.start - last.end <= JOINED * height:
                group.append(bar)
                break
        else:
            groups.append([bar])
    whole = [
        Bar(_middle(group), min(b.start for b in group), max(b.end for b in group))
        for group in groups
    ]
    covered = [sum(bar.end - bar.start for bar in group) for group in groups]
    return [
        bar
        for bar, inked in zip(whole, covered, strict=True)
        if bar.end - bar.start >= LONG * height and inked >= COVERED * (bar.end - bar.start)
    ]


def is_paper(grid: Grid, sides: Values, layout: Layout) -> bool:
    """Say whether lines are those of squared paper: numbers stand across them, or in few cells.

    Args:
        grid: lines that hang together.
        sides: ``(n, 4)`` left, top, right, bottom of the numbers between them, straightened.
        layout: where they are.
    """
    turned = sides[:, [1, 0, 3, 2]]
    pierced = np.zeros(len(sides), np.bool_)
    for bars, own in ((grid.across, sides), (grid.down, turned)):
        for bar in bars:
            pierced |= _pierced(bar, own)
    is_written_over = pierced.sum() >= 2 and pierced.mean() > WRITTEN_OVER
    count = layout.rows * layout.columns
    return bool(is_written_over or (count > MANY and len(sides) < FILLED * count))


def _pierced(bar: Bar, sides: Values) -> Flags:
    """Return the numbers through which a level line runs."""
    left, top, right, bottom = sides.T
    inset = INNER * (bottom - top)
    beside = (right > bar.start) & (left < bar.end)
    pierced: Flags = beside & (bar.at > top + inset) & (bar.at < bottom - inset)
    return pierced


def _outside(bars: Sequence[Bar], sides: Values, height: float) -> list[Bar]:
    """Leave out level lines that run through numbers, such as those between boxes of one number."""
    left, top, right, bottom = sides.T
    kept = []
    for bar in bars:
        beside = (right > bar.start) & (left < bar.end)
        pierced = _pierced(bar, sides)
        near = beside & (np.abs((top + bottom) / 2 - bar.at) < (bottom - top) / 2 + 2 * height)
        if not pierced.any() or pierced.sum() <= PIERCED * near.sum():
            kept.append(bar)
    return kept


def _cross(across: Bar, down: Bar, slack: float) -> bool:
    return (
        across.start - slack <= down.at <= across.end + slack
        and down.start - slack <= across.at <= down.end + slack
    )
