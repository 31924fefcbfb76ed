"""Border clipping: does the edge of the picture cut the number that is read beside it?

Readers leave out ink that touches the edge, so the rest of a number may be in the picture, unread,
or just outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from camdigits.page.group import MAX_GAP
from camdigits.support.median import median
from camdigits.types import Box

if TYPE_CHECKING:
    from camdigits.types import Image

REACH = 2.0
"""Ink at an edge that is further away than so many heights is not of the same number."""
OUTSIDE = MAX_GAP / 2
"""Nearer than so many heights to the edge, the next digit would be outside."""
STRIP_PX = 8
INK_SHARE = 0.5
"""What differs from the paper by this part of what the number's ink does is ink, too."""
MIN_PART = 0.02
"""Smallest part of the strip along the edge that is ink where a digit is cut."""


def is_clipped(plane: Image, box: Box) -> bool:
    """Say whether the edge cuts, or may cut, the number whose visible digits fill a box.

    Args:
        plane: ``(H, W) uint8``, the brightness of the picture.
        box: of the digits that were read, inside the picture.
    """
    width = plane.shape[1]
    sides = (
        (box.x, plane[:, :STRIP_PX]),
        (width - box.right, plane[:, max(0, width - STRIP_PX) :]),
    )
    near = [(gap, strip) for gap, strip in sides if gap < REACH * box.h]
    if not near:
        return False
    if min(gap for gap, _ in near) < OUTSIDE * box.h:
        return True
    top, bottom = max(0, box.y), max(0, box.bottom)
    paper, ink = _levels(plane[top:bottom, max(0, box.x) : box.right])
    return any(_has_ink(strip[top:bottom], ink - paper) for _, strip in near)


def _levels(part: Image) -> tuple[float, float]:
    """Return the grey levels of paper and ink, whichever of them is the darker one."""
    low, paper, high = (float(level) for level in np.percentile(part, (2, 50, 98)))
    return paper, low if paper - low > high - paper else high


def _has_ink(strip: Image, contrast: float) -> bool:
    """Say whether something in a strip stands out from it as the number from its paper."""
    gray = strip.astype(np.float32)
    off = (gray - median(gray)) * np.sign(contrast)
    return bool((off > INK_SHARE * abs(contrast)).mean() > MIN_PART)
