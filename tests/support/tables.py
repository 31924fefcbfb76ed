"""Pages with tables whose cells are known: rings in place of digits, and lines."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.page.tables.find import find_tables
from camdigits.types import Box, Digit, Number

PAPER, INK, LINE = 230, 40, 90
HEIGHT, WIDTH, STEP = 30, 20, 26
Plane = NDArray[np.uint8]
Cell = tuple[int, int, int] | None


class TablePage:
    """A page on which numbers are written and lines ruled.

    Attributes:
        plane: ``(900, 1200) uint8`` luma.
        numbers: that stand on it, as they were written.
    """

    def __init__(self) -> None:
        self.plane: Plane = np.full((900, 1200), PAPER, np.uint8)
        self.numbers: list[Number] = []

    def write(self, text: str, x: float, y: float) -> None:
        """Write a number, the middle of its right end given."""
        left, top = round(x) - STEP * len(text) + STEP - WIDTH, round(y) - HEIGHT // 2
        boxes = [Box(left + STEP * n, top, WIDTH, HEIGHT) for n in range(len(text))]
        for box in boxes:
            middle = round(box.x + WIDTH / 2), round(box.y + HEIGHT / 2)
            axes = (WIDTH // 2 - 2, HEIGHT // 2 - 2)
            cv2.ellipse(self.plane, middle, axes, 0, 0, 360, INK, 3, cv2.LINE_AA)
        digits = tuple(Digit(box, int(t), 0.99) for box, t in zip(boxes, text, strict=True))
        whole = boxes[0].union(boxes[-1])
        self.numbers.append(Number(text, whole, 0.99, digits))

    def line(self, *ends: float) -> None:
        """Rule a line, x and y of both ends given."""
        x, y, x2, y2 = (round(side) for side in ends)
        cv2.line(self.plane, (x, y), (x2, y2), LINE, 2, cv2.LINE_AA)

    def grid(self, xs: Sequence[float], ys: Sequence[float], *, outer: bool = True) -> None:
        """Rule the lines of a table, those around it as well or not."""
        for x in xs if outer else xs[1:-1]:
            self.line(x, ys[0], x, ys[-1])
        for y in ys if outer else ys[1:-1]:
            self.line(xs[0], y, xs[-1], y)

    def fill(
        self, rows: Sequence[str], xs: Sequence[float], ys: Sequence[float], inset: float = 12
    ) -> None:
        """Write the numbers of a table, one text a row, a dot for an empty cell."""
        for row, y, y2 in zip(rows, ys, ys[1:], strict=False):
            for text, x2 in zip(row.split(), xs[1:], strict=True):
                if text != ".":
                    self.write(text, x2 - inset, (y + y2) / 2)

    def turned(self, degrees: float = 0.0, fan: float = 0.0) -> TablePage:
        """Return the page as it looks askew.

        Args:
            degrees: it is turned by.
            fan: share of its width that its upper edge is shorter, on either side.
        """
        height, width = self.plane.shape
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        tipped = corners.copy()
        tipped[0, 0] += fan * width
        tipped[1, 0] -= fan * width
        way = cv2.getPerspectiveTransform(corners, tipped)
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        matrix = np.vstack([turn, [0, 0, 1]]) @ way
        page = TablePage()
        page.plane = cv2.warpPerspective(
            self.plane, matrix, (width, height), borderValue=PAPER, flags=cv2.INTER_AREA
        )
        for number in self.numbers:
            digits = tuple(
                Digit(_moved(digit.box, matrix), digit.label, 0.99) for digit in number.digits
            )
            box = digits[0].box
            for digit in digits:
                box = box.union(digit.box)
            page.numbers.append(Number(number.text, box, 0.99, digits))
        return page


def _moved(box: Box, matrix: NDArray[np.float64]) -> Box:
    corners = np.array(
        [[box.x, box.y], [box.right, box.y], [box.right, box.bottom], [box.x, box.bottom]],
        np.float64,
    )
    moved = cv2.perspectiveTransform(corners[None], matrix)[0]
    left, top = np.floor(moved.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(moved.max(axis=0)).astype(int).tolist()
    return Box(left, top, right - left, bottom - top)


def tables_of(page: TablePage) -> list[list[str]]:
    """Return the tables that are found on a page: one text a row, a dot for an empty cell."""
    numbers, sizes = find_tables(page.plane, page.numbers)
    tables = [[["."] * columns for _ in range(rows)] for rows, columns in sizes]
    for number in numbers:
        if number.cell is not None:
            table, row, column = number.cell
            assert tables[table][row][column] == ".", "a cell holds one number"
            tables[table][row][column] = number.text
    return [[" ".join(row) for row in table] for table in tables]


def cells_of(page: TablePage) -> dict[str, Cell]:
    """Return the cell of each number of a page."""
    return {number.text: number.cell for number in find_tables(page.plane, page.numbers)[0]}
