"""The digits among the candidates.

A digit is found in several masks, whole and in parts, and beside it stands what is no digit.  Here
the classifier's word meets what the page says of itself: digits of one writer are alike in height
and contrast, ink has one polarity, and two digits do not stand on the same spot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.candidates.suppression import suppress_overlapping
from camdigits.candidates.usual import (
    HEIGHT_RANGE,
    MIN_CONTRAST_SHARE,
    STROKE_RANGE,
    Usual,
)
from camdigits.networks.model_card import DIGITS
from camdigits.page.arrange import arrange, ink_area
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.context_rescoring import rescore_in_context
from camdigits.page.struck.find import find_struck
from camdigits.support.median import median
from camdigits.types import Box

NOT_SURE = "not surely a digit"
_REASONS = np.array(
    [NOT_SURE, "part of a digit", "several digits", "no digit, by its surroundings"],
    dtype=object,
)
"""Why a candidate is not taken, by the judge's likeliest verdict, all digits being one."""

Probabilities = NDArray[np.float32]
Values = NDArray[np.float64]

SEED_CONFIDENCE = 0.5
"""Only candidates from here on say what the digits of this page are like."""
SURE_CONFIDENCE = 0.995
"""From here on a candidate is a digit, however unlike the page's others it is."""
FULL_CONTRAST = 60
"""Grey levels of contrast beyond which ink is no surer to be writing."""
BAR_ASPECT = 0.3
"""Below this width over height a candidate is a bar: a one, or the edge of a sheet."""
BAR_WEIGHT = 0.2
"""What a bar has to say about the page's digits, against any other candidate."""
ALIKE = {"height": 1.5, "relative_contrast": 2.0, "stroke": 2.0}
"""Digits are of one writer if none of these differs by more than this factor."""

MIN_EXPLAINED = 0.6
"""Share of ink that was cut apart that its digits make up at least."""
WITHIN = 0.8
"""Share of a digit's box from which on it is one of those in another box."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A digit of one frame, before it was followed over time.

    Attributes:
        box: in pixels of the picture that was read.
        probabilities: ``(10,) float32``, of the labels 0 to 9.
        is_light: its ink is lighter than its ground.
        struck: the box around what was struck out with it, and the strokes; None if it was not.
    """

    box: Box
    probabilities: Probabilities
    is_light: bool = False
    struck: Box | None = None

    @property
    def label(self) -> int:
        """The most probable label, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Probability of that label, 0 to 1."""
        return float(self.probabilities.max())


@dataclass(frozen=True, slots=True, eq=False)
class Rejection:
    """A candidate that was not taken for a digit, and why."""

    box: Box
    reason: str


def choose_digits(
    scored: ScoredCandidates, min_confidence: float, usual: Usual | None = None
) -> tuple[list[Detection], list[Rejection]]:
    """Keep the candidates that are digits.

    Args:
        scored: the candidates of all masks of one frame.
        min_confidence: below it a candidate is no digit, 0 to 1.
        usual: what the digits of the page are like, if that is known; None takes it from these.

    Returns:
        The digits, surest first, and the other candidates with the reason why not.
    """
    if not len(scored):
        return [], []
    candidates = scored.candidates
    named = scored.probabilities.max(axis=1)
    confidence = np.minimum(rescore_in_context(scored), named)
    is_unsure = confidence < min_confidence
    traits = _Traits.of(candidates, confidence, ~is_unsure)
    reasons = np.full(len(candidates), "", dtype=object)
    reasons[is_unsure] = _reasons(scored.verdicts[is_unsure])
    usual = usual or _usual(traits, reasons == "")
    if usual is not None:
        is_doubtful = scored.agreed.max(axis=1) < SURE_CONFIDENCE
        _judge_by_page(traits, usual, is_doubtful, reasons)
    kept = _arrange(candidates, traits, reasons)
    lowered = scaled(scored.probabilities[kept], confidence[kept])
    struck = find_struck(candidates, kept.tolist(), lowered.argmax(axis=1).tolist())
    digits = [
        Detection(candidates[place].box, each, bool(traits.is_light[place]), box)
        for place, each, box in zip(kept.tolist(), lowered, struck, strict=True)
    ]
    pairs = zip(candidates, reasons, strict=True)
    return digits, [Rejection(candidate.box, reason) for candidate, reason in pairs if reason]


def usual_of(scored: ScoredCandidates) -> Usual | None:
    """Return what the digits of a page are like, by its candidates; None if there is none."""
    if not len(scored):
        return None
    confidence = scored.agreed.max(axis=1, initial=0.0).astype(np.float64)
    possible = confidence >= SEED_CONFIDENCE
    return _usual(_Traits.of(scored.candidates, confidence, possible), possible)


def _reasons(verdicts: Probabilities) -> NDArray[np.object_]:
    """Return why candidates are no digits, by what the judge said, or the classifier before it."""
    digits = len(DIGITS)
    said = np.column_stack([verdicts[:, :digits].sum(axis=1), verdicts[:, digits:]])
    reasons: NDArray[np.object_] = _REASONS[said.argmax(axis=1)]
    reasons[~verdicts.any(axis=1)] = "looks like no digit"
    return reasons


def scaled(probabilities: Probabilities, confidence: Values) -> Probabilities:
    """Return the ten probabilities of each, lowered so that the largest is at most `confidence`."""
    share = confidence / np.maximum(probabilities.max(axis=1, initial=0.0), 1e-9)
    lowered: Probabilities = probabilities * np.minimum(share, 1.0).astype(np.float32)[:, None]
    return lowered


@dataclass(frozen=True, slots=True, eq=False)
class _Traits:
    """What candidates are compared by; arrays of one length, pixels and grey levels.

    The relative contrast, which is the same in light and shadow, is that of possible ones only.
    """

    boxes: Values
    height: Values
    stroke: Values
    contrast: Values
    relative_contrast: Values
    is_light: NDArray[np.bool_]
    is_bar: NDArray[np.bool_]
    confidence: Values

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], confidence: Values, possible: NDArray[np.bool_]
    ) -> _Traits:
        pairs = zip(candidates, possible, strict=True)
        boxes = np.array([c.box.as_list() for c in candidates], np.float64)
        return cls(
            boxes=boxes,
            height=boxes[:, 3],
            stroke=np.array([max(c.stroke_px, 0.5) for c in candidates]),
            contrast=np.array([max(c.contrast, 1.0) for c in candidates]),
            relative_contrast=np.array([c.relative_contrast if ask else 1.0 for c, ask in pairs]),
            is_light=np.array([c.mask.polarity == "light" for c in candidates]),
            is_bar=boxes[:, 2] < BAR_ASPECT * boxes[:, 3],
            confidence=confidence,
        )


def _usual(traits: _Traits, possible: NDArray[np.bool_]) -> Usual | None:
    """Find the largest family of surely read candidates that are alike, and describe it.

    Tall ink of strong contrast weighs more, and twice as many do not weigh twice as much, so that
    a hundred specks do not outvote four digits.
    """
    seeds = possible & (traits.confidence >= SEED_CONFIDENCE)
    places = np.concatenate(
        [_one_per_spot(traits, seeds & (traits.is_light == light)) for light in (False, True)]
    )
    if not len(places):
        return None
    family = np.equal.outer(traits.is_light[places], traits.is_light[places])
    for name, factor in ALIKE.items():
        logarithm = np.log(getattr(traits, name)[places])
        family &= np.abs(np.subtract.outer(logarithm, logarithm)) < np.log(factor)
    weight = traits.confidence * np.minimum(traits.contrast, FULL_CONTRAST) ** 1.5
    weight *= traits.height**0.75
    weight[traits.is_bar] *= BAR_WEIGHT
    center = int(np.argmax(family @ weight[places] / family.sum(axis=1) ** 0.4))
    members = places[family[center]]
    return Usual(
        height=median(traits.height[members]),
        stroke=median(traits.stroke[members]),
        relative_contrast=median(traits.relative_contrast[members]),
        is_light=bool(traits.is_light[places[center]]),
    )


def _judge_by_page(
    traits: _Traits, usual: Usual, is_doubtful: NDArray[np.bool_], reasons: NDArray[np.object_]
) -> None:
    """Write a reason for every doubtful candidate that is unlike this page's digits."""
    height, stroke = traits.height / usual.height, traits.stroke / usual.stroke
    contrast = traits.relative_contrast / usual.relative_contrast
    checks = (
        (traits.is_light != usual.is_light, "ink of the other polarity"),
        (contrast < MIN_CONTRAST_SHARE, "far paler than the page's digits"),
        (height < HEIGHT_RANGE[0], "far smaller than the page's digits"),
        (height > HEIGHT_RANGE[1], "far larger than the page's digits"),
        (stroke < STROKE_RANGE[0], "strokes far thinner than the page's"),
        (stroke > STROKE_RANGE[1], "strokes far thicker than the page's"),
    )
    for is_wrong, reason in checks:
        reasons[(reasons == "") & is_doubtful & is_wrong] = reason


def _arrange(
    candidates: Sequence[Candidate], traits: _Traits, reasons: NDArray[np.object_]
) -> NDArray[np.intp]:
    """Return the candidates that stand beside each other: sure ones that explain much ink.

    The reason why not is written for the others that have none yet.
    """
    while True:
        places = np.flatnonzero(reasons == "")
        them = [candidates[place] for place in places.tolist()]
        ink = np.array([ink_area(candidate) for candidate in them])
        weight = traits.confidence[places] ** 4 * np.sqrt(np.maximum(ink, 1.0))
        kept = arrange(them, traits.boxes[places], weight)
        scraps = kept[_are_scraps([them[place] for place in kept.tolist()], ink[kept])]
        if not len(scraps):
            break
        reasons[places[scraps]] = "most of what it was cut from is no digit"
    is_left = reasons == ""
    is_left[places[kept]] = False
    reasons[is_left] = "part of another digit"
    return places[kept]


def _are_scraps(kept: Sequence[Candidate], ink: Values) -> NDArray[np.bool_]:
    """Mark the pieces of ink of which most is no digit: letters that hang together, scribbles."""

    def is_scrap(piece: Candidate) -> bool:
        if piece.whole is None:
            return False
        bounds = piece.whole.box
        # Its digits may have been cut out of what another mask shows of the same ink.
        inside = [each.box.intersection(bounds) >= WITHIN * each.box.area for each in kept]
        return float(ink[inside].sum()) < MIN_EXPLAINED * ink_area(piece.whole)

    return np.array([is_scrap(piece) for piece in kept], np.bool_)


def _one_per_spot(traits: _Traits, possible: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Suppress all but the surest of candidates that share a spot, tall strong ink first."""
    places = np.flatnonzero(possible)
    rank = traits.confidence**4 * np.sqrt(traits.height * traits.contrast)
    return places[suppress_overlapping(traits.boxes[places], rank[places])]
