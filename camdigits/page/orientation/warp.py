"""Pictures turned by any angle for the reading, and boxes taken back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import average
from camdigits.types import Box, Polygon

Image = NDArray[np.uint8]
Points = NDArray[np.float64]

CORNER = 0.2
"""Writing seldom fills the corners of its box: by so much of the shorter side they are cut."""
GROUND_PX = 32
"""Around a turned picture stands what lies at its edges, averaged over so many pixels."""


@dataclass(frozen=True, slots=True)
class Warp:
    """How a picture is straightened.

    Attributes:
        size_wh: (width, height) of the straightened picture in pixels.
        matrix: the homography that leads there from the picture as it is, row after row.
    """

    size_wh: tuple[int, int]
    matrix: tuple[float, ...]

    @classmethod
    def turning(cls, size_wh: tuple[int, int], degrees: float) -> Warp:
        """Return what turns a picture clockwise; all of it stays in view.

        Args:
            size_wh: (width, height) of the picture in pixels.
            degrees: -90 to 90.
        """
        (width, height), angle = size_wh, math.radians(degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        across = math.ceil(width * cos + height * abs(sin))
        down = math.ceil(width * abs(sin) + height * cos)
        x = (across - cos * width + sin * height) / 2
        y = (down - sin * width - cos * height) / 2
        return cls((across, down), (cos, -sin, x, sin, cos, y, 0.0, 0.0, 1.0))

    def apply(self, image: Image) -> Image:
        """Return a picture straightened; around it stands ground like that at its edges.

        Args:
            image: ``(height, width, ...) uint8``.
        """
        height, width = image.shape[:2]
        small_wh = max(1, width // GROUND_PX), max(1, height // GROUND_PX)
        small = _averaged(image, small_wh)
        matrix = np.array(self.matrix).reshape(3, 3)
        enlarged = matrix @ np.diag([width / small_wh[0], height / small_wh[1], 1.0])
        # Without its edge nothing beyond the picture looks like ink.
        ground = cv2.warpPerspective(small, enlarged, self.size_wh, borderMode=cv2.BORDER_REPLICATE)
        straight = cv2.warpPerspective(
            image, matrix, self.size_wh, ground, borderMode=cv2.BORDER_TRANSPARENT
        )
        return cast(Image, straight)

    def from_source(self, box: Box) -> Box:
        """Return the box in the straightened picture of one in the picture as it is.

        Where it has a polygon, that is what counts.
        """
        corners = box.polygon or (
            (box.x, box.y),
            (box.right, box.y),
            (box.right, box.bottom),
            (box.x, box.bottom),
        )
        there = _project(np.array(self.matrix).reshape(3, 3), corners)
        left, top = np.rint(there.min(axis=0)).astype(int).tolist()
        right, bottom = np.rint(there.max(axis=0)).astype(int).tolist()
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    def back(self, image: Image, size_wh: tuple[int, int]) -> Image:
        """Return a straightened picture as it was; 0 where it does not reach.

        Args:
            image: ``(height, width, ...) uint8``.
            size_wh: (width, height) of the picture as it was, in pixels.
        """
        matrix = np.linalg.inv(np.array(self.matrix).reshape(3, 3))
        return cast(Image, cv2.warpPerspective(image, matrix, size_wh))

    def to_source(self, box: Box) -> Box:
        """Return the box in the picture as it is around what stands in one of the straightened.

        Its polygon are the corners of the box that is given.
        """
        cut = CORNER * min(box.w, box.h)
        xs, ys = (box.x, box.right), (box.y, box.bottom)
        corners = [(xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1])]
        filled: list[tuple[float, float]] = [(x, y) for y in ys for x in (xs[0] + cut, xs[1] - cut)]
        filled += [(x, y) for x in xs for y in (ys[0] + cut, ys[1] - cut)]
        inverse = np.linalg.inv(np.array(self.matrix).reshape(3, 3))
        there, inside = _project(inverse, corners), _project(inverse, filled)
        left, top = np.rint(inside.min(axis=0)).astype(int).tolist()
        right, bottom = np.rint(inside.max(axis=0)).astype(int).tolist()
        polygon: Polygon = tuple((x, y) for x, y in np.rint(there).astype(int).tolist())
        return Box(left, top, max(1, right - left), max(1, bottom - top), polygon)


def _averaged(image: Image, size_wh: tuple[int, int]) -> Image:
    if image.ndim == 2:
        return average(image, size_wh)
    return cast(Image, cv2.merge([average(image[:, :, place], size_wh) for place in range(3)]))


def _project(homography: Points, points: Sequence[tuple[float, float]]) -> Points:
    """Return where a homography takes points: ``(n, 2)``."""
    there = np.column_stack([np.array(points, np.float64), np.ones(len(points))]) @ homography.T
    return there[:, :2] / there[:, 2:]
