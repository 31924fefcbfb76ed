"""What both networks together say of everything that reading proposes on pictures.

Classifier and judge decide on each candidate before the page as a whole chooses among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.training import FOUND_IOU, is_other
from camdigits import Recognizer
from camdigits.candidates.suppression import iou
from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import Truth
from camdigits.page.inspection import Inspection
from camdigits.types import Box

HEADER = (
    "| both networks | digits | proposed | named rightly | taken | other things | taken |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)
PAGES = ("plain", "words", "sums", "cells", "clutter", "nothing")
"""Kinds of rendered pages that are looked at beside photos..."""
PAGES_OF_A_KIND = 8
"""...and how many of each."""

Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Counts; an upright bar may always be a one, and is no other thing.

    Attributes:
        digits: how many there are.
        proposed: of which a candidate overlaps by at least `FOUND_IOU`.
        named: of which the candidate of best overlap has the right label.
        taken: of which it is surely enough a digit.
        others: candidates that show something else for sure.
        others_taken: of which are surely enough a digit.
    """

    digits: int = 0
    proposed: int = 0
    named: int = 0
    taken: int = 0
    others: int = 0
    others_taken: int = 0

    def __add__(self, other: Decisions) -> Decisions:
        return Decisions(
            self.digits + other.digits,
            self.proposed + other.proposed,
            self.named + other.named,
            self.taken + other.taken,
            self.others + other.others,
            self.others_taken + other.others_taken,
        )


def table_row(name: str, recognizer: Recognizer, samples: Iterable[Sample]) -> str:
    """Return a set's line of the table that `HEADER` begins."""
    count = Decisions()
    for sample in samples:
        found = recognizer.inspect(sample.image)
        count += decide(found, sample.truth, recognizer.min_confidence)
    cells = (
        name,
        str(count.digits) if count.digits else "",
        _share(count.proposed, count.digits),
        _share(count.named, count.proposed),
        _share(count.taken, count.proposed),
        str(count.others),
        _share(count.others_taken, count.others),
    )
    return f"| {' | '.join(cells)} |"


def decide(found: Inspection, truth: Truth, threshold: float) -> Decisions:
    """Compare the candidates of one picture with its truth.

    Args:
        found: what reading proposes, and how probable both networks hold each digit.
        truth: of the picture.
        threshold: probability from which on a candidate is taken.
    """
    if not found.candidates:
        return Decisions(digits=len(truth.digits))
    boxes = _as_array([candidate.box for candidate in found.candidates])
    confidence, labels = found.probabilities.max(axis=1), found.probabilities.argmax(axis=1)
    is_taken = confidence >= threshold
    overlaps = iou(boxes, _as_array([box for box, _ in truth.digits]))
    true = np.array([label for _, label in truth.digits], np.int64)
    best = overlaps.argmax(axis=0)
    is_proposed = overlaps.max(axis=0, initial=0.0) >= FOUND_IOU
    is_apart = np.array([is_other(truth, each.box) for each in found.candidates])
    return Decisions(
        digits=len(true),
        proposed=int(is_proposed.sum()),
        named=int((is_proposed & (labels[best] == true)).sum()),
        taken=int((is_proposed & is_taken[best]).sum()),
        others=int(is_apart.sum()),
        others_taken=int((is_apart & is_taken).sum()),
    )


def _as_array(boxes: Iterable[Box]) -> Boxes:
    return np.array([box.as_list() for box in boxes], np.float64).reshape(-1, 4)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else ""
