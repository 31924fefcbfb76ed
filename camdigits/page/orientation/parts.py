"""The parts of a page whose lines lie at different angles: a form on a printed page, two slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.page.orientation.turns import HEAD_START, Sight, page_score
from camdigits.support.groups import connected

SURE = 4.0
"""Log-odds that digits which lie otherwise have at least, on average."""
NEAR = 2.5
"""Digits whose middles are no further apart than so many of their sizes are of one part."""


def parts_of(sights: Sequence[Sight]) -> list[Sight]:
    """Return the parts of a page, each as it reads best.

    Args:
        sights: the page at the angle of most of its lines, and at others at which some may lie.

    Returns:
        The sights with the digits of their parts, that with most of them first; the first of
        `sights` as it is if no part reads better at another angle.
    """
    groups = list(_groups(sights)) if len(sights) > 1 else []
    if not any(group.best > 0 and group.is_sure for group in groups):
        return list(sights[:1])
    chosen = _chosen(groups)
    parts = []
    for place, sight in enumerate(sights):
        its = [
            group.found[place] for group, best in zip(groups, chosen, strict=True) if best == place
        ]
        if any(its):
            parts.append(replace(sight, detections=[each for found in its for each in found]))
    return sorted(parts, key=lambda part: -len(part.detections))


class _Group:
    """What stands together on a page.

    Args:
        found: its digits as each sight has them.
        centers: ``(n, 2)``, of all of them, in pixels of the source.

    Attributes:
        best: place of the sight in which it reads best.
        is_sure: by far.
    """

    def __init__(self, found: list[list[Detection]], centers: NDArray[np.float64]) -> None:
        self.found, self.centers = found, centers
        scores = [page_score(each) for each in found]
        # Letters are digits at no angle.
        for place in range(1, len(found)):
            if scores[place] < SURE * len(found[place]):
                scores[place] = min(scores[place], scores[0])
        self.best = int(np.argmax(scores))
        others = scores[: self.best] + scores[self.best + 1 :]
        self.is_sure = scores[self.best] > max(others) + HEAD_START


def _chosen(groups: Sequence[_Group]) -> list[int]:
    """Return the sight of each group; of one that is not sure that of the nearest that is."""
    sure = [group for group in groups if group.is_sure]
    return [
        group.best if group.is_sure else min(sure, key=lambda other: _distance(group, other)).best
        for group in groups
    ]


def _distance(one: _Group, other: _Group) -> float:
    apart = one.centers[:, None] - other.centers[None, :]
    return float(np.hypot(apart[..., 0], apart[..., 1]).min())


def _groups(sights: Sequence[Sight]) -> Iterator[_Group]:
    """Yield what stands together."""
    both = [(place, each) for place, sight in enumerate(sights) for each in sight.detections]
    boxes = [sights[place].view.to_source(each.box) for place, each in both]
    centers = np.array([box.center for box in boxes], np.float64).reshape(-1, 2)
    sizes = np.array([max(box.w, box.h) for box in boxes], np.float64)
    apart = np.hypot(*(centers[:, None] - centers[None, :]).transpose(2, 0, 1))
    touches = apart <= NEAR * np.maximum.outer(sizes, sizes)
    for group in connected(touches):
        found: list[list[Detection]] = [[] for _ in sights]
        for at in group.tolist():
            found[both[at][0]].append(both[at][1])
        yield _Group(found, centers[group])
