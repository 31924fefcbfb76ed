"""MNIST and data in its form, from every file that people have it in.

MNIST: 60,000 and 10,000 handwritten digits, Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0.
It is recognised by its arrays, since the file around them differs from one copy to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.download import keras_copy
from camdigits.training.data.files.parts import TEST, TRAIN, WHOLE
from camdigits.training.data.forms import find
from camdigits.training.data.pixels import to_mnist

MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
"""sha256 of MNIST's arrays as `content_sha256` counts it."""

MNIST_COUNT = 70_000
DRAW_SEED = 1
"""Parts undivided digits into those for training and those for the test."""

Images = NDArray[np.uint8]


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
        train: the training split; empty where there are digits for the test alone.
        test: the test split; read it once, at the end.
        is_drawn: whether the data were undivided, and a seventh was drawn for the test.
        notes: what was done with the data that may surprise, for the user.
    """

    name: str
    sha256: str
    train: Digits
    test: Digits
    is_drawn: bool = False
    notes: tuple[str, ...] = ()

    @property
    def all(self) -> Digits:
        """Both splits."""
        return joined([self.train, self.test])


Source = Path | Dataset | None
"""Where digits come from, as `load_dataset` takes it."""


def load_dataset(data: Source = None, turn: Callable[[Images], Images] | None = None) -> Dataset:
    """Load a data set.

    Args:
        data: a file or a folder in any form that ``docs/data.md`` lists; one that was loaded is
            returned; None takes Keras's copy of MNIST, which is downloaded if it is not there.
        turn: brings pictures upright that lie otherwise, as
            `camdigits.training.data.orientation.Orientation` does; None takes them as they lie.

    Raises:
        DataError: if it is missing, damaged, or of no form that is known; or cannot be downloaded.
        DependencyError: if a package is needed that is not installed.
    """
    if isinstance(data, Dataset):
        return data
    if data is None:
        return load_dataset(keras_copy(is_good=_is_mnist), turn)
    found = find(data)
    arrays, notes = to_mnist(data, found.parts)
    splits = {
        split: Digits(images if turn is None else turn(images), labels)
        for split, (images, labels) in arrays.items()
    }
    is_drawn = False
    if WHOLE in splits:
        whole = splits.pop(WHOLE)
        is_drawn = len(whole) != MNIST_COUNT
        splits[TRAIN], splits[TEST] = _divided(whole)
    none = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    train, test = splits.get(TRAIN, none), splits[TEST]
    sha256 = content_sha256(train, test)
    name = "MNIST" if sha256 == MNIST_SHA256 else "other"
    return Dataset(name, sha256, train, test, is_drawn, (*found.notes, *notes))


def _divided(whole: Digits) -> tuple[Digits, Digits]:
    """Part undivided digits for training and test, the same way whenever they are read.

    MNIST comes in one file too (OpenML's, scikit-learn's): the last 10,000 are those of its test.
    """
    if len(whole) == MNIST_COUNT:
        order = np.arange(MNIST_COUNT)
        return whole.take(order[:-10_000]), whole.take(order[-10_000:])
    order = np.random.default_rng(DRAW_SEED).permutation(len(whole))
    count = max(1, len(whole) // 7)
    return whole.take(order[count:]), whole.take(order[:count])


def joined(parts: Sequence[Digits]) -> Digits:
    """Return the digits of all parts."""
    images, labels = ([getattr(each, name) for each in parts] for name in ("images", "labels"))
    return Digits(np.concatenate(images), np.concatenate(labels))


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
