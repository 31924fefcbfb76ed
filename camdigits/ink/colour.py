"""Pale ink: strokes that differ from their paper by colour more than by brightness.

Yellow ink takes the blue out of white paper and hardly any of its brightness.  How dark it looks to
the eye of blue, the least of the three channels once paper is white, is added to the brightness
that is read; ink that is dark anyhow, however coloured, stays as it is.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.ink.binarize import Labels, components
from camdigits.ink.ruled_lines import remove_lines
from camdigits.support.resample import average, interpolate

Plane = NDArray[np.uint8]
Image = NDArray[np.uint8]

GLANCE_PX, LOOK_PX = 400, 800
"""Longer side at which pale ink is looked for: whether there is any, and where."""
STEP = 4
"""By which that is reduced once more for the paper's colour."""
NEAR_PX = 41
"""Side of the neighbourhood of which it is the median there; ink fills less than half of it."""
MEETING, TWO_PAPERS = 1 / 16, 40
"""Papers of two colours meet where, within this share of the picture's longer side, the share that
their least channel has of the strongest differs by so much of 255."""
LEAST_GROUND = 60
"""Grey levels of ground that counts as paper."""
LEAST_CHANNEL = 0.3
"""Share of its strongest channel that each of the paper's has at least; else it says nothing."""

GAIN = 3.0
"""How much darker ink is made than its colour makes it."""
DARKEST = 204
"""Grey levels of 255 that pale ink is made as dark as at most: black ink beside it stands out."""
DARK_SHARE = 0.45
"""Colour counts from this share of how dark the ink is: it is more in pale inks only."""
DEAD = 10
"""Grey levels that the colours of grain and compression differ by."""
LEAST_BOOST = 24
"""Grey levels by which pale ink is made darker at least, somewhere."""
RULING_EXTENT, RULING_LEFT = 0.3, 0.5
"""Printed lines hang together over this share of the picture's longer side; so much of the network
is no line at most."""
BAND, DARK_INSIDE = 0.4, 0.05
"""What marks dark ink is as thick as this share of its narrow side; so much dark ink is in it."""
SOLID, SOLID_PX = 0.7, 12
"""Paint that is as thick as this share of its narrow side, and so many pixels at `LOOK_PX`, hides
what it marks, so that no dark ink needs to be seen in it."""
THICKEST = 1 / 26
"""Share of the picture's longer side that the thickest stroke measures across."""
DARK = 90
"""Grey levels of 255 by which ink is dark anyhow."""
LEAST_PX = 12
"""Pixels of the smallest piece of pale ink, at `LOOK_PX`."""
LEAST_SHARE = 2e-4
"""Share of the picture that pale ink covers where there is any."""


def with_pale_ink(gray: Plane, image: Image) -> Plane:
    """Return the brightness of a picture with its pale ink darker.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        image: ``(height, width, 3) uint8``, BGR, of the same picture.

    Returns:
        ``gray`` itself where there is no pale ink; elsewhere it differs in the ink only.
    """
    glance, _, _ = _look(image, GLANCE_PX)
    if glance is None or cv2.countNonZero(_pale(glance)) < LEAST_SHARE / 2 * glance.size:
        return gray
    boost, dark, ground = _look(image, LOOK_PX)
    places = None if boost is None else _strokes(boost, dark)
    return gray if places is None else _darkened(gray, image, places, ground)


def _look(image: Image, side_px: int) -> tuple[Plane | None, Plane, Image]:
    """Return what `_boost` and `_ground` do of a picture reduced to so many pixels at most."""
    size_wh = tuple(side // -(-max(image.shape[:2]) // side_px) for side in image.shape[1::-1])
    if min(size_wh) < STEP:
        nothing = np.zeros((0, 0), np.uint8)
        return None, nothing, nothing
    # Not averaged: a fine stroke is as pale as it is.
    small = cast(Image, cv2.resize(image, size_wh, interpolation=cv2.INTER_NEAREST))
    ground = _ground(small)
    boost, dark = _boost(small, ground)
    return cast(Plane, cv2.bitwise_and(boost, _one_paper(ground))), dark, ground


def _darkened(gray: Plane, image: Image, places: Plane, ground: Image) -> Plane:
    """Return a picture's brightness with its pale ink darker.

    Args:
        gray: of the picture.
        image: its colours.
        places: ``uint8``, 255 where its ink is, of the picture reduced.
        ground: colour of the paper, likewise.
    """
    (height, width), (rows, columns) = gray.shape, places.shape
    x, y, w, h = cv2.boundingRect(places)
    # Nearest pixels are taken by whole steps in OpenCV, up to a rest at right and bottom.
    left, right = x * width // columns, -(-(x + w) * width // columns)
    top, bottom = y * height // rows, -(-(y + h) * height // rows)
    size_wh = right - left, bottom - top
    part, reduced = np.s_[top:bottom, left:right], np.s_[y : y + h, x : x + w]
    inside = cv2.resize(places[reduced], size_wh, interpolation=cv2.INTER_NEAREST)
    near = cv2.resize(ground[reduced], size_wh, interpolation=cv2.INTER_LINEAR_EXACT)
    boost, _ = _boost(image[part], cast(Image, near))
    darker = gray.copy()
    darker[part] = cv2.subtract(gray[part], cv2.bitwise_and(boost, inside))
    return darker


def _ground(image: Image) -> Image:
    """Return the colour of the paper at each pixel of a small picture."""
    height, width = image.shape[:2]
    rows, columns = height // STEP, width // STEP
    grounds = []
    for plane in cv2.split(image[: rows * STEP, : columns * STEP]):
        # Not the brightest nearby: blue ink on yellow paper is what is bluest there.
        level = cv2.medianBlur(average(cast(Plane, plane), (columns, rows)), NEAR_PX)
        grounds.append(interpolate(cast(Plane, cv2.blur(level, (5, 5))), (width, height)))
    return cast(Image, cv2.merge(grounds))


def _one_paper(ground: Image) -> Plane:
    """Return 255 where paper has one colour all around, 0 where papers of two colours meet."""
    cast_of = cv2.divide(_least(ground), _most(ground), scale=255)
    reach = 2 * round(MEETING * max(ground.shape)) + 1
    change = cv2.morphologyEx(cast_of, cv2.MORPH_GRADIENT, np.ones((reach, reach), np.uint8))
    return cast(Plane, cv2.bitwise_not(_from(cast(Plane, change), TWO_PAPERS)))


def _boost(image: Image, ground: Image) -> tuple[Plane, Plane]:
    """Return by how many grey levels each pixel is to be darker, and where it is dark anyhow."""
    strongest = _most(ground)
    share = cv2.divide(image, ground, scale=255)
    bright = cast(Plane, cv2.cvtColor(share, cv2.COLOR_BGR2GRAY))
    colour = cv2.subtract(bright, _least(cast(Image, share)))
    # Compression spreads the colour of dark strokes a little beyond them.
    dark = cv2.dilate(cv2.bitwise_not(bright), np.ones((5, 5), np.uint8))
    boost = cv2.addWeighted(colour, GAIN, dark, -GAIN * DARK_SHARE, -GAIN * DEAD)
    boost = cv2.min(boost, cv2.subtract(bright, np.array([255 - DARKEST], np.uint8)))
    boost = cv2.multiply(boost, strongest, scale=1 / 255)
    least = cv2.convertScaleAbs(strongest, alpha=LEAST_CHANNEL)
    is_paper = cv2.bitwise_and(
        _from(strongest, LEAST_GROUND), cv2.compare(_least(ground), least, cv2.CMP_GE)
    )
    boost = cast(Plane, cv2.bitwise_and(boost, is_paper))
    is_dark = _from(cast(Plane, cv2.bitwise_not(bright)), DARK)
    return boost, cast(Plane, cv2.bitwise_and(is_dark, cv2.bitwise_not(_pale(boost))))


def _pale(boost: Plane) -> Plane:
    """Return 255 where colour makes ink noticeably darker, else 0."""
    return _from(boost, LEAST_BOOST)


def _from(plane: Plane, level: int) -> Plane:
    """Return 255 where a plane has so many grey levels at least, else 0."""
    return cast(Plane, cv2.threshold(plane, level - 1, 255, cv2.THRESH_BINARY)[1])


def _strokes(boost: Plane, dark: Plane) -> Plane | None:
    """Return where there is pale ink, 255; None if there is none.

    Args:
        boost: by how many grey levels each pixel of a small picture is to be darker.
        dark: 255 where there is ink that is dark anyhow, else 0.
    """
    found = _pale(boost)
    if cv2.countNonZero(found) < LEAST_SHARE * found.size:
        return None
    found = _without_painted(_without_ruling(found), dark)
    labels, stats = components(found)
    area = stats[:, cv2.CC_STAT_AREA]
    is_ink = area >= LEAST_PX
    is_ink[0] = False
    if area[is_ink].sum() < LEAST_SHARE * found.size:
        return None
    return cast(Plane, cv2.dilate(_of(labels, is_ink), np.ones((5, 5), np.uint8)))


def _without_ruling(found: Plane) -> Plane:
    """Return a mask without networks of printed lines."""
    joined = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    labels, stats = components(cast(Plane, joined))
    is_wide = _extent(stats) >= RULING_EXTENT * max(found.shape)
    if not is_wide.any():
        return found
    without = remove_lines(_of(labels, is_wide))
    if without is None:
        return found
    # Lines that the edge of the picture joined come apart when the others are gone.
    again = remove_lines(without)
    without = without if again is None else again
    left = np.bincount(labels[without > 0], minlength=len(stats))
    is_ruling = is_wide & (left < RULING_LEFT * stats[:, cv2.CC_STAT_AREA])
    lines = cv2.bitwise_and(_of(labels, is_ruling), cv2.bitwise_not(without))
    return cast(Plane, cv2.bitwise_and(found, cv2.bitwise_not(lines)))


def _without_painted(found: Plane, dark: Plane) -> Plane:
    """Return a mask without what is no stroke: things, and bands that mark dark ink.

    Args:
        found: 255 where there is pale ink.
        dark: 255 where there is ink that is dark anyhow.
    """
    labels, stats = components(dark)
    # Dark lines cross what is written on them and say nothing of it.
    dark = _of(labels, _extent(stats) < RULING_EXTENT * max(found.shape))
    # The rim of dark ink counts as neither.
    both = cv2.morphologyEx(cv2.bitwise_or(found, dark), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    labels, stats = components(cast(Plane, both))
    framed = cv2.copyMakeBorder(both, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1].ravel()
    places = np.flatnonzero(both)
    thickness = np.zeros(len(stats), np.float32)
    np.maximum.at(thickness, labels.ravel()[places], 2 * depth[places])
    narrow = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1)
    inside = np.bincount(labels[dark > 0], minlength=len(stats))
    is_band = (thickness > BAND * narrow) & (inside > DARK_INSIDE * stats[:, cv2.CC_STAT_AREA])
    solid = (
        stats[:, cv2.CC_STAT_AREA]
        > SOLID * stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    )
    is_band |= solid & (thickness > SOLID * narrow) & (thickness >= SOLID_PX)
    painted = _of(labels, is_band | (thickness > THICKEST * max(found.shape)))
    return cast(Plane, cv2.bitwise_and(found, cv2.bitwise_not(painted)))


def _extent(stats: Labels) -> Labels:
    """Return the longer side of each component, 0 of the ground."""
    return cast(Labels, stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1))


def _of(labels: Labels, is_wanted: NDArray[np.bool_]) -> Plane:
    """Return the mask, 255 or 0, of some components; the ground is none of them."""
    values = np.where(is_wanted, np.uint8(255), np.uint8(0))
    values[0] = 0
    return cast(Plane, values[labels])


def _least(image: Image) -> Plane:
    """Return the least of the three channels of each pixel."""
    blue, green, red = cv2.split(image)
    return cast(Plane, cv2.min(cv2.min(blue, green), red))


def _most(image: Image) -> Plane:
    """Return the strongest of the three channels of each pixel."""
    blue, green, red = cv2.split(image)
    return cast(Plane, cv2.max(cv2.max(blue, green), red))
