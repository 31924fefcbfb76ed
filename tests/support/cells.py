"""Draws digits in cells: rings in their place, with lines of any kind around them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.types import Box

PAPER, INK = 230, 40
DIGIT_WH = (22, 30)
Plane = NDArray[np.uint8]
Point = tuple[float, float]


class Sheet:
    """A sheet of paper on which digits are stood and lines drawn.

    Attributes:
        plane: ``(300, 700) uint8`` luma.
        boxes: of the digits.
    """

    def __init__(self) -> None:
        self.plane: Plane = np.full((300, 700), PAPER, np.uint8)
        self.boxes: list[Box] = []

    def stand(self, x: int, y: int = 100, size_wh: tuple[int, int] = DIGIT_WH) -> None:
        """Draw a ring where a digit would be, its left upper corner given."""
        w, h = size_wh
        center, axes = (x + w // 2, y + h // 2), (w // 2 - 2, h // 2 - 2)
        cv2.ellipse(self.plane, center, axes, 0, 0, 360, INK, 3, cv2.LINE_AA)
        self.boxes.append(Box(x, y, w, h))

    def bar(self, x: int, y: int = 100, height: int = 30) -> None:
        """Draw a digit 1."""
        cv2.line(self.plane, (x + 2, y + 2), (x + 2, y + height - 3), INK, 3)
        self.boxes.append(Box(x, y, 5, height))

    def line(self, start: Point, end: Point, grey: int = 90, width: int = 2) -> None:
        """Draw a line."""
        ends = [tuple(round(16 * side) for side in point) for point in (start, end)]
        cv2.line(self.plane, ends[0], ends[1], grey, width, cv2.LINE_AA, 4)

    def grid(self, columns: list[float], rows: list[float], grey: int = 90, width: int = 2) -> None:
        """Draw the lines of a table, at these x and y."""
        for x in columns:
            self.line((x, rows[0]), (x, rows[-1]), grey, width)
        for y in rows:
            self.line((columns[0], y), (columns[-1], y), grey, width)

    @property
    def dark(self) -> list[bool]:
        """That no digit's ink is light."""
        return [False] * len(self.boxes)


def strip(
    count: int,
    pitch: float = 40.0,
    tall: float = 50.0,
    *,
    filled: int | None = None,
    grey: int = 90,
    width: int = 2,
    left: float = 50.0,
    y: int = 100,
) -> Sheet:
    """Return a strip of joined boxes with a digit in each of the first."""
    sheet = Sheet()
    add_strip(sheet, count, pitch, tall, filled=filled, grey=grey, width=width, left=left, y=y)
    return sheet


def add_strip(
    sheet: Sheet,
    count: int,
    pitch: float = 40.0,
    tall: float = 50.0,
    *,
    filled: int | None = None,
    grey: int = 90,
    width: int = 2,
    left: float = 50.0,
    y: int = 100,
) -> None:
    """Draw a strip; see `strip`."""
    w, h = DIGIT_WH
    middle = y + h / 2
    columns = [left + place * pitch for place in range(count + 1)]
    sheet.grid(columns, [middle - tall / 2, middle + tall / 2], grey, width)
    for place in range(count if filled is None else filled):
        sheet.stand(round(left + (place + 0.5) * pitch - w / 2), y)
