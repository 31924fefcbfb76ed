"""Small writing: a sample of what is too low to be looked at, and a closer look at it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import MIN_HEIGHT_PX, Candidate, find_candidates
from camdigits.config import Polarity
from camdigits.ink.binarize import InkMask, ink_masks
from camdigits.support.resample import resample

LEAST_PX = 5
"""Lowest ink that a sample is taken from, in pixels of the mask."""
MOST_PX = 15
"""Highest ink that a sample is taken from, which is looked at from closer."""
FEWEST_PIECES = 6
SPREAD, SAMPLE = 96, 20
"""Of so many pieces of low ink all over the picture so many, the boldest, are looked at."""
CLOSE_PX = 26
"""Height that small digits are brought to."""
MAX_TIMES = 3.0
MAX_PX = 4_000_000
"""Pixels of the largest picture that is looked at from closer."""
REACH_PX = 200
"""Neighbourhood that small ink is told from ground by."""


def sample_low(mask: InkMask, factor: float) -> list[Candidate]:
    """Return some of what could be small digits; none where there is hardly any.

    Args:
        mask: where the ink is.
        factor: by which the picture was made smaller for the mask.
    """
    _, _, w, h, area = mask.stats.T
    is_low = (h >= LEAST_PX) & (h <= MOST_PX) & (w <= 1.2 * h) & (area >= 2 * LEAST_PX)
    places = np.flatnonzero(is_low)
    if len(places) < FEWEST_PIECES:
        return []
    spread = np.linspace(0, len(places) - 1, min(len(places), SPREAD)).astype(np.intp)
    places = places[spread]
    # Grain of the paper is paler than what is written on it.
    boldest = np.argsort([-_boldness(mask, row) for row in mask.stats[places]], kind="stable")
    chosen = places[boldest[:SAMPLE]]
    stats = np.zeros_like(mask.stats)
    stats[chosen] = mask.stats[chosen]
    found = find_candidates(replace(mask, stats=stats), LEAST_PX, set())
    return [each.scaled(factor) for each in found if each.components == 1]


def _boldness(mask: InkMask, stat: NDArray[np.int32]) -> float:
    """Return the strongest contrast of a piece of ink, in grey levels."""
    x, y, w, h, _ = stat.tolist()
    return float(mask.contrast[y : y + h, x : x + w].max())


def propose_small(
    gray: NDArray[np.uint8],
    polarity: Polarity,
    height_px: float,
    *,
    show: Callable[[InkMask], object] | None = None,
) -> Iterator[Candidate]:
    """Yield what could be a digit of small writing, looked at from closer.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        polarity: "dark" or "light" ink, or "auto" for both.
        height_px: of the digits.
        show: called with every mask before its candidates come.

    Yields:
        Candidates in no particular order, boxes in pixels of `gray`.
    """
    times = min(CLOSE_PX / height_px, MAX_TIMES, math.sqrt(MAX_PX / gray.size))
    size_wh = max(1, round(gray.shape[1] * times)), max(1, round(gray.shape[0] * times))
    close = resample(gray, size_wh)
    known: dict[str, set[tuple[int, ...]]] = {"dark": set(), "light": set()}
    for mask in ink_masks(close, polarity, min(1 / 8, REACH_PX / max(close.shape))):
        if show is not None:
            show(mask)
        found = find_candidates(mask, MIN_HEIGHT_PX, known[mask.polarity])
        yield from (candidate.scaled(1 / times) for candidate in found)
