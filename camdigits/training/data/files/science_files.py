"""Reads digits from MATLAB's ``.mat`` and from HDF5, whose arrays have names."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError, DependencyError
from camdigits.training.data.files.kinds import HDF5, MAT
from camdigits.training.data.files.named_arrays import parts_of, role_of
from camdigits.training.data.files.parts import MAX_ARRAY_BYTES, Part, reading, too_large

MAX_DEPTH = 4
"""EMNIST's arrays lie in ``dataset.train.images``."""


def load_package(name: str, path: Path) -> Any:
    """Import a package that only some files need.

    Raises:
        DependencyError: if it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise DependencyError(
            f"{path} is read by {package}: pip install 'camdigits[data]'"
        ) from error


def read_mat(path: Path) -> dict[str, Part]:
    """Read a ``.mat`` of MATLAB 4 to 7.2, as EMNIST's are.

    Raises:
        DataError: if it is damaged or holds no digits.
        DependencyError: if SciPy is not installed.
    """
    scipy_io = load_package("scipy.io", path)
    with reading(path, MAT):
        if path.stat().st_size > MAX_ARRAY_BYTES:
            raise too_large(path)
        for name, shape, _ in scipy_io.whosmat(path):
            if math.prod(shape) > MAX_ARRAY_BYTES:
                raise DataError(f"{path} claims an array {name} of {shape}; use a smaller one")
        found = scipy_io.loadmat(path, simplify_cells=True)
        arrays = dict(_of_mat(found))
        if "images" not in {role[1] for role in map(role_of, arrays) if role}:
            raise DataError(f"{path} has no pictures of digits that are known by their names")
    if not any(role[1] == "labels" for role in map(role_of, arrays) if role):
        arrays |= _by_class(arrays)
    return parts_of(path, arrays)


def read_hdf5(path: Path) -> dict[str, Part]:
    """Read an HDF5 file, as USPS comes in, or a ``.mat`` of MATLAB 7.3, which is one.

    Raises:
        DataError: if it is damaged or holds no digits.
        DependencyError: if h5py is not installed.
    """
    h5py = load_package("h5py", path)
    with reading(path, HDF5), h5py.File(path, "r") as file:
        if "model_weights" in file or "model_config" in file.attrs:
            raise DataError(f"{path} holds a network and no digits; name it with --weights")
        arrays = {}
        for name, each in _of_hdf5(file, h5py):
            if each.nbytes > MAX_ARRAY_BYTES:
                raise too_large(path)
            if role_of(name):
                arrays[name] = each[()]
        return parts_of(path, arrays)


def _of_mat(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, NDArray[Any]]]:
    for key, each in value.items():
        full = f"{name}.{key}" if name else str(key)
        if isinstance(each, dict) and depth < MAX_DEPTH:
            yield from _of_mat(each, full, depth + 1)
        elif isinstance(each, np.ndarray) and role_of(full):
            yield full, each


def _of_hdf5(group: Any, h5py: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key in group:
        # What only links out of the file is passed over.
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            continue
        each, full = group[key], f"{name}.{key}" if name else key
        if isinstance(each, h5py.Group) and depth < MAX_DEPTH:
            yield from _of_hdf5(each, h5py, full, depth + 1)
        elif isinstance(each, h5py.Dataset) and each.dtype.kind in "uif":
            yield full, each


def _by_class(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return digits and labels of ``usps_all.mat``: 256 x 1100 x 10, from 1 to 9, then 0."""
    for name, array in arrays.items():
        if array.ndim == 3 and array.shape[2] == 10:
            count = array.shape[1]
            labels = np.repeat(np.array([*range(1, 10), 0], np.uint8), count)
            return {name: array.transpose(2, 1, 0).reshape(10 * count, -1), "labels": labels}
    return {}
