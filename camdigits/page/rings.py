"""Rings: ink drawn around digits, which is none itself, circles and boxes.

A circle around a 7 looks much like a 0, and the 7 in it like a part of something.  So what stands
in a ring is looked at once more as if the ring were not there; if it is a digit, the ring is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.candidates.suppression import area, iou, shared_area
from camdigits.ink.binarize import InkMask

MIN_HEIGHT, MAX_HEIGHT = 0.3, 0.9
"""Height of what stands in a ring, as a share of the ring's."""
ROUND = 0.75
"""Width over height of a ring with only bars in it: a narrower one is a 0 with a stroke."""
BAR = 0.35
"""Up to this width over height ink is a bar."""
RIM_PX = 5
"""Side of the brush that takes the ring's soft rims, too."""
SAME = 0.8
"""From this intersection over union on two boxes are of the same ink."""
INSIDE = 0.9
"""Share of its box in the ring's from which on something is seen through the ring."""

Values = NDArray[np.float64]
Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ring:
    """A candidate around others of its mask.

    Attributes:
        ring: place of the candidate that is drawn around the others.
        inside: places of those.
    """

    ring: int
    inside: tuple[int, ...]


def find_rings(candidates: Sequence[Candidate]) -> list[Ring]:
    """Return the candidates that are drawn around others, with what stands in them.

    Args:
        candidates: of all masks of one frame.
    """
    whole = [
        place
        for place, each in enumerate(candidates)
        if each.components == 1 and each.whole is None
    ]
    if len(whole) < 2:
        return []
    left, top, w, h = np.array([candidates[place].place.as_list() for place in whole]).T
    mask = np.array([id(candidates[place].mask) for place in whole])
    is_in = np.equal.outer(mask, mask)
    is_in &= np.less.outer(left, left) & np.greater.outer(left + w, left + w)
    is_in &= np.less.outer(top, top) & np.greater.outer(top + h, top + h)
    is_in &= (MIN_HEIGHT * h[:, None] <= h) & (MAX_HEIGHT * h[:, None] >= h)
    rings = []
    for row in np.flatnonzero(is_in.any(axis=1)).tolist():
        ring = candidates[whole[row]]
        inside = [whole[place] for place in np.flatnonzero(is_in[row]).tolist()]
        inside = [place for place in inside if _surrounds(ring, candidates[place])]
        if inside and (ring.place.w >= ROUND * ring.place.h or not _are_bars(candidates, inside)):
            rings.append(Ring(whole[row], tuple(inside)))
    return rings


def _are_bars(candidates: Sequence[Candidate], places: Sequence[int]) -> bool:
    boxes = [candidates[place].place for place in places]
    return all(box.w <= BAR * box.h for box in boxes)


def _surrounds(ring: Candidate, other: Candidate) -> bool:
    """Say whether a ring's ink stands on all four sides of another's box, and not in it."""
    x, y = other.place.x - ring.place.x, other.place.y - ring.place.y
    right, bottom = x + other.place.w, y + other.place.h
    ink = ring.ink
    if ink[y:bottom, x:right].any():
        return False
    column, row = (x + right) // 2, (y + bottom) // 2
    sides = ink[row, :x], ink[row, right:], ink[:y, column], ink[bottom:, column]
    return all(side.any() for side in sides)


def without_rings(candidates: Sequence[Candidate], rings: Sequence[Ring]) -> list[Candidate]:
    """Return what stands in rings, in pictures that do not have them.

    Args:
        candidates: of all masks of one frame.
        rings: of them.

    Returns:
        For each ring in turn what stands in it.
    """
    masks: dict[int, InkMask] = {}
    for ring in rings:
        mask = candidates[ring.ring].mask
        masks.setdefault(id(mask), replace(mask, plane=mask.plane.copy()))
        drawn = masks[id(mask)].plane
        _rub_out(drawn, candidates[ring.ring], [candidates[place] for place in ring.inside])
    return [
        replace(candidates[place], mask=masks[id(candidates[place].mask)])
        for ring in rings
        for place in ring.inside
    ]


def _rub_out(plane: Plane, ring: Candidate, inside: Sequence[Candidate]) -> None:
    """Write the ground over a ring."""
    height, width = plane.shape
    margin, place = RIM_PX, ring.place
    left, top = max(0, place.x - margin), max(0, place.y - margin)
    right, bottom = min(width, place.right + margin), min(height, place.bottom + margin)
    cover = np.zeros((bottom - top, right - left), np.uint8)
    y, x = place.y - top, place.x - left
    cover[y : y + place.h, x : x + place.w] = ring.ink
    cover = np.asarray(cv2.dilate(cover, np.ones((RIM_PX, RIM_PX), np.uint8)))
    for other in inside:
        y, x = other.place.y - top, other.place.x - left
        cover[y : y + other.place.h, x : x + other.place.w][other.ink > 0] = 0
    window = plane[top:bottom, left:right]
    # The contrast is how far each pixel falls below its ground.
    ground = cv2.add(window, ring.mask.contrast[top:bottom, left:right])
    window[cover > 0] = ground[cover > 0]


def seen_through(candidates: Sequence[Candidate], ring: Ring) -> list[int]:
    """Return the places of what is nothing if a ring is no digit.

    That is the ring, as all masks show it, its pieces, and the paper in it as light ink.
    """
    own = candidates[ring.ring]
    boxes = np.array([each.box.as_list() for each in candidates], np.float64)
    within = shared_area(boxes, boxes[[ring.ring]])[:, 0] >= INSIDE * area(boxes)
    same = iou(boxes, boxes[[ring.ring]])[:, 0] >= SAME
    return [
        place
        for place, each in enumerate(candidates)
        if same[place]
        or (each.whole is not None and each.whole.box.iou(own.box) >= SAME)
        or (within[place] and each.mask.polarity != own.mask.polarity)
    ]
