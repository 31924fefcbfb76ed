"""What tables hold: the cells of a picture, as they are written to files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import cv2

from camdigits.support.context_manager import Closeable
from camdigits.types import DOUBT, Box, Frame, Number, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

SURE = 0.8
"""Numbers that are less sure are to be looked at."""
PICTURE_HEIGHT_PX, PICTURE_WIDTH_PX = 48, 480
"""Height of the pictures of numbers, and their width at most."""
MARGIN = 0.3
"""Share of a number's height that its picture shows around it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in its cell.

    Attributes:
        text: as it was written, ``?`` for a digit in doubt.
        value: what it amounts to; None if that is no integer or decimal without doubt.
        confidence: 0 to 1.
        picture: of the number, a PNG; empty unless the number is to be looked at.
    """

    text: str
    value: Decimal | None
    confidence: float
    picture: bytes = b""

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody should look at it."""
        return DOUBT in self.text or self.confidence < SURE


Grid = tuple[tuple[Cell | None, ...], ...]
"""The rows of a table, all as long; None where no number stands."""


@dataclass(frozen=True, slots=True)
class TablePage:
    """The tables of one picture; can be pickled.

    Attributes:
        source: the picture's name, and of a document the page: ``scan.pdf, page 3``.
        tables: in reading order.
        others: the numbers that stand in no table, in reading order.
    """

    source: str
    tables: tuple[Grid, ...]
    others: tuple[Cell, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables, and as a last one of one column what stands in none."""
        return (
            (*self.tables, tuple((cell,) for cell in self.others)) if self.others else self.tables
        )

    @property
    def doubt_count(self) -> int:
        """How many numbers somebody should look at."""
        cells = [cell for grid in self.grids for row in grid for cell in row]
        return sum(cell is not None and cell.is_doubtful for cell in cells)


class TableSink(Closeable):
    """Hands the tables of every picture on.

    Args:
        take: gets them.
    """

    def __init__(self, take: Callable[[TablePage], None]) -> None:
        self._take = take

    def write(self, frame: Frame, reading: Reading) -> None:
        """Hand on what stands in the tables of a frame."""
        self._take(page_of(frame.image, reading))


def page_of(image: Image, reading: Reading) -> TablePage:
    """Return the tables of a picture.

    Args:
        image: ``(height, width, 3) uint8`` BGR.
        reading: what was read on it, boxes in its pixels.
    """
    cells = [_cell(image, number) for number in reading.numbers]
    tables: list[list[list[Cell | None]]] = [
        [[None] * columns for _ in range(rows)] for rows, columns in reading.tables
    ]
    others = []
    for number, cell in zip(reading.numbers, cells, strict=True):
        if number.cell is None:
            others.append(cell)
        else:
            table, row, column = number.cell
            tables[table][row][column] = cell
    grids = tuple(tuple(map(tuple, table)) for table in tables)
    return TablePage(reading.place, grids, tuple(others))


def _cell(image: Image, number: Number) -> Cell:
    cell = Cell(number.text, number.value, number.confidence)
    if not cell.is_doubtful:
        return cell
    return Cell(number.text, number.value, number.confidence, _picture(image, number.box))


def _picture(image: Image, box: Box) -> bytes:
    """Return a part of a picture as a PNG, `PICTURE_HEIGHT_PX` high."""
    margin = round(MARGIN * box.h)
    page = Box(0, 0, image.shape[1], image.shape[0])
    wide = Box(box.x - margin, box.y - margin, box.w + 2 * margin, box.h + 2 * margin)
    part = wide.clipped(page)
    shown = image[part.y : part.bottom, part.x : part.right]
    scale = min(PICTURE_HEIGHT_PX / part.h, PICTURE_WIDTH_PX / part.w)
    size_wh = max(1, round(part.w * scale)), max(1, round(part.h * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.imencode(".png", cv2.resize(shown, size_wh, interpolation=way))[1].tobytes()
