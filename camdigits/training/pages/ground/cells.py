"""Tables, sudoku grids and boxes with digits in them, and the lines that make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.writing.drawing import project
from camdigits.training.pages.writing.layout import Area, Handwriting, Word
from camdigits.training.pages.writing.texts import Writer, letters_text, number_of

FloatImage = NDArray[np.float32]
Line = tuple[float, float, float, float, int]
"""Ends of a line on the sheet, x, y, x, y, and its thickness in pixels of the picture."""


LEAST_IN_COMB = 3
"""Digits of a comb at least; two boxes may be a table of two columns."""
WIDEST_IN_COMB = 2.1
"""Width of a comb's cells at most, in heights of the digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What stands in cells, and their lines."""

    words: tuple[Word, ...]
    lines: tuple[Line, ...]


def fill_table(
    rng: np.random.Generator, writer: Writer, handwriting: Handwriting, area: Area, wanted: int
) -> Table:
    """Return a grid, partly filled, or boxes around digits or numbers.

    Args:
        rng: where chance comes from.
        writer: writes what stands in the cells.
        handwriting: gives the size.
        area: (left, top, right, bottom) on the sheet, in pixels.
        wanted: how many cells are filled at most.
    """
    if rng.random() < 0.25:
        return _boxed_numbers(rng, writer, handwriting, area, wanted)
    left, top, right, bottom = area
    side = handwriting.height_px / rng.uniform(0.42, 0.98)
    wide = side * (1.0 if rng.random() < 0.6 else rng.uniform(0.8, 2.2))
    columns = int(np.clip((right - left) // wide, 1, 14))
    rows = int(np.clip((bottom - top) // side, 1, 14))
    is_sudoku = columns >= 9 and rows >= 9 and rng.random() < 0.6
    if is_sudoku:
        columns = rows = 9
    elif rng.random() < 0.3:
        rows = min(rows, int(rng.integers(1, 3)))
    x = left + rng.uniform(0.0, 1.0) * max(0.0, right - left - columns * wide)
    y = top + rng.uniform(0.0, 1.0) * max(0.0, bottom - top - rows * side)
    thin = int(rng.integers(1, 4))
    thick = thin + int(rng.integers(1, 4)) if is_sudoku or rng.random() < 0.2 else thin
    lines = _grid((x, y), (wide, side), (columns, rows), (thin, thick))
    if rng.random() < 0.15:
        lines = _apart((x, y), (wide, side), (columns, rows), thin)
    filled = rng.permutation(columns * rows)[:wanted]
    if rng.random() < 0.3:
        filled = np.arange(min(wanted, columns * rows))
    words = {
        n: _in_cell(
            rng, writer, (x + (n % columns) * wide, y + (n // columns) * side), (wide, side)
        )
        for n in filled.tolist()
    }
    is_comb = rows == 1 and is_comb_of(words, wide / handwriting.height_px)
    return Table(tuple(comb_words(words) if is_comb else words.values()), tuple(lines))


def is_comb_of(words: Mapping[int, Word], width: float) -> bool:
    """Return whether a strip of cells is a comb: narrow, with one digit in each that is filled.

    Args:
        words: by the column that they stand in.
        width: of a cell, in heights of the digits.
    """
    is_single = all(len(word.strokes) == len(word.digits) == 1 for word in words.values())
    return len(words) >= LEAST_IN_COMB and is_single and width <= WIDEST_IN_COMB


def comb_words(words: Mapping[int, Word]) -> list[Word]:
    """Return the digits of a comb from left to right, each behind that in the cell before it."""
    joined: dict[int, Word] = {}
    for column in sorted(words):
        joined[column] = replace(words[column], before=joined.get(column - 1))
    return list(joined.values())


def _in_cell(
    rng: np.random.Generator, writer: Writer, corner: tuple[float, float], cell: tuple[float, float]
) -> Word:
    """Return what stands in one cell: mostly a digit, now and then a number, letter or sign."""
    chance = rng.random()
    if chance < 0.08:
        text = letters_text(rng)[:1]
    else:
        text = number_of(rng, 1, 1 if chance < 0.85 or cell[0] < 1.3 * cell[1] else 3)
    written = writer.write(text)
    points = written.outline()
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    room = np.maximum(np.array(cell) - np.ptp(points, axis=0), 0.1 * np.array(cell))
    place = np.array(corner) + np.array(cell) / 2.0 + room * rng.normal(0.0, 0.22, 2)
    return written.moved(*(place - middle))


def _grid(
    corner: tuple[float, float],
    cell: tuple[float, float],
    count: tuple[int, int],
    thickness: tuple[int, int],
) -> list[Line]:
    """Return the lines of a grid, every third one and the border thick."""
    (x, y), (wide, high), (columns, rows) = corner, cell, count
    right, bottom = x + columns * wide, y + rows * high
    lines: list[Line] = []
    for n in range(columns + 1):
        at, width = x + n * wide, thickness[n % 3 == 0 or n == columns]
        lines.append((at, y, at, bottom, width))
    for n in range(rows + 1):
        at, width = y + n * high, thickness[n % 3 == 0 or n == rows]
        lines.append((x, at, right, at, width))
    return lines


def _apart(
    corner: tuple[float, float], cell: tuple[float, float], count: tuple[int, int], thickness: int
) -> list[Line]:
    """Return the lines of separate boxes, one a cell."""
    inset = 0.04 * min(cell)
    lines: list[Line] = []
    for column in range(count[0]):
        for row in range(count[1]):
            left, top = corner[0] + column * cell[0] + inset, corner[1] + row * cell[1] + inset
            right, bottom = left + cell[0] - 2 * inset, top + cell[1] - 2 * inset
            lines += _box(left, top, right, bottom, thickness)
    return lines


def _box(left: float, top: float, right: float, bottom: float, thickness: int) -> list[Line]:
    return [
        (left, top, right, top, thickness),
        (right, top, right, bottom, thickness),
        (right, bottom, left, bottom, thickness),
        (left, bottom, left, top, thickness),
    ]


def _boxed_numbers(
    rng: np.random.Generator, writer: Writer, handwriting: Handwriting, area: Area, wanted: int
) -> Table:
    """Return numbers with a frame around each."""
    words: list[Word] = []
    lines: list[Line] = []
    thickness = int(rng.integers(1, 6))
    y = area[1] + 1.5 * handwriting.height_px
    while y < area[3] - 0.8 * handwriting.height_px:
        x = area[0] + rng.uniform(0.3, 2.0) * handwriting.height_px
        while wanted > 0:
            text = number_of(rng, 1, 5) if rng.random() < 0.9 else letters_text(rng)
            written = writer.write(text).moved(x, y)
            low, high = written.outline().min(axis=0), written.outline().max(axis=0)
            pads = rng.uniform(0.08, 0.6, 4) * handwriting.height_px
            if high[0] + pads[2] > area[2]:
                break
            words.append(written)
            box = low[0] - pads[0], low[1] - pads[1], high[0] + pads[2], high[1] + pads[3]
            lines += _box(*box, thickness)
            wanted -= len(written.strokes)
            x = box[2] + rng.uniform(0.6, 2.5) * handwriting.height_px
        y += rng.uniform(2.2, 3.2) * handwriting.height_px
    return Table(tuple(words), tuple(lines))


def draw_lines(
    lines: tuple[Line, ...], homography: NDArray[np.float64], size_wh: tuple[int, int]
) -> FloatImage:
    """Return the part of each pixel that lines cover: ``(height, width) float32``, 0 to 1."""
    canvas = np.zeros((size_wh[1], size_wh[0]), np.uint8)
    if lines:
        points = np.round(line_ends(lines, homography) * 16).astype(np.int64)
        for (start, end), line in zip(points, lines, strict=True):
            cv2.line(canvas, start.tolist(), end.tolist(), 255, line[4], cv2.LINE_AA, 4)
    return np.asarray(canvas, np.float32) / np.float32(255.0)


def line_ends(lines: tuple[Line, ...], homography: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where lines begin and end in the picture: ``(n, 2, 2) float64``, (x, y) each."""
    if not lines:
        return np.zeros((0, 2, 2))
    ends = np.array([line[:4] for line in lines]).reshape(-1, 2)
    return project(homography, ends).reshape(-1, 2, 2)
