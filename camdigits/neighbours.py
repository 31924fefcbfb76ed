"""What stands beside a candidate on its line has a say in whether it is a digit.

Digits stand among digits, and letters among letters: a candidate of which the judge is unsure is
more likely a digit if its neighbours of the same height are, and less if they are something else.
Every two neighbours agree rather than not, as in an Ising model, of which the mean field is
iterated a few times (Parisi, "Statistical Field Theory", 1988).
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from camdigits.examine import Examined
from camdigits.modelcard import VERDICTS
from camdigits.spots import MAX_OVERLAP, one_per_spot, overlap

COUPLING = 1.0
"""Log-odds that a neighbour has to say at most."""
MAX_SAY = 3.0
"""So many neighbours together say as much as any number of them."""
ROUNDS = 3
LEAST = 0.02
"""Below this probability a candidate is no digit, whatever its neighbours are."""
LIKELY = 0.15
"""From this probability on a candidate stands for its spot, whatever larger ones overlap it."""
MAX_GAP = 2.0
"""Widest gap between neighbours, as a multiple of the candidate's height."""
MAX_RISE = 0.6
"""How far a neighbour's middle stands above or below, as a multiple of the candidate's height."""
ALIKE = 0.35
"""Difference of the logarithms of two heights at which neighbours have much less to say."""
MAX_SPOTS = 700
"""More spots than this are texture; the likeliest are looked at."""

_PART, _SEVERAL = VERDICTS.index("part"), VERDICTS.index("several")

Values = NDArray[np.float64]
Places = NDArray[np.intp]


def heed_neighbours(examined: Examined) -> Values:
    """Return how probable it is that each candidate is a digit, neighbours heeded.

    Args:
        examined: the candidates of all masks of one frame.

    Returns:
        ``(n,) float64`` in 0-1; the classifier's and the judge's word where there are no
        neighbours.
    """
    before: Values = examined.agreed.max(axis=1, initial=0.0).astype(np.float64)
    doubtful = np.flatnonzero(before >= LEAST)
    if len(doubtful) < 1:
        return before
    boxes = np.array([candidate.box.as_list() for candidate in examined.candidates], np.float64)
    spots = _spots(examined, before, boxes)
    say = _say(boxes[doubtful], boxes[spots])
    log_odds = _log_odds(before[doubtful])
    now = before.copy()
    for _ in range(ROUNDS):
        now[doubtful] = _probability(log_odds + COUPLING * (say @ (2 * now[spots] - 1)))
    return now


def _spots(examined: Examined, probability: Values, boxes: Values) -> Places:
    """Return one candidate for each spot: the likeliest digit there, or else the largest piece."""
    is_whole = np.array([candidate.components == 1 for candidate in examined.candidates])
    is_whole &= (examined.verdicts[:, [_PART, _SEVERAL]] < 0.5).all(axis=1)
    places = np.flatnonzero(is_whole | (probability >= LEAST))
    area = boxes[places, 2] * boxes[places, 3]
    likely = probability[places] >= LIKELY
    rank = np.where(likely, probability[places] * area.max(initial=1.0), 0.0) * 1e3 + area
    places = places[np.argsort(-rank, kind="stable")[:MAX_SPOTS]]
    return places[one_per_spot(boxes[places], -np.arange(len(places), dtype=np.float64))]


def _say(boxes: Values, spots: Values) -> Values:
    """Return what each spot has to say on each candidate, 0 to 1."""
    height = boxes[:, 3:4]
    rise = np.abs((boxes[:, 1:2] + height / 2) - (spots[:, 1] + spots[:, 3] / 2))
    start = np.maximum(boxes[:, :1], spots[:, 0])
    end = np.minimum(boxes[:, :1] + boxes[:, 2:3], spots[:, 0] + spots[:, 2])
    say = np.exp(-((np.log(height / spots[:, 3]) / ALIKE) ** 2))
    say *= (rise < MAX_RISE * height) & (start - end < MAX_GAP * height)
    say[overlap(boxes, spots) > MAX_OVERLAP] = 0.0
    say /= np.maximum(1.0, say.sum(axis=1, keepdims=True) / MAX_SAY)
    return cast(Values, say)


def _log_odds(probability: Values) -> Values:
    bounded = np.clip(probability, 1e-4, 1 - 1e-4)
    return cast(Values, np.log(bounded / (1 - bounded)))


def _probability(log_odds: Values) -> Values:
    return 1 / (1 + np.exp(-log_odds))
