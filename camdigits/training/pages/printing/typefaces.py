"""Typefaces from font files, as glyphs that the renderer of pages draws at any size.

OpenCV 5 draws TrueType and OpenType outlines by itself (`cv2.FontFace`); OpenCV 4 cannot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError, DependencyError
from camdigits.training.pages.writing.glyphs import MARK, Glyph, outline_of

EM = 96
"""Size in pixels at which a typeface is looked at."""
BASELINE = 2 * EM
"""Row of the baseline on the canvas of a glyph, and the column at which the pen begins."""
SUFFIXES = (".ttf", ".otf")

# One drawing at a time: nothing says that a font face may be shared between threads.
_LOCK = Lock()


class Typeface:
    """One font file.

    Args:
        path: of a TrueType or OpenType file.

    Raises:
        DependencyError: if OpenCV is older than 5.
        DataError: if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        if not hasattr(cv2, "FontFace"):
            raise DependencyError("fonts are drawn by OpenCV 5; pip install 'opencv-python>=5'")
        self.path = path
        self._face: Any = cv2.FontFace(str(path))
        if not self._face.getName():
            raise DataError(f"OpenCV cannot read the font {path}; leave it out")
        # Heights of digits are what pages ask for.
        rows = np.flatnonzero((self._drawn("8")[0] > 127).any(axis=1))
        if not len(rows):
            raise DataError(f"the font {path} has no digits; leave it out")
        self.digit_height = float(rows[-1] + 1 - rows[0])
        self.glyph = lru_cache(maxsize=128)(self._glyph)

    def _drawn(self, letter: str) -> tuple[NDArray[np.uint8], float]:
        """Return a letter, 255 on 0, and how far the pen moves."""
        canvas = np.zeros((3 * EM, 5 * EM), np.uint8)
        with _LOCK:
            (x, _), _ = cv2.putText(canvas, letter, (BASELINE, BASELINE), (255,), self._face, EM)
        return canvas, float(x - BASELINE)

    def _glyph(self, letter: str) -> tuple[Glyph | None, float]:
        """Return a letter, None if it leaves no ink, and how far the pen moves, in grid points."""
        canvas, advance = self._drawn(letter)
        mask = (canvas > 127).astype(np.uint8)
        if not mask.any():
            return None, advance
        x, y, w, h = cv2.boundingRect(mask)
        left, top = max(0, x - 12), max(0, y - 12)
        near = mask[top : y + h + 12, left : x + w + 12]
        inside = cv2.distanceTransform(near, cv2.DIST_L2, 5)
        outside = cv2.distanceTransform(1 - near, cv2.DIST_L2, 5)
        field = np.full(mask.shape, 1000.0, np.float32)
        field[top : top + near.shape[0], left : left + near.shape[1]] = outside - inside
        field = np.ascontiguousarray(field[:, left : left + near.shape[1]])
        label = int(letter) if letter in "0123456789" else MARK
        # The pen stands at a column of the canvas that was cut off.
        outline = outline_of(field)
        return Glyph(field, outline, label, (float(BASELINE - left), EM), letter), advance


Families = Sequence[Sequence[Typeface]]
"""Typefaces that are alike: the files of one folder each."""


def load_typefaces(folder: Path) -> Families:
    """Return the typefaces of each folder in a folder, by their paths.

    Raises:
        DataError: if there is none, or one cannot be read.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise DataError(f"there are no fonts ({', '.join(SUFFIXES)}) in {folder}; name another")
    families = groupby(paths, key=lambda path: path.parent)
    return tuple(tuple(Typeface(path) for path in those) for _, those in families)


def choose(rng: np.random.Generator, families: Families) -> Typeface:
    """Return a typeface: each family has the same chance, however many files it is."""
    family = families[int(rng.integers(len(families)))]
    return family[int(rng.integers(len(family)))]


def sha256_of(families: Families) -> str:
    """Return a hash of the content of all font files, in their order."""
    whole = hashlib.sha256()
    for typeface in (each for family in families for each in family):
        whole.update(hashlib.sha256(typeface.path.read_bytes()).digest())
    return whole.hexdigest()
