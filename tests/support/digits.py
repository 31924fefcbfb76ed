"""Makes data in MNIST's form, and a small model trained on them."""

from __future__ import annotations

import atexit
import functools
import gzip
import importlib.util
import shutil
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.training import TrainSettings

TRAIN_EXTRA = all(importlib.util.find_spec(name) for name in ("keras", "tensorflow"))

needs_train_extra = pytest.mark.skipif(
    not TRAIN_EXTRA, reason="TensorFlow or Keras is missing: pip install 'camdigits[train]'"
)

QUICK = TrainSettings(recipe="plain", epochs=2, batch_size=10, seed=3, limit=400)
"""Learns what `make_digits` makes within a second."""

IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def make_digits(count: int, seed: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return ``(count, 28, 28) uint8`` images of ten coarse signs with noise, and their labels."""
    signs = np.random.default_rng(99).random((10, 4, 4)) < 0.4
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count, dtype=np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = np.kron(signs, np.ones((5, 5)))[labels] * 200
    return images + rng.integers(0, 55, images.shape, dtype=np.uint8), labels


def make_arrays(train: int = 500, test: int = 100) -> dict[str, NDArray[np.uint8]]:
    """Return the four arrays of a data set by their names in an ``.npz``."""
    x_train, y_train = make_digits(train, seed=1)
    x_test, y_test = make_digits(test, seed=2)
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def write_npz(path: Path, **replaced: object) -> Path:
    """Write a data set as ``.npz``; arrays given by name replace those of `make_arrays`."""
    np.savez_compressed(path, **(make_arrays() | replaced))  # type: ignore[arg-type]
    return path


def write_idx(folder: Path, *, zipped: bool) -> Path:
    """Write a data set as the four idx files of MNIST."""
    for name, array in make_arrays().items():
        content = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        content += array.tobytes()
        path = folder / (IDX_NAMES[name] + (".gz" if zipped else ""))
        path.write_bytes(gzip.compress(content) if zipped else content)
    return folder


@functools.cache
def trained_folder() -> Path:
    """Return a folder with a model trained on `make_arrays`; made once, removed at the end."""
    from camdigits.training import train

    folder = Path(tempfile.mkdtemp(prefix="camdigits-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    train(write_npz(folder / "data.npz"), folder / "model", QUICK)
    return folder / "model"


def teach_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn in a second what takes a minute for MNIST."""
    from camdigits.training import TrainSettings
    from camdigits.training import fine_tuner as teach

    monkeypatch.setattr(teach, "REPLAYED", 300)
    monkeypatch.setattr(teach, "TAUGHT", 300)
    monkeypatch.setattr(teach, "OTHERS", 40)
    settings = TrainSettings("camera", epochs=4, batch_size=20, learning_rate=0.001)
    monkeypatch.setattr(teach, "SETTINGS", settings)
