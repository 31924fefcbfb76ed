"""Reads arrays from ``.npz``, idx and CSV files without trusting them.

Nothing is unpickled, and sizes are checked before memory is taken.
"""

from __future__ import annotations

import gzip
import math
import struct
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.support.paths import is_file

Arrays = dict[str, NDArray[Any]]
"""By name: ``x_train``, ``y_train``, ``x_test``, ``y_test``."""

MAX_ARRAY_BYTES = 1 << 30
"""A million digits are 0.8 GB; MNIST's largest array has 47 MB."""

CSV_SEED = 1
"""Parts the digits of a CSV into those for training and those for the test."""

_IDX_STEMS = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def read_npz(path: Path) -> Arrays:
    """Read the four arrays of an ``.npz`` file.

    Raises:
        DataError: if the file is missing, is no ``.npz``, is damaged, or lacks an array.
    """
    _must_exist(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _read_member(path, archive, name) for name in _IDX_STEMS}
    except DataError:
        raise
    except OSError as error:
        raise _unreadable(path, error) from error
    except Exception as error:  # whatever zipfile, its decompressors and NumPy's parser raise
        raise DataError(
            f"{path} is no .npz file or a damaged one{_looks_like(path)}; copy it again"
        ) from error


def read_csv(path: Path) -> Arrays:
    """Read digits from a CSV in Kaggle's form, and part them for training and test.

    A line has a label and 784 pixels, row by row, 0 to 255; a line of names may come first.  A
    seventh is drawn for the test by `CSV_SEED`, the same whenever the file is read, so that
    nobody tests with what was trained on.

    Raises:
        DataError: if the file is missing, too large, damaged, or of another form.
    """
    _must_exist(path)
    try:
        if path.stat().st_size > MAX_ARRAY_BYTES:
            raise DataError(f"{path} is larger than {MAX_ARRAY_BYTES >> 20} MiB; use a smaller one")
        with path.open(encoding="ascii") as file:
            has_names = not file.readline(16)[:1].isdigit()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of a file without values, told below
            # NumPy before 2.3 only warns of 300, -1 and 0.5, and takes them for 44, 255 and 0.
            warnings.simplefilter("error", DeprecationWarning)
            values = np.loadtxt(
                path, np.uint8, delimiter=",", skiprows=int(has_names), ndmin=2, encoding="ascii"
            )
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:  # also of text that is not ASCII
        raise DataError(
            f"{path} is no CSV of whole numbers from 0 to 255{_looks_like(path)}; copy it again"
        ) from error
    if values.shape[1] != 1 + 28 * 28 or len(values) < 2:
        raise DataError(
            f"{path} has {len(values)} lines of {values.shape[1]} values; give lines of a label "
            f"and 784 pixels"
        )
    order = np.random.default_rng(CSV_SEED).permutation(len(values))
    count = max(1, len(values) // 7)
    splits = {"test": values[order[:count]], "train": values[order[count:]]}
    return {
        f"{kind}_{split}": part[:, 1:].reshape(-1, 28, 28) if kind == "x" else part[:, 0]
        for split, part in splits.items()
        for kind in "xy"
    }


def read_idx_folder(folder: Path) -> Arrays:
    """Read the four idx files of MNIST, gzipped (``.gz``) or not, from a folder.

    The format is described with MNIST itself: a magic number that names the type and the number
    of dimensions, the sizes, and the values, all big-endian.

    Raises:
        DataError: if one is missing or damaged.
    """
    return {name: _read_idx(_find_idx(folder, stem)) for name, stem in _IDX_STEMS.items()}


def is_labelled_folder(path: Path) -> bool:
    """Return whether there is a folder named after a digit in it."""
    return any((path / label).is_dir() for label in "0123456789")


def _must_exist(path: Path) -> None:
    if not is_file(path):
        raise DataError(
            f"there are no data at {path}; name an mnist.npz, or a folder with the four idx files"
        )


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be read: {error.strerror or error}")


def _looks_like(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(256).lstrip().lower()
    is_page = start.startswith((b"<!doctype", b"<html", b"<?xml"))
    return " (a web page is in its place)" if is_page else ""


def _read_member(path: Path, archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError:
        raise DataError(f"{path} has no array {name!r}; it needs {', '.join(_IDX_STEMS)}") from None
    if info.file_size > MAX_ARRAY_BYTES:
        raise DataError(f"{path}: the array {name!r} takes more than {MAX_ARRAY_BYTES >> 20} MiB")
    with archive.open(info) as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def _find_idx(folder: Path, stem: str) -> Path:
    # Some copies have a dot where the originals have a dash.
    for name in (stem, stem.replace("-idx", ".idx")):
        for suffix in ("", ".gz"):
            if (folder / f"{name}{suffix}").is_file():
                return folder / f"{name}{suffix}"
    raise DataError(
        f"{folder} has neither mnist.npz nor {stem}.gz; name an mnist.npz, or a folder with the "
        f"four idx files"
    )


def _read_idx(path: Path) -> NDArray[np.uint8]:
    try:
        with path.open("rb") as plain:
            is_gzip = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            file: Any = gzip.GzipFile(fileobj=plain) if is_gzip else plain
            shape = _idx_shape(path, file)
            size = math.prod(shape)
            content = file.read(size + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path} is damaged or cut off; copy it again") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) != size:
        kind = "ends early" if len(content) < size else "goes on after its last value"
        raise DataError(f"{path} {kind}: it should hold {size} values; copy it again")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _idx_shape(path: Path, file: Any) -> tuple[int, ...]:
    head = file.read(4)
    dimensions = head[3] if len(head) == 4 and head[:3] == b"\0\0\x08" else 0
    sizes = file.read(4 * dimensions)
    if dimensions not in (1, 3) or len(sizes) != 4 * dimensions:
        raise DataError(f"{path} is no idx file of bytes{_looks_like(path)}; copy it again")
    shape: tuple[int, ...] = struct.unpack(f">{dimensions}I", sizes)
    if math.prod(shape) > MAX_ARRAY_BYTES:
        raise DataError(f"{path} claims an array of {shape}, more than can be MNIST's")
    return shape
