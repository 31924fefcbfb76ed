"""Reads the idx files of MNIST, EMNIST and QMNIST, gzipped or not.

The format is described with MNIST itself: a magic number that names the type and the number of
dimensions, the sizes, and the values, all big-endian.
"""

from __future__ import annotations

import gzip
import math
import re
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.kinds import IDX
from camdigits.training.data.files.parts import (
    MAX_ARRAY_BYTES,
    TEST,
    TRAIN,
    WHOLE,
    Part,
    UnlabelledError,
    reading,
)

NAME = re.compile(
    r"(?P<set>.*?)(?P<split>train|t10k|test)(?P<part>\w*?)-(?P<kind>images|labels)[-.]idx\d"
    r"-(ubyte|int)(\.gz)?",
    re.IGNORECASE,
)
"""Some copies have a dot where the originals have a dash, all are called alike else."""

_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}

Files = dict[tuple[str, str], Path]
"""By split and kind."""


def sets_of(paths: Iterable[Path]) -> dict[str, Files]:
    """Return the idx files among others, by the set that their names tell: "" is MNIST's."""
    sets: dict[str, Files] = {}
    for path in paths:
        named = NAME.fullmatch(path.name)
        if named:
            split = TRAIN if named["split"].lower() == "train" else TEST
            name = f"{named['set']}{named['part']}"
            sets.setdefault(name, {}).setdefault((split, named["kind"].lower()), path)
    return sets


def read_idx(path: Path) -> dict[str, Part]:
    """Read the set that an idx file belongs to, from the folder that it lies in.

    Raises:
        DataError: if its name tells no set, a file is missing, or one is damaged.
    """
    named = NAME.fullmatch(path.name)
    if named is None:
        raise DataError(
            f"{path} is an idx file whose name does not tell what it holds; call it as "
            "train-images-idx3-ubyte is called"
        )
    return read_set(sets_of(sorted(path.parent.iterdir()))[f"{named['set']}{named['part']}"])


def read_set(files: Files) -> dict[str, Part]:
    """Read a set of idx files.

    Raises:
        DataError: if a file is missing or damaged.
    """
    parts = {}
    for split, kind in sorted(files):
        other = "images" if kind == "labels" else "labels"
        if (split, other) not in files:
            path = files[split, kind]
            count = 3 if other == "images" else 1
            lacking = re.sub(r"idx\d-\w+", f"idx{count}-ubyte", path.name.replace(kind, other))
            raise UnlabelledError(f"{path.parent} lacks {lacking}, which belongs to {path.name}")
        if kind == "images":
            parts[split] = Part(*(_read(files[split, each]) for each in ("images", "labels")))
    return {WHOLE if set(parts) == {TRAIN} else split: part for split, part in parts.items()}


def _read(path: Path) -> NDArray[Any]:
    with reading(path, IDX), path.open("rb") as plain:
        is_gzip = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        file: Any = gzip.GzipFile(fileobj=plain) if is_gzip else plain
        kind, shape = _head(path, file)
        size = math.prod(shape) * kind.itemsize
        content = file.read(size + 1)
        if len(content) != size:
            how = "ends early" if len(content) < size else "goes on after its last value"
            raise DataError(
                f"{path} {how}: it should hold {math.prod(shape)} values; copy it again"
            )
        return np.frombuffer(content, kind).reshape(shape)


def _head(path: Path, file: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    head = file.read(4)
    known = len(head) == 4 and head[:2] == b"\0\0" and head[2] in _TYPES and 1 <= head[3] <= 4
    sizes = file.read(4 * head[3]) if known else b""
    if not known or len(sizes) != 4 * head[3]:
        raise DataError(f"{path} is no idx file or a damaged one; copy it again")
    kind = np.dtype(_TYPES[head[2]])
    shape: tuple[int, ...] = struct.unpack(f">{head[3]}I", sizes)
    if math.prod(shape) * kind.itemsize > MAX_ARRAY_BYTES:
        raise DataError(f"{path} claims an array of {shape}, more than can be MNIST's")
    return kind, shape
