"""Rectangles in pixels: where something stands in a picture."""

from __future__ import annotations

from dataclasses import dataclass

Polygon = tuple[tuple[int, int], ...]
"""Corners, each (x, y) in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, origin top left; width and height are at least 1.

    Attributes:
        x: the left column.
        y: the top row.
        w: width.
        h: height.
        polygon: the four corners around what stands there where it lies slanted, from the top
            left of the writing on, clockwise; None where they are those of the box.
    """

    x: int
    y: int
    w: int
    h: int
    polygon: Polygon | None = None

    def __post_init__(self) -> None:
        if self.w < 1 or self.h < 1:
            raise ValueError(f"a box is at least 1x1 pixel, found {self.w}x{self.h}")

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def center(self) -> tuple[float, float]:
        """The middle, as (x, y) in pixels."""
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def area(self) -> int:
        """Width times height, in square pixels."""
        return self.w * self.h

    def intersection(self, other: Box) -> int:
        """Return the area that both boxes cover, in square pixels; 0 if they do not meet."""
        # Asked so often that calls of `min` and `max` would be felt.
        x, y, their_x, their_y = self.x, self.y, other.x, other.y
        right, their_right = x + self.w, their_x + other.w
        if right <= their_x or their_right <= x:
            return 0
        bottom, their_bottom = y + self.h, their_y + other.h
        if bottom <= their_y or their_bottom <= y:
            return 0
        width = (right if right < their_right else their_right) - (x if x > their_x else their_x)
        return width * (
            (bottom if bottom < their_bottom else their_bottom) - (y if y > their_y else their_y)
        )

    def iou(self, other: Box) -> float:
        """Return intersection over union, 0 to 1."""
        shared = self.intersection(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)

    def scaled(self, factor: float) -> Box:
        """Return the box in a picture `factor` times as large, rounded to pixels."""
        x, y = round(self.x * factor), round(self.y * factor)
        right, bottom = round(self.right * factor), round(self.bottom * factor)
        return Box(x, y, max(1, right - x), max(1, bottom - y), self._scaled_polygon(factor))

    def clipped(self, bounds: Box) -> Box:
        """Return the part of the box that lies within `bounds`, which it must meet."""
        x, y = max(self.x, bounds.x), max(self.y, bounds.y)
        right, bottom = min(self.right, bounds.right), min(self.bottom, bounds.bottom)
        return Box(x, y, right - x, bottom - y)

    def _scaled_polygon(self, factor: float) -> Polygon | None:
        if self.polygon is None:
            return None
        return tuple((round(x * factor), round(y * factor)) for x, y in self.polygon)

    def as_list(self) -> list[int]:
        """Return ``[x, y, w, h]``, as records write it."""
        return [self.x, self.y, self.w, self.h]
