"""Regions: the parts of a frame that are to be searched, where the others show what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.types import Box
from camdigits.video.motion import Motion, middles_of
from camdigits.video.track import as_box

Plane = NDArray[np.uint8]

MARGIN = 0.75
"""Regions are grown so far before they are joined, in heights of a digit."""
BESIDE, ABOVE = 3.0, 1.5
"""So much more of a digit's line and of the lines beside it is looked at, in heights."""
MOST_SHARE = 0.5
"""Regions that cover more than this share of the picture save nothing."""


def changed(mask: Plane, factor: int, motion: Motion) -> Iterator[Box]:
    """Yield where a frame shows something else than the searched one, in its pixels.

    Args:
        mask: ``(height, width) uint8`` of the searched frame, reduced, 255 where it does.
        factor: by which it was reduced.
        motion: how the picture moved since, in pixels of the frame.
    """
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rectangles = (cv2.boundingRect(outline) for outline in outlines)
    boxes = [Box(x, y, w, h).scaled(factor) for x, y, w, h in rectangles]
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
    """Return the regions in which some boxes lie, none beside which another one begins.

    Args:
        boxes: in pixels of the picture.
        digit_px: usual height of its digits.
        size_wh: (width, height) of the picture.

    Returns:
        The regions inside the picture; None if there is none, or if they are most of it.
    """
    bounds = Box(0, 0, *size_wh)
    regions: list[Box] = []
    for box in boxes:
        grown = grow(box, MARGIN * digit_px, MARGIN * digit_px)
        if not bounds.intersection(grown):
            continue
        whole = grown.clipped(bounds)
        while near := [each for each in regions if _are_near(whole, each, digit_px)]:
            regions = [each for each in regions if each not in near]
            for each in near:
                whole = whole.union(each)
        regions.append(whole)
    looked_at = sum(seen_around(each, digit_px, size_wh).area for each in regions)
    return regions if regions and looked_at <= MOST_SHARE * bounds.area else None


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


def _are_near(box: Box, other: Box, digit_px: float) -> bool:
    return bool(grow(box, BESIDE * digit_px, ABOVE * digit_px).intersection(other))
