"""Small writing: is there some on a page, and how high is it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from camdigits.candidates.segment import Candidate
from camdigits.candidates.small import sample_low
from camdigits.ink.binarize import InkMask
from camdigits.support.median import median

FEWEST = 4
MIN_SHARE = 0.4
"""Digits are small writing from so many, and such a share of the sample, on: letters are not."""

Sure = Callable[[Sequence[Candidate]], Sequence[Candidate]]


def small_heights(
    masks: Sequence[InkMask], side_px: int, ask: Sure
) -> dict[Literal["dark", "light"], float]:
    """Return the usual height of the small digits of a picture, by their polarity.

    Args:
        masks: that were looked at, the finest of each polarity before the others.
        side_px: longer side of the picture in pixels.
        ask: returns the sure digits among candidates.

    Returns:
        Pixels of the picture; nothing for a polarity that has no small writing.
    """
    heights: dict[Literal["dark", "light"], float] = {}
    finest: dict[Literal["dark", "light"], InkMask] = {}
    for mask in masks:
        finest.setdefault(mask.polarity, mask)
    for polarity, mask in finest.items():
        sample = sample_low(mask, side_px / max(mask.ink.shape))
        digits = ask(sample) if len(sample) >= FEWEST else ()
        if len(digits) >= max(FEWEST, MIN_SHARE * len(sample)):
            heights[polarity] = median([each.box.h for each in digits])
    return heights
