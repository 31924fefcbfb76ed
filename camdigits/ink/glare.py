"""Glare: lamps and windows mirrored in whiteboards and glossy paper are no ink and no paper.

Where a picture is clipped to white and what lies around is paper, but darker, the level of that
paper is put in its place: no light ink is seen there, and no ground that all else is dark against.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.ink.binarize import Labels, components
from camdigits.support.median import median, medians
from camdigits.support.resample import average, interpolate

Plane = NDArray[np.uint8]
Image = NDArray[np.uint8]

LOOK_PX = 400
"""Longer side at which glare is looked for."""
STEP, NEAR_PX = 4, 25
"""By which that is reduced once more for the level of the paper, and the side of the neighbourhood
there of which it is the median; what is brighter fills less than half of it."""
CLIPPED = 252
"""Grey levels from which on a pixel is clipped to white."""
BRIGHT = 0.4
"""Glare begins so far from paper to white."""
PAPER = (80, 215)
"""Grey levels of the paper around a lamp; darker grounds carry light ink, lighter ones clip."""
EVEN = 0.6
"""Of what lies around a lamp nine tenths are as bright as this share of its median; edges of sheets
are not."""
MAX_CAST = 0.2
"""Paper is grey but for this share of its strongest channel; brown card carries white ink."""
MAX_EXTENT = 0.6
"""Longer side of a lamp as a share of the picture's; more is paper."""
LEAST_PX = 6
"""Clipped pixels of the smallest lamp."""
MOST = 60
"""Bright places of a picture with lamps; there are more where white is printed or drawn."""
RIM_PX, RING_PX = 2, 4
"""Width of the halo around a lamp that goes with it, and of the ring of paper beyond."""


def without_glare(gray: Plane, colours: Callable[[], Image]) -> Plane:
    """Return the brightness of a picture with its paper where lamps are mirrored in it.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        colours: returns the picture, ``(height, width, 3) uint8`` BGR; asked where glare may be.

    Returns:
        ``gray`` itself where there is none, or no colour at all.
    """
    height, width = gray.shape
    step = -(-max(height, width) // LOOK_PX)
    size_wh = width // step, height // step
    if min(size_wh) < STEP:
        return gray
    small = cast(Plane, cv2.resize(gray, size_wh, interpolation=cv2.INTER_NEAREST))
    clipped = cv2.threshold(small, CLIPPED - 1, 255, cv2.THRESH_BINARY)[1]
    if not LEAST_PX <= cv2.countNonZero(clipped) < small.size // 3:
        return gray
    paper = _paper(small)
    labels, stats = components(_bright(small, paper))
    cores = np.bincount(labels[clipped > 0], minlength=len(stats))
    places = [place for place in range(1, len(stats)) if cores[place] >= LEAST_PX]
    if not places or len(stats) > MOST:
        return gray
    image = cast(Image, cv2.resize(colours(), size_wh, interpolation=cv2.INTER_NEAREST))
    if not np.any(np.ptp(image, axis=2)):
        return gray
    lamps = np.zeros_like(small)
    for place in places:
        part, lamp, ring = _around(labels, stats[place], place)
        extent = stats[place, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()
        if extent <= MAX_EXTENT * max(size_wh) and _is_paper(small[part][ring], image[part][ring]):
            lamps[part] |= lamp
            # Darker than what lies around it would be ink.
            level = np.uint8(median(small[part][ring]))
            paper[part] = np.where(lamp, np.maximum(paper[part], level), paper[part])
    return _filled(gray, lamps, paper) if lamps.any() else gray


def _paper(small: Plane) -> Plane:
    """Return the level of the paper at each pixel of a reduced picture."""
    height, width = small.shape
    rows, columns = height // STEP, width // STEP
    level = average(small[: rows * STEP, : columns * STEP], (columns, rows))
    return interpolate(cast(Plane, cv2.medianBlur(level, NEAR_PX)), (width, height))


def _bright(small: Plane, paper: Plane) -> Plane:
    """Return 255 where a picture is much brighter than paper."""
    limit = cv2.addWeighted(paper, 1 - BRIGHT, paper, 0, 255 * BRIGHT)
    return cast(
        Plane, cv2.bitwise_and(cv2.compare(small, limit, cv2.CMP_GT), cv2.inRange(paper, *PAPER))
    )


def _around(
    labels: Labels, stats: Labels, place: int
) -> tuple[tuple[slice, slice], Plane, NDArray[np.bool_]]:
    """Return the part of a picture around a component, its mask with rim, and the ring around."""
    x, y, w, h = (int(value) for value in stats[:4])
    reach = RIM_PX + RING_PX
    part = np.s_[max(0, y - reach) : y + h + reach, max(0, x - reach) : x + w + reach]
    core = np.where(labels[part] == place, np.uint8(255), np.uint8(0))
    lamp, far = (
        cv2.dilate(core, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8))
        for radius in (RIM_PX, reach)
    )
    return part, cast(Plane, lamp), (far > 0) & (lamp == 0) & (labels[part] == 0)


def _is_paper(levels: Plane, colors: Image) -> bool:
    """Return whether pixels are of even, grey paper: ``(n,)`` and ``(n, 3) uint8``."""
    if not levels.size:
        return False
    dark, level = np.percentile(levels, (10, 50))
    color = medians(colors.T)
    is_grey = np.ptp(color) <= MAX_CAST * color.max()
    return bool(PAPER[0] <= level <= PAPER[1] and dark >= EVEN * level and is_grey)


def _filled(gray: Plane, lamps: Plane, paper: Plane) -> Plane:
    """Return a picture with its lamps no brighter than the paper around them.

    Args:
        gray: of the picture.
        lamps: 255 where they are, of the reduced picture.
        paper: its level, likewise.
    """
    size_wh = gray.shape[1], gray.shape[0]
    inside = cv2.resize(lamps, size_wh, interpolation=cv2.INTER_NEAREST)
    limit = cv2.max(interpolate(paper, size_wh), cv2.bitwise_not(inside))
    return cast(Plane, cv2.min(gray, limit))
