"""Draws numbers into a picture, through the perspective, and says where their ink lies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import noise
from camdigits.training.pages.writing.glyphs import GRID, MARK, Glyph, make_glyph
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.layout import Stroke, Word
from camdigits.types import Box

FloatImage = NDArray[np.float32]
Matrix = NDArray[np.float64]

_MARGIN_PX = 4.0
"""So near to the edge of the picture nothing is written."""
# Distance given to what lies outside a glyph's grid: more than any pixel's reach.
_FAR = 1000.0


class GlyphSupply:
    """Hands out digits drawn by chance from a set, as one pen draws them.

    Args:
        rng: chooses the digits.
        digits: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0, at least one.
        labels: ``(n,)``, 0 to 9.
        pen: what they are drawn with.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        digits: NDArray[np.uint8],
        labels: NDArray[np.integer],
        pen: Pen,
    ) -> None:
        self._rng = rng
        self._digits = digits
        self._labels = labels
        self._pen = pen
        self._prepare()

    def _prepare(self) -> None:
        """Choose what holds for the whole page."""

    def __call__(self) -> Glyph:
        """Return the next digit."""
        return self.take(int(self._rng.integers(len(self._digits))))

    def labelled(self, label: int) -> Glyph:
        """Return a digit of a label; any one where the set has none of it."""
        places = np.flatnonzero(self._labels == label)
        return self.take(int(self._rng.choice(places))) if len(places) else self()

    def take(self, index: int) -> Glyph:
        """Return the digit at an index of the set."""
        side = 28 * GRID
        edge = self._pen.wobble * 20 * GRID * noise(self._rng, (side, side), (9.0, 9.0))
        width = self._pen.width * float(np.exp(self._rng.normal(0.0, 0.06)))
        label = int(self._labels[index])
        return make_glyph(self._digits[index], label, width, self._pen.likeness, edge)


def draw_words(
    words: list[Word], homography: Matrix, size_wh: tuple[int, int]
) -> tuple[FloatImage, tuple[tuple[Box, int], ...], tuple[tuple[Box, str], ...]]:
    """Draw numbers whose ink lies wholly in the picture.

    Args:
        words: numbers at their places on the sheet.
        homography: ``(3, 3) float64`` from the sheet to the picture.
        size_wh: (width, height) of the picture in pixels.

    Returns:
        The part of each pixel that ink covers, ``(height, width) float32`` in 0-1; the box of the
        ink (covered by half or more) and the label of every digit, in the order of the words; and
        the box and sign, or letters, of every mark.
    """
    cover = np.zeros((size_wh[1], size_wh[0]), np.float32)
    drawn = [
        (_draw_stroke(cover, stroke, homography), stroke.glyph)
        for word in words
        for stroke in word.strokes
    ]
    digits = tuple((box, glyph.label) for box, glyph in drawn if glyph.label != MARK)
    marks = tuple((box, glyph.sign) for box, glyph in drawn if glyph.label == MARK)
    return cover, digits, marks


def _draw_stroke(cover: FloatImage, stroke: Stroke, homography: Matrix) -> Box:
    """Add a digit to the cover, in place, and return the box of its ink."""
    outline = project(homography, stroke.outline())
    left, top = np.floor(outline.min(axis=0)).astype(int) - 2
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 3
    to_grid = homography @ np.vstack([stroke.affine, [0.0, 0.0, 1.0]])
    to_patch = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]]) @ to_grid
    field = cv2.warpPerspective(
        stroke.glyph.field,
        to_patch,
        (int(right - left), int(bottom - top)),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_FAR,
    )
    scale = local_scale(to_grid, stroke.glyph.outline.mean(axis=0))
    patch = np.clip(0.5 - np.asarray(field, np.float32) * np.float32(scale), 0.0, 1.0)
    window = cover[top:bottom, left:right]
    np.maximum(window, patch, out=window)
    # A line thinner than a pixel covers none by half.
    inked = patch >= min(0.5, max(0.5 * float(patch.max()), 1e-3))
    if not inked.any():
        inked[:] = True
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    x, y = int(left + columns[0]), int(top + rows[0])
    return Box(x, y, int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)


def is_inside(word: Word, homography: Matrix, size_wh: tuple[int, int]) -> bool:
    """Return whether a word lies wholly in the picture, a little from its edges."""
    points = project(homography, word.outline())
    far = np.asarray(size_wh) - _MARGIN_PX
    return bool((points >= _MARGIN_PX).all() and (points <= far).all())


def project(homography: Matrix, points: Matrix) -> Matrix:
    """Map ``(n, 2)`` points by a ``(3, 3)`` homography."""
    flat = np.asarray(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(flat, homography), np.float64)[:, 0]


def local_scale(homography: Matrix, point: NDArray[np.floating]) -> float:
    """Return how many pixels one pixel becomes at a point ``(2,)``, as the root of the area."""
    corner = np.asarray(point, np.float64)
    origin, right, down = project(homography, corner + np.array([[0, 0], [1, 0], [0, 1]]))
    (a, b), (c, d) = right - origin, down - origin
    return float(np.sqrt(abs(a * d - b * c)))
