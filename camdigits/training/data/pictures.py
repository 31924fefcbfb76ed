"""Reads pictures of one digit each, and brings them to MNIST form.

Crops in MNIST form are taken as they are.  Of any other picture, which shows one character on even
ground, the ink is found and brought to MNIST form as reading does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError, SourceError
from camdigits.networks.mnist_form import INK_SIDE, to_mnist_form
from camdigits.sources.images.image import ImageSource
from camdigits.support.paths import is_folder

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm")
MAX_PICTURES = 300_000
"""EMNIST has 280,000 digits."""
MAX_FILE_BYTES = 1 << 26
MAX_SMALL_BYTES = 4096
_PNG = b"\x89PNG\r\n\x1a\n"
MIN_CONTRAST = 20
"""Grey levels between ink and ground, below which a picture counts as empty."""

Plane = NDArray[np.uint8]


def character_ink(gray: Plane) -> Plane:
    """Return the ink of a picture that shows one character on even ground.

    The ground is the median of the border, whether lighter or darker than the ink; Otsu's
    threshold ("A Threshold Selection Method from Gray-Level Histograms", 1979) parts the two, and
    the grey of strokes' edges is kept.

    Args:
        gray: ``(height, width) uint8``.

    Returns:
        ``(height, width) uint8``, ink 255 on 0; all 0 if nothing stands out.
    """
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    contrast = cv2.absdiff(gray, np.full_like(gray, round(float(np.median(border)))))
    strongest = int(contrast.max())
    if strongest < MIN_CONTRAST:
        return np.zeros_like(gray)
    limit, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_OTSU)
    full = max(1.0, float(np.median(contrast[contrast > limit])))
    ink = np.clip((contrast - limit / 2) / (full - limit / 2), 0, 1) * 255
    rounded: Plane = np.rint(ink).astype(np.uint8)
    return rounded


def pictures_in(folder: Path, classes: Iterable[Path]) -> Iterator[Path]:
    """Yield the pictures that lie in folders of a folder, by their names.

    Raises:
        DataError: if a folder cannot be read, or there are too many pictures.
    """
    count = 0
    for inside in classes:
        try:
            paths = sorted(inside.iterdir()) if is_folder(inside) else []
        except OSError as error:
            raise DataError(f"{inside} cannot be read: {error.strerror}") from error
        for path in paths:
            if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
                continue
            count += 1
            if count > MAX_PICTURES:
                raise DataError(f"{folder} has more than {MAX_PICTURES} pictures; use fewer")
            yield path


def read_crop(path: Path) -> Plane:
    """Return the digit of a picture in MNIST form, ``(28, 28) uint8``.

    Raises:
        DataError: if the file is too large or damaged, or shows nothing.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; use a smaller one")
        return crop_of(path.read_bytes(), str(path))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


def crop_of(data: bytes, name: str) -> Plane:
    """Return the digit of an encoded picture in MNIST form, ``(28, 28) uint8``.

    Raises:
        DataError: if it is damaged or shows nothing.
    """
    gray = _small_gray(data)
    if gray is None:
        try:
            image = next(iter(ImageSource.decode(data, name))).image
        except SourceError as error:
            raise DataError(str(error)) from error
        gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    if _is_mnist_form(gray):
        return gray
    crop = to_mnist_form(character_ink(gray))
    if not crop.any():
        raise DataError(f"{name} shows nothing that stands out; remove it")
    return crop


def _small_gray(data: bytes) -> Plane | None:
    """Return a small grey PNG that is whole and says nothing of how it lies; else None.

    Data sets have tens of thousands of them, and looking for all that files can have takes more
    than twice as long: 57 s for MNIST, which is read in 25 like this.
    """
    if len(data) > MAX_SMALL_BYTES or not _is_whole_png(data) or b"eXIf" in data:
        return None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 2 or image.dtype != np.uint8:
        return None
    return np.asarray(image, np.uint8)


def _is_whole_png(data: bytes) -> bool:
    """Tell a PNG of which every part has its check sum; libpng complains aloud of others."""
    place = len(_PNG)
    while data.startswith(_PNG) and place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        if zlib.crc32(data[place + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        place = end + 4
    return place == len(data)


def _is_mnist_form(gray: Plane) -> bool:
    """Tell a crop as reading makes it: 28x28, bright ink within 20x20 or away from the edge."""
    if gray.shape != (28, 28) or not gray.any():
        return False
    # Ink whose centre of mass is far from its middle comes to lie at an edge.
    _, _, width, height = cv2.boundingRect(gray)
    is_small = max(width, height) <= INK_SIDE
    return is_small or not any(e.any() for e in (gray[0], gray[-1], gray[:, 0], gray[:, -1]))
