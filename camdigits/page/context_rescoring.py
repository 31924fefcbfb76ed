"""Contextual rescoring: neighbours and page have a say in whether a candidate is a digit.

Digits stand among digits, and letters among letters: a candidate of which the judge is unsure is
more likely a digit if its neighbours of the same height are, and less if they are something else.
Every two neighbours agree rather than not, as in an Ising model, of which the mean field is
iterated a few times (Parisi, "Statistical Field Theory", 1988).

So has the rest of the page: where most of what is as high as a candidate is something else, there
are fewer digits to be expected than the judge, which learnt from pages of all kinds, reckons with.
How many is found as it goes, by expectation and maximisation (Saerens, Latinne and Decaestecker,
"Adjusting the Outputs of a Classifier to New a Priori Probabilities", 2002).
"""

from __future__ import annotations

from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.suppression import MAX_OVERLAP, overlap, suppress_overlapping
from camdigits.networks.model_card import VERDICTS
from camdigits.page.candidate_scoring import ScoredCandidates

COUPLING = 1.0
"""Log-odds that a neighbour has to say at most."""
MAX_NEIGHBOURS = 3.0
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
PAGE_WEIGHT = 0.8
"""How much of the change of odds that the page calls for is heeded."""
FEW_SPOTS = 4.0
"""Weight of the expectation that every second spot is a digit, against what the page shows."""
MAX_DOUBT = 2.5
"""Log-odds that the page has to say at most; it makes nothing surer."""
MAX_SPOTS = 700
"""More spots than this are texture; the likeliest are looked at."""

_PART, _SEVERAL = VERDICTS.index("part"), VERDICTS.index("several")

Values = NDArray[np.float64]
Places = NDArray[np.intp]


def rescore_in_context(scored: ScoredCandidates) -> Values:
    """Return how probable it is that each candidate is a digit, neighbours heeded.

    Args:
        scored: the candidates of all masks of one frame.

    Returns:
        ``(n,) float64`` in 0-1; the classifier's and the judge's word where there is nothing
        else.
    """
    before: Values = scored.agreed.max(axis=1, initial=0.0).astype(np.float64)
    doubtful = np.flatnonzero(before >= LEAST)
    if len(doubtful) < 1:
        return before
    boxes = np.array([candidate.box.as_list() for candidate in scored.candidates], np.float64)
    spots = _spots(scored, before, boxes)
    likeness = _likeness(boxes[doubtful], boxes[spots])
    say = likeness * _are_near(boxes[doubtful], boxes[spots])
    say /= np.maximum(1.0, say.sum(axis=1, keepdims=True) / MAX_NEIGHBOURS)
    is_light = np.array([each.mask.polarity == "light" for each in scored.candidates])
    likeness *= np.equal.outer(is_light[doubtful], is_light[spots])
    now = before.copy()
    for change in (partial(_from_line, say=say), partial(_from_page, likeness=likeness)):
        log_odds = _log_odds(now[doubtful])
        for _ in range(ROUNDS):
            now[doubtful] = _probability(log_odds + change(now[spots]))
    return now


def _from_line(spots: Values, say: Values) -> Values:
    """Return the log-odds that the neighbours add, by how probable digits they are."""
    return COUPLING * (say @ (2 * spots - 1))


def _from_page(spots: Values, likeness: Values) -> Values:
    """Return the log-odds that the page adds, 0 or less, by what is as high on it."""
    share = likeness @ spots + 0.5 * FEW_SPOTS
    share /= likeness.sum(axis=1) + FEW_SPOTS
    return np.clip(PAGE_WEIGHT * _log_odds(share), -MAX_DOUBT, 0.0)


def _spots(scored: ScoredCandidates, probability: Values, boxes: Values) -> Places:
    """Return one candidate for each spot: the likeliest digit there, or else the largest piece."""
    is_whole = np.array([candidate.components == 1 for candidate in scored.candidates])
    is_whole &= (scored.verdicts[:, [_PART, _SEVERAL]] < 0.5).all(axis=1)
    places = np.flatnonzero(is_whole | (probability >= LEAST))
    area = boxes[places, 2] * boxes[places, 3]
    likely = probability[places] >= LIKELY
    rank = np.where(likely, probability[places] * area.max(initial=1.0), 0.0) * 1e3 + area
    places = places[np.argsort(-rank, kind="stable")[:MAX_SPOTS]]
    return places[suppress_overlapping(boxes[places], -np.arange(len(places), dtype=np.float64))]


def _likeness(boxes: Values, spots: Values) -> Values:
    """Return how alike in height each candidate and each spot are, 0 to 1; 0 if they overlap."""
    likeness = np.exp(-((np.log(boxes[:, 3:4] / spots[:, 3]) / ALIKE) ** 2))
    likeness[overlap(boxes, spots) > MAX_OVERLAP] = 0.0
    return cast(Values, likeness)


def _are_near(boxes: Values, spots: Values) -> NDArray[np.bool_]:
    """Say which spots stand beside each candidate on its line."""
    height = boxes[:, 3:4]
    rise = np.abs((boxes[:, 1:2] + height / 2) - (spots[:, 1] + spots[:, 3] / 2))
    start = np.maximum(boxes[:, :1], spots[:, 0])
    end = np.minimum(boxes[:, :1] + boxes[:, 2:3], spots[:, 0] + spots[:, 2])
    return (rise < MAX_RISE * height) & (start - end < MAX_GAP * height)


def _log_odds(probability: Values) -> Values:
    bounded = np.clip(probability, 1e-4, 1 - 1e-4)
    return cast(Values, np.log(bounded / (1 - bounded)))


def _probability(log_odds: Values) -> Values:
    return 1 / (1 + np.exp(-log_odds))
