"""Candidate scoring: what both networks say, of whole ones first and of pieces where it pays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.propose import (
    CLOSEUP_HEIGHT,
    propose,
    propose_closeup,
    propose_faint,
)
from camdigits.candidates.segment import Candidate, cut_candidate
from camdigits.candidates.small import propose_small
from camdigits.candidates.suppression import iou
from camdigits.candidates.usual import Usual, cutting_rule
from camdigits.config import Polarity
from camdigits.ink.binarize import InkMask
from camdigits.networks.classifier import Classifier
from camdigits.networks.judge import Judge, stack_views
from camdigits.networks.mnist_form import stack_mnist_forms
from camdigits.networks.model_card import DIGITS, VERDICTS
from camdigits.page.rings import find_rings, seen_through, without_rings
from camdigits.page.small_writing import small_heights

LEAST_CONFIDENCE = 0.3
"""What the classifier is less sure of is not shown to the judge."""
JUDGE_WEIGHT = 0.5
"""What the judge has to say in naming a digit, beside the classifier's 0.5."""
UNSURE = 0.6
"""A classifier that is less sure than this of any digit says in part that it is none."""
SURE = 0.6
"""A candidate that is a digit this surely is not cut apart."""
FEWEST_SURE = 2
"""So many sure digits of a polarity show that there is writing in it, which may be faint too."""
FAINT_TRUST = 0.8
"""How much less probably fainter ink is a digit than what both networks say."""
POSSIBLE = 0.3
"""A candidate that fills its picture may be a digit from this probability on."""
ALL_INK = 0.9
"""Nothing else is looked at where digits that fill their picture make up so much of its ink."""
SAME = 0.8
"""From this intersection over union on two candidates show the same ink."""
MAX_PIECES = 800
"""Pieces of cut ink that are looked at in one frame; clutter gives thousands."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredCandidates:
    """Candidates with what was said of them; arrays have a row for each.

    Attributes:
        candidates: in no particular order.
        crops: ``(n, 28, 28) uint8`` in MNIST form, as the classifier saw them.
        probabilities: ``(n, 10) float32``, of the ten digits, by the classifier, and by the judge
            where it was asked.
        verdicts: ``(n, 13) float32``, the judge's (`camdigits.networks.model_card.VERDICTS`); all 0
            where it was not asked.
    """

    candidates: Sequence[Candidate]
    crops: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    verdicts: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def agreed(self) -> NDArray[np.float32]:
        """``(n, 10) float32`` in 0-1: that it is a digit, and this one; a row sums to at most 1."""
        is_digit = self.verdicts[:, : len(DIGITS)].sum(axis=1, keepdims=True)
        agreed: NDArray[np.float32] = self.probabilities * is_digit
        return agreed

    @property
    def sure(self) -> list[Candidate]:
        """Those that are surely digits."""
        confidence = self.agreed.max(axis=1, initial=0.0)
        return [self.candidates[place] for place in np.flatnonzero(confidence >= SURE).tolist()]

    def __add__(self, other: ScoredCandidates) -> ScoredCandidates:
        return ScoredCandidates(
            [*self.candidates, *other.candidates],
            np.concatenate([self.crops, other.crops]),
            np.concatenate([self.probabilities, other.probabilities]),
            np.concatenate([self.verdicts, other.verdicts]),
        )


class CandidateScorer:
    """Asks classifier and judge about candidates, in two batched calls of each for a frame."""

    def __init__(self, classifier: Classifier, judge: Judge) -> None:
        self._classifier, self._judge = classifier, judge
        # The judge does not know the handwriting that the classifier was taught.
        self._say = 0.0 if getattr(classifier, "is_taught", False) else JUDGE_WEIGHT

    def score(
        self,
        gray: NDArray[np.uint8],
        polarity: Polarity = "auto",
        *,
        fast: bool = False,
        show: Callable[[InkMask], object] | None = None,
        usual: Usual | None = None,
    ) -> ScoredCandidates:
        """Score everything on a picture that could be a digit.

        Where there are sure digits, fainter ink of their polarity is looked at as well, and
        trusted less.

        Args:
            gray: ``(height, width) uint8`` luma, 0 black to 255 white.
            polarity: of the ink; "auto" looks at both.
            fast: look at a smaller picture, and not at faint ink.
            show: called with every mask.
            usual: what the digits of the frame before are like; None if there is none.
        """
        masks: list[InkMask] = []
        scored = self(propose(gray, polarity, fast=fast, show=masks.append), (), usual)
        if show is not None:
            for mask in masks:
                show(mask)
        if _may_be_closeup(scored.sure, gray.shape[0]):
            closeup = self(propose_closeup(gray, polarity, show=show))
            all_ink = _all_ink_of(closeup)
            if len(all_ink):
                return all_ink
            # What is none would have a say in how many digits are to be expected.
            if closeup.agreed.max(initial=0.0) >= POSSIBLE:
                scored += closeup
        if fast:
            return self._unringed(scored)
        heights = small_heights(masks, max(gray.shape), lambda low: self._ask(low).sure)
        for ink, height_px in heights.items():
            scored += self(propose_small(gray, ink, height_px, show=show))
        counts = Counter(candidate.mask.polarity for candidate in scored.sure)
        for its in sorted(its for its, count in counts.items() if count >= FEWEST_SURE):
            faint = self(propose_faint(gray, its, show=show), scored.sure)
            scored += _doubted(faint, FAINT_TRUST)
        return self._unringed(scored)

    def score_part(
        self,
        gray: NDArray[np.uint8],
        polarity: Polarity,
        share: float,
        usual: Usual,
        highest_px: float = math.inf,
    ) -> ScoredCandidates:
        """Score everything on a part of a video's frame that could be a digit; see `score`.

        Args:
            gray: ``(height, width) uint8`` luma of the part.
            polarity: of the ink; "auto" looks at both.
            share: its longer side as a share of that of the frame.
            usual: what the frame's digits are like.
            highest_px: no digit of the part is higher.
        """
        found = propose(gray, polarity, fast=True, share=share, highest_px=highest_px)
        return self._unringed(self(found, (), usual))

    def _unringed(self, scored: ScoredCandidates) -> ScoredCandidates:
        """Return what was scored as it is without the rings that are drawn around digits."""
        rings = find_rings(scored.candidates)
        if not rings:
            return scored
        anew = self._ask(without_rings(scored.candidates, rings))
        places = [place for ring in rings for place in ring.inside]
        before, now = scored.agreed.max(axis=1), anew.agreed.max(axis=1)
        probabilities, verdicts = scored.probabilities.copy(), scored.verdicts.copy()
        candidates = list(scored.candidates)
        sure = set()
        for row, place in enumerate(places):
            if now[row] > before[place]:
                candidates[place] = anew.candidates[row]
                probabilities[place], verdicts[place] = anew.probabilities[row], anew.verdicts[row]
            if max(now[row], before[place]) >= SURE:
                sure.add(place)
        for ring in rings:
            if not sure.isdisjoint(ring.inside):
                verdicts[seen_through(candidates, ring)] = 0
        return ScoredCandidates(candidates, scored.crops, probabilities, verdicts)

    def __call__(
        self,
        proposed: Iterable[Candidate],
        known: Sequence[Candidate] = (),
        usual: Usual | None = None,
    ) -> ScoredCandidates:
        """Score what was proposed, and at the pieces of what may be several digits.

        Args:
            proposed: of all masks of one frame.
            known: digits that were found before; what shows the same ink is left out.
            usual: what the page's digits are like; None if it is not known.
        """
        candidates = _without(list(proposed), known)
        whole = self._ask([each for each in candidates if each.could_be_digit])
        sure = [*known, *whole.sure]
        may_have_pieces = cutting_rule(sure, usual)
        several = [each for each in candidates if each.could_be_several and may_have_pieces(each)]
        pieces: list[Candidate] = []
        cut: list[Candidate] = []
        # Another mask may have shown the same ink, as a digit or cut already.
        for candidate in _without(several, whole.sure):
            if len(pieces) >= MAX_PIECES:
                break
            if _without([candidate], cut):
                pieces += cut_candidate(candidate)
                cut.append(candidate)
        return whole + self._ask(pieces) if pieces else whole

    def _ask(self, candidates: Sequence[Candidate]) -> ScoredCandidates:
        crops = stack_mnist_forms(
            [each.ink for each in candidates], [each.ink_stroke_px for each in candidates]
        )
        probabilities = self._classifier(crops)
        verdicts = np.zeros((len(candidates), len(VERDICTS)), np.float32)
        likely = np.flatnonzero(probabilities.max(axis=1, initial=0.0) >= LEAST_CONFIDENCE).tolist()
        verdicts[likely] = self._judge(stack_views([candidates[place] for place in likely]))
        probabilities[likely] = _named(probabilities[likely], verdicts[likely], self._say)
        return ScoredCandidates(candidates, crops, probabilities, verdicts)


def _named(
    by_classifier: NDArray[np.float32], verdicts: NDArray[np.float32], say: float
) -> NDArray[np.float32]:
    """Return the probabilities of the ten digits by classifier and judge together.

    Their geometric mean, the pool of opinions that Genest and Zidek, "Combining Probability
    Distributions", 1986, call logarithmic.  Where the classifier holds no digit for likely, as it
    was trained to do of what is none, the sum is lower.
    """
    least = np.float32(1e-6)
    by_judge = verdicts[:, : len(DIGITS)] + least
    by_judge /= by_judge.sum(axis=1, keepdims=True)
    pooled = (by_classifier + least) ** np.float32(1 - say) * by_judge ** np.float32(say)
    total = by_classifier.sum(axis=1, keepdims=True)
    total *= np.minimum(by_classifier.max(axis=1, keepdims=True) / np.float32(UNSURE), 1)
    named: NDArray[np.float32] = pooled * (total / pooled.sum(axis=1, keepdims=True))
    return named


def _doubted(scored: ScoredCandidates, trust: float) -> ScoredCandidates:
    """Return candidates that are digits less probably."""
    verdicts = scored.verdicts.copy()
    verdicts[:, : len(DIGITS)] *= np.float32(trust)
    return replace(scored, verdicts=verdicts)


def _may_be_closeup(sure: Sequence[Candidate], height: int) -> bool:
    """Return whether few digits may fill a picture, by those that are sure already."""
    small = [each for each in sure if each.box.h < CLOSEUP_HEIGHT * height]
    return len(small) < FEWEST_SURE


def _all_ink_of(scored: ScoredCandidates) -> ScoredCandidates:
    """Return what was found in masks of which sure digits make up the ink."""
    ink: Counter[int] = Counter()
    for each in scored.sure:
        if each.components == 1 and each.whole is None:
            ink[id(each.mask)] += cv2.countNonZero(each.ink)
    own = [
        place
        for place, each in enumerate(scored.candidates)
        if ink[id(each.mask)] > ALL_INK * cv2.countNonZero(each.mask.ink)
    ]
    return ScoredCandidates(
        [scored.candidates[place] for place in own],
        scored.crops[own],
        scored.probabilities[own],
        scored.verdicts[own],
    )


def _without(candidates: list[Candidate], known: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that do not show the same ink as one that is known."""
    if not candidates or not known:
        return candidates
    own, others = (
        np.array([each.box.as_list() for each in them], np.float64) for them in (candidates, known)
    )
    is_new = iou(own, others).max(axis=1) < SAME
    return [candidates[place] for place in np.flatnonzero(is_new).tolist()]
