"""The paper behind what comes before it: which parts of a page does something cover now?

What moves before a page is told by its motion; an arm that rests is not.  But it has another
brightness than the paper that was there, over more than a stroke of a pen: the picture is looked at
small, without its ink, and compared with what is remembered of it.  Only what covers digits that
were known counts, and a piece behind which most are still read is a shadow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.ink.luma import coarse
from camdigits.support.median import median
from camdigits.types import Box
from camdigits.video.change.regions import Hides, Masked, nothing_hides
from camdigits.video.motion import Motion

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]

INK = 0.5
"""Strokes are narrower than this, in heights of a digit."""
OTHER = 0.12
"""Share by which the brightness of what covers the paper differs from that of the paper..."""
LEAST = 10
"""...and by so many grey levels at least."""
LARGE = 2.0
"""It is so wide and so high at least, in heights of a digit."""
COVERED = 0.1
"""Part of a digit's box that is covered when it is hidden..."""
MIDDLE = 0.5
"""...and from which on it is not, though it is in something, if it is read: in a shadow."""
LONGEST_S = 60.0
"""What covers something for longer is paper itself..."""
NOTHING_S = 3.0
"""...and what covers nothing that is known, after this."""
SAMPLE = 4
"""Of so many rows and columns one tells the light."""


@dataclass(frozen=True, slots=True)
class Known:
    """A digit that was known to be on the page.

    Attributes:
        box: where it must be by now, in pixels of the picture.
        is_read: the same digit is read there; None if it was not looked for.
    """

    box: Box
    is_read: bool | None


class PaperMemory:
    """Remembers the paper of one stream, without its ink."""

    def __init__(self) -> None:
        self._paper: Plane | None = None
        # Where something became paper, what was there before: it may be taken away again.
        self._earlier = np.zeros((0, 0), np.uint8)
        self._since_s: Values | None = None
        self._covering: Plane = np.zeros((0, 0), np.uint8)
        self._is_light, self._digit_px = False, 0.0

    def look(
        self,
        plane: Plane,
        motion: Motion | None,
        time_s: float,
        known: Sequence[Known],
        *,
        is_light: bool,
        is_sharp: bool,
    ) -> Hides:
        """Take the next frame that is searched; return what says of a box if something covers it.

        Args:
            plane: ``(height, width) uint8``, its brightness.
            motion: how the picture moved since the last one; None if that is not known.
            time_s: its time in seconds.
            known: digits that were on the page.
            is_light: its ink is lighter than its ground.
            is_sharp: False for a frame that shows nothing new.
        """
        small, factor = coarse(plane)
        if known:
            self._digit_px = median([each.box.h for each in known]) / factor
        paper = _without_ink(small, self._digit_px, is_light)
        is_other = self._paper is None or self._paper.shape != paper.shape
        if is_other or motion is None or is_light != self._is_light:
            self._is_light = is_light
            self._begin(paper)
        elif motion != Motion():
            self._move(motion, factor, paper)
        if is_sharp:
            self._compare(paper, factor, known, time_s)
        if not self._covering.any():
            return nothing_hides
        masked = Masked(self._covering, factor)
        return lambda box: masked.share(box) > COVERED

    def _begin(self, paper: Plane) -> None:
        self._paper, self._earlier, self._since_s = paper, paper, None
        self._covering = np.zeros_like(paper)

    def _move(self, motion: Motion, factor: int, paper: Plane) -> None:
        """Carry what is remembered to where it is now; beyond it the paper is as it is now."""
        assert self._paper is not None
        turn, half = motion.turn, 0.5 + 0.5j
        shift = motion.shift / factor + turn * half - half
        matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
        self._paper, self._earlier = (
            cast(Plane, _moved(each, matrix, paper.copy())) for each in (self._paper, self._earlier)
        )
        if self._since_s is not None:
            outside = np.full(paper.shape, np.inf)
            self._since_s = cast(Values, _moved(self._since_s, matrix, outside))
            self._covering = cast(Plane, _moved(self._covering, matrix, np.zeros_like(paper)))

    def _compare(self, paper: Plane, factor: int, known: Sequence[Known], time_s: float) -> None:
        """Find what covers the paper, and remember the rest of the picture as paper."""
        assert self._paper is not None
        gain = _gain(self._paper, paper, self._since_s)
        expected, earlier = (
            cast(Plane, cv2.convertScaleAbs(each, alpha=gain))
            for each in (self._paper, self._earlier)
        )
        differs, is_new = (_differs(each, paper) for each in (expected, earlier))
        count, pieces = _pieces(cast(Plane, cv2.bitwise_and(differs, is_new)), self._digit_px)
        if count == 1:
            self._begin(paper)
            return
        longest_s = np.zeros(count)
        for n in filter(None, np.unique(pieces).tolist()):
            piece = (pieces == n).view(np.uint8)
            longest_s[n] = _longest_s(Masked(piece, factor), known)
        before_s = np.inf if self._since_s is None else self._since_s
        self._since_s = np.where(pieces > 0, np.minimum(before_s, time_s), time_s)
        is_paper = time_s - self._since_s >= longest_s[pieces]
        self._paper = np.where(is_paper, paper, expected)
        before = np.where((pieces > 0) & is_paper, expected, earlier)
        self._earlier = np.where(is_new > 0, before, paper)
        self._since_s[is_paper] = np.inf
        is_covering = (longest_s == LONGEST_S)[pieces] & ~is_paper
        self._covering = np.where(is_covering, 255, 0).astype(np.uint8)


def _without_ink(small: Plane, digit_px: float, is_light: bool) -> Plane:
    """Return a small picture without strokes."""
    operation = cv2.MORPH_OPEN if is_light else cv2.MORPH_CLOSE
    return cast(Plane, cv2.morphologyEx(small, operation, _square(INK * digit_px)))


def _gain(paper: Plane, now: Plane, since_s: Values | None) -> float:
    """Return how much brighter it is now than it was, by the most of what is not covered."""
    few = slice(None, None, SAMPLE), slice(None, None, SAMPLE)
    before, after = (each[few] + np.float32(1) for each in (paper, now))
    if since_s is not None:
        is_open = np.isinf(since_s[few])
        before, after = before[is_open], after[is_open]
    return median(after / before) if before.size else 1.0


def _differs(known: Plane, paper: Plane) -> Plane:
    """Return 255 where paper has another brightness than is known."""
    least = np.maximum(cv2.convertScaleAbs(known, alpha=OTHER), np.uint8(LEAST))
    return cast(Plane, cv2.compare(cv2.absdiff(known, paper), least, cv2.CMP_GT))


def _pieces(mask: Plane, digit_px: float) -> tuple[int, NDArray[np.int32]]:
    """Return one more than the large pieces of a mask, and which pixels are which; 0 is none."""
    if cv2.countNonZero(mask) < (LARGE * digit_px) ** 2 / 4:
        return 1, np.zeros((0, 0), np.int32)
    # An arm has parts as light as paper; what the ink leaves at its edges is narrow.
    whole = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _square(INK * digit_px))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, _square(digit_px))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1)
    is_large = sides >= LARGE * digit_px
    is_large[0] = False
    if not is_large.any():
        return 1, np.zeros((0, 0), np.int32)
    return count, np.where(is_large[pieces], pieces, 0).astype(np.int32)


def _longest_s(piece: Masked, known: Sequence[Known]) -> float:
    """Return how long something may be before the paper until it is paper itself, in seconds.

    Args:
        piece: of the picture, where it is.
        known: digits that were on the page.
    """
    shares = [(piece.share(o.box), o.is_read) for o in known if o.is_read is not None]
    hidden = sum(part > COVERED and not is_read for part, is_read in shares)
    # At its edges some are read that it covers by a little.
    read = sum(part > MIDDLE and is_read for part, is_read in shares)
    if hidden > read:
        return LONGEST_S
    return 0.0 if read else NOTHING_S


def _square(side_px: float) -> Plane:
    side = max(3, 2 * round(side_px / 2) + 1)
    return np.ones((side, side), np.uint8)


def _moved(picture: NDArray[Any], matrix: Values, canvas: NDArray[Any]) -> NDArray[Any]:
    """Return a picture after a motion; `canvas`, which is written to, shows where it is not."""
    size_wh = canvas.shape[1], canvas.shape[0]
    return cv2.warpAffine(
        picture,
        matrix,
        size_wh,
        canvas,
        flags=cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
