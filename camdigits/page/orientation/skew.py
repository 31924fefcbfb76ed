"""The angle at which lines of writing lie, told by what stands beside what.

Of anything that may be a digit, the nearest of about its size mostly stand on its line, or above
and below it.  The directions to them, right angles apart counted as one, make a histogram with a
peak at the angle of the lines, as in O'Gorman, "The Document Spectrum for Page Layout Analysis",
IEEE Transactions on Pattern Analysis and Machine Intelligence 15 (1993).  Ours is weighed by
distance, and is a guess only: what the page says when it is read at that angle decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.suppression import suppress_overlapping
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.support.resample import average

Values = NDArray[np.float64]

LEVEL = 6.0
"""Lines that slant by no more are read as they are, in degrees."""
STEEPEST = 45.0
"""Greatest angle that lines are turned by, in degrees; beyond it rows and columns change places."""
LEAST_CONFIDENCE = 0.05
"""Writing that lies aslant is not surely read, and shows its direction all the same."""
MOST = 300
"""So many of the surest are looked at."""
REACH = 2.2
"""How far apart two may stand, in sizes of the smaller."""
ALIKE = 1.7
"""By what factor the sizes of two may differ."""
NEAR = 1.2
"""Distance, in sizes of the smaller, beyond which neighbours count little."""
SPREAD = 5.0
"""Deviation of the directions of one line, in degrees."""
FEW = 6
"""Where fewer digits are sure, the lines of the paper are asked, too."""
RULING_SIDE_PX = 800
"""Longer side of the picture on which they are looked for."""
RULINGS = ((0.07, 3), (0.02, 40))
"""How long they are at least, as a share of that side, and how many: lines, or those of squares."""
RULING_SPREAD, RULING_AGREED = 2.0, 0.5
"""Deviation of their directions, in degrees, and share of their length that agrees on one."""
AGREED = 0.35
"""Share of what the pairs have to say that agrees on a direction."""
APART, ASTRAY = 14.0, 0.25
"""What lies this many degrees off the direction of most has another; whether it does is said by
its neighbours, of whose weight no more than this share lies in that of most."""
OTHER_AGREED = ((5, 0.6), (10, 0.42))
"""So many of those there are at least, and so large a share of what they have to say among
themselves agrees on another direction."""
MOST_OTHERS = 2
LEAST_WEIGHT = 0.02
"""Pairs of less weight are none."""


class Skew(NamedTuple):
    """At which angles lines of writing lie, in degrees by which they fall to the right.

    Attributes:
        angle: of most of them, -`STEEPEST` to `STEEPEST`; 0 if they are about level.
        ruling: of the lines of the paper where little writing is seen, likewise.
        others: of those of other parts of the page, likewise, at most `MOST_OTHERS`.
    """

    angle: float = 0.0
    ruling: float = 0.0
    others: tuple[float, ...] = ()


LEVEL_LINES = Skew()


class _Pairs(NamedTuple):
    """Neighbours: their directions in degrees, what each has to say, and which two they are.

    Attributes:
        angles: ``(n,)``, in degrees.
        weights: ``(n,)``, above 0.
        ends: ``(n, 2)``, places among what is looked at.
    """

    angles: Values
    weights: Values
    ends: NDArray[np.intp]


def skew_of(scored: ScoredCandidates, gray: NDArray[np.uint8] | None) -> Skew:
    """Return at which angles the lines of writing lie.

    Args:
        scored: all that may be digits, of a picture that was read as it is.
        gray: its brightness, ``(height, width) uint8``; None leaves the paper out.
    """
    pairs = _pairs(scored)
    is_few = len(scored.sure) < FEW
    ruling = _turnable(_skew_of_ruling(gray)) if gray is not None and is_few else 0.0
    if not len(pairs.angles):
        return Skew(0.0, ruling)
    angle, share = _peak(pairs.angles, pairs.weights, SPREAD)
    angle = _turnable(angle) if share >= AGREED else 0.0
    known = [angle]
    for _ in range(MOST_OTHERS):
        other = _other_skew(pairs, known)
        if other is None:
            break
        known.append(other)
    return Skew(angle, ruling, tuple(known[1:]))


def _turnable(angle: float) -> float:
    return angle if LEVEL <= abs(angle) <= STEEPEST else 0.0


def _other_skew(pairs: _Pairs, known: Sequence[float]) -> float | None:
    """Return the angle of what has no neighbour in directions that are known; None if none is."""
    off = np.min([np.abs(_folded(pairs.angles - angle)) for angle in known], axis=0)
    along = np.where(off < APART, pairs.weights, 0.0)
    said, agrees = (
        np.bincount(pairs.ends.ravel(), np.repeat(weights, 2)) for weights in (pairs.weights, along)
    )
    is_astray = agrees < ASTRAY * said
    chosen = is_astray[pairs.ends].all(axis=1)
    count = int(np.count_nonzero(np.bincount(pairs.ends[chosen].ravel())))
    least = [share for fewest, share in OTHER_AGREED if count >= fewest]
    if not least:
        return None
    other, share = _peak(pairs.angles[chosen], pairs.weights[chosen], SPREAD)
    is_other = all(abs(float(_folded(np.array(other - angle)))) >= APART for angle in known)
    return _turnable(other) if is_other and share >= min(least) else None


def _skew_of_ruling(gray: NDArray[np.uint8]) -> float:
    """Return the angle of the long lines and edges of a picture, in degrees; 0 if they differ.

    Writing on lines that slant is not told from them, and so is not seen.
    """
    scale = min(1.0, RULING_SIDE_PX / max(gray.shape))
    size_wh = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    small = average(gray, size_wh)
    found = cv2.createLineSegmentDetector().detect(small)[0]
    ends = np.zeros((0, 4)) if found is None else found.reshape(-1, 4).astype(np.float64)
    along = ends[:, 2:] - ends[:, :2]
    length = np.hypot(*along.T)
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    for least, fewest in RULINGS:
        is_long = length >= least * max(size_wh)
        if np.count_nonzero(is_long) >= fewest:
            angle, share = _peak(angles[is_long], length[is_long], RULING_SPREAD)
            if share >= RULING_AGREED:
                return angle
    return 0.0


def _peak(angles: Values, weights: Values, spread: float) -> tuple[float, float]:
    """Return the angle that most directions are near to, right angles counted as one.

    Args:
        angles: ``(n,)``, in degrees, at least one.
        weights: ``(n,)``, above 0.
        spread: deviation of the directions of one line, in degrees.

    Returns:
        Degrees from -`STEEPEST` to `STEEPEST`, and the share of the weight that is near.
    """
    steps = np.arange(-STEEPEST, STEEPEST + 1)
    apart = _folded(angles[None, :] - steps[:, None])
    peak = float(steps[(np.exp(-((apart / spread) ** 2) / 2) @ weights).argmax()])
    near = _folded(angles - peak)
    is_near = weights * np.exp(-((near / spread) ** 2) / 2)
    share = float(is_near.sum() / weights.sum())
    return peak + float((near * is_near).sum() / is_near.sum()), share


def _pairs(scored: ScoredCandidates) -> _Pairs:
    """Return what stands near each other, and is alike in size."""
    confidence = scored.agreed.max(axis=1, initial=0.0)
    seen = np.flatnonzero(confidence >= LEAST_CONFIDENCE)
    boxes = np.array([scored.candidates[at].box.as_list() for at in seen.tolist()], np.float64)
    confidence = confidence[seen].astype(np.float64)
    kept = suppress_overlapping(boxes.reshape(-1, 4), confidence)[:MOST]
    boxes, confidence = boxes.reshape(-1, 4)[kept], confidence[kept]
    centers, sizes = boxes[:, :2] + boxes[:, 2:] / 2, boxes[:, 2:].max(axis=1, initial=1.0)
    first, second = np.triu_indices(len(boxes), 1)
    offsets = centers[second] - centers[first]
    smaller = np.minimum(sizes[first], sizes[second])
    distance = np.hypot(*offsets.T) / smaller
    trust = np.sqrt(confidence[first] * confidence[second])
    weights = np.exp(-((distance / NEAR) ** 2) / 2) * trust
    is_alike = np.maximum(sizes[first], sizes[second]) < ALIKE * smaller
    counts = is_alike & (distance < REACH) & (weights > LEAST_WEIGHT)
    angles = np.degrees(np.arctan2(offsets[counts, 1], offsets[counts, 0]))
    return _Pairs(angles, weights[counts], np.column_stack([first, second])[counts])


def _folded(degrees: Values) -> Values:
    """Return angles from -45 to below 45 degrees that differ from these by right angles."""
    return (degrees + 45.0) % 90.0 - 45.0
