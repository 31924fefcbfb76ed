"""The usual digit of a page: digits of one writer are alike in height, stroke, contrast and ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from camdigits.candidates.cuts import MIN_HEIGHT
from camdigits.candidates.segment import Candidate
from camdigits.support.median import median

HEIGHT_RANGE = (0.33, 2.5)
"""Height of a digit as a multiple of the page's usual height."""
STROKE_RANGE = (0.45, 2.2)
"""Stroke width of a digit as a multiple of the page's usual one."""
MIN_CONTRAST_SHARE = 0.38
"""Relative contrast of a digit as a share of the page's usual one."""
LEAST_HEIGHT = 0.4
"""Ink that is lower than this share of the usual height is not cut apart: the page would hardly
have its pieces."""
FEW = 4
"""From so many sure digits on they say what the page's are like."""


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


def cutting_rule(sure: Sequence[Candidate], usual: Usual | None) -> Callable[[Candidate], bool]:
    """Return what says whether a page would have a candidate's pieces.

    Where there are a few sure digits, it has none of much lower ink, nor any of a polarity that no
    digit has, such as the paper between the lines.
    """
    if usual is not None:
        return usual.may_be_several
    if len(sure) < FEW:
        return lambda _: True
    least_px = LEAST_HEIGHT * median([each.box.h for each in sure])
    polarities = {each.mask.polarity for each in sure}
    return lambda candidate: candidate.box.h >= least_px and candidate.mask.polarity in polarities
