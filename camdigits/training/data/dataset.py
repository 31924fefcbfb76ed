"""MNIST and data in its form, from every file that people have it in.

MNIST: 60,000 and 10,000 handwritten digits, Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0.
It is recognised by its arrays, since the file around them differs from one copy to the next.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.support.paths import is_file, is_folder
from camdigits.training.data.array_files import Arrays, read_csv, read_idx_folder, read_npz
from camdigits.training.data.download import keras_copy

MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
"""sha256 of MNIST's arrays as `content_sha256` counts it."""


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Labelled digits.

    Attributes:
        images: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0.
        labels: ``(n,) uint8``, 0 to 9.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)

    def take(self, places: NDArray[np.intp]) -> Digits:
        """Return the digits at these places."""
        return Digits(self.images[places], self.labels[places])


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Digits to train on and others to test with.

    Attributes:
        name: "MNIST", or "other" where the content differs.
        sha256: of the content of the four arrays.
        train: the training split.
        test: the test split; read it once, at the end.
    """

    name: str
    sha256: str
    train: Digits
    test: Digits


def load_dataset(path: Path | None = None) -> Dataset:
    """Load a data set.

    Args:
        path: an ``.npz`` with ``x_train y_train x_test y_test``; a folder with the four idx files
            of MNIST, gzipped or not, or with ``mnist.npz``; a ``.csv`` in Kaggle's form, label and
            784 pixels a line, of which a seventh is for the test; None takes Keras's copy of
            MNIST, which is downloaded if it is not there.

    Raises:
        DataError: if it is missing, damaged, or not of MNIST's form; or cannot be downloaded.
        DependencyError: if it would have to be downloaded and Keras is not installed.
    """
    if path is None:
        return load_dataset(keras_copy(is_good=_is_mnist))
    arrays = _read(path)
    train = _digits(path, "train", arrays)
    test = _digits(path, "test", arrays)
    sha256 = content_sha256(train, test)
    return Dataset("MNIST" if sha256 == MNIST_SHA256 else "other", sha256, train, test)


def content_sha256(train: Digits, test: Digits) -> str:
    """Return the sha256 over the bytes of training images, their labels, test images, labels."""
    digest = hashlib.sha256()
    for split in (train, test):
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(np.ascontiguousarray(split.labels).data)
    return digest.hexdigest()


def _is_mnist(path: Path) -> bool:
    try:
        return load_dataset(path).name == "MNIST"
    except DataError:
        return False


def _read(path: Path) -> Arrays:
    if is_folder(path):
        inside = path / "mnist.npz"
        return read_npz(inside) if is_file(inside) else read_idx_folder(path)
    if path.suffix.lower() == ".csv":
        return read_csv(path)
    return read_npz(path)


def _digits(path: Path, split: str, arrays: Arrays) -> Digits:
    images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise DataError(
            f"{path}: the {split} images are {images.dtype} {images.shape}, not uint8 "
            f"(n, 28, 28); give MNIST or data in its form"
        )
    if labels.dtype.kind not in "iu" or labels.shape != images.shape[:1] or not len(labels):
        raise DataError(
            f"{path}: the {split} labels are {labels.dtype} {labels.shape} for {len(images)} "
            f"images; give one whole number for each"
        )
    if int(labels.min()) < 0 or int(labels.max()) > 9:
        raise DataError(
            f"{path}: the {split} labels run from {labels.min()} to {labels.max()}, not 0 to 9"
        )
    if images.mean() > 127:
        raise DataError(
            f"{path}: the {split} images show dark ink on light ground; invert them, since MNIST "
            f"has ink 255 on 0"
        )
    return Digits(images, labels.astype(np.uint8))
