"""Reads ``.npz`` and ``.npy`` files; nothing is unpickled, sizes are checked first."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.kinds import NPY, NPZ
from camdigits.training.data.files.named_arrays import parts_of, wanted
from camdigits.training.data.files.parts import MAX_ARRAY_BYTES, Part, reading


def read_npz(path: Path) -> dict[str, Part]:
    """Read an ``.npz`` whose arrays are named as `role_of` knows them.

    Raises:
        DataError: if it is damaged, or lacks an array.
    """
    with reading(path, NPZ), zipfile.ZipFile(path) as archive:
        names = [each.removesuffix(".npy") for each in archive.namelist()]
        return parts_of(path, {name: _member(path, archive, name) for name in wanted(names)})


def read_npy(path: Path) -> dict[str, Part]:
    """Read all ``.npy`` files of the folder that one lies in, named as arrays of an ``.npz`` are.

    Raises:
        DataError: if one is damaged, or one is lacking.
    """
    names = wanted(each.stem for each in sorted(path.parent.glob("*.npy")))
    arrays = {}
    for name in names:
        one = path.with_name(f"{name}.npy")
        with reading(one, NPY), one.open("rb") as file:
            if one.stat().st_size > MAX_ARRAY_BYTES:
                raise DataError(f"{one} takes more than {MAX_ARRAY_BYTES >> 20} MiB")
            arrays[name] = _array(one, name, file)
    return parts_of(path, arrays)


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    info = archive.getinfo(f"{name}.npy")
    if info.file_size > MAX_ARRAY_BYTES:
        raise DataError(f"{path}: the array {name!r} takes more than {MAX_ARRAY_BYTES >> 20} MiB")
    with archive.open(info) as member:
        return _array(path, name, member)


def _array(path: Path, name: str, file: IO[bytes]) -> NDArray[Any]:
    try:
        return np.lib.format.read_array(file, allow_pickle=False)
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        raise DataError(
            f"{path}: the array {name!r} holds Python objects, which are not read; save numbers"
        ) from error
