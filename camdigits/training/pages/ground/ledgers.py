"""Tables of numbers in narrow cells: score sheets, price lists, log sheets, combs of boxes."""

from __future__ import annotations

import numpy as np

from camdigits.training.pages.ground.cells import Line, Table, comb_words, is_comb_of
from camdigits.training.pages.writing.forms import cell_text
from camdigits.training.pages.writing.layout import Area, Handwriting, Word
from camdigits.training.pages.writing.texts import Writer, number_of


def fill_ledger(
    rng: np.random.Generator, writer: Writer, handwriting: Handwriting, area: Area, wanted: int
) -> Table:
    """Return a table whose cells are hardly wider than what stands in them.

    Args:
        rng: where chance comes from.
        writer: writes what stands in the cells.
        handwriting: gives the size.
        area: (left, top, right, bottom) on the sheet, in pixels.
        wanted: how many digits there are at most, about.
    """
    left, top, right, bottom = area
    is_comb = bool(rng.random() < 0.2)
    row = handwriting.height_px * rng.uniform(1.15, 2.0)
    wide = handwriting.height_px * (rng.uniform(0.9, 1.8) if is_comb else rng.uniform(1.3, 3.2))
    columns = int(np.clip((right - left) // wide, 1, 12))
    rows = 1 if is_comb else int(np.clip((bottom - top) // row, 1, 12))
    x = left + rng.uniform(0.0, 1.0) * max(0.0, right - left - columns * wide)
    y = top + rng.uniform(0.0, 1.0) * max(0.0, bottom - top - rows * row)
    words: dict[int, Word] = {}
    for place in range(columns * rows):
        if sum(len(word.strokes) for word in words.values()) >= wanted:
            break
        if rng.random() < 0.12:
            continue
        word = writer.write("#" if is_comb else cell_text(rng))
        if np.ptp(word.outline()[:, 0]) > 0.96 * wide:
            word = writer.write(number_of(rng, 1, 2 if wide > 1.6 * handwriting.height_px else 1))
        words[place] = _centred(rng, word, (x, y), (wide, row), divmod(place, columns))
    lines = _rulings(rng, (x, y), (wide, row), (columns, rows))
    is_comb = rows == 1 and is_comb_of(words, wide / handwriting.height_px)
    return Table(tuple(comb_words(words) if is_comb else words.values()), tuple(lines))


def _centred(
    rng: np.random.Generator,
    word: Word,
    corner: tuple[float, float],
    cell: tuple[float, float],
    place: tuple[int, int],
) -> Word:
    """Return a word in the cell of a row and column, anywhere in it that it fits."""
    points = word.outline()
    low, high = points.min(axis=0), points.max(axis=0)
    start = np.array(corner) + np.array(cell) * place[::-1]
    room = np.maximum(np.array(cell) - (high - low), 0.0)
    share = np.clip(rng.normal(0.5, 0.2, 2), -0.05, 1.05)
    return word.moved(*(start + share * room - low))


def _rulings(
    rng: np.random.Generator,
    corner: tuple[float, float],
    cell: tuple[float, float],
    count: tuple[int, int],
) -> list[Line]:
    """Return the lines between cells, all or only upright ones, drawn more or less well."""
    (x, y), (wide, high), (columns, rows) = corner, cell, count
    right, bottom = x + columns * wide, y + rows * high
    thick, wobble = int(rng.integers(1, 4)), rng.choice([0.0, 0.0, 0.03]) * wide
    over = rng.uniform(0.0, 0.15) * high

    def near(value: float) -> float:
        return float(value + wobble * rng.normal())

    lines: list[Line] = [
        (near(x + n * wide), y - over, near(x + n * wide), bottom + over, thick)
        for n in range(columns + 1)
    ]
    if rng.random() < 0.8:
        lines += [
            (x - over, near(y + n * high), right + over, near(y + n * high), thick)
            for n in range(rows + 1)
        ]
    return lines
