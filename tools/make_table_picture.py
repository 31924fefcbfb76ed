"""Makes the picture of a table that was read: the page with its labels, and the table beside it.

    python tools/make_table_picture.py --data mnist.npz docs/pictures/table.jpg

The digits are those of MNIST that no training saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import picture_tool
from numpy.typing import NDArray

from camdigits import Recognizer, annotate
from camdigits.drawing.text import INK, PAPER, put_mask, text_mask
from camdigits.errors import DataError
from camdigits.training.data.dataset import load_dataset
from camdigits.training.pages import render_page
from camdigits.types import Reading

Image = NDArray[np.uint8]

SIZE_WH = 640, 400
CELL_WH = 76, 34
TEXT_PX = 17
GAP_PX = 24
LINE = 150


def cells_of(reading: Reading) -> dict[tuple[int, int], str]:
    """Return the texts of the first table by row and column."""
    placed = [(number.cell, number.text) for number in reading.numbers if number.cell is not None]
    return {(row, column): text for (table, row, column), text in placed if table == 0}


def sheet(cells: dict[tuple[int, int], str], shape: tuple[int, int], height: int) -> Image:
    """Return a table as a spreadsheet shows it, in the middle of a strip of some height."""
    rows, columns = shape
    wide, high = CELL_WH
    drawn = np.full((height, columns * wide + 2 * GAP_PX, 3), PAPER, np.uint8)
    top = max(0, (height - rows * high) // 2)
    for row in range(rows + 1):
        at = top + row * high
        cv2.line(drawn, (GAP_PX, at), (GAP_PX + columns * wide, at), (LINE,) * 3, 1)
    for column in range(columns + 1):
        at = GAP_PX + column * wide
        cv2.line(drawn, (at, top), (at, top + rows * high), (LINE,) * 3, 1)
    for (row, column), text in cells.items():
        mask = text_mask(text, TEXT_PX)
        x = GAP_PX + column * wide + (wide - mask.shape[1]) // 2
        y = top + row * high + (high - mask.shape[0]) // 2
        put_mask(drawn, mask, (x, y), INK)
    return drawn


def make(data: Path, seed: int) -> Image:
    """Return the picture.

    Raises:
        DataError: if no table is found on the page of this seed.
    """
    digits = load_dataset(data).test
    page = render_page(np.random.default_rng(seed), digits.images, digits.labels, "ledger", SIZE_WH)
    reading = Recognizer().read(page.image)
    if not reading.tables:
        raise DataError(f"the page of seed {seed} has no table; name another seed")
    shown = annotate(page.image, reading)
    return np.hstack([shown, sheet(cells_of(reading), reading.tables[0], len(shown))])


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the picture, and return the exit code."""
    return picture_tool.run(make, 15, __doc__, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
