"""What happened on the way from a picture to its digits, to be looked at."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from camdigits.candidates.segment import Candidate
from camdigits.ink.binarize import InkMask
from camdigits.page.choose import Detection, Rejection
from camdigits.types import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from camdigits.types import Image

UNKNOWN = "not chosen"
"""Reason of a candidate that is neither a digit nor among the rejections."""


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """One upright picture with all that was found on it.

    Attributes:
        image: ``(height, width, 3) uint8`` BGR, the picture that was read.
        masks: the ink masks in which candidates were looked for; large pictures have smaller ones.
        candidates: what could be a digit, in pixels of `image`.
        crops: ``(n, 28, 28) uint8``, ink 255 on 0, the candidates as the classifier saw them.
        probabilities: ``(n, 10) float32`` in 0-1, what it and the judge said of them.
        detections: the digits, as `camdigits.Recognizer.detect` returns them.
        rejections: the other candidates, with the reason why they are no digits.
    """

    image: Image
    masks: tuple[InkMask, ...]
    candidates: tuple[Candidate, ...]
    crops: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    detections: tuple[Detection, ...]
    rejections: tuple[Rejection, ...]

    def verdicts(self) -> list[str]:
        """Return for each candidate why it is no digit; "" for those that are one."""
        accepted = {self._candidate_of(detection) for detection in self.detections}
        reasons: dict[Box, deque[str]] = defaultdict(deque)
        for rejection in self.rejections:
            reasons[rejection.box].append(rejection.reason)
        verdicts = []
        for place, candidate in enumerate(self.candidates):
            left = reasons[candidate.box]
            is_digit = place in accepted
            verdicts.append("" if is_digit else left.popleft() if left else UNKNOWN)
        return verdicts

    def _candidate_of(self, detection: Detection) -> int:
        """Return the place of the candidate that a digit was: the same box, read most alike."""
        overlaps = [candidate.box.iou(detection.box) for candidate in self.candidates]
        best = np.flatnonzero(np.array(overlaps) >= max(overlaps))
        distances = np.abs(self.probabilities[best] - detection.probabilities).sum(axis=1)
        return int(best[distances.argmin()])
