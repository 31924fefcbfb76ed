"""MNIST digits as shapes that a pen of any width can draw at any size.

MNIST shows a digit as a blurred stroke on 28x28 pixels, about an eighth of its height wide.
Enlarged as it is it looks like a blob.  So the shape is kept as two distances on a finer grid, to
the stroke's outline and to its spine; a threshold on a mixture of both draws a crisp stroke of
any width.  The spine is found by the thinning of Zhang and Suen (A fast parallel algorithm for
thinning digital patterns, Communications of the ACM 27(3), 1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

GRID = 8
"""Grid points for one MNIST pixel."""

MARK = -1
"""Label of a glyph that is no digit."""

FloatImage = NDArray[np.float32]

# Where the eight neighbours of a pixel add which bit, clockwise from the one above.
_NEIGHBOURS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
# Of 1,500 training digits 0.3 % fall apart at this level, 2 % at half of 255.
_INK_LEVEL = 80
# MNIST has specks of dirt beside some digits; a digit's own parts are larger (share of its ink).
_SPECK = 0.04
# A spine point that is this much deeper in the ink than usual belongs to a blot (a filled loop),
# which must stay filled for the digit to keep its look.
_BLOT_DEPTH = 1.7


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One digit as one pen draws it, before it is placed.

    Attributes:
        field: ``(h, w) float32``, distance to the stroke's edge in grid points, negative in the
            ink; (224, 224) for digits of MNIST.
        outline: ``(n, 2) float32``, the edge of the ink as (x, y) in grid points.
        label: 0 to 9, or `MARK` for what is no digit: an operator, a word.
        frame: for a mark, the row of the baseline and the height of a digit, in grid points; None
            for a digit, which is as high as its ink and stands on it.
        sign: what a mark shows: a sign, or the letters of a word; "" for a digit.
    """

    field: FloatImage
    outline: FloatImage
    label: int
    frame: tuple[float, float] | None = None
    sign: str = ""


def make_glyph(
    digit: NDArray[np.uint8], label: int, width: float, likeness: float, wobble: FloatImage
) -> Glyph:
    """Draw a digit with a pen of a given width.

    Args:
        digit: ``(28, 28) uint8`` in MNIST form, ink 255 on 0; some of it at least 100.
        label: 0 to 9.
        width: of the pen, as a fraction of the digit's longer side.
        likeness: 0 draws a line of even width along the spine, 1 a stroke that swells where
            MNIST's does.
        wobble: ``(224, 224) float32``, added to the distance: an uneven edge, in grid points.

    Raises:
        ValueError: if the digit has no ink.
    """
    mask = _enlarge(digit)
    if not mask.any():
        raise ValueError(f"a digit without ink (label {label}) cannot be drawn")
    depth = np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)
    outside = np.asarray(cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5), np.float32)
    size = max(cv2.boundingRect(mask)[2:])
    to_spine, usual = _distance_to_spine(mask, depth)
    # Moved to the pen's width, because one writer of MNIST is three times as bold as another.
    own = outside - depth + usual
    mixed = likeness * own + (1.0 - likeness) * to_spine - width * size / 2.0
    field = np.asarray(cv2.GaussianBlur(mixed, (0, 0), 1.2), np.float32) + wobble
    return Glyph(field, outline_of(field), label)


def _enlarge(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ink of a digit on the grid: ``(224, 224) uint8``, 1 on 0."""
    size = (28 * GRID, 28 * GRID)
    large = cv2.resize(digit, size, interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(large, (0, 0), GRID / 3.0)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(
        (smooth >= _INK_LEVEL).astype(np.uint8)
    )
    areas = stats[1:count, cv2.CC_STAT_AREA]
    keep = np.concatenate([[False], areas > _SPECK * areas.sum()])
    return np.asarray(keep[parts], np.uint8)


def _distance_to_spine(mask: NDArray[np.uint8], depth: FloatImage) -> tuple[FloatImage, float]:
    """Return the distance to the spine, and half the usual width of the stroke."""
    spine = thin(mask)
    usual = float(np.median(depth[spine > 0]))
    drawn = (spine > 0) | (depth > _BLOT_DEPTH * usual)
    distance = cv2.distanceTransform(1 - drawn.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance, np.float32), usual


def outline_of(field: FloatImage) -> FloatImage:
    """Return the edge of the ink of a field, as (x, y): ``(n, 2) float32``; there must be ink."""
    # The finest pens leave nothing inside the line; its middle stands for it.
    ink = (field < max(0.0, float(field.min()) + 0.5)).astype(np.uint8)
    contours = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    return np.concatenate([contour[:, 0] for contour in contours]).astype(np.float32)


def thin(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the spine of a shape, one pixel wide and connected as the shape is.

    Args:
        mask: ``(h, w) uint8``, 1 on 0.
    """
    spine = mask.copy()
    tables = _deletion_tables()
    while True:
        before = spine
        for table in tables:
            codes = cv2.filter2D(spine, -1, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
            spine = spine & np.asarray(cv2.LUT(codes, table), np.uint8)
        if np.array_equal(before, spine):
            return spine


@cache
def _deletion_tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return, for both half steps, 0 for the neighbourhoods whose middle is deleted, else 1."""
    codes = np.arange(256)
    ring = (codes[:, None] >> np.arange(8)) & 1
    up, right, down, left = (ring[:, place] for place in (0, 2, 4, 6))
    count = ring.sum(axis=1)
    rises = ((ring == 0) & (np.roll(ring, -1, axis=1) == 1)).sum(axis=1)
    border = (count >= 2) & (count <= 6) & (rises == 1)
    first = border & (up * right * down == 0) & (right * down * left == 0)
    second = border & (up * right * left == 0) & (up * down * left == 0)
    return (~first).astype(np.uint8), (~second).astype(np.uint8)
