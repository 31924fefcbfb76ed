"""Looks at candidates in their surroundings: is it one whole digit, which, and nothing else?

The classifier sees a candidate's ink alone, and there a letter O is a 0, the half of an 8 is a 3
and the edge of a sheet is a 1.  The judge sees the picture around it as well, in which a letter
stands among letters, a half has its other half beside it, and an edge goes on.  It names the digit
too, which the classifier does better on whole ink and the judge where a stroke was lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.ink.strokes import MIN_STROKE, thicken
from camdigits.networks.litert import LiteRTModel
from camdigits.networks.model_card import JUDGE, bundled
from camdigits.support.resample import average, resample
from camdigits.types import Box

SIDE = 40
"""Side of a view in pixels."""
NEAR, FAR = 2.5, 7.0
"""Sides of what the two views show, as multiples of a candidate's longer side."""
GROUND, INK = 64, 192
"""Values of the ground and of the candidate's mean ink in a view."""

Plane = NDArray[np.uint8]


class Judge(Protocol):
    """Tells digits from what is none; called with all candidates of a frame that need it."""

    def __call__(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return how probable each verdict is.

        Args:
            views: ``(n, 40, 40, 3) uint8`` as `stack_views` makes them; n may be 0.

        Returns:
            ``(n, 13) float32`` in 0-1: one whole digit, 0 to 9, a part of one, several at once,
            anything else (`camdigits.networks.model_card.VERDICTS`); a row sums to 1.
        """
        ...


class LiteRTJudge(LiteRTModel):
    """The judge of live reading."""

    form, bundled_name = JUDGE, "judge.tflite"

    def __call__(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return how probable each verdict is; see `Judge`."""
        return self._network(views)


def bundled_judge() -> Path:
    """Return the path of the judge that ships with camdigits."""
    return bundled(LiteRTJudge.bundled_name)


def stack_views(candidates: Sequence[Candidate]) -> NDArray[np.uint8]:
    """Return each candidate in its surroundings.

    Args:
        candidates: of any masks; may be empty.

    Returns:
        ``(n, 40, 40, 3) uint8``: the surroundings from near, the candidate's own ink at the same
        scale, 255 on 0, and the surroundings from afar.  In the surroundings the ground is at 64
        and the candidate's ink at 192, whatever its polarity.
    """
    views = np.empty((len(candidates), SIDE, SIDE, 3), np.uint8)
    seen = np.empty((2, len(candidates), SIDE, SIDE), np.uint8)
    levels = np.empty((len(candidates), 2), np.float32)
    pyramids: dict[tuple[int, int], list[Plane]] = {}
    for row, candidate in enumerate(candidates):
        place, plane = candidate.place, candidate.mask.plane
        stroke_px = candidate.ink_stroke_px
        bold = _bold_steps(place, stroke_px)
        pyramid = pyramids.setdefault((id(plane), bold), [plane])
        seen[0, row] = look(pyramid, bold, place, NEAR)
        seen[1, row] = look(pyramid, bold, place, FAR)
        views[row, ..., 1] = _own_ink(candidate.ink, stroke_px)
        window = plane[place.y : place.bottom, place.x : place.right]
        levels[row] = cv2.mean(window, candidate.ink)[0], max(candidate.contrast, 1.0)
    level, contrast = levels[:, 0, None, None], levels[:, 1, None, None]
    gain = (INK - GROUND) / contrast
    leveled = seen * -gain
    leveled += INK + level * gain
    np.clip(leveled, 0, 255, out=leveled)
    views[..., 0], views[..., 2] = leveled
    return views


def _bold_steps(place: Box, stroke_px: float) -> int:
    """Return how often the picture is halved by its darkest pixels rather than their mean.

    Each time makes strokes twice as thick against the digit.  A fine pen on a large digit would
    fade to nothing in a view, as it would in MNIST form (`camdigits.networks.mnist_form.thicken`).
    """
    side = max(place.w, place.h)
    return max(0, round(math.log2(MIN_STROKE * side / max(stroke_px, 1.0))))


def look(pyramid: list[Plane], bold: int, place: Box, reach: float) -> Plane:
    """Return the square around a place; what lies beyond the picture goes on as its edge.

    Args:
        pyramid: the picture, and halves of it as far as they were needed; new ones are added.
        bold: so many of the first halves keep the darkest of four pixels, the others the mean.
        place: in pixels of the picture.
        reach: side of the square as a multiple of the place's longer side.
    """
    side = reach * max(place.w, place.h)
    octave = max(0, int(math.log2(side / SIDE)))
    while len(pyramid) <= octave:
        pyramid.append(_half(pyramid[-1], is_bold=len(pyramid) <= bold))
    plane, scale = pyramid[octave], 0.5**octave
    span = max(4, round(side * scale))
    x = round((place.x + place.w / 2) * scale - span / 2)
    y = round((place.y + place.h / 2) * scale - span / 2)
    return resample(_window(plane, x, y, span), (SIDE, SIDE))


def _half(plane: Plane, *, is_bold: bool) -> Plane:
    height, width = max(1, plane.shape[0] // 2), max(1, plane.shape[1] // 2)
    if is_bold and min(plane.shape) > 1:
        pairs = cv2.min(plane[: 2 * height : 2], plane[1 : 2 * height : 2])
        return np.asarray(cv2.min(pairs[:, : 2 * width : 2], pairs[:, 1 : 2 * width : 2]))
    return average(plane[: 2 * height, : 2 * width], (width, height))


def _window(plane: Plane, x: int, y: int, span: int) -> Plane:
    height, width = plane.shape
    left, top = min(max(0, x), width - 1), min(max(0, y), height - 1)
    right, bottom = max(min(width, x + span), left + 1), max(min(height, y + span), top + 1)
    window = plane[top:bottom, left:right]
    if window.shape == (span, span):
        return window
    return cv2.copyMakeBorder(  # type: ignore[return-value]
        window, top - y, y + span - bottom, left - x, x + span - right, cv2.BORDER_REPLICATE
    )


def _own_ink(ink: Plane, stroke_px: float) -> Plane:
    """Return the ink as it stands in the near view."""
    ink = thicken(ink, stroke_px)
    height, width = ink.shape
    scale = SIDE / (NEAR * max(width, height))
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    view = np.zeros((SIDE, SIDE), np.uint8)
    x, y = (SIDE - w) // 2, (SIDE - h) // 2
    view[y : y + h, x : x + w] = resample(ink, (w, h))
    return view
