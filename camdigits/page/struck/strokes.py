"""Straight strokes in a piece of ink: from one of its tips to another, on ink all the way.

The ends of a stroke that strikes a number out stick out of it, so they are among the outermost
points of the piece; those are joined by pairs, straight or a little bowed, and what lies beside
the line tells a stroke through digits from a part of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT_PX = 32
"""Height that digits are brought to before strokes are looked for."""
LEAST_LENGTH = 0.9
"""Shortest stroke, as a multiple of the digits' height, like all lengths here."""
STEEPEST = 2.2
"""Rise over run of the steepest stroke; a steeper one may be a 1."""
SAME_TIP = 0.12
"""Outermost points no further apart are one tip."""
COVERED = 0.96
"""Share of a stroke that is on ink..."""
AWAY = 0.05
"""...or no further from it than this."""
BOWS = np.array([0.0, -0.03, 0.03, -0.06, 0.06])
"""How far the middle of a stroke is from the straight, as a share of its length."""
STEPS = 40
FULL = 0.7
"""A stroke is as wide as this share of it has ink."""
RIM = 0.08
"""Ink this far beyond the edge of a stroke is beside it..."""
BESIDE = 0.3
"""...and close beside it up to here."""
LONG = 1.6
"""The ends of strokes from here on are looked at more closely..."""
END, END_WIDTH = 0.15, 0.25
"""...this far along them; where more ink is beside them, they are no ends of a pen's stroke."""

Plane = NDArray[np.uint8]
Points = NDArray[np.float64]

_TURNS = np.arange(16) * (np.pi / 8)
_DIRECTIONS = np.stack([np.cos(_TURNS), np.sin(_TURNS)])
_ALONG = np.linspace(0.0, 1.0, STEPS)
_ARCH = 4 * _ALONG * (1 - _ALONG)
_PAD = 12


@dataclass(frozen=True, slots=True, eq=False)
class StraightStroke:
    """A stroke in a piece of ink; lengths are multiples of the digits' height.

    Attributes:
        start, end: its ends from left to right, ``(2,)``, x and y in pixels of the piece.
        length: from one end to the other.
        angle: of its direction, in degrees, clockwise from the right.
        bow: how far its middle is from the straight, as a share of its length.
        thickness: of half of it.
        free: how far its two ends stick out before other ink is close beside them.
        beyond: how far they stick out of everything that lies beside the line.
        above, below: how far ink reaches to either side of it.
        rest: share of the piece's ink that is beside it.
        is_beside: ``(n,)``, which pixels of the piece are beside it.
        along: ``(n,)``, how far along it each pixel of the piece is.
    """

    start: Points
    end: Points
    length: float
    angle: float
    bow: float
    thickness: float
    free: tuple[float, float]
    beyond: tuple[float, float]
    above: float
    below: float
    rest: float
    is_beside: NDArray[np.bool_]
    along: Points


def straight_strokes(ink: NDArray[np.bool_]) -> list[StraightStroke]:
    """Return the straight strokes from tip to tip of a piece of ink.

    Args:
        ink: ``(height, width)``, where there is ink; its digits are `HEIGHT_PX` high.
    """
    rows, columns = np.nonzero(ink)
    pixels = np.column_stack([columns, rows]).astype(np.float64)
    if not len(pixels):
        return []
    starts, ends = _pairs(_tips(pixels))
    if not len(starts):
        return []
    bows, covered = _covered(ink, starts, ends)
    return [
        _measured(pixels, *_centred(pixels, starts[place], ends[place]), float(bows[place]))
        for place in np.flatnonzero(covered >= COVERED).tolist()
    ]


def _tips(pixels: Points) -> Points:
    """Return the outermost points, one for each tip."""
    outermost = np.unique((pixels @ _DIRECTIONS).argmax(axis=0))
    points = pixels[outermost]
    apart = np.abs(points[:, None] - points[None]).max(axis=2)
    is_near = np.tril(apart <= SAME_TIP * HEIGHT_PX, -1)
    tips: Points = points[~is_near.any(axis=1)]
    return tips


def _pairs(tips: Points) -> tuple[Points, Points]:
    """Return the pairs of tips that are far enough apart, from left to right."""
    first, second = np.triu_indices(len(tips), 1)
    starts, ends = tips[first], tips[second]
    is_turned = starts[:, 0] > ends[:, 0]
    starts[is_turned], ends[is_turned] = ends[is_turned], starts[is_turned]
    run, rise = (ends - starts).T
    is_stroke = np.hypot(run, rise) >= LEAST_LENGTH * HEIGHT_PX
    is_stroke &= np.abs(rise) <= STEEPEST * run
    return starts[is_stroke], ends[is_stroke]


def _covered(
    ink: NDArray[np.bool_], starts: Points, ends: Points
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how each line is bowed best, and the share of it that is on ink then."""
    ground = cv2.copyMakeBorder(
        1 - ink.view(np.uint8), _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=1
    )
    away = cv2.distanceTransform(ground, cv2.DIST_L2, 3)
    step = ends - starts
    aside = np.stack([-step[:, 1], step[:, 0]], axis=1)
    points = starts[:, None, None] + _ALONG[:, None] * step[:, None, None]
    points = points + (BOWS[:, None] * _ARCH)[..., None] * aside[:, None, None]
    x, y = np.moveaxis(np.rint(points).astype(np.intp) + _PAD, -1, 0)
    np.clip(x, 0, away.shape[1] - 1, out=x)
    np.clip(y, 0, away.shape[0] - 1, out=y)
    covered = (away[y, x] <= AWAY * HEIGHT_PX).mean(axis=2)
    best = covered.argmax(axis=1)
    return BOWS[best], covered.max(axis=1)


def _centred(pixels: Points, start: Points, end: Points) -> tuple[Points, Points]:
    """Return the ends of a long stroke in the middle of its ink.

    The outermost points are corners of its ends: along a line from one corner to another the other
    side of the stroke would be ink beside it.
    """
    step = end - start
    length = float(np.hypot(*step))
    if length < LONG * HEIGHT_PX:
        return start, end
    normal = np.array([-step[1], step[0]]) / length
    along, aside = (pixels - start) @ step / length, (pixels - start) @ normal
    is_near = np.abs(aside) <= BESIDE * HEIGHT_PX

    def centred(tip: Points, away: Points) -> Points:
        own = aside[is_near & (away >= 0) & (away <= END * HEIGHT_PX)]
        if not len(own) or np.ptp(own) > END_WIDTH * HEIGHT_PX:
            return tip
        middle: Points = tip + normal * own.mean()
        return middle

    return centred(start, along), centred(end, length - along)


def _measured(pixels: Points, start: Points, end: Points, bow: float) -> StraightStroke:
    """Return a stroke with what lies beside it."""
    step = end - start
    length = float(np.hypot(*step))
    along = (pixels - start) @ step / length
    aside = (pixels - start) @ np.array([-step[1], step[0]]) / length
    share = along / length
    aside = aside - bow * length * 4 * share * (1 - share)
    distance = np.abs(aside)
    half = _half_width(along, distance, length)
    is_beside = distance > half + RIM * HEIGHT_PX
    is_within = (share > -0.1) & (share < 1.1)
    is_close = is_beside & (distance <= half + BESIDE * HEIGHT_PX) & is_within
    body = aside[is_beside & (share > 0) & (share < 1)]
    return StraightStroke(
        start=start,
        end=end,
        length=length / HEIGHT_PX,
        angle=float(np.degrees(np.arctan2(step[1], step[0]))),
        bow=bow,
        thickness=half / HEIGHT_PX,
        free=sticking_out(along[is_close] / HEIGHT_PX, length / HEIGHT_PX),
        beyond=sticking_out(along[is_beside] / HEIGHT_PX, length / HEIGHT_PX),
        above=max(0.0, -float(body.min(initial=0.0))) / HEIGHT_PX,
        below=max(0.0, float(body.max(initial=0.0))) / HEIGHT_PX,
        rest=float(is_beside.mean()),
        is_beside=is_beside,
        along=along / HEIGHT_PX,
    )


def _half_width(along: Points, distance: Points, length: float) -> float:
    """Return half the width of a stroke in pixels: how far most of it has ink on both sides."""
    is_near = (distance <= 0.25 * HEIGHT_PX) & (along >= 0) & (along <= length)
    counts = np.bincount(distance[is_near].astype(np.intp), minlength=1)
    is_thin = counts < FULL * 2 * length
    return float(is_thin.argmax()) if is_thin.any() else 0.25 * HEIGHT_PX


def sticking_out(along: Points, length: float) -> tuple[float, float]:
    """Return how far the two ends of a stroke stick out of some pixels.

    Args:
        along: ``(n,)``, how far along the stroke each pixel is.
        length: of the stroke.
    """
    if not len(along):
        return length / 2, length / 2
    return float(along.min()), length - float(along.max())
