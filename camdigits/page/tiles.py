"""Tiles: strips and large sheets are searched piece by piece, at a size at which digits are read.

A search reduces a picture to one longer side, on which the digits of a long strip, or small ones
on a large sheet, are lost.  Such pictures are searched once as a whole, for large digits, and in
tiles that overlap, for the others; each digit is taken from the tile in whose middle it stands, so
that none is cut at a seam or found twice.  Pictures of usual size and shape are searched as ever.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.propose import FAST_LEVELS, LEVELS
from camdigits.candidates.suppression import MAX_OVERLAP
from camdigits.page.choose import Detection
from camdigits.types import Box

Plane = NDArray[np.uint8]
Look = Callable[[Plane], list[Detection]]

MAX_REDUCED = 4.0
"""Of pictures that are reduced further, small digits are lost: 40 pixels would be 10."""
STRIP = 4.0
"""From this ratio of its sides on a picture is a strip,"""
STRIP_REDUCED = 2.0
"""and is read in tiles where it would be reduced further than this."""
BUDGET_PX, FAST_BUDGET_PX = 10_000_000, 1_000_000
"""Pixels that all tiles together are reduced to: so long a search takes at most."""
LEAST_GAIN = 1.75
"""Tiles are worth it where they show digits so many times as large as the whole."""
OVERLAP = 0.2
"""Share of a tile's side that it has in common with the next one."""
TOLERANCE = 0.02
"""Share of a tile's side by which a digit may stand outside of its middle: boxes differ."""
EDGE_PX = 2
"""What comes so near to the seam may be cut by it."""
_CELL_PX = 256
"""Side of the squares in which digits are compared with one another."""


@dataclass(frozen=True, slots=True)
class Span:
    """A tile along one side of the picture, in pixels.

    Attributes:
        start, end: of the tile.
        first, last: of its middle, which it shares with no other tile; infinite at the picture's
            own ends.
    """

    start: int
    end: int
    first: float
    last: float

    def owns(self, start: int, end: int, tolerance: float) -> bool:
        """Return whether what reaches from `start` to `end` is to be taken from this tile."""
        middle = (start + end) / 2
        if not self.first - tolerance <= middle <= self.last + tolerance:
            return False
        is_cut_before = start <= self.start + EDGE_PX and math.isfinite(self.first)
        return not is_cut_before and not (end >= self.end - EDGE_PX and math.isfinite(self.last))


def reduction(size_wh: tuple[int, int], fast: bool = False) -> float:
    """Return how many times a picture is reduced where it is searched most closely; at least 1.

    Args:
        size_wh: (width, height) in pixels.
        fast: it is looked at less closely, as video is.
    """
    if _is_tiled(size_wh, fast):
        return _of_tiles(size_wh, fast)
    return max(1.0, max(size_wh) / _level_px(fast))


def lossy_reduction(size_wh: tuple[int, int], fast: bool = False) -> float | None:
    """Return `reduction` where it is above `MAX_REDUCED`: digits may be missed; else None."""
    reduced = reduction(size_wh, fast)
    return reduced if reduced > MAX_REDUCED else None


def search_tiles(gray: Plane, look: Look, fast: bool = False) -> list[Detection]:
    """Find the digits of a picture by looking at it whole and, where that pays, at its tiles.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        look: finds the digits of a picture; called for one after the other.
        fast: it looks less closely.

    Returns:
        The digits, in no particular order, boxes in pixels of `gray`.
    """
    size_wh = gray.shape[1], gray.shape[0]
    found = look(gray)
    if not _is_tiled(size_wh, fast):
        return found
    side = round(_of_tiles(size_wh, fast) * _level_px(fast))
    # What is smaller is looked at closely in its tile.
    found = [each for each in found if max(each.box.w, each.box.h) > OVERLAP * side / 2]
    for down, across in itertools.product(_spans(size_wh[1], side), _spans(size_wh[0], side)):
        for each in look(gray[down.start : down.end, across.start : across.end]):
            moved = shifted(each, across.start, down.start)
            box, tolerance = moved.box, TOLERANCE * side
            is_own = across.owns(box.x, box.right, tolerance)
            if is_own and down.owns(box.y, box.bottom, tolerance):
                found.append(moved)
    return _struck_whole(_once(found))


def _is_tiled(size_wh: tuple[int, int], fast: bool) -> bool:
    whole = max(size_wh) / _level_px(fast)
    limit = STRIP_REDUCED if max(size_wh) >= STRIP * min(size_wh) else MAX_REDUCED
    return whole > limit and whole >= LEAST_GAIN * _of_tiles(size_wh, fast)


def _of_tiles(size_wh: tuple[int, int], fast: bool) -> float:
    """Return how many times the tiles are reduced."""
    budget = FAST_BUDGET_PX if fast else BUDGET_PX
    return max(1.0, math.sqrt(size_wh[0] * size_wh[1] / budget))


def _level_px(fast: bool) -> int:
    return (FAST_LEVELS if fast else LEVELS)[0].side_px


def _spans(length: int, side: int) -> Iterator[Span]:
    """Yield the tiles along one side of a picture, evenly spread."""
    shared = round(OVERLAP * side)
    count = 1 if length <= side else math.ceil((length - shared) / (side - shared))
    starts = [place * (length - side) // max(1, count - 1) for place in range(count)]
    ends = [start + side for start in starts[:-1]] + [length]
    seams = [(end + start) // 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    edges = [-math.inf, *seams, math.inf]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        yield Span(max(0, start), end, edges[place], edges[place + 1])


def shifted(found: Detection, x: int, y: int) -> Detection:
    """Return a detection of a part of a picture in that picture's pixels.

    Args:
        found: in pixels of the part.
        x, y: left and top of the part.
    """
    box, struck = found.box, found.struck
    return replace(
        found,
        box=Box(box.x + x, box.y + y, box.w, box.h),
        struck=struck and Box(struck.x + x, struck.y + y, struck.w, struck.h),
    )


def _once(found: Sequence[Detection]) -> list[Detection]:
    """Return each digit once, as the surest of those that stand on its spot, large ones first.

    As `suppress_overlapping` does, but a sheet may have too many digits to compare all with all.
    """
    kept: list[Detection] = []
    near: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)
    for each in sorted(found, key=lambda it: -(it.confidence**4) * math.sqrt(it.box.h)):
        box = each.box
        cells = list(
            itertools.product(
                range(box.x // _CELL_PX, box.right // _CELL_PX + 1),
                range(box.y // _CELL_PX, box.bottom // _CELL_PX + 1),
            )
        )
        others = {other for cell in cells for other in near[cell]}
        if all(_shared(box, other) <= MAX_OVERLAP for other in others):
            kept.append(each)
            for cell in cells:
                near[cell].append(box)
    return kept


def _shared(box: Box, other: Box) -> float:
    return box.intersection(other) / min(box.area, other.area)


def _struck_whole(found: Sequence[Detection]) -> list[Detection]:
    """Return the digits with the boxes of what was struck out across a seam as one."""
    strokes: list[Box] = []
    for each in found:
        whole = each.struck
        while whole and (others := [box for box in strokes if box.intersection(whole)]):
            strokes = [box for box in strokes if box not in others]
            for other in others:
                whole = whole.union(other)
        strokes += [whole] if whole else []
    return [
        each
        if each.struck is None
        else replace(each, struck=next(box for box in strokes if box.intersection(each.struck)))
        for each in found
    ]


def clipped(found: Sequence[Detection], gray: Plane) -> list[Detection]:
    """Return detections whose boxes end where the picture does."""
    bounds = Box(0, 0, gray.shape[1], gray.shape[0])
    boxes = [
        (each.box.clipped(bounds), each.struck and each.struck.clipped(bounds)) for each in found
    ]
    return [
        each if (each.box, each.struck) == (box, struck) else replace(each, box=box, struck=struck)
        for each, (box, struck) in zip(found, boxes, strict=True)
    ]
