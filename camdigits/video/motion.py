"""How the whole picture moved between two frames, told by the digits on it.

A page before a hand-held camera moves as one.  Which digit went where is found first by a vote: of
all ways to lay the earlier digits over the later ones, the one on which most of them agree.  From
the pairs that follow from it come zoom and turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.types import Box

Values = NDArray[np.float64]

REACH = 6.0
"""Farthest that the picture moves between two frames, as a multiple of a digit's height."""
AGREEMENT = 0.4
"""How near its place a digit lies that agrees with a motion, as a multiple of its height."""
MIN_PAIRS = 3
"""Below so many pairs, zoom and turn are not to be told from jitter."""
MAX_VOTES = 400
"""Only the most alike pairs propose a motion."""
LIKELY, NEAR, NEARLY_ALL = 0.6, 0.25, 0.8
"""The picture hardly moved if such a share of its digits finds one so alike so near, in heights."""
COST = 0.02
"""What each height of motion costs against the agreement of one digit."""
PAN_PX = 20
"""By so many pixels at least the picture of a camera that pans moves between two looks."""
MAX_ZOOM = 1.3
"""Largest factor between two frames that is believed."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A shift with zoom and turn: the point z, as x + iy in pixels, goes to turn * z + shift."""

    turn: complex = 1.0
    shift: complex = 0.0

    @property
    def zoom(self) -> float:
        """Factor of all lengths, above 0."""
        return abs(self.turn)

    def moved(self, boxes: Values) -> Values:
        """Return boxes after the motion.

        Args:
            boxes: ``(n, 4)``, x and y of the middle, width and height in pixels.
        """
        middles = self.turn * points(boxes) + self.shift
        return np.column_stack([middles.real, middles.imag, boxes[:, 2:] * self.zoom])


class Pan:
    """Bridges a look from which no motion is known: a camera that pans goes on as it went."""

    def __init__(self) -> None:
        self._last: Motion | None = None
        self._is_bridged = False

    def look(self, motion: Motion | None, *, is_guess: bool) -> Motion | None:
        """Return how the picture moved to the next look; None if that is not known.

        Args:
            motion: as it was found; None where it was not.
            is_guess: that it stands was not found, but is likely.
        """
        last, self._last = self._last, motion
        if self._is_bridged and is_guess:
            motion = None  # it did not go on
        self._is_bridged = motion is None and last is not None and abs(last.shift) >= PAN_PX
        return last if self._is_bridged else motion


def middles_of(boxes: Sequence[Box]) -> Values:
    """Return boxes as ``(n, 4)``: x and y of the middle, width and height in pixels."""
    rows = [(*box.center, box.w, box.h) for box in boxes]
    return np.array(rows, np.float64).reshape(-1, 4)


def points(boxes: Values) -> NDArray[np.complex128]:
    """Return the middles of boxes ``(n, 4)`` as ``(n,)`` x + iy."""
    return cast("NDArray[np.complex128]", boxes[:, 0] + 1j * boxes[:, 1])


def small_shift(before: Values, after: Values, alike: Values) -> complex | None:
    """Return the shift, as x + iy in pixels, where nearly all digits stand about where they stood.

    That is how it is from frame to frame mostly, and saves the vote.

    Args:
        before: ``(n, 4)`` boxes of an earlier frame: middle, width, height.
        after: ``(m, 4)`` of the next one.
        alike: ``(n, m)`` how alike the two are, 0 to 1; 0 for pairs that cannot be one.

    Returns:
        None where they moved further, or too few are found again to say.
    """
    shifts = points(after)[None] - points(before)[:, None]
    off = np.where(alike >= LIKELY, np.abs(shifts) / before[:, None, 3], np.inf)
    nearest = off.argmin(axis=1)
    rows = np.arange(len(before))
    is_near = off[rows, nearest] <= NEAR
    if is_near.mean() < NEARLY_ALL:
        return None
    return _middle(shifts[rows, nearest][is_near])


def vote_shift(before: Values, after: Values, alike: Values) -> complex:
    """Return the shift on which most digits agree, as x + iy in pixels.

    Args:
        before: ``(n, 4)`` boxes of an earlier frame: middle, width, height.
        after: ``(m, 4)`` of the next one.
        alike: ``(n, m)`` how alike the two are, 0 to 1; 0 for pairs that cannot be one.
    """
    shifts = points(after)[None] - points(before)[:, None]
    height = np.maximum(before[:, None, 3], after[None, :, 3])
    rows, columns = np.nonzero((alike > 0) & (np.abs(shifts) <= REACH * height))
    shifts, height, alike = shifts[rows, columns], height[rows, columns], alike[rows, columns]
    best_first = np.argsort(-alike, kind="stable")[:MAX_VOTES]
    votes = np.concatenate([[0j], shifts[best_first]])
    # How far each pair is from each motion, in heights.
    off = np.abs(votes[:, None] - shifts) / height
    agreement = np.zeros((len(before), len(votes)))
    np.maximum.at(agreement, rows, (alike * np.clip(1.0 - off / AGREEMENT, 0.0, 1.0)).T)
    # Of equals the smaller motion: the rows of a table lie over each other in many ways.
    cost = COST * np.abs(votes) / median(before[:, 3])
    best = int(np.argmax(agreement.sum(axis=0) - cost))
    near = off[best] <= AGREEMENT
    return _middle(shifts[near]) if near.any() else 0j


def fit_motion(before: Values, after: Values) -> Motion:
    """Return the motion that takes boxes ``(n, 4)`` to their successors ``(n, 4)``."""
    if len(before) == 0:
        return Motion()
    start, end = points(before), points(after)
    shift = _middle(end - start)
    if len(before) < MIN_PAIRS:
        return Motion(shift=shift)
    # What moves on its own, by more than the others, does not take part.
    kept = np.abs(end - start - shift) <= np.maximum(0.5 * before[:, 3], 2 * _spread(end - start))
    center, target = start[kept].mean(), end[kept].mean()
    arm = start[kept] - center
    reach = float((np.abs(arm) ** 2).sum())
    turn = complex(np.vdot(arm, end[kept] - target) / reach) if reach > 0 else 1.0 + 0j
    if not 1 / MAX_ZOOM <= abs(turn) <= MAX_ZOOM:
        return Motion(shift=shift)
    return Motion(turn, complex(target - turn * center))


def _middle(values: NDArray[np.complex128]) -> complex:
    return complex(median(values.real), median(values.imag))


def _spread(values: NDArray[np.complex128]) -> float:
    return median(np.abs(values - _middle(values)))
