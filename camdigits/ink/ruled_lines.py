"""Ruled lines: long, thin and straight ink is found, and taken out where no stroke crosses it.

Lines are found as runs along one direction that hang together over a long way, so that they may be
tilted and, in perspective, each in its own way; a curve is fitted to each.  Ink on that curve is
taken out unless it goes on across the line, which keeps the strokes that cross it whole.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median

LINE_SHARE = 1 / 16
"""Shortest straight stroke that counts as a ruled line, as a share of the picture's longer side."""
MIN_LINE_PX = 40
RUN_PX = 12
"""Runs along a line that are shorter belong to strokes that cross it."""
MAX_THICKNESS = 1 / 20
"""Thickest line, as a share of its length."""
THICKNESSES = (0.0, 2.5, 5.0, 10.0, 1e9)
"""Lines of alike thickness are taken out together; between these limits, in pixels."""
MAX_BEND_PX = 1.5
"""Mean distance of a line's pixels from the curve fitted to them, beyond half its thickness."""
MAX_SAGITTA = 0.02
"""How far a line bows from the straight, as a share of its length: lenses and loose sheets do."""
MIN_STRAIGHT = 0.7
"""Share of a line's columns that lie on its curve."""
SAMPLES = 64
MAX_LINES = 200

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line from left to right: points on it, ``(n, 2) float64`` x and y, and its thickness."""

    points: NDArray[np.float64]
    thickness: float


def shortest_line_px(shape: tuple[int, ...]) -> int:
    """Return the length from which on a stroke counts as a line, for a picture's shape."""
    return max(MIN_LINE_PX, round(max(shape) * LINE_SHARE))


def remove_lines(ink: Plane) -> Plane | None:
    """Take long straight lines, more or less horizontal or vertical, out of a mask.

    Args:
        ink: ``(height, width) uint8``, ink 255 on 0.

    Returns:
        A mask of the same form, strokes that cross a line kept whole; None if there is no line.
    """
    long_px = shortest_line_px(ink.shape)
    turned = cast(Plane, cv2.transpose(ink))
    across, upright = _find_lines(ink, long_px), _find_lines(turned, long_px)
    if not across and not upright:
        return None
    across_mask, upright_mask = _draw(across, ink.shape), _draw(upright, turned.shape)
    taken = _without_crossings(ink, across, cv2.transpose(upright_mask))
    taken_turned = _without_crossings(turned, upright, cv2.transpose(across_mask))
    lines = cv2.bitwise_or(taken, cv2.transpose(taken_turned))
    return cast(Plane, cv2.bitwise_and(ink, cv2.bitwise_not(lines)))


def _find_lines(ink: Plane, long_px: int) -> list[_Line]:
    """Return the lines that run from left to right."""
    # Thickened, so that the runs of a tilted line are long enough and hang together.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, RUN_PX), np.uint8))
    # Outlines take a tenth of the time that labels of the whole picture do.
    outlines, levels = cv2.findContours(runs, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = [] if levels is None else np.flatnonzero(levels[0, :, 3] < 0).tolist()
    boxes = np.array([cv2.boundingRect(outlines[place]) for place in outer]).reshape(-1, 4)
    order = np.argsort(-boxes[:, 2], kind="stable")[:MAX_LINES]
    lines = []
    for place in order[boxes[order, 2] >= long_px].tolist():
        x, y, w, h = (int(value) for value in boxes[place])
        inside = runs[y : y + h, x : x + w]
        _, labels = cv2.connectedComponentsWithAlgorithm(inside, 8, cv2.CV_32S, cv2.CCL_BBDT)
        column, row = outlines[outer[place]][0, 0]
        own = labels[:, :: max(1, w // SAMPLES)] == labels[row - y, column - x]
        line = _fit(own, w)
        if line is not None:
            lines.append(_Line(line.points + np.array([x, y]), line.thickness))
    return lines


def _fit(pixels: NDArray[np.bool_], width: int) -> _Line | None:
    """Fit a parabola to a component of runs; None if it is not thin and straight.

    Args:
        pixels: a sample of its columns.
        width: how many pixels wide it is.
    """
    counts = pixels.sum(axis=0)
    is_inked = counts > 0
    inked, terms = counts[is_inked], _powers(len(counts))[is_inked]
    # Of the thickened ink; a stroke that runs along with the line for a while does not count.
    thickness = max(1.0, median(inked) - 2)
    if thickness > max(3.0, MAX_THICKNESS * width):
        return None
    middle = np.arange(len(pixels)) @ pixels[:, is_inked] / inked
    good = np.ones(len(terms), np.bool_)
    for _ in range(3):
        if np.count_nonzero(good) < max(4, MIN_STRAIGHT * len(counts)):
            return None
        # The normal equations of so few terms from 0 to 1 are exact enough, and soon solved.
        these = terms[good]
        fitted = np.linalg.solve(these.T @ these, these.T @ middle[good])
        before, good = good, np.abs(terms @ fitted - middle) <= thickness / 2 + MAX_BEND_PX
        if np.array_equal(before, good):
            break
    sagitta_px = abs(fitted[2]) / 4
    is_straight = np.count_nonzero(good) >= MIN_STRAIGHT * len(counts)
    if not is_straight or sagitta_px > MAX_SAGITTA * width + 1:
        return None
    ends = _powers(SAMPLES)
    return _Line(np.stack([ends[:, 1] * (width - 1), ends @ fitted], axis=1), thickness)


@lru_cache(maxsize=256)
def _powers(count: int) -> NDArray[np.float64]:
    """Return 1, x and x squared at so many places from 0 to 1: ``(count, 3)``."""
    return np.vander(np.linspace(0.0, 1.0, count), 3, increasing=True)


def _draw(lines: list[_Line], shape: tuple[int, ...]) -> Plane:
    """Return a mask of the lines, a little thicker than they are."""
    mask = np.zeros(shape[:2], np.uint8)
    for line in lines:
        points = np.rint(line.points).astype(np.int32)[:, None]
        cv2.polylines(mask, [points], False, 255, 2 * int(np.ceil(line.thickness / 2 + 1)) + 1)
    return mask


def _without_crossings(ink: Plane, found: list[_Line], others: Any) -> Plane:
    """Return the part of the lines across that no stroke crosses.

    Args:
        ink: ``(height, width) uint8``, all of it.
        found: the lines across.
        others: mask of the upright lines, which are no strokes.
    """
    result = np.zeros_like(ink)
    strokes = cv2.bitwise_and(ink, cv2.bitwise_not(others))
    for thinner, thickest in itertools.pairwise(THICKNESSES):
        alike = [line for line in found if thinner < line.thickness <= thickest]
        if not alike:
            continue
        reach = 2 * round(max(line.thickness for line in alike)) + 3
        crossing = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((reach, 1), np.uint8))
        free = cv2.bitwise_and(_draw(alike, ink.shape), cv2.bitwise_not(crossing))
        result = cv2.bitwise_or(result, free)  # type: ignore[assignment]
    return result
