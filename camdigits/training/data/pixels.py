"""Brings digits of any size, range and polarity to MNIST's form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.parts import TRAIN, WHOLE, Parts

SIDE = 28
RANGES = ((0, 1), (-1, 1), (0, 16), (0, 255))
"""Of pixels: of floats and bits, of USPS, of scikit-learn's digits, of bytes."""
SMALL_SIDE = 8
"""Of scikit-learn's digits, whose pixels count the dots of 4x4, from 0 to 16."""

Pictures = NDArray[np.uint8]


def to_mnist(path: Path, parts: Parts) -> tuple[dict[str, tuple[Pictures, Pictures]], list[str]]:
    """Bring all parts of a data set to one form.

    Args:
        path: of the data, for messages.
        parts: as their file has them.

    Returns:
        ``(n, 28, 28) uint8`` pictures, ink 255 on 0, and ``(n,) uint8`` labels of each part; and
        what had to be done, for the user.

    Raises:
        DataError: if labels are not 0 to 9, or pictures are no squares, colours, or of a range
            that is not known.
    """
    labels = {split: _labels(path, split, part.labels) for split, part in parts.items()}
    planes = {
        split: _planes(path, split, part.images, len(labels[split]))
        for split, part in parts.items()
    }
    images, notes = _scaled_values(path, planes)
    for split, each in images.items():
        if each.shape[1] != SIDE:
            notes = [*notes, f"pictures of {each.shape[2]}x{each.shape[1]} are scaled up to 28x28"]
            images[split] = _in_mnist_form(each)
    return {split: (images[split], labels[split]) for split in parts}, list(dict.fromkeys(notes))


def _named(split: str) -> str:
    return "" if split == WHOLE else f"{split} "


def _labels(path: Path, split: str, labels: NDArray[Any]) -> Pictures:
    found = np.asarray(labels)
    if found.ndim == 2 and found.shape[1] == 10 and np.all(found.sum(axis=1) == 1):
        found = found.argmax(axis=1)  # one-hot
    elif found.ndim == 2 and found.shape[1] == 8 and found.dtype.kind == "i":
        found = found[:, 0]  # QMNIST's: class, series, writer and so on
    elif found.ndim == 2 and 1 in found.shape:
        found = found.ravel()
    try:
        numbers = found.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(f"{path}: the {_named(split)}labels are no numbers") from error
    what = f"{path}: the {_named(split)}labels"
    if not numbers.size:
        where = "" if split == WHOLE else f" to {'learn from' if split == TRAIN else 'test with'}"
        raise DataError(f"{path} has no digits{where}: an array of labels is empty")
    if numbers.ndim != 1:
        raise DataError(
            f"{what} are {labels.dtype} {labels.shape}; give one whole number for each digit"
        )
    if not np.array_equal(numbers, np.rint(numbers)):
        raise DataError(f"{what} are no whole numbers")
    if numbers.min() < 0 or numbers.max() > 9:
        raise DataError(
            f"{what} run from {numbers.min():.0f} to {numbers.max():.0f}, not 0 to 9; give a set "
            "of digits alone"
        )
    return numbers.astype(np.uint8)


def _planes(path: Path, split: str, images: NDArray[Any], count: int) -> NDArray[Any]:
    """Return ``(n, side, side)`` of pictures that may be flat, or have n last as in MATLAB."""
    planes, shape = images, images.shape
    if planes.ndim == 4:
        planes = planes[..., 0] if shape[3] == 1 else planes[:, 0] if shape[1] == 1 else planes
    if planes.ndim == 3 and planes.shape[0] != count and planes.shape[2] == count:
        planes = planes.transpose(2, 0, 1)
    if planes.ndim == 2:
        planes = planes.T if planes.shape[0] != count and planes.shape[1] == count else planes
        side = math.isqrt(planes.shape[1])
        planes = planes.reshape(len(planes), side, -1) if side * side == planes.shape[1] else planes
    if planes.ndim == 4 and 3 in planes.shape:
        raise DataError(f"{path}: the {_named(split)}images are in colour; give grey ones")
    if planes.ndim != 3 or planes.shape[1] != planes.shape[2] or planes.dtype.kind not in "buif":
        raise DataError(
            f"{path}: the {_named(split)}images are {images.dtype} {shape}; give (n, 28, 28), or "
            "squares of another size"
        )
    if len(planes) != count:
        raise DataError(f"{path}: there are {count} {_named(split)}labels for {len(planes)} images")
    return planes


def _scaled_values(
    path: Path, planes: Mapping[str, NDArray[Any]]
) -> tuple[dict[str, Pictures], list[str]]:
    low = min(float(each.min(initial=0)) for each in planes.values())
    high = max(float(each.max(initial=0)) for each in planes.values())
    side = next(iter(planes.values())).shape[1]
    known = (
        [(0, 255)] if all(e.dtype == np.uint8 for e in planes.values()) and high > 16 else RANGES
    )
    for bottom, top in known:
        if bottom <= low and high <= top and (top != 16 or side == SMALL_SIDE):
            break
    else:
        raise DataError(
            f"{path}: pixels run from {low:g} to {high:g}, not 0 to 255, 0 to 1 or -1 to 1"
        )
    images = {split: _to_bytes(each, bottom, top) for split, each in planes.items()}
    are_dark = [float(each.mean()) > 127 for each in images.values()]
    if any(are_dark) and not all(are_dark):
        raise DataError(f"{path}: some parts show dark ink on light ground, and others light ink")
    if all(are_dark):
        return (
            {split: 255 - each for split, each in images.items()},
            ["dark ink on light ground is inverted"],
        )
    return images, []


def _to_bytes(planes: NDArray[Any], bottom: float, top: float) -> Pictures:
    if planes.dtype == np.uint8 and (bottom, top) == (0, 255):
        return planes
    scaled = (planes.astype(np.float32) - bottom) * (255 / (top - bottom))
    rounded: Pictures = np.rint(scaled).astype(np.uint8)
    return rounded


def _in_mnist_form(planes: Pictures) -> Pictures:
    from camdigits.networks.mnist_form import stack_mnist_forms

    return stack_mnist_forms(list(planes))
