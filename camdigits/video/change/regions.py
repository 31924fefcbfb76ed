"""Regions: the parts of a frame that are to be searched, where the others show what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.types import Box
from camdigits.video.motion import Motion, middles_of
from camdigits.video.track import as_box

Plane = NDArray[np.uint8]
Hides = Callable[[Box], bool]
"""Says of a box whether something is before it."""

JOIN_PX = 5
"""Pixels of a mask that are nearer than this are of one piece."""
MARGIN = 0.75
"""Regions are grown so far before they are joined, in heights of a digit."""
BESIDE, ABOVE = 3.0, 1.5
"""So much more of a digit's line and of the lines beside it is looked at, in heights."""
EACH_SHARE = 0.02
"""What each region costs beside its pixels, as a share of those of the picture."""
MOST_SHARE = 0.65
"""Regions that cover more than this share of the picture save nothing."""


def joined_pieces(mask: Plane) -> Plane:
    """Return a mask in which pieces that nearly touch are one."""
    return cast(Plane, cv2.dilate(mask, np.ones((JOIN_PX, JOIN_PX), np.uint8)))


def nothing_hides(_: Box) -> bool:
    """Say that nothing is before a box."""
    return False


def changed(mask: Plane, factor: int, motion: Motion, least_px: int = 1) -> Iterator[Box]:
    """Yield where a frame shows something else than the searched one, in its pixels.

    Args:
        mask: ``(height, width) uint8`` of the searched frame, reduced, 255 where it does.
        factor: by which it was reduced.
        motion: how the picture moved since, in pixels of the frame.
        least_px: pixels that the smallest piece has which counts.
    """
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(joined_pieces(mask), connectivity=8)
    areas = np.bincount(pieces[mask > 0], minlength=count)
    areas[0] = 0
    near = JOIN_PX // 2
    boxes = [
        Box(x + near, y + near, max(1, w - 2 * near), max(1, h - 2 * near)).scaled(factor)
        for x, y, w, h in stats[areas >= least_px, :4].tolist()
    ]
    for row in motion.moved(middles_of(boxes)):
        yield as_box(row)


def uncovered(motion: Motion, size_wh: tuple[int, int]) -> Iterator[Box]:
    """Yield the edges of a picture that the searched frame did not show.

    Args:
        motion: how the picture moved since, in pixels.
        size_wh: (width, height) of the picture.
    """
    width, height = size_wh
    corners = np.array([0, width, width, 0]) + 1j * np.array([0, 0, height, height])
    moved = motion.turn * corners + motion.shift
    left, right = max(moved.real[[0, 3]]), min(moved.real[[1, 2]])
    top, bottom = max(moved.imag[[0, 1]]), min(moved.imag[[2, 3]])
    strips = (
        (0, 0, left, height),
        (right, 0, width, height),
        (0, 0, width, top),
        (0, bottom, width, height),
    )
    for x, y, end, low in strips:
        if end - x >= 1 and low - y >= 1:
            yield Box(int(x), int(y), int(np.ceil(end - x)), int(np.ceil(low - y)))


def joined(boxes: Iterable[Box], digit_px: float, size_wh: tuple[int, int]) -> list[Box] | None:
    """Return the regions in which some boxes lie, joined where that makes fewer pixels to look at.

    Args:
        boxes: in pixels of the picture.
        digit_px: usual height of its digits.
        size_wh: (width, height) of the picture.

    Returns:
        The regions inside the picture, of which some may overlap; None if there is none, or if they
        are most of it.
    """
    bounds = Box(0, 0, *size_wh)

    def cost(region: Box) -> float:
        return seen_around(region, digit_px, size_wh).area + EACH_SHARE * bounds.area

    regions: list[Box] = []
    for box in boxes:
        grown = grow(box, MARGIN * digit_px, MARGIN * digit_px)
        if not bounds.intersection(grown):
            continue
        whole = grown.clipped(bounds)
        while near := next(
            (each for each in regions if cost(whole.union(each)) <= cost(whole) + cost(each)), None
        ):
            regions.remove(near)
            whole = whole.union(near)
        regions.append(whole)
    is_much = sum(map(cost, regions)) > MOST_SHARE * bounds.area
    return None if is_much or not regions else regions


def seen_around(region: Box, digit_px: float, size_wh: tuple[int, int]) -> Box:
    """Return the part of a picture that is looked at for the digits of a region."""
    grown = grow(region, BESIDE * digit_px, ABOVE * digit_px)
    return grown.clipped(Box(0, 0, *size_wh))


def grow(box: Box, across: float, down: float) -> Box:
    """Return a box that reaches so many pixels further to both sides, and up and down."""
    x, y = round(across), round(down)
    return Box(box.x - x, box.y - y, box.w + 2 * x, box.h + 2 * y)


def holds(regions: Iterable[Box], box: Box) -> bool:
    """Say whether the middle of a box lies in a region."""
    x, y = box.center
    return any(each.x <= x < each.right and each.y <= y < each.bottom for each in regions)


class Masked:
    """A part of a picture that is set in a mask of it.

    Args:
        mask: ``(height, width)`` of the reduced picture, not 0 where it is set.
        factor: by which it was reduced.
    """

    def __init__(self, mask: Plane, factor: int) -> None:
        self._mask, self._factor = mask, factor
        x, y, w, h = cv2.boundingRect(mask)
        # With room for boxes that are rounded to pixels of the mask.
        self._x, self._right = factor * (x - 1), factor * (x + w + 1)
        self._y, self._bottom = factor * (y - 1), factor * (y + h + 1)

    def share(self, box: Box) -> float:
        """Return which part of a box, in pixels of the picture, is set, 0 to 1; 0 outside of it."""
        if (
            box.x >= self._right
            or box.y >= self._bottom
            or box.x + box.w <= self._x
            or box.y + box.h <= self._y
        ):
            return 0.0
        part = box.scaled(1 / self._factor)
        rows = slice(max(0, part.y), max(0, part.bottom))
        there = self._mask[rows, max(0, part.x) : max(0, part.right)]
        return cv2.countNonZero(there) / there.size if there.size else 0.0
