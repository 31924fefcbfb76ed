"""Which of the candidates that overlap stand beside each other: the arrangement of most weight.

The surest candidate of a spot is not always part of the best arrangement: half an 8 with a bit of
its neighbour may look more like a 6 than either half looks like what it is.  Candidates are points
of a graph with an edge between any two that cannot both be digits, and what is wanted is the
independent set of most weight.  It is found by local search from the greedy one (Andrade, Resende
and Werneck, "Fast local search for the maximum independent set problem", 2012).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.candidates.suppression import MAX_OVERLAP, overlap, suppress_overlapping
from camdigits.support.groups import connected
from camdigits.support.median import median
from camdigits.support.product import product
from camdigits.types import Box

CLEAR = 0.15
"""Up to this overlap of their boxes two candidates may both be digits, whatever their ink."""
NESTED = 0.75
"""From this overlap on they cannot."""
MAX_SHARED = 0.15
"""Share of the ink of the smaller that two digits have in common at most..."""
MAX_SHARED_APART = 0.5
"""...and where the boxes overlap by `MAX_OVERLAP` at most."""
ROWS = 20
"""Ink is compared on a grid of so many points to the usual height of a candidate..."""
MAX_POINTS = 8000
"""...and of this many in all."""
MAX_ROUNDS = 20
MAX_TANGLE = 150
"""More candidates than this that hang together are texture; the surest of each spot are taken."""

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
Values = NDArray[np.float64]


def arrange(candidates: Sequence[Candidate], boxes: Values, weight: Values) -> Places:
    """Return the candidates that stand beside each other, of most weight together.

    Args:
        candidates: that could each be a digit.
        boxes: ``(n, 4)``, theirs: x, y, w, h in pixels.
        weight: ``(n,)``, above 0: what each is worth.

    Returns:
        Places in `candidates`, greatest weight first.
    """
    if not len(candidates):
        return np.zeros(0, np.intp)
    shared = overlap(boxes, boxes)
    touches = shared > CLEAR
    is_alone = np.count_nonzero(touches, axis=1) <= 1
    kept: list[int] = np.flatnonzero(is_alone).tolist()
    rest = np.flatnonzero(~is_alone)
    for tangle in connected(touches[np.ix_(rest, rest)]):
        kept += _best(candidates, boxes, weight, rest[tangle], shared)
    places = np.array(kept, np.intp)
    return places[np.argsort(-weight[places], kind="stable")]


def ink_area(candidate: Candidate) -> float:
    """Return how many pixels of the picture a candidate's ink covers."""
    covered = float(np.count_nonzero(candidate.ink)) / candidate.ink.size
    return covered * candidate.box.area


def _best(
    candidates: Sequence[Candidate], boxes: Values, weight: Values, tangle: Places, shared: Values
) -> list[int]:
    heavy = weight[tangle]
    among = shared[np.ix_(tangle, tangle)]
    if (among > NESTED).all():  # one digit, as several masks show it
        return [int(tangle[heavy.argmax()])]
    if len(tangle) > MAX_TANGLE:
        return [int(place) for place in tangle[suppress_overlapping(boxes[tangle], heavy)]]
    clashes = _clashes([candidates[place] for place in tangle], among)
    return [int(place) for place in tangle[_search(heavy, clashes)]]


def _clashes(candidates: Sequence[Candidate], shared: Values) -> Flags:
    """Return which two cannot both be digits: ``(n, n)``, without the diagonal."""
    clash = shared > MAX_OVERLAP
    is_light = np.array([candidate.mask.polarity == "light" for candidate in candidates])
    is_open = (shared > CLEAR) & (shared <= NESTED) & np.equal.outer(is_light, is_light)
    common = _common_ink(candidates)
    is_inked = common > np.where(clash, MAX_SHARED, MAX_SHARED_APART)
    clash[is_open] = is_inked[is_open]
    np.fill_diagonal(clash, False)
    return clash


def _common_ink(candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """Return how much of the ink of the smaller of two is the other's as well: ``(n, n)``, 0-1."""
    whole = reduce(Box.union, (candidate.box for candidate in candidates))
    height = median([candidate.box.h for candidate in candidates])
    step = max(height / ROWS, (whole.area / MAX_POINTS) ** 0.5)
    size = len(candidates), math.ceil(whole.h / step), math.ceil(whole.w / step)
    points = np.zeros(size, np.float32)
    for plane, candidate in zip(points, candidates, strict=True):
        box, ink = candidate.box, candidate.ink
        rows, inked_rows = _points(box.y - whole.y, box.h, ink.shape[0], step)
        columns, inked_columns = _points(box.x - whole.x, box.w, ink.shape[1], step)
        plane[rows, columns] = ink[inked_rows[:, None], inked_columns] > 0
    flat = points.reshape(len(candidates), -1)
    area = np.maximum(flat.sum(axis=1), 1)
    common: NDArray[np.float32] = product(flat, flat.T) / np.minimum.outer(area, area)
    return common


def _points(start: int, length: int, pixels: int, step: float) -> tuple[slice, Places]:
    """Return the points of the grid that lie in a stretch, and the pixel of the ink at each.

    Args:
        start: of the stretch, from where the grid starts.
        length: of the stretch, which is at least one pixel.
        pixels: of the ink along it.
        step: of the grid.
    """
    first, last = math.ceil(start / step - 0.5), math.ceil((start + length) / step - 0.5)
    at = (np.arange(first, last) + 0.5) * step - start
    return slice(first, last), np.minimum(at * (pixels / length), pixels - 1).astype(np.intp)


def _search(weight: Values, clashes: Flags) -> Places:
    """Return an independent set that no exchange around one candidate makes heavier."""
    order = np.argsort(-weight, kind="stable")
    kept = _filled(np.zeros(len(weight), np.bool_), order, clashes)
    for _ in range(MAX_ROUNDS):
        best, most = kept, float(weight[kept].sum()) + 1e-9
        blocked = clashes[:, kept].sum(axis=1)
        for place in np.flatnonzero(~kept).tolist():
            out = clashes[place] & kept
            # Those that nothing would be in the way of any more.
            has_room = ~kept & ~clashes[place] & (clashes[:, out].sum(axis=1) == blocked)
            has_room[place] = False
            if weight[place] + weight[has_room].sum() <= weight[out].sum():
                continue
            changed = kept & ~out
            changed[place] = True
            changed = _filled(changed, order[has_room[order]], clashes)
            total = float(weight[changed].sum())
            if total > most:
                best, most = changed, total
        if best is kept:
            break
        kept = best
    return np.flatnonzero(kept)


def _filled(kept: Flags, order: Places, clashes: Flags) -> Flags:
    """Return what is kept with as many others as have room, the first of them first."""
    full = kept.copy()
    for place in order.tolist():
        if not full[place] and not (clashes[place] & full).any():
            full[place] = True
    return full
