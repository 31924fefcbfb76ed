"""Tells what a file is by its content, whatever its name."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path

from camdigits.errors import DataError
from camdigits.support.printable import reason

NPZ, NPY, IDX, PICKLE = ".npz file", ".npy file", "idx file", "pickle"
MAT, HDF5, PARQUET, TABLE = ".mat file", "HDF5 file", "Parquet file", "CSV"

SUFFIXES = {
    ".npz": NPZ,
    ".npy": NPY,
    ".pkl": PICKLE,
    ".pickle": PICKLE,
    ".mat": MAT,
    ".h5": HDF5,
    ".hdf5": HDF5,
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".csv": TABLE,
    ".tsv": TABLE,
    ".txt": TABLE,
    ".tra": TABLE,
    ".tes": TABLE,
    ".train": TABLE,
    ".test": TABLE,
    ".data": TABLE,
}
"""What a name promises; ``.gz`` may follow."""

_NAME_ARRAYS = "save the arrays x_train, y_train, x_test, y_test with numpy.savez"
_UNPACK = "unpack it and name the folder"
_ARFF = "an ARFF file; OpenML has the same data as Parquet and as CSV"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x93NUMPY", NPY),
    (b"PAR1", PARQUET),
    (b"\x89HDF\r\n", HDF5),
    (b"MATLAB 5.0", MAT),
    (b"MATLAB 7.3", HDF5),
)
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer and not the file itself; run: git lfs pull"),
    (b"<!doctype", "a web page; download the file that it leads to"),
    (b"<html", "a web page; download the file that it leads to"),
    (b"<?xml", "a web page; download the file that it leads to"),
    (b"7z\xbc\xaf", f"a 7z archive; {_UNPACK}"),
    (b"rar!", f"a RAR archive; {_UNPACK}"),
    (b"bzh", "compressed by bzip2; unpack it with bunzip2"),
    (b"\xfd7zxz", "compressed by xz; unpack it with unxz"),
    (b"arrow1", "an Arrow file; save it as Parquet"),
    (b"feather", "a Feather file; save it as Parquet"),
    (b"sqlite format", "a database; export a CSV of label and pixels"),
    (b"{", "JSON; save label and pixels as CSV"),
    (b"[", "JSON; save label and pixels as CSV"),
    (b"@relation", _ARFF),
    (b"\x89png", "one picture; name a folder with pictures in folders 0 to 9"),
    (b"\xff\xd8\xff", "one picture; name a folder with pictures in folders 0 to 9"),
    (b"gif8", "one picture; name a folder with pictures in folders 0 to 9"),
    (b"%pdf", "a PDF; camdigits evaluate --pages measures on pages"),
)
_PAIRS = re.compile(rb"[+-]?\d+(\.0*)? \d+:[-+.\d]")
_NUMBERS = re.compile(rb"[-+\d.,;\"'\s\w]*$")


def kind_of(path: Path) -> str:
    """Return what a file is: one of the constants above.

    Raises:
        DataError: if it cannot be read, or is of another kind, which is named.
    """
    try:
        start = _start(path)
        if start.startswith(b"PK\3\4") and path.suffix.lower() != ".npz":
            return _zipped(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}") from error
    promised = SUFFIXES.get(Path(path.stem if _is_gz(path) else path.name).suffix.lower())
    if not start:
        raise DataError(f"{path} is empty{'' if promised is None else '; copy it again'}")
    return _by_content(path, start, promised)


def _by_content(path: Path, start: bytes, promised: str | None) -> str:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    for magic, what in _REFUSED:
        if bare.lower().startswith(magic):
            raise DataError(f"{path} is {what}")
    if start[257:262] == b"ustar":
        raise DataError(f"{path} is a tar archive; {_UNPACK}")
    if start[:2] == b"\0\0" and start[2:3] in b"\x08\x09\x0b\x0c\x0d\x0e" and len(start) > 3:
        return IDX
    if (start[:1] == b"\x80" and start[1:2] in b"\2\3\4\5") or start.startswith(
        (b"(l", b"(d", b"(c")
    ):
        return PICKLE
    if path.name.lower().endswith(".arff"):
        raise DataError(f"{path} is {_ARFF}")
    if _PAIRS.match(bare):
        raise DataError(f"{path} is a file of LIBSVM; save label and pixels as CSV")
    if path.name.lower().endswith((".tfrecord", ".tfrecords")):
        raise DataError(f"{path} is a file of TensorFlow records; {_NAME_ARRAYS}")
    if promised is None and not _NUMBERS.match(bare):
        raise DataError(
            f"{path} is of no kind that digits are read from; docs/data.md has those that are"
        )
    return promised or TABLE


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        start = file.read(512)
    if not start.startswith(b"\x1f\x8b"):
        return start
    try:
        with gzip.open(path) as unpacked:
            return unpacked.read(512)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path} is damaged or cut off; copy it again") from error


def _is_gz(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise DataError(f"{path} is damaged or cut off; copy it again") from error
    if any(name.endswith("data.pkl") for name in names):
        raise DataError(f"{path} is a file of PyTorch; {_NAME_ARRAYS}")
    if any(name.startswith("xl/") for name in names):
        raise DataError(f"{path} is a spreadsheet; save it as CSV")
    if names and all(name.endswith(".npy") for name in names):
        return NPZ
    raise DataError(f"{path} is a ZIP archive; {_UNPACK}")
