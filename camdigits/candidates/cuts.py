"""Cuts: ink of several digits that touch, taken apart in every way that costs little ink.

A cut is a path from the top to the bottom that crosses as little ink as it can, and may lean and
bend on its way: the drop-fall cuts of Congedo, Dimauro, Impedovo and Pirlo (1995) as the shortest
path of a dynamic programme, as seams are found by Avidan and Shamir (2007).  Which of the pieces
are digits is for the classifier to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import average

ROWS = 32
"""Height that ink is brought to before cuts are looked for."""
LEAN_COST = 0.06
"""What a step aside costs, in pixels of full ink."""
MIN_APART = 0.14
"""Smallest distance between two cuts, as a share of the height."""
MAX_INK = 2.4
"""Ink that a cut crosses at most, in stroke widths."""
MIN_WIDTH, MAX_WIDTH = 0.18, 1.1
"""Width of a piece, as a share of the height of all the ink."""
MIN_HEIGHT = 0.45
"""Height of a piece, as a share of the height of all the ink."""
MIN_PART = 0.12
"""Smallest part of a piece that is kept, as a share of the piece's ink."""
MAX_CUTS = 24
MIN_LINE = 1.8
"""Width over height from which on ink may be a line of writing that is not level..."""
MIN_FALL = 0.3
"""...if it falls or rises by this share of its height."""

Plane = NDArray[np.uint8]
Path = NDArray[np.intp]


def cut_apart(ink: Plane, stroke_px: float) -> Iterator[tuple[int, int, Plane]]:
    """Yield the pieces that ink can be cut into, in every combination of neighbouring cuts.

    Args:
        ink: ``(height, width) uint8``, 255 where there is ink, else 0.
        stroke_px: width of its strokes in pixels.

    Yields:
        Column and row of a piece's top left corner, and its ``(h, w) uint8`` ink.
    """
    fall = _fall(ink)
    if fall is None:
        yield from _cut_level(ink, stroke_px)
        return
    lowest = int(fall.max())
    top, level = _moved(ink, lowest - fall)
    for x, y, piece in _cut_level(level, stroke_px):
        here = fall[x : x + piece.shape[1]]
        highest = int(here.min())
        below, moved = _moved(piece, here - highest)
        yield x, top + y + below + highest - lowest, moved


def _fall(ink: Plane) -> Path | None:
    """Return how far each column of a line of writing lies below the highest; None if it is level.

    A long line that goes up or down a little is much higher than its digits.
    """
    height, width = ink.shape
    if width < MIN_LINE * height:
        return None
    weight = ink.sum(axis=0, dtype=np.float64)
    middle = (np.arange(height) @ ink.astype(np.float64)) / np.maximum(weight, 1)
    columns = np.flatnonzero(weight)
    slope, _ = np.polyfit(columns, middle[columns], 1)
    if abs(slope) * width < MIN_FALL * height:
        return None
    fall: Path = np.rint(slope * np.arange(width)).astype(np.intp)
    return fall - fall.min()  # type: ignore[no-any-return]


def _moved(ink: Plane, down: Path) -> tuple[int, Plane]:
    """Move each column down by so many rows; return the first row that has ink, and from there."""
    height, width = ink.shape
    moved = np.zeros((height + int(down.max()), width), np.uint8)
    rows, columns = np.nonzero(ink)
    moved[rows + down[columns], columns] = ink[rows, columns]
    _, y, _, filled = cv2.boundingRect(moved)
    return y, moved[y : y + filled]


def _cut_level(ink: Plane, stroke_px: float) -> Iterator[tuple[int, int, Plane]]:
    """Yield the pieces of a level line of writing; see `cut_apart`."""
    height, width = ink.shape
    scale = ROWS / height
    small = average(ink, (max(3, round(width * scale)), ROWS))
    paths = _cuts(small, stroke_px * scale)
    rows = np.minimum((np.arange(height) * scale).astype(np.intp), ROWS - 1)
    edges = [
        np.zeros(height, np.intp),
        *(np.rint((path[rows] + 0.5) / scale).astype(np.intp) for path in paths),
        np.full(height, width, np.intp),
    ]
    means = [float(edge.mean()) for edge in edges]
    starts, ends = [int(edge.min()) for edge in edges], [int(edge.max()) for edge in edges]
    known: set[tuple[int, int, int, int]] = set()
    for left, right in itertools.combinations(range(len(edges)), 2):
        is_all = (left, right) == (0, len(edges) - 1)
        wide = means[right] - means[left]
        if is_all or not MIN_WIDTH * height <= wide <= MAX_WIDTH * height:
            continue
        start = starts[left]
        columns = np.arange(start, ends[right])
        inside = (columns >= edges[left][:, None]) & (columns < edges[right][:, None])
        piece = _tidy(ink[:, start : start + len(columns)] * inside)
        if piece is None or piece[2].shape[0] < MIN_HEIGHT * height:
            continue
        found = (piece[0] + start, piece[1], *piece[2].shape)
        if found not in known:
            known.add(found)
            yield found[0], found[1], piece[2]


def _cuts(small: Plane, stroke: float) -> list[Path]:
    """Return the cuts from left to right: of each the column in every row."""
    cost = small.astype(np.float32) / np.float32(255)
    down, up = _cheapest(cost), _cheapest(cost[::-1])[::-1]
    middle = ROWS // 2
    total = down[middle] + up[middle] - cost[middle]
    apart = max(2, round(MIN_APART * ROWS))
    places: list[int] = []
    for place in np.argsort(total, kind="stable"):
        if total[place] > MAX_INK * max(stroke, 1.0) or len(places) == MAX_CUTS:
            break
        is_inside = apart <= place < small.shape[1] - apart
        if is_inside and all(abs(place - other) >= apart for other in places):
            places.append(int(place))
    return _trace(down, up, np.array(sorted(places), np.intp))


def _cheapest(cost: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for every pixel what the cheapest path from the top to it costs."""
    total = cost.copy()
    padded = np.full(cost.shape[1] + 2, np.inf, np.float32)
    for row in range(1, len(cost)):
        padded[1:-1] = total[row - 1]
        aside = np.minimum(padded[:-2], padded[2:]) + np.float32(LEAN_COST)
        total[row] += np.minimum(padded[1:-1], aside)
    return total


def _trace(down: NDArray[np.float32], up: NDArray[np.float32], places: Path) -> list[Path]:
    """Follow the cheapest paths through columns of the middle row to the top and the bottom."""
    paths = np.empty((len(places), ROWS), np.intp)
    paths[:, ROWS // 2] = places
    for totals, rows in ((down, range(ROWS // 2 - 1, -1, -1)), (up, range(ROWS // 2 + 1, ROWS))):
        nearest = _cheapest_nearby(totals)
        column = places
        for row in rows:
            column = nearest[row][column]
            paths[:, row] = column
    return list(paths)


def _cheapest_nearby(totals: NDArray[np.float32]) -> Path:
    """Return for every pixel the column, its own or one beside it, whose path is cheapest."""
    beside = np.pad(totals, ((0, 0), (1, 1)), constant_values=np.inf) + np.float32(LEAN_COST)
    costs = np.stack([beside[:, :-2], totals, beside[:, 2:]])
    nearest: Path = costs.argmin(axis=0) + np.arange(-1, totals.shape[1] - 1)
    return nearest


def _tidy(piece: Plane) -> tuple[int, int, Plane] | None:
    """Drop specks that a cut left over and cut the rest out; None if nothing is left."""
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        piece, 8, cv2.CV_32S, cv2.CCL_BBDT
    )
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0
    keep = areas >= max(1.0, MIN_PART * areas.sum())
    if not keep.any():
        return None
    if keep.sum() < len(keep) - 1:
        piece = (keep.astype(np.uint8) * np.uint8(255))[labels]
    x, y, w, h = cv2.boundingRect(piece)
    return x, y, np.ascontiguousarray(piece[y : y + h, x : x + w])
