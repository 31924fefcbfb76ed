"""Ink that fills its picture: told from one smooth ground under all of it.

Where a stroke is as wide as the neighbourhood that `camdigits.ink.binarize` takes its ground from,
and the picture ends where the ink does, there is no paper to compare with.  Here the ground is one
curved surface over the whole picture, fitted to what is no ink, and ink is what falls below it by
Otsu's threshold ("A Threshold Selection Method from Gray-Level Histograms", 1979), each in turn.
Only few large pieces on a plain ground make a mask; a page of writing, a texture or a room makes
none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import Polarity
from camdigits.ink.binarize import MIN_CONTRAST, InkMask, components
from camdigits.support.median import median
from camdigits.support.resample import resample

HEIGHT_PX, MOST_WIDTH_PX = 120, 480
"""Height that a picture is brought to, and its width at most then."""
LEAST_HEIGHT_PX, LEAST_WIDTH_PX = 32, 8
"""Longer strips than that are no close-up."""
SAMPLED_PX = 3
"""Larger pictures are thinned out first, to so many times that size."""
MARGIN = 0.5
"""Ground that is added on every side, as a share of the height."""
RIM = 0.04
"""The rim of the picture that is ground for the most part, as a share of its height."""
MAX_RIM_INK = 0.4
"""Largest share of ink in the rim."""
MIN_INK, MAX_INK = 0.005, 0.55
"""Least and largest share of ink in all of the picture."""
MIN_HEIGHT = 0.4
"""Height of the highest piece of ink, as a share of the picture's."""
SPECK = 0.02
"""Pieces are counted from this share of all ink."""
MOST_PIECES = 6
MIN_SEPARATION = 0.7
"""Share of the variance of brightness that ink and ground make up at least."""
LEAST_LIMIT = 4
"""Grey levels below one level that ink falls at least, whatever the light."""
BLUR_PX = 0.8
ROUNDS = 2
CLOSED = 0.4
"""Strokes that are closed over are at most so thick, as a share of the height."""
STEP_PX = 3
"""The ground is fitted to every so manyth pixel across and down..."""
FEWEST_SAMPLES = 20
"""...if that many are left."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]

_BRUSH = np.ones((5, 5), np.uint8)


def closeup_masks(gray: Plane, polarity: Polarity) -> Iterator[tuple[InkMask, float]]:
    """Yield the ink of a picture that few digits fill.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        polarity: "dark", "light", or "auto" for both.

    Yields:
        At most two masks of each polarity, the second of what is dark beside shadows as well, with
        ground added around them, and the factor that leads back to `gray`; none where there is no
        such ink.
    """
    size_wh, factor = _size(gray)
    if size_wh[1] < LEAST_HEIGHT_PX or size_wh[0] < LEAST_WIDTH_PX:
        return
    small = _small(gray, size_wh, factor)
    polarities: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for wanted in polarities:
        if polarity not in (wanted, "auto"):
            continue
        plane = small if wanted == "dark" else cast(Plane, cv2.bitwise_not(small))
        for ground, ink in _look(plane):
            yield _mask(plane, ground, ink, wanted), factor


def _size(gray: Plane) -> tuple[tuple[int, int], float]:
    """Return the width and height at which a picture is looked at, and how it is reduced."""
    height, width = gray.shape
    factor = max(height / HEIGHT_PX, width / MOST_WIDTH_PX)
    return (max(1, round(width / factor)), max(1, round(height / factor))), factor


def _small(gray: Plane, size_wh: tuple[int, int], factor: float) -> Plane:
    step = max(1, int(factor / SAMPLED_PX))
    return resample(gray[step // 2 :: step, step // 2 :: step], size_wh)


def _look(plane: Plane) -> Iterator[tuple[Plane, Plane]]:
    """Yield ground and ink of a plane with dark ink, as far as they are of this kind."""
    smooth = cast(Plane, cv2.GaussianBlur(plane, (3, 3), BLUR_PX))
    rim = _rim(smooth)
    level = np.full_like(plane, int(median(rim)))
    limit, ink = _below(smooth, level)
    if limit < LEAST_LIMIT or not _has_large(ink):
        return
    ground = level
    for _ in range(ROUNDS):
        ground = _fitted(smooth, cv2.dilate(ink, _BRUSH) == 0)
        _, ink = _below(smooth, ground)
    for found in ((ground, ink), _closed(smooth, ground)):
        if _is_large(found[1]) and _is_apart(smooth, *found):
            yield found


def _rim(plane: Plane) -> Plane:
    px = max(2, round(RIM * plane.shape[0]))
    sides = plane[:px], plane[-px:], plane[px:-px, :px], plane[px:-px, -px:]
    return np.concatenate([side.ravel() for side in sides])


def _below(plane: Plane, ground: Plane) -> tuple[float, Plane]:
    """Return Otsu's threshold on how far the plane falls below its ground, and what does."""
    fall = cv2.subtract(ground, plane)
    limit, ink = cv2.threshold(fall, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return limit, cast(Plane, ink)


def _is_large(ink: Plane) -> bool:
    """Say whether it is few large pieces of ink, and ground around them."""
    count = cv2.countNonZero(ink)
    if not MIN_INK * ink.size < count < MAX_INK * ink.size:
        return False
    rim = _rim(ink)
    if cv2.countNonZero(rim) > MAX_RIM_INK * rim.size:
        return False
    stats = components(ink)[1]
    pieces = int(np.count_nonzero(stats[:, cv2.CC_STAT_AREA] > SPECK * count))
    return pieces <= MOST_PIECES and _has_large(ink)


def _has_large(ink: Plane) -> bool:
    """Say whether a piece of ink is nearly as high as the picture."""
    return bool(components(ink)[1][:, cv2.CC_STAT_HEIGHT].max() >= MIN_HEIGHT * len(ink))


def _is_apart(plane: Plane, ground: Plane, ink: Plane) -> bool:
    """Say whether ground and ink make up most of what differs."""
    fall = cv2.subtract(ground, plane, dtype=cv2.CV_32F)
    within = [cv2.meanStdDev(fall, mask=mask) for mask in (ink, cv2.bitwise_not(ink))]
    (inside, inner), (outside, outer) = ((float(m[0, 0]), float(d[0, 0])) for m, d in within)
    share = cv2.countNonZero(ink) / ink.size
    between = share * (1 - share) * (inside - outside) ** 2
    rest = share * inner**2 + (1 - share) * outer**2
    return inside - outside >= MIN_CONTRAST and between >= MIN_SEPARATION * (between + rest)


def _closed(plane: Plane, ground: Plane) -> tuple[Plane, Plane]:
    """Return ground that follows shadows, closed over strokes, and the ink that falls below it."""
    side = round(CLOSED * plane.shape[0])
    wide, inside = _framed(ground)
    wide[inside] = plane
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    closed = np.ascontiguousarray(cv2.blur(closed, (side // 4, side // 4))[inside])
    return cast(Plane, closed), _below(plane, cast(Plane, closed))[1]


def _framed(ground: Plane) -> tuple[Plane, tuple[slice, slice]]:
    """Return ground that goes on around the picture, and where in it the picture is."""
    px = _margin_px(ground)
    wide = cv2.copyMakeBorder(ground, px, px, px, px, cv2.BORDER_REPLICATE)
    return cast(Plane, wide), (slice(px, -px), slice(px, -px))


def _margin_px(plane: Plane) -> int:
    return round(MARGIN * len(plane))


def _fitted(plane: Plane, is_ground: NDArray[np.bool_]) -> Plane:
    """Fit a curved surface to the ground of a plane."""
    terms = _terms(*plane.shape)
    sample = np.s_[STEP_PX // 2 :: STEP_PX, STEP_PX // 2 :: STEP_PX]
    chosen = terms[sample][is_ground[sample]]
    if len(chosen) < FEWEST_SAMPLES:
        return np.full_like(plane, int(median(plane)))
    found = np.linalg.solve(chosen.T @ chosen, chosen.T @ plane[sample][is_ground[sample]])
    return np.clip(np.rint(terms @ found), 0, 255).astype(np.uint8)


@lru_cache(maxsize=4)
def _terms(height: int, width: int) -> Values:
    """Return the terms of a surface of the second degree, ``(height, width, 6)``."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _mask(plane: Plane, ground: Plane, ink: Plane, polarity: Literal["dark", "light"]) -> InkMask:
    """Return the mask of a plane with ground around it."""
    wide, inside = _framed(ground)
    whole, all_ink = wide.copy(), np.zeros_like(wide)
    whole[inside], all_ink[inside] = plane, ink
    contrast = cast(Plane, cv2.subtract(wide, whole))
    found = components(all_ink)
    margin_px = _margin_px(plane)
    return InkMask(whole, all_ink, contrast, polarity, 1.0, *found, margin_px=margin_px)
