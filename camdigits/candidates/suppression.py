"""Non-maximum suppression: of boxes that overlap, the one of highest rank stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_OVERLAP = 0.4
"""Two digits share at most this part of the smaller one's box."""

Values = NDArray[np.float64]


def suppress_overlapping(boxes: Values, rank: Values) -> NDArray[np.intp]:
    """Return the places of the boxes that are left when each suppresses those on its spot.

    Args:
        boxes: ``(n, 4)``, x, y, w, h in pixels.
        rank: ``(n,)``; the higher one stays.

    Returns:
        Places in `boxes`, highest rank first.
    """
    order = np.argsort(-rank, kind="stable")
    shared = overlap(boxes[order], boxes[order])
    is_free = np.ones(len(order), np.bool_)
    kept = []
    for row in range(len(order)):
        if is_free[row]:
            kept.append(order[row])
            is_free &= shared[row] <= MAX_OVERLAP
    return np.array(kept, np.intp)


def overlap(boxes: Values, others: Values) -> Values:
    """Return the share of the smaller of two boxes that both cover.

    Args:
        boxes: ``(n, 4)``, x, y, w, h in pixels.
        others: ``(m, 4)``.

    Returns:
        ``(n, m)`` in 0-1.
    """
    return shared_area(boxes, others) / np.minimum.outer(area(boxes), area(others))


def iou(boxes: Values, others: Values) -> Values:
    """Return intersection over union.

    Args:
        boxes: ``(n, 4)``, x, y, w, h in pixels.
        others: ``(m, 4)``.

    Returns:
        ``(n, m)`` in 0-1.
    """
    shared = shared_area(boxes, others)
    return shared / (np.add.outer(area(boxes), area(others)) - shared)


def area(boxes: Values) -> Values:
    """Return the ``(n,)`` areas of ``(n, 4)`` boxes, in pixels."""
    return boxes[:, 2] * boxes[:, 3]


def shared_area(boxes: Values, others: Values) -> Values:
    """Return the ``(n, m)`` areas that a box and another one both cover, in pixels."""
    shared = np.ones((len(boxes), len(others)))
    for side in (0, 1):
        end, other_end = (each[:, side] + each[:, side + 2] for each in (boxes, others))
        shared *= np.maximum(
            np.minimum.outer(end, other_end) - np.maximum.outer(boxes[:, side], others[:, side]),
            0.0,
        )
    return shared
