"""Finds folders of pictures by class: Kaggle's, "mnist_png", one's own, as deep as they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from camdigits.errors import DataError
from camdigits.support.printable import reason
from camdigits.training.data.files.parts import Part

MAX_DEPTH = 3
"""Kaggle's archives have ``trainingSet/trainingSet/0``."""

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_CLASS = re.compile(r"(?:digit|class|label|number|num)?[ _-]?0*(\d)")

ClassFolders = Mapping[Path, int]


def class_folders(folder: Path) -> dict[Path, int]:
    """Return the folders called after digits: ``7``, ``07``, ``digit_7`` or ``seven``.

    Raises:
        DataError: if it may not be looked into.
    """
    found = {}
    for path in folders_in(folder):
        name = path.name.lower()
        match = _CLASS.fullmatch(name)
        if match or name in _WORDS:
            found[path] = int(match[1]) if match else _WORDS.index(name)
    return found


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in one, by name, without those that systems hide.

    Raises:
        DataError: if it may not be looked into.
    """
    try:
        return sorted(
            path for path in folder.iterdir() if path.name[0] not in "._" and path.is_dir()
        )
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {reason(error)}") from error


def sets_in(folder: Path, depth: int = 0) -> Iterator[tuple[Path, ClassFolders]]:
    """Yield the folders that have class folders in them, and these."""
    classes = class_folders(folder)
    if classes:
        yield folder, classes
    elif depth < MAX_DEPTH:
        for each in folders_in(folder):
            yield from sets_in(each, depth + 1)


def read_classes(folder: Path, classes: ClassFolders) -> Part:
    """Read the pictures of class folders, in the order of their names.

    Raises:
        DataError: if there is none, or one is damaged or empty.
    """
    from camdigits.training.data.pictures import pictures_in, read_crop

    crops, labels = [], []
    for path in pictures_in(folder, classes):
        crops.append(read_crop(path))
        labels.append(classes[path.parent])
    if not crops:
        raise DataError(f"{folder} has no pictures of digits; put those of a 7 into {folder / '7'}")
    return Part(np.stack(crops), np.array(labels, np.uint8))
