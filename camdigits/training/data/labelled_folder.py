"""Reads a folder of labelled pictures: ``DIR/7/*.png`` are sevens, ``DIR/none/*.png`` no digits.

Crops in MNIST form are taken as they are.  Of any other picture, which shows one character on even
ground, the ink is found and brought to MNIST form as reading does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError, SourceError
from camdigits.networks.mnist_form import INK_SIDE, to_mnist_form
from camdigits.networks.model_card import DIGITS
from camdigits.sources.images.image import ImageSource
from camdigits.support.paths import is_folder
from camdigits.teaching.examples import NONE
from camdigits.training.data.dataset import Digits

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm")
MAX_PICTURES = 100_000
MAX_FILE_BYTES = 1 << 26
MIN_CONTRAST = 20
"""Grey levels between ink and ground, below which a picture counts as empty."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """What a folder holds.

    Attributes:
        digits: the labelled ones.
        others: ``(n, 28, 28) uint8`` in MNIST form, pictures of no digit.
    """

    digits: Digits
    others: NDArray[np.uint8]


def read_labelled_folder(folder: Path) -> Labelled:
    """Read the pictures of a folder, in the order of their names.

    Args:
        folder: with folders ``0`` to ``9`` and ``none``, any of which may be missing.

    Raises:
        DataError: if there is no digit, a picture is damaged or empty, or there are too many.
    """
    crops: list[Plane] = []
    labels: list[int] = []
    others: list[Plane] = []
    for path in _pictures(folder):
        crop = _read_crop(path)
        if path.parent.name == NONE:
            others.append(crop)
        else:
            crops.append(crop)
            labels.append(int(path.parent.name))
    if not crops:
        raise DataError(f"{folder} has no pictures of digits; put those of a 7 into {folder / '7'}")
    empty = np.zeros((0, 28, 28), np.uint8)
    return Labelled(
        Digits(np.stack(crops), np.array(labels, np.uint8)), np.stack(others) if others else empty
    )


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


def _pictures(folder: Path) -> Iterator[Path]:
    count = 0
    for label in (*DIGITS, NONE):
        try:
            inside = sorted((folder / label).iterdir()) if is_folder(folder / label) else []
        except OSError as error:
            raise DataError(f"{folder / label} cannot be read: {error.strerror}") from error
        for path in inside:
            if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
                continue
            count += 1
            if count > MAX_PICTURES:
                raise DataError(f"{folder} has more than {MAX_PICTURES} pictures; use fewer")
            yield path


def _read_crop(path: Path) -> Plane:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; use a smaller one")
        source = ImageSource.decode(path.read_bytes(), str(path))
        gray = cv2.cvtColor(next(iter(source)).image, cv2.COLOR_BGR2GRAY)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except SourceError as error:
        raise DataError(str(error)) from error
    if _is_mnist_form(gray):  # type: ignore[arg-type]
        return gray  # type: ignore[return-value]
    crop = to_mnist_form(character_ink(gray))  # type: ignore[arg-type]
    if not crop.any():
        raise DataError(f"{path} shows nothing that stands out; remove it")
    return crop


def _is_mnist_form(gray: Plane) -> bool:
    """Tell a crop as reading makes it: 28x28, bright ink within 20x20 or away from the edge."""
    if gray.shape != (28, 28) or not gray.any():
        return False
    # Ink whose centre of mass is far from its middle comes to lie at an edge.
    _, _, width, height = cv2.boundingRect(gray)
    is_small = max(width, height) <= INK_SIDE
    return is_small or not any(e.any() for e in (gray[0], gray[-1], gray[:, 0], gray[:, -1]))
