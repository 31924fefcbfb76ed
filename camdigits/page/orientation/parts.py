"""The parts of a page whose lines lie at different angles: a form on a printed page, two slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.page.orientation.turns import HEAD_START, Sight, page_score

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
    parts = list(sights[:1])
    for other in sights[1:]:
        groups = list(_groups(parts[0], other))
        leads = np.array([group.lead for group in groups])
        if (leads > HEAD_START).any():
            goes = _goes(groups, leads).tolist()
            stays, moved = list[Detection](), list[Detection]()
            for group, is_other in zip(groups, goes, strict=True):
                stays += [] if is_other else group.here
                moved += group.there if is_other else []
            parts[0] = replace(parts[0], detections=stays)
            parts.append(replace(other, detections=moved))
    return sorted(parts, key=lambda part: -len(part.detections))


class _Group(NamedTuple):
    """What stands together on a page, as two sights have it.

    Attributes:
        here: in the one.
        there: in the other.
        centers: ``(n, 2)``, of all of them, in pixels of the source.
    """

    here: list[Detection]
    there: list[Detection]
    centers: NDArray[np.float64]

    @property
    def lead(self) -> float:
        """By how much it reads better there, in log-odds; letters are digits at no angle."""
        there = page_score(self.there)
        lead = there - page_score(self.here)
        return lead if there >= SURE * len(self.there) else min(lead, 0.0)


def _goes(groups: Sequence[_Group], leads: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which groups are of the other part; the undecided go with the nearest that is sure."""
    goes = leads > HEAD_START
    sure = np.flatnonzero(np.abs(leads) > HEAD_START).tolist()
    for place in np.flatnonzero(np.abs(leads) <= HEAD_START).tolist():
        distances = [_distance(groups[place], groups[each]) for each in sure]
        goes[place] = goes[sure[int(np.argmin(distances))]]
    return goes


def _distance(one: _Group, other: _Group) -> float:
    apart = one.centers[:, None] - other.centers[None, :]
    return float(np.hypot(apart[..., 0], apart[..., 1]).min())


def _groups(sight: Sight, other: Sight) -> Iterator[_Group]:
    """Yield what stands together."""
    both = [*sight.detections, *other.detections]
    boxes = [each.view.to_source(found.box) for each in (sight, other) for found in each.detections]
    centers = np.array([box.center for box in boxes], np.float64).reshape(-1, 2)
    sizes = np.array([max(box.w, box.h) for box in boxes], np.float64)
    apart = np.hypot(*(centers[:, None] - centers[None, :]).transpose(2, 0, 1))
    touches = apart <= NEAR * np.maximum.outer(sizes, sizes)
    left = np.ones(len(boxes), np.bool_)
    for start in range(len(boxes)):
        if left[start]:
            group = np.zeros(len(boxes), np.bool_)
            edge = np.array([start])
            while len(edge):
                group[edge] = True
                edge = np.flatnonzero(touches[edge].any(axis=0) & ~group)
            left &= ~group
            places, count = np.flatnonzero(group), len(sight.detections)
            here, there = (
                [both[place] for place in part.tolist()]
                for part in (places[places < count], places[places >= count])
            )
            yield _Group(here, there, centers[places])
