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

EDGE = 1.2
"""Beside a number that is nearer to an edge of the picture, in heights, may stand more of it."""
RIM = EDGE / 2
"""So near the picture's edge, in heights, a number is about to leave it, or comes back."""
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


def is_at_edge(box: Box, size_wh: tuple[int, int], reach_px: float) -> bool:
    """Say whether less than so many pixels lie between a number and an edge beside it."""
    is_beside = box.x < reach_px or box.right > size_wh[0] - reach_px
    # A number slides over the upper or lower edge one digit after the other.
    least_px = EDGE * box.h / 2
    return is_beside or box.y < least_px or box.bottom > size_wh[1] - least_px


def is_near_edge(box: Box, size_wh: tuple[int, int], reach_px: float) -> bool:
    """Say whether a number is cut by an edge of the picture, or about to be.

    Args:
        box: of what is left of it, in pixels.
        size_wh: (width, height) of the picture in pixels.
        reach_px: how much of it may be missing on either side.
    """
    inside = Box(0, 0, *size_wh)
    grown = Box(
        round(box.x - reach_px),
        round(box.y - RIM * box.h),
        round(box.w + 2 * reach_px) + 1,
        round(box.h * (1 + 2 * RIM)) + 1,
    )
    return grown.intersection(inside) < grown.area


def _levels(part: Image) -> tuple[float, float]:
    """Return the grey levels of paper and ink, whichever of them is the darker one."""
    low, paper, high = (float(level) for level in np.percentile(part, (2, 50, 98)))
    return paper, low if paper - low > high - paper else high


def _has_ink(strip: Image, contrast: float) -> bool:
    """Say whether something in a strip stands out from it as the number from its paper."""
    gray = strip.astype(np.float32)
    off = (gray - median(gray)) * np.sign(contrast)
    return bool((off > INK_SHARE * abs(contrast)).mean() > MIN_PART)
