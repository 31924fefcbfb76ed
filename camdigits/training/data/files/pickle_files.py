"""Reads pickles of arrays, such as the ``mnist.pkl.gz`` of deeplearning.net, and runs no code.

A pickle is a program.  Of what it may name, only what arrays are made of is there, and what makes
an array takes no more memory than its bytes have in the file.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.kinds import PICKLE
from camdigits.training.data.files.named_arrays import in_order, parts_of
from camdigits.training.data.files.parts import Part, content, reading


def read_pickle(path: Path) -> dict[str, Part]:
    """Read a pickle of pairs of pictures and labels, or of named arrays.

    Raises:
        DataError: if it is damaged, holds anything but arrays, or other arrays.
    """
    with reading(path, PICKLE):
        found = _unpickled(path, content(path))
    if isinstance(found, dict):
        arrays = {str(name): np.asarray(each) for name, each in found.items() if _is_array(each)}
        return parts_of(path, arrays)
    return in_order(path, list(_flat(found)))


def _unpickled(path: Path, data: bytes) -> Any:
    """Return what a pickle holds.

    Raises:
        DataError: if it names anything that arrays are not made of; that was not called.
    """
    for count, (code, argument, _) in enumerate(pickletools.genops(data)):
        # Its memory is made as large as a number in the file says, up to 34 GB for six bytes.
        if code.name == "LONG_BINPUT" and (argument or 0) > count:
            raise DataError(f"{path} is a pickle that is damaged or made to harm")
    return _Unpickler(path, data).load()


class _Unpickler(pickle.Unpickler):
    def __init__(self, path: Path, data: bytes) -> None:
        # Python 2 wrote the bytes of arrays as texts.
        super().__init__(io.BytesIO(data), encoding="latin1")
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        found = _KNOWN.get((module.replace("numpy._core", "numpy.core"), name))
        if found is None:
            raise DataError(
                f"{self._path} is a pickle that asks for {module}.{name}; only arrays are read "
                "from pickles, since anything else may run code: save them with numpy.savez"
            )
        return found


def _array(kind: type, shape: tuple[int, ...], code: Any) -> NDArray[Any]:
    """Return an array of no size, whatever is asked for: its state, with its bytes, follows."""
    return np.empty(0, np.uint8)


def _from_bytes(data: Any, kind: Any, shape: Any, order: Any) -> NDArray[Any]:
    return np.frombuffer(data, kind).reshape(shape, order=order)


def _latin(text: str, encoding: str) -> bytes:
    return text.encode("latin1")


_KNOWN: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy.core.numeric", "_frombuffer"): _from_bytes,
    ("_codecs", "encode"): _latin,
}


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray | list) and not (
        isinstance(value, np.ndarray) and value.dtype.hasobject
    )


def _flat(value: Any, depth: int = 0) -> Iterator[NDArray[Any]]:
    """Yield the arrays of nested tuples."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple | list) and len(value) <= 6 and depth < 3:
        for each in value:
            yield from _flat(each, depth + 1)
