"""The best line of strokes through each window, from its top to its bottom.

The path of most ink is the shortest path of a dynamic programme, as seams are found by Avidan and
Shamir (2007); here it is taken for a line only if it is about as strong all the way, and straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.page.ruling.windows import BAND, BEYOND, COLUMNS, ROWS, STROKE
from camdigits.support.median import medians

RIM = 2
"""Rows above and below the digits that a line covers at least."""
RIM_WEIGHT = 3.0
"""What these rows count for, against those between the digits."""
FLOOR, TEXTURE, PALE = 6.0, 3.5, 0.18
"""Grey levels that a line is darker than its sides at least, times what is usual around it, and as
a share of the darkest stroke beside it."""
EVEN = 0.4
"""A line is as strong beyond the digits as between them, or at least so much of it."""
STRAY, LEAN = 0.9, 0.3
"""How far a line strays from the straight, in columns, and how far it leans, across over down."""
DARK = 40.0
"""Grey levels from which on darker is no better."""
BEND = 0.12
"""What a step aside costs a path, in rows."""
MIDDLE = 0.3
"""What the strength around a pixel counts for in the choice of a path."""
COVERED, RIM_COVERED = 0.8, 0.65
"""Share of its rows that a line covers at least, and of those beyond the digits."""
FADED, GAP = 0.4, 1
"""A line ends where less than this share of its strength is left for more rows than this."""
RIM_COLUMNS = 1.0
"""Columns that its soft rim takes on either side."""
FULL = 0.75
"""A line is as wide as what has this share of the strength of its middle."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]
Planes = NDArray[np.float32]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

TOP, BOTTOM = BEYOND - RIM, BEYOND + BAND + RIM
"""Rows that a line covers at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Seams:
    """Lines through windows; arrays have a row for each.

    Attributes:
        window: place of the window it was found in.
        columns: ``(n, ROWS)``, where it is in each row.
        first, last: the rows in which it begins and ends.
        strength: mean grey levels by which it is darker than its sides.
        width: in columns.
    """

    window: Places
    columns: Places
    first: Places
    last: Places
    strength: Values
    width: Values


def take_seams(strokes: Plane, floors: Values) -> Seams:
    """Find the best line of each window that has one, and take it out.

    Args:
        strokes: ``(n, ROWS, columns) uint8`` as `Windows.strokes` gives them; the lines that are
            found are set to 0.
        floors: ``(n,)`` as `floors_of` gives them.
    """
    found, core, strength = _best_paths(strokes, floors)
    if not len(found):
        return Seams(found, core, found, found, strength, strength)
    columns = np.empty((len(found), ROWS), np.intp)
    columns[:, TOP:BOTTOM] = core
    own = strokes[found]
    first = _follow(own, columns, range(TOP - 1, -1, -1), FADED * strength)
    last = _follow(own, columns, range(BOTTOM, ROWS), FADED * strength)
    width = _rub_out(own, columns, (first, last))
    strokes[found] = own
    return Seams(found, columns, first, last, strength, width)


def floors_of(strokes: Plane) -> Values:
    """Return how strong a line is at least in each window, in grey levels.

    Args:
        strokes: ``(n, ROWS, columns) uint8``.
    """
    ground = strokes[:, np.r_[0:TOP:3, BOTTOM:ROWS:3], ::2]
    texture = medians(ground.reshape(len(strokes), -1))
    darkest = strokes[:, BEYOND : BEYOND + BAND].max(axis=(1, 2))
    floors: Values = np.maximum(FLOOR, np.maximum(TEXTURE * texture, PALE * darkest))
    return floors


def _best_paths(strokes: Plane, floors: Values) -> tuple[Places, Places, Values]:
    """Return the best line of each window that has one.

    Args:
        strokes: ``(n, ROWS, columns)`` grey levels.
        floors: ``(n,)``, of their lines.

    Returns:
        ``(m,)`` places of windows, ``(m, rows)`` the column of each row from `TOP` on, and
        ``(m,)`` how strong they are.
    """
    near = np.maximum(np.maximum(strokes[:, :, 1:-1], strokes[:, :, 2:]), strokes[:, :, :-2])
    above = near[:, TOP : TOP + RIM].mean(axis=1).max(axis=1, initial=0.0)
    below = near[:, BOTTOM - RIM : BOTTOM].mean(axis=1).max(axis=1, initial=0.0)
    cap = np.minimum(np.minimum(above, below), DARK)
    likely = np.flatnonzero(cap >= floors)
    if not len(likely):
        return likely, np.empty((0, BOTTOM - TOP), np.intp), np.empty(0)
    core = strokes[likely, TOP:BOTTOM].astype(np.float32)
    value = np.minimum(core / np.maximum(cap, 1.0)[likely, None, None], 1.0).astype(np.float32)
    # Of what is as dark the middle: a path is to run along the middle of a thick line.
    middle = cv2.blur(core.reshape(-1, core.shape[2]), (STROKE // 2, 1)).reshape(core.shape)
    columns = _paths(value + middle * np.float32(MIDDLE / 255))
    along = np.take_along_axis(value, columns[:, :, None], axis=2)[:, :, 0]
    dark = np.take_along_axis(core, columns[:, :, None], axis=2)[:, :, 0]
    rims = medians(np.concatenate([dark[:, :RIM], dark[:, -RIM:]], axis=1))
    inner = medians(dark[:, RIM:-RIM])
    strength = np.minimum(inner, rims)
    is_line = along.mean(axis=1) >= COVERED
    for rim in (along[:, :RIM], along[:, -RIM:]):
        is_line &= rim.mean(axis=1) >= RIM_COVERED
    is_line &= rims >= EVEN * inner
    is_line &= (strength >= floors[likely]) & _are_straight(columns)
    return likely[is_line], columns[is_line], strength[is_line].astype(np.float64)


def _are_straight(columns: Places) -> Flags:
    """Mark the paths that neither wander nor lean much: ``(n, rows)`` columns."""
    rows = np.arange(columns.shape[1]) - (columns.shape[1] - 1) / 2
    level = columns.mean(axis=1, keepdims=True)
    slope = ((columns - level) @ rows / (rows @ rows))[:, None]
    stray = np.sqrt(((columns - level - slope * rows) ** 2).mean(axis=1))
    # A row is `COLUMNS` / `BAND` columns high.
    is_straight: Flags = (stray <= STRAY) & (np.abs(slope[:, 0]) * BAND / COLUMNS <= LEAN)
    return is_straight


def _paths(value: Planes) -> Places:
    """Return the path of most value through each window, from its first row to its last.

    Args:
        value: ``(n, rows, columns)``, what each pixel is worth.

    Returns:
        ``(n, rows)``, the column at each row.
    """
    count, rows, width = value.shape
    weight = np.ones(rows, np.float32)
    weight[:RIM] = weight[-RIM:] = RIM_WEIGHT
    total = value[:, 0] * weight[0]
    steps = np.zeros((rows, count, width), np.int8)
    beside = np.full((3, count, width), -np.inf, np.float32)
    for row in range(1, rows):
        beside[0] = total
        beside[1, :, 1:] = total[:, :-1] - np.float32(BEND)
        beside[2, :, :-1] = total[:, 1:] - np.float32(BEND)
        best = beside.argmax(axis=0)
        steps[row] = np.array([0, -1, 1], np.int8)[best]
        total = beside.max(axis=0) + value[:, row] * weight[row]
    columns = np.zeros((count, rows), np.intp)
    every = np.arange(count)
    columns[:, -1] = total.argmax(axis=1) if count else 0
    for row in range(rows - 1, 0, -1):
        columns[:, row - 1] = columns[:, row] + steps[row, every, columns[:, row]]
    return columns


def _follow(strokes: Plane, columns: Places, rows: range, least: Values) -> Places:
    """Follow lines on beyond the rows where they are known, and return where they end.

    Args:
        strokes: ``(n, ROWS, columns)`` grey levels.
        columns: ``(n, ROWS)``; those of `rows` are set.
        rows: one after the other, away from where the lines are known.
        least: ``(n,)`` grey levels of a line that goes on.
    """
    every = np.arange(len(columns))
    step = rows.step
    column = columns[:, rows.start - step].copy()
    end = np.full(len(columns), rows.start - step)
    goes_on = np.ones(len(columns), np.bool_)
    widest = strokes.shape[2] - 1
    for row in rows:
        beside = np.clip(column[:, None] + np.array([0, -1, 1]), 0, widest)
        dark = strokes[every[:, None], row, beside]
        best = dark.argmax(axis=1)
        is_dark = dark[every, best] >= least
        goes_on &= is_dark | (np.abs(row - step - end) < GAP)
        column = np.where(is_dark & goes_on, beside[every, best], column)
        end[is_dark & goes_on] = row
        columns[:, row] = column
    return end


def _rub_out(strokes: Plane, columns: Places, ends: tuple[Places, Places]) -> Values:
    """Take lines out, so that the next ones are found, and return how wide they are, in columns.

    Args:
        strokes: ``(n, ROWS, columns)`` grey levels.
        columns: ``(n, ROWS)``, where the lines are.
        ends: ``(n,)``, their first row and last.
    """
    widest = strokes.shape[2] - 1
    rows = np.arange(ROWS)
    is_line = (rows >= ends[0][:, None]) & (rows <= ends[1][:, None])
    middle = np.take_along_axis(strokes, columns[:, :, None], axis=2)[:, :, 0]
    width = np.ones(len(columns))
    reach = {}
    for side in (-1, 1):
        # Between the digits: beyond them there may be rails.
        is_full = np.ones((len(columns), BAND), np.bool_)
        full = np.zeros(len(columns))
        for away in range(1, STROKE):
            beside = np.clip(columns + side * away, 0, widest)[:, BEYOND : BEYOND + BAND, None]
            dark = np.take_along_axis(strokes[:, BEYOND : BEYOND + BAND], beside, axis=2)[:, :, 0]
            is_full &= dark >= FULL * middle[:, BEYOND : BEYOND + BAND]
            full += is_full.mean(axis=1)
        width += full
        reach[side] = np.rint(full) + RIM_COLUMNS
    for away in range(-STROKE, STROKE + 1):
        is_own = is_line & (np.abs(away) <= reach[1 if away > 0 else -1])[:, None]
        beside = np.clip(columns + away, 0, widest)[:, :, None]
        dark = np.take_along_axis(strokes, beside, axis=2)[:, :, 0]
        rest = np.where(is_own, 0, dark).astype(np.uint8)
        np.put_along_axis(strokes, beside, rest[:, :, None], axis=2)
    return width
