"""Which way a page lies, decided for the page as a whole.

The page is read as it is, at the angle of its lines, and in the four orientations if they are asked
for, and each reading is scored by the log-odds of its digits' confidences: a digit that lies
aslant, on its side or its head is seldom read with the same confidence, if at all.  Digits that
read as digits both ways up (0, 1, 8, and 6 and 9, which change places) count much the same in both,
so the others decide, and a page of those alone stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.config import Rotation, right_angle
from camdigits.page.choose import Detection
from camdigits.page.detector import Surroundings
from camdigits.page.orientation.skew import LEVEL_LINES, STEEPEST, Skew
from camdigits.page.orientation.view import View

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
NEARLY_STEEP = 36.0
"""From here on, in degrees, rows may be columns and the other way round."""
SAME_TILT = 8.0
"""Lines of two frames that differ by no more degrees lie alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture that was searched as it lies, or turned.

    Attributes:
        view: how it was turned.
        plane: ``(height, width) uint8``, its brightness in that view.
        detections: the digits, boxes in pixels of the plane.
        skew: at which angles its lines lie, as far as is told.
        around: what searches of its parts need to know of it; None if too little is known.
    """

    view: View
    plane: NDArray[np.uint8]
    detections: list[Detection]
    skew: Skew = LEVEL_LINES
    around: Surroundings | None = None


class Orientation:
    """The orientation of one source's pages; one per stream.

    Args:
        asked: what the settings say of it.

    Attributes:
        asked: that.
        rotate: degrees clockwise that make the page upright, as far as is known, from 0 to below
            360.
        is_settled: it will not change any more; further looks are not needed.
    """

    def __init__(self, asked: Rotation = "level") -> None:
        self.asked = asked
        self.rotate = 0.0 if isinstance(asked, str) else float(asked)
        self.is_settled = not isinstance(asked, str)
        self._turns = TURNS if asked == "auto" else TURNS[:1]
        self._tilt = 0.0
        self._scores: dict[float, float] = {}
        self._looks = 0
        self._frames = 0

    @property
    def asks_paper(self) -> bool:
        """Whether the next frame's ruled lines have a say; those of a desk are there for long."""
        return self._frames < MAX_LOOKS

    def find(self, read: Callable[[float], Sight], *, parts: bool = False) -> list[Sight]:
        """Take a frame into account, and return how it is read.

        Args:
            read: searches the frame turned clockwise by so many degrees, from 0 to below 360.
            parts: parts of it may lie at other angles.

        Returns:
            The reading that is the upright one; then, if parts are asked for, those at other
            angles at which some part may be.
        """
        if self.is_settled:
            return [read(self.rotate)]
        sights = {0.0: read(0.0)}
        self._frames += 1
        skew = sights[0.0].skew
        scores = {0.0: page_score(sights[0.0].detections)}
        tilts = (self._tilt_with(-skew.angle), -skew.ruling, 0.0)
        for place, tilt in enumerate(tilts):
            # What is tried next is tried where nothing before reads better than the page as it is.
            if max(scores, key=lambda angle: scores[angle]) == 0.0 and tilt not in tilts[:place]:
                wanted = _around(tilt, self._turns) + _steep(tilt, self._turns)
                tried = [angle for angle in wanted if angle not in sights]
                sights |= {angle: read(angle) for angle in tried}
                scores |= {angle: _turned_score(sights[angle]) for angle in tried}
        best = self.look(scores)
        if not parts:
            return [sights[best]]
        turn = right_angle(best) if len(self._turns) > 1 else 0
        for angle in ((turn - other) % 360.0 for other in skew.others):
            if angle not in sights:
                sights[angle] = read(angle)
        near = [angle for angle in sights if abs((angle - turn + 180) % 360 - 180) <= STEEPEST]
        return [sights[best], *(sights[angle] for angle in near if angle != best)]

    def look(self, scores: Mapping[float, float]) -> float:
        """Take into account how well a frame reads, and return the angle that is the upright one.

        Args:
            scores: what `page_score` says by the degrees that it was turned clockwise; one of
                them is 0.

        Returns:
            One of those angles.
        """
        if any(scores.values()):
            self._looks += 1
            for angle, score in scores.items():
                self._scores[angle] = self._scores.get(angle, 0.0) + score
        means = {angle: self._scores.get(angle, 0.0) / max(1, self._looks) for angle in scores}
        means[0.0] += HEAD_START
        self.rotate = max(means, key=lambda angle: means[angle])
        best, second = sorted([*means.values(), 0.0], reverse=True)[:2]
        self.is_settled = self._looks > 0 and (best - second >= CLEAR or self._looks >= MAX_LOOKS)
        return self.rotate

    def _tilt_with(self, tilt: float) -> float:
        """Return the angle that is tried: where frames differ little, that of the first."""
        if tilt and abs(tilt - self._tilt) > SAME_TILT:
            for angle in _around(self._tilt, self._turns) if self._tilt else ():
                self._scores.pop(angle, None)
            self._tilt = tilt
        return self._tilt


def page_score(detections: Sequence[Detection]) -> float:
    """Return how well a page reads: the log-odds of its digits' confidences, at least 0."""
    return sum(max(0.0, _log_odds(detection.confidence)) for detection in detections)


def _turned_score(sight: Sight) -> float:
    """Return how well a page reads that was turned; one digit alone turns none: 6 is 9 then."""
    is_single = sum(each.confidence > 0.5 for each in sight.detections) < 2
    return 0.0 if is_single else page_score(sight.detections)


def _steep(tilt: float, turns: Sequence[int]) -> list[float]:
    """Return the other angle of lines that are nearly as steep as columns; all around it is one."""
    is_steep = abs(tilt) >= NEARLY_STEEP and len(turns) == 1
    return [(tilt - math.copysign(90.0, tilt)) % 360.0] if is_steep else []


def _around(tilt: float, turns: Sequence[int]) -> list[float]:
    return [(turn + tilt) % 360.0 for turn in turns]


def _log_odds(confidence: float) -> float:
    if confidence >= 1.0:
        return MAX_LOG_ODDS
    return min(MAX_LOG_ODDS, math.log(confidence / (1.0 - confidence))) if confidence else 0.0
