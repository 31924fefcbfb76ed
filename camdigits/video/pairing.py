"""Pairing of tracks with the detections of a frame: how near, how alike, which to which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.types import Box
from camdigits.video.motion import Values, middles_of, points
from camdigits.video.track import Track, boxes_of

DISTANCE_THRESHOLD = 0.6
"""Farthest that a digit's middle moves between two frames beside the shared motion, in heights."""
SAME_PLACE = 0.3
"""What is read no further than this from a digit is that digit, in heights."""


def paired(distance: Values, cost: Values, fits: NDArray[np.bool_]) -> dict[int, int]:
    """Return pairs of rows and columns that are near enough, those of least cost first."""
    rows, columns = np.nonzero(fits & (distance <= DISTANCE_THRESHOLD))
    pairs: dict[int, int] = {}
    taken = set()
    for k in np.argsort(cost[rows, columns], kind="stable"):
        row, column = int(rows[k]), int(columns[k])
        if row not in pairs and column not in taken:
            pairs[row] = column
            taken.add(column)
    return pairs


def read_at(
    boxes: Sequence[Box], labels: Sequence[int], detections: Sequence[Detection]
) -> tuple[list[bool], list[bool]]:
    """Return of which digits the same is read where they stand, and of which another one is.

    Args:
        boxes: of the digits.
        labels: theirs, 0 to 9.
        detections: of a frame.
    """
    if not boxes or not detections:
        return [False] * len(boxes), [False] * len(boxes)
    before, after = middles_of(boxes), boxes_of(detections)
    off = np.abs(np.subtract.outer(points(before), points(after)))
    near = off <= SAME_PLACE * before[:, None, 3]
    same = np.equal.outer(np.array(labels), np.array([each.label for each in detections]))
    return [bool(row.any()) for row in near & same], [bool(row.any()) for row in near & ~same]


def alike_of(tracks: Sequence[Track], detections: Sequence[Detection]) -> Values:
    """Return how alike what they read is: ``(tracks, detections)``, 0 to 1."""
    ours = np.array([track.probabilities for track in tracks], np.float64)
    theirs = np.array([each.probabilities for each in detections], np.float64)
    ours /= np.linalg.norm(ours, axis=1, keepdims=True)
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    return np.asarray(ours @ theirs.T)


def are_elsewhere(tracks: Sequence[Track], pairs: dict[int, int]) -> bool:
    """Return whether most of what was known is not found in a frame.

    Args:
        tracks: known or new.
        pairs: place of each that is found to that of its detection.
    """
    known = [place for place, track in enumerate(tracks) if track.is_established]
    found = sum(place in pairs for place in known)
    return bool(known) and 2 * found <= len(known)
