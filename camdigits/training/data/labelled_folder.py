"""Reads a folder of labelled pictures: ``DIR/7/*.png`` are sevens, ``DIR/none/*.png`` no digits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.networks.model_card import DIGITS
from camdigits.teaching.examples import NONE
from camdigits.training.data.dataset import Digits
from camdigits.training.data.pictures import Plane, pictures_in, read_crop


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
    for path in pictures_in(folder, [folder / label for label in (*DIGITS, NONE)]):
        crop = read_crop(path)
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
