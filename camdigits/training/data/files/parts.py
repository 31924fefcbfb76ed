"""What every file of digits gives, and what is said of those that cannot be read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError, DependencyError
from camdigits.support.printable import reason

TRAIN, TEST, WHOLE = "train", "test", "whole"
"""Which digits a part holds: those for training, those for the test, or all, undivided."""

MAX_ARRAY_BYTES = 1 << 30
"""A million digits are 0.8 GB; MNIST's largest array has 47 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Digits as their file has them.

    Attributes:
        images: of any number type, ``(n, side, side)``, ``(n, side * side)``, or as MATLAB has
            them, with n last.
        labels: n numbers or texts, or n rows of ten of which one is 1.
    """

    images: NDArray[Any]
    labels: NDArray[Any]


Parts = Mapping[str, Part]
"""By `TRAIN`, `TEST` or `WHOLE`."""


class UnlabelledError(DataError):
    """A file has pictures and no labels, as those of a competition's test."""


def damaged(path: Path, kind: str) -> DataError:
    """Return what is said of a file that should be of a kind and cannot be read as it."""
    return DataError(f"{path} is no {kind} or a damaged one; copy it again")


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a parser raises on a damaged file into one line.

    Raises:
        DataError: if the file cannot be read, is damaged, or takes more memory than there is.
    """
    try:
        yield
    except (DataError, DependencyError):
        raise
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise damaged(path, kind) from error
    except OSError as error:
        if error.errno is None:  # h5py's and Arrow's word for damage
            raise damaged(path, kind) from error
        raise DataError(f"{path} cannot be read: {reason(error)}") from error
    except MemoryError as error:
        raise DataError(f"{path} takes more memory than there is, or is damaged") from error
    except (
        Exception
    ) as error:  # what zipfile, NumPy, SciPy, Arrow and pickle raise is no short list
        raise damaged(path, kind) from error


def content(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if they are gzipped.

    Raises:
        DataError: if there are more than `MAX_ARRAY_BYTES`.
        OSError: if they cannot be read.
    """
    with path.open("rb") as plain:
        is_gzip = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        file: Any = gzip.GzipFile(fileobj=plain) if is_gzip else plain
        found: bytes = file.read(MAX_ARRAY_BYTES + 1)
    if len(found) > MAX_ARRAY_BYTES:
        raise too_large(path)
    return found


def too_large(path: Path) -> DataError:
    """Return what is said of a file that is larger than any data set of digits."""
    return DataError(f"{path} takes more than {MAX_ARRAY_BYTES >> 20} MiB; use a smaller one")


def joined(parts: list[Part]) -> Part:
    """Return one part with the digits of all."""
    if len(parts) == 1:
        return parts[0]
    if len({part.images.shape[1:] for part in parts}) > 1:
        raise DataError("the parts have pictures of different sizes; give one of them")
    return Part(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("images", "labels")))
