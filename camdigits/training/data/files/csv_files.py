"""Reads digits from CSV: a line each, its label first or last, its pixels row by row.

Kaggle's, OpenML's, EMNIST's, the UCI's and scikit-learn's files are of this form, with commas,
semicolons, tabs or blanks between, with or without a line of names, pixels of 0-255, 0-16, 0-1 or
-1-1 (`camdigits.training.data.pixels`).
"""

from __future__ import annotations

import gzip
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.parts import (
    MAX_ARRAY_BYTES,
    WHOLE,
    Part,
    UnlabelledError,
    reading,
    too_large,
)

LABEL_NAMES = ("label", "labels", "class", "target", "digit", "y", "number")
INDEX_NAMES = ("", "id", "index", "unnamed: 0")
"""Columns that other programs put first, and count lines with."""
MAX_LINE = 1 << 20
_FORMS = "docs/data.md has the forms of data"
SMALLEST = 49
"""Pixels of a picture of 7x7."""

Table = NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a table is written: what parts its columns, their names, and how it is packed."""

    delimiter: str | None
    names: tuple[str, ...]
    is_gzip: bool


def read_csv(path: Path) -> dict[str, Part]:
    """Read digits from a CSV, undivided.

    Raises:
        UnlabelledError: if it has pixels alone.
        DataError: if it is too large, damaged, or of another form.
    """
    with reading(path, "CSV"):
        if path.stat().st_size > MAX_ARRAY_BYTES:
            raise too_large(path)
        form = _form_of(path)
        table = _numbers(path, form)
    if not len(table):
        raise DataError(f"{path} has no line of digits")
    names = form.names if len(form.names) == table.shape[1] else ()
    if names and names[0] in INDEX_NAMES:
        table, names = table[:, 1:], names[1:]
    return {WHOLE: _part(path, table, names)}


def _form_of(path: Path) -> _Form:
    is_gzip = _is_gzip(path)
    with gzip.open(path) if is_gzip else path.open("rb") as file:
        start = file.readline(MAX_LINE)
    try:
        line = start.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text, so no CSV; {_FORMS}") from error
    delimiter = next((mark for mark in ",;\t" if mark in line), None)
    cells = [cell.strip("\"' ").lower() for cell in line.rstrip(" ").split(delimiter)]
    return _Form(delimiter, tuple(cells) if _are_names(cells) else (), is_gzip)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _are_names(cells: list[str]) -> bool:
    """Tell a line of names; pandas writes 0 to 784 where columns have none."""
    if cells in ([str(n) for n in range(len(cells))], [str(n + 1) for n in range(len(cells))]):
        return len(cells) > SMALLEST
    return any(not _is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _numbers(path: Path, form: _Form) -> Table:
    """Return the values, ``uint8`` where they are whole numbers of 0 to 255, else ``float32``."""
    for kind in (np.uint8, np.float32):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of a file without values
                # NumPy before 2.3 only warns of 300, -1 and 0.5, and takes them for others.
                warnings.simplefilter("error", DeprecationWarning)
                return np.loadtxt(
                    path if path.suffix.lower() == ".gz" or not form.is_gzip else gzip.open(path),
                    kind,
                    comments=None,
                    delimiter=form.delimiter,
                    skiprows=int(bool(form.names)),
                    quotechar='"',
                    ndmin=2,
                    encoding="utf-8-sig",
                )
        except UnicodeDecodeError as error:
            raise DataError(f"{path} is no text, so no CSV; {_FORMS}") from error
        except (ValueError, DeprecationWarning) as error:
            if kind is np.float32:
                what = str(error).split("\n")[0].split(";")[0].rstrip(".")
                raise DataError(
                    f"{path} is no CSV of numbers alone: {what:.150}; {_FORMS}"
                ) from error
    raise AssertionError("the last kind returns or raises")


def _part(path: Path, table: Table, names: tuple[str, ...]) -> Part:
    columns = table.shape[1]
    hot = _one_hot(table)
    if hot is not None and not names:
        return hot
    named = [place for place, name in enumerate(names) if name in LABEL_NAMES]
    if len(named) == 1 and _is_square(columns - 1):
        place = named[0]
    elif _is_square(columns):
        raise UnlabelledError(
            f"{path} has {columns} pixels a line and no label; name the file that has labels"
        )
    elif not _is_square(columns - 1):
        raise DataError(
            f"{path} has {columns} values a line; a label and the pixels of a square are 785 for "
            "28x28, 257 for 16x16, 65 for 8x8"
        )
    else:
        place = _label_by_values(path, table)
    labels = table[:, place]
    if len(table) > 1 and labels.min() == labels.max():
        raise DataError(
            f"{path}: its column of labels, {_called(names, place)}, is {labels[0]:g} in every "
            "line; a set of digits has several"
        )
    return Part(np.delete(table, place, axis=1), labels)


def _is_square(count: int) -> bool:
    return count >= SMALLEST and math.isqrt(count) ** 2 == count


def _called(names: tuple[str, ...], place: int) -> str:
    return repr(names[place]) if names else f"the {'first' if place == 0 else 'last'}"


def _one_hot(table: Table) -> Part | None:
    """Return the digits of a table whose last ten columns say by a 1 which digit it is."""
    if not _is_square(table.shape[1] - 10):
        return None
    last = table[:, -10:]
    is_hot = np.all((last == 0) | (last == 1)) and np.all(last.sum(axis=1) == 1)
    return Part(table[:, :-10], last) if is_hot else None


def _label_by_values(path: Path, table: Table) -> int:
    """Return which of the first and the last column holds labels: the one with several digits.

    Corners of pictures are even in nearly all data sets, and hold more than ten values in others.
    """
    kinds = {place: _digits_in(table[:, place]) for place in (0, table.shape[1] - 1)}
    first, last = kinds.values()
    if max(first, last) <= 1 and len(table) > 1:
        raise DataError(
            f"{path}: neither its first nor its last column has labels from 0 to 9 of several "
            "digits; name the column of labels label in a first line of names"
        )
    if first > 1 and last > 1 and len(table) > 1 and min(first, last) * 2 > max(first, last):
        raise DataError(
            f"{path}: its first and its last column could both be labels; name the one that is "
            "label in a first line of names"
        )
    return 0 if first >= last else table.shape[1] - 1


def _digits_in(column: Table) -> int:
    """Return how many digits a column holds; 0 if it holds anything else."""
    found = np.unique(column)
    is_label = len(found) <= 10 and found.min() >= 0 and found.max() <= 9
    return len(found) if is_label and np.array_equal(found, found.astype(int)) else 0
