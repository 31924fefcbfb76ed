"""The usual digit of a page: digits of one writer are alike in height, stroke, contrast and ink."""

from __future__ import annotations

from dataclasses import dataclass

from camdigits.candidates.cuts import MIN_HEIGHT
from camdigits.candidates.segment import Candidate

HEIGHT_RANGE = (0.33, 2.5)
"""Height of a digit as a multiple of the page's usual height."""
STROKE_RANGE = (0.45, 2.2)
"""Stroke width of a digit as a multiple of the page's usual one."""
MIN_CONTRAST_SHARE = 0.38
"""Relative contrast of a digit as a share of the page's usual one."""
LEAST_HEIGHT = 0.4
"""Ink that is lower than this share of the usual height is not cut apart: the page would hardly
have its pieces."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What the digits of a page are like.

    Attributes:
        height: in pixels of the picture that is read.
        stroke: width of their strokes, likewise.
        relative_contrast: see `Candidate`.
        is_light: their ink is lighter than its ground.
    """

    height: float
    stroke: float
    relative_contrast: float
    is_light: bool

    def may_be_several(self, candidate: Candidate) -> bool:
        """Return whether ink may be several digits of the page that touch."""
        if (candidate.mask.polarity == "light") != self.is_light:
            return False
        height, stroke = candidate.box.h / self.height, candidate.stroke_px / self.stroke
        if not LEAST_HEIGHT <= height <= HEIGHT_RANGE[1] / MIN_HEIGHT:
            return False
        is_stroked = STROKE_RANGE[0] <= stroke <= STROKE_RANGE[1]
        share = MIN_CONTRAST_SHARE * self.relative_contrast
        return is_stroked and candidate.relative_contrast >= share
