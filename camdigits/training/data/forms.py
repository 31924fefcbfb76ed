"""Finds out in which of the many forms digits lie at a path, and reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from camdigits.errors import DataError
from camdigits.support.paths import is_file, is_folder
from camdigits.support.printable import reason
from camdigits.training.data.files import kinds
from camdigits.training.data.files.csv_files import read_csv
from camdigits.training.data.files.idx_files import NAME, Files, read_idx, read_set, sets_of
from camdigits.training.data.files.numpy_files import read_npy, read_npz
from camdigits.training.data.files.parquet_files import read_parquet
from camdigits.training.data.files.parts import TEST, TRAIN, WHOLE, Part, UnlabelledError, joined
from camdigits.training.data.files.pickle_files import read_pickle
from camdigits.training.data.files.science_files import read_hdf5, read_mat
from camdigits.training.data.picture_folders import ClassFolders, folders_in, read_classes, sets_in

T = TypeVar("T")

READERS: dict[str, Callable[[Path], dict[str, Part]]] = {
    kinds.NPZ: read_npz,
    kinds.NPY: read_npy,
    kinds.IDX: read_idx,
    kinds.PICKLE: read_pickle,
    kinds.MAT: read_mat,
    kinds.HDF5: read_hdf5,
    kinds.PARQUET: read_parquet,
    kinds.TABLE: read_csv,
}

_SPLIT = re.compile(
    r"(?<![a-z])(?:(train|valid|eval)[a-z]*|(test|t10k)[a-z]*|(tra|val|dev)(?![a-z])|(tes)(?![a-z]))"
)
_SHARD = re.compile(r"-\d+-of-\d+(?=\.)")
_NO_DATA = re.compile(r"sample|submission|mapping")
"""In names of Kaggle's files that are excerpts, or no digits; and of EMNIST's lists of letters."""
MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What lay at a path.

    Attributes:
        parts: the digits.
        notes: what was left out, for the user.
    """

    parts: dict[str, Part]
    notes: tuple[str, ...] = ()


def find(path: Path) -> Found:
    """Read the digits at a path.

    Args:
        path: of a file, which may have others beside it that belong to it; or of a folder with
            such files, or with folders of pictures.

    Raises:
        DataError: if there is nothing, it is damaged, or of no form that is known.
        DependencyError: if a package is needed that is not installed.
    """
    if is_folder(path):
        return _find_in_folder(path)
    if not is_file(path):
        raise DataError(
            f"there are no data at {path}; name an mnist.npz, a CSV, or a folder with pictures in "
            "folders 0 to 9"
        )
    parts = READERS[kinds.kind_of(path)](path)
    return _with_siblings(path, parts[WHOLE]) if set(parts) == {WHOLE} else Found(parts)


def split_of(name: str) -> str | None:
    """Return whether a name of a file or folder tells that it is for training or for the test."""
    found = _SPLIT.findall(_words(name))
    if len(found) != 1:
        return None
    return TRAIN if found[0][0] or found[0][2] else TEST


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _family(path: Path) -> str:
    """Return what the names of files that belong together have in common."""
    return _SPLIT.sub("*", _SHARD.sub("", _words(path.name)))


def _with_siblings(path: Path, part: Part) -> Found:
    """Join what one file holds with what the files beside it hold that belong to it."""
    split = split_of(path.name)
    if split is None and not _SHARD.search(path.name):
        return Found({WHOLE: part})
    parts, notes = {split or WHOLE: [part]}, []
    for other in sorted(path.parent.iterdir()):
        if _family(other) != _family(path) or other == path or not other.is_file():
            continue
        try:
            more = READERS[kinds.kind_of(other)](other)
        except UnlabelledError:
            notes.append(f"{other.name} has no labels and is left out")
            continue
        parts.setdefault(split_of(other.name) or WHOLE, []).append(more[WHOLE])
    whole = {name: joined(each) for name, each in parts.items()}
    return Found({WHOLE: whole[TRAIN]} if set(whole) == {TRAIN} else whole, tuple(notes))


def _find_in_folder(folder: Path) -> Found:
    if is_file(folder / "mnist.npz"):
        return find(folder / "mnist.npz")
    files = list(_files(folder))
    idx = _idx_sets(files)
    if idx:
        return Found(read_set(_only(folder, idx)))
    classes = [each for each in sets_in(folder) if not _is_left_out(folder, each[0])]
    if classes:
        return _find_pictures(folder, dict(classes))
    groups: dict[str, Path] = {}
    for path in files:
        if _is_data(path):
            is_npy = path.suffix == ".npy"
            family = path.parent / ("*.npy" if is_npy else _family(path))
            if str(family) not in groups or split_of(path.name) == TRAIN:
                groups[str(family)] = path  # the others of a family may have no labels
    if not groups:
        raise _nothing_in(folder, files)
    return find(_only(folder, {path.name: path for path in groups.values()}))


def _find_pictures(folder: Path, sets: dict[Path, ClassFolders]) -> Found:
    """Read the folders of pictures in one, which may be for training, validation and the test."""
    parts: dict[str, list[Part]] = {}
    splits = {each: _split_of_path(folder, each) for each in sets}
    if len(sets) > 1 and (None in splits.values() or set(splits.values()) == {TEST}):
        _only(folder, {str(each.relative_to(folder)): each for each in sets})
    for each, classes in sets.items():
        parts.setdefault(splits[each] or WHOLE, []).append(read_classes(each, classes))
    whole = {name: joined(each) for name, each in parts.items()}
    return Found({WHOLE: whole[TRAIN]} if set(whole) == {TRAIN} else whole)


def _split_of_path(folder: Path, inside: Path) -> str | None:
    names = inside.relative_to(folder).parts
    return next((split for name in names if (split := split_of(name))), None)


def _is_left_out(folder: Path, inside: Path) -> bool:
    return any(_NO_DATA.search(name.lower()) for name in inside.relative_to(folder).parts)


def _is_data(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    return suffix in kinds.SUFFIXES and suffix != ".txt" and not _NO_DATA.search(name)


def _idx_sets(paths: list[Path]) -> dict[str, Files]:
    """Return the sets of idx files, by the folder that they lie in and their own names."""
    homes: dict[Path, list[Path]] = {}
    for path in paths:
        # Kaggle's archive unpacks each into a folder of its own name.
        is_wrapped = NAME.fullmatch(path.parent.name) is not None
        homes.setdefault(path.parent.parent if is_wrapped else path.parent, []).append(path)
    return {
        str(home / f"{name}*"): files
        for home, each in homes.items()
        for name, files in sets_of(each).items()
    }


def _only(folder: Path, found: dict[str, T]) -> T:
    if len(found) > 1:
        names = ", ".join(sorted(found)[:5])
        raise DataError(f"{folder} has several sets of digits: {names}; name one of them")
    return next(iter(found.values()))


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, without those of pictures by class."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {reason(error)}") from error
    yield from (path for path in paths if path.is_file() and not path.name.startswith("."))
    if depth < MAX_DEPTH and len(paths) < 1000:
        for each in folders_in(folder):
            yield from _files(each, depth + 1)


def _nothing_in(folder: Path, files: list[Path]) -> DataError:
    packed = [path for path in files if path.suffix.lower() in (".zip", ".7z", ".rar", ".tar")]
    if packed:
        return DataError(f"{folder} has {packed[0].name}; unpack it")
    return DataError(
        f"{folder} has no digits: neither mnist.npz nor the four idx files, neither CSV nor "
        "pictures in folders 0 to 9; docs/data.md has all forms"
    )
