"""Everything on a picture that could be a digit: masks and candidates at each size looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import MIN_HEIGHT_PX, Candidate, find_candidates
from camdigits.config import Polarity
from camdigits.ink.binarize import FAINT_SHARE, INK_SHARE, MEAN_FACTOR, InkMask, ink_masks
from camdigits.ink.closeup import closeup_masks
from camdigits.support.resample import average, interpolate


@dataclass(frozen=True, slots=True)
class Level:
    """A size at which digits are looked for.

    Attributes:
        side_px: longer side that larger pictures are reduced to, in pixels.
        reach: neighbourhood that ink is told from ground by, as a share of the longer side.
        min_height_px: lowest digit that is looked for where the picture was reduced to it, in
            pixels of the reduced picture; closer levels look for the others.
        share: of the strongest contrast nearby from which on a pixel is ink.
        mean_factor: ink exceeds its neighbourhood's mean contrast this many times.
        enlarged: so many times, before anything else.
    """

    side_px: int
    reach: float
    min_height_px: int
    share: float = INK_SHARE
    mean_factor: float = MEAN_FACTOR
    enlarged: int = 1

    def of_part(self, share: float) -> Level:
        """Return what looks at a part of a picture as this does at the whole.

        Args:
            share: longer side of the part, as a share of that of the picture.
        """
        if share == 1:
            return self
        return replace(self, side_px=round(self.side_px * share), reach=self.reach / share)


LEVELS = (Level(1600, 1 / 8, 10), Level(400, 1 / 2, 40))
"""Fine strokes on a close ground, and fat strokes of large digits where they are cheap."""
FAST_LEVELS = (Level(960, 1 / 8, 10), Level(240, 1 / 2, 24))
"""The same for video, where there is a next frame."""
SMALL_LEVELS = (
    Level(1600, 1 / 4, 10, mean_factor=0, enlarged=2),
    Level(1600, 1 / 2, 10, FAINT_SHARE, 0, enlarged=2),
)
"""Beside the others for small pictures: strokes of two pixels' width, and little paper around."""
SMALL_PX = 250_000
"""Pixels of the largest picture that counts as small."""
FAINT_LEVELS = (Level(1600, 1 / 8, 10, FAINT_SHARE, 0),)
"""Where others have shown how the ink is: strokes that they broke, and fainter ones."""
CLOSEUP_HEIGHT = 0.3
"""Lowest digit that fills its picture, as a share of the picture's height."""


def propose(
    gray: NDArray[np.uint8],
    polarity: Polarity = "auto",
    *,
    fast: bool = False,
    show: Callable[[InkMask], object] | None = None,
    share: float = 1.0,
    highest_px: float = math.inf,
) -> Iterator[Candidate]:
    """Yield what could be a digit.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        polarity: "dark" or "light" ink, or "auto" for both.
        fast: look at a smaller picture.
        show: called with every mask before its candidates come.
        share: longer side of `gray` as a share of that of the picture that it is a part of.
        highest_px: height of the highest digit that is looked for, in pixels of `gray`.

    Yields:
        Candidates in no particular order, boxes in pixels of `gray`.
    """
    is_small = not fast and gray.size <= SMALL_PX
    levels = (*(FAST_LEVELS if fast else LEVELS), *(SMALL_LEVELS if is_small else ()))
    at_sizes = [level.of_part(share) for level in levels]
    yield from _look(gray, polarity, at_sizes, show, highest_px)


def propose_faint(
    gray: NDArray[np.uint8],
    polarity: Polarity,
    *,
    show: Callable[[InkMask], object] | None = None,
) -> Iterator[Candidate]:
    """Yield what could be a digit of fainter ink than `propose` finds; see there.

    On a page without digits that is mostly texture, which takes long.
    """
    yield from _look(gray, polarity, FAINT_LEVELS, show)


def propose_closeup(
    gray: NDArray[np.uint8],
    polarity: Polarity = "auto",
    *,
    show: Callable[[InkMask], object] | None = None,
) -> Iterator[Candidate]:
    """Yield what could be a digit that fills its picture; see `propose`."""
    for mask, factor in closeup_masks(gray, polarity):
        if show is not None:
            show(mask)
        height = mask.ink.shape[0] - 2 * mask.margin_px
        found = find_candidates(mask, round(CLOSEUP_HEIGHT * height), set())
        yield from (candidate.scaled(factor) for candidate in found)


def _look(
    gray: NDArray[np.uint8],
    polarity: Polarity,
    levels: Iterable[Level],
    show: Callable[[InkMask], object] | None,
    highest_px: float = math.inf,
) -> Iterator[Candidate]:
    # Each level is reduced from the one before, which has fewer pixels to average: largest first.
    reduced = gray, 1.0
    for level in levels:
        if level.enlarged > 1:
            small, factor = _enlarge(gray, level.enlarged)
        else:
            reduced = small, factor = _reduce(*reduced, level.side_px)
        least_px = level.min_height_px if factor > 1 else MIN_HEIGHT_PX
        if least_px * factor > highest_px:
            continue
        known: dict[str, set[tuple[int, ...]]] = {"dark": set(), "light": set()}
        for mask in ink_masks(small, polarity, level.reach, level.share, level.mean_factor):
            if show is not None:
                show(mask)
            found = find_candidates(mask, least_px, known[mask.polarity])
            yield from (candidate.scaled(factor) for candidate in found)


def _enlarge(gray: NDArray[np.uint8], times: int) -> tuple[NDArray[np.uint8], float]:
    """Return the picture larger by a whole factor, and the factor that leads back."""
    size_wh = gray.shape[1] * times, gray.shape[0] * times
    large = cv2.resize(gray, size_wh, interpolation=cv2.INTER_CUBIC)
    return cast(NDArray[np.uint8], large), 1 / times


def _reduce(
    gray: NDArray[np.uint8], reduced: float, side_px: int
) -> tuple[NDArray[np.uint8], float]:
    """Return the picture with its longer side at about `side_px`, or as it is if that is less.

    OpenCV averages six times as fast by whole steps, so that much larger pictures are reduced by a
    whole factor.

    Args:
        gray: ``(height, width) uint8``.
        reduced: by this factor already.
        side_px: its longer side in pixels afterwards.

    Returns:
        The picture, and the factor that leads back to where it had not been reduced at all.
    """
    factor = max(gray.shape) / side_px
    whole = round(factor)
    if factor >= 1.75:
        # A strip that is thinner than one step still has a row.
        height, width = (max(1, side // whole) for side in gray.shape)
        small = gray[: height * whole, : width * whole]
        while whole % 4 == 0:  # halves are what OpenCV averages fastest by far
            whole, reduced = whole // 2, reduced * 2
            small = average(small, (width * whole, height * whole))
        return average(small, (width, height)), reduced * whole
    if factor <= 1:
        return gray, reduced
    size_wh = max(1, round(gray.shape[1] / factor)), max(1, round(gray.shape[0] / factor))
    return interpolate(gray, size_wh), reduced * factor
