"""Which way up a page lies, decided for the page as a whole.

The page is read in the four orientations, and each reading is scored by the log-odds of its digits'
confidences: a digit that lies on its side or its head is seldom read with the same confidence, if
at all.  Digits that read as digits both ways up (0, 1, 8, and 6 and 9, which change places) count
much the same in both, so the others decide, and a page of those alone stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from camdigits.page.choose import Detection

TURNS = (0, 90, 180, 270)
"""Degrees clockwise that a picture may be turned before reading."""
MAX_LOG_ODDS = 12.0
"""Log-odds of a digit that could not be surer."""
HEAD_START = 5.0
"""Log-odds by which another orientation must be ahead of the picture as it is."""
CLEAR = 15.0
"""Lead at which one frame of a video is enough: more than a single digit can give."""
MAX_LOOKS = 10
"""Frames that showed something after which a video's orientation is kept, clear or not."""


class Orientation:
    """The orientation of one source's pages; one per stream.

    Attributes:
        rotate: degrees clockwise that make the page upright, as far as is known.
        is_settled: it will not change any more; further looks are not needed.
    """

    def __init__(self) -> None:
        self.rotate = 0
        self.is_settled = False
        self._scores = [0.0] * len(TURNS)
        self._looks = 0

    def look(self, found: Sequence[Sequence[Detection]]) -> int:
        """Take a frame into account, and return which of its readings is the upright one.

        Args:
            found: what was read on the frame turned by each of `TURNS`.

        Returns:
            The place in `found`.
        """
        scores = [page_score(detections) for detections in found]
        if any(scores):
            self._looks += 1
            self._scores = [sum(pair) for pair in zip(self._scores, scores, strict=True)]
        means = [score / max(1, self._looks) for score in self._scores]
        means[0] += HEAD_START
        best, second = sorted(means, reverse=True)[:2]
        self.is_settled = self._looks > 0 and (best - second >= CLEAR or self._looks >= MAX_LOOKS)
        place = means.index(best)
        self.rotate = TURNS[place]
        return place


def page_score(detections: Sequence[Detection]) -> float:
    """Return how well a page reads: the log-odds of its digits' confidences, at least 0."""
    return sum(max(0.0, _log_odds(detection.confidence)) for detection in detections)


def _log_odds(confidence: float) -> float:
    if confidence >= 1.0:
        return MAX_LOG_ODDS
    return min(MAX_LOG_ODDS, math.log(confidence / (1.0 - confidence))) if confidence else 0.0
