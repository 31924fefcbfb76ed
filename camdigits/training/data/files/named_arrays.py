"""Finds pictures and labels among arrays by their names: those of Keras, scikit-learn, MATLAB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.parts import TEST, TRAIN, WHOLE, Part, UnlabelledError, joined

_SPLITS = (
    (TRAIN, re.compile("train(ing)?|valid(ation)?|val|dev")),
    (TEST, re.compile("test(ing)?|t10k|eval")),
)
_PICTURES = {"x", "data", "image", "images", "img", "imgs", "picture", "pictures", "pixels"} | {
    "features",
    "input",
    "inputs",
}
_LABELS = {"y", "label", "labels", "target", "targets", "class", "classes", "digit", "digits"}


def role_of(name: str) -> tuple[str, str] | None:
    """Return which split an array belongs to and whether it is "images" or "labels".

    Args:
        name: ``x_train``, ``train/data``, ``dataset.test.labels`` and so on.

    Returns:
        None if its name says that it is neither.
    """
    rest, split = name.lower(), WHOLE
    for each, pattern in _SPLITS:
        rest, count = pattern.subn(" ", rest)
        split = each if count else split
    words = re.findall(r"[a-z]+", rest)
    if not words or not (words[-1] in _PICTURES or words[-1] in _LABELS):
        return None
    return split, "images" if words[-1] in _PICTURES else "labels"


def wanted(names: Iterable[str]) -> list[str]:
    """Return the names of pictures and labels; all if none says so."""
    names = list(names)
    return [name for name in names if role_of(name)] or names


def parts_of(path: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Part]:
    """Return the parts that named arrays make.

    Raises:
        UnlabelledError: if there are pictures and no labels.
        DataError: if there is nothing that could be pictures and their labels.
    """
    found = dict[tuple[str, str, str], NDArray[Any]]()
    for name, array in arrays.items():
        role = role_of(name)
        if role is not None:
            # What is for validation there is for training here, which draws its own.
            is_extra = role[0] == TRAIN and "train" not in name.lower()
            found.setdefault((*role, "extra" if is_extra else ""), array)
    if not arrays:
        raise DataError(f"{path} holds no arrays; {_NEEDED}")
    if not found:
        return in_order(path, list(arrays.values()))
    parts: dict[str, list[Part]] = {}
    for split, kind, extra in found:
        if kind == "images":
            labels = found.get((split, "labels", extra))
            if labels is None:
                raise UnlabelledError(f"{path} has no labels{_beside(arrays)}; {_NEEDED}")
            parts.setdefault(split, []).append(Part(found[split, kind, extra], labels))
    if not parts:
        raise DataError(f"{path} has no pictures{_beside(arrays)}; {_NEEDED}")
    return {split: joined(each) for split, each in parts.items()}


_NEEDED = "it needs x_train, y_train, x_test, y_test, or x and y"


def in_order(path: Path, arrays: Sequence[NDArray[Any]]) -> dict[str, Part]:
    """Return the parts of arrays without names: pictures and labels in turns.

    One pair is undivided, two are for training and test, three for training, validation, test.

    Raises:
        DataError: if they are not such pairs.
    """
    pairs = [Part(*arrays[place : place + 2]) for place in range(0, len(arrays) - 1, 2)]
    is_paired = len(arrays) == 2 * len(pairs) and all(
        p.images.ndim >= 2 and p.labels.ndim and p.images.shape[0] == p.labels.shape[0]
        for p in pairs
    )
    if not is_paired or not 1 <= len(pairs) <= 3:
        raise DataError(f"{path} has {len(arrays)} arrays whose use is not known; {_NEEDED}")
    if len(pairs) == 1:
        return {WHOLE: pairs[0]}
    return {TRAIN: joined(pairs[:-1]), TEST: pairs[-1]}


def _beside(arrays: Mapping[str, NDArray[Any]]) -> str:
    names = ", ".join(list(arrays)[:6])
    return f" beside {names}" if names else ""
