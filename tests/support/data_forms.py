"""Writes digits in every form that ``docs/data.md`` lists, and files that are none."""

from __future__ import annotations

import gzip
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.digits import make_arrays, make_digits, write_idx, write_npz

Make = Callable[[Path], Path]
"""Writes into an empty folder and returns what ``--data`` names."""

TRAIN, TEST = 70, 30
PIXELS = [f"pixel{number}" for number in range(784)]


def arrays() -> dict[str, NDArray[np.uint8]]:
    return make_arrays(TRAIN, TEST)


def flat(images: NDArray[Any]) -> NDArray[Any]:
    return images.reshape(len(images), -1)


def write_rows(path: Path, *columns: Any, names: list[str] | None = None, mark: str = ",") -> Path:
    """Write the columns of a CSV, with a line of names if there are some."""
    rows = np.column_stack(columns)
    form = "%d" if rows.dtype.kind in "iu" else "%.4f"
    np.savetxt(
        path,
        rows,
        form,
        mark,
        header=mark.join(names) if names else "",
        comments="",
        encoding="utf-8",
    )
    return path


def small(side: int, top: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return rough signs of a side, 0 to `top`, and their labels."""
    images, labels = make_digits(TRAIN)
    signs = (
        cv2.resize(image, (side, side)) for image in np.where(images > 100, 255, 0).astype("u1")
    )
    return np.stack([np.rint(each / 255 * top) for each in signs]).astype(np.uint8), labels


def emnist(folder: Path) -> Path:
    for path in write_idx(folder, zipped=True).iterdir():
        name = path.name.replace("t10k", "test")
        path.rename(folder / f"emnist-digits-{name}")
    return folder


def qmnist(folder: Path) -> Path:
    for path in write_idx(folder, zipped=True).iterdir():
        path.rename(folder / f"qmnist-{path.name.replace('t10k', 'test')}")
    for split, count in (("train", "y_train"), ("test", "y_test")):
        labels = np.zeros((len(make_arrays()[count]), 8), ">i4")
        labels[:, 0], labels[:, 2] = make_arrays()[count], 2500
        (folder / f"qmnist-{split}-labels-idx1-ubyte.gz").unlink()
        head = struct.pack(">HBB2I", 0, 12, 2, *labels.shape)
        (folder / f"qmnist-{split}-labels-idx2-int.gz").write_bytes(
            gzip.compress(head + labels.tobytes())
        )
    return folder


def npy(folder: Path) -> Path:
    for name, array in arrays().items():
        np.save(folder / f"{name}.npy", array)
    return folder


def csv(folder: Path) -> Path:
    images, labels = make_digits(TRAIN)
    return write_rows(folder / "mnist_784.csv", flat(images), labels, names=[*PIXELS, "class"])


def csv_without_names(folder: Path) -> Path:
    images, labels = make_digits(TRAIN)
    return write_rows(folder / "digits.txt", labels, flat(images), mark=";")


def csv_pair(folder: Path) -> Path:
    for split in ("train", "test"):
        a = arrays()
        columns = (a[f"y_{split}"], flat(a[f"x_{split}"]))
        write_rows(folder / f"mnist_{split}.csv", *columns, names=["label", *PIXELS])
    return folder / "mnist_test.csv"


def ten_columns(folder: Path) -> Path:
    images, labels = small(16, 1)
    return write_rows(folder / "semeion.data", flat(images), np.eye(10)[labels], mark=" ")


def pictures(folder: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Path:
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / str(label) / f"{place}.png"), image)
    return folder


def by_class(folder: Path) -> Path:
    pictures(folder, *make_digits(TRAIN))
    (folder / "7").rename(folder / "digit_7")
    return folder


def in_a_tree(folder: Path) -> Path:
    a = arrays()
    pictures(folder / "mnist_png" / "training", a["x_train"], a["y_train"])
    pictures(folder / "mnist_png" / "testing", a["x_test"], a["y_test"])
    return folder


def pickled(folder: Path) -> Path:
    a = arrays()
    pairs = tuple(
        (flat(a[f"x_{split}"])[part] / np.float32(255), a[f"y_{split}"][part].astype(np.int64))
        for split, part in (
            ("train", slice(0, 60)),
            ("train", slice(60, None)),
            ("test", slice(None)),
        )
    )
    path = folder / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(pairs, protocol=2)))
    return path


def mat(folder: Path) -> Path:
    scipy_io = pytest.importorskip("scipy.io", reason="needs camdigits[data]")
    a = arrays()
    splits = {
        split: {"images": flat(a[f"x_{split}"]), "labels": a[f"y_{split}"][:, None]}
        for split in ("train", "test")
    }
    scipy_io.savemat(folder / "emnist-digits.mat", {"dataset": splits}, do_compression=True)
    return folder


def hdf5(folder: Path) -> Path:
    h5py = pytest.importorskip("h5py", reason="needs camdigits[data]")
    a, path = arrays(), folder / "usps.h5"
    with h5py.File(path, "w") as file:
        for split in ("train", "test"):
            file[f"{split}/data"] = (flat(a[f"x_{split}"]) / 255).astype(np.float32)
            file[f"{split}/target"] = a[f"y_{split}"].astype(np.int64)
    return path


def parquet(folder: Path) -> Path:
    pyarrow = pytest.importorskip("pyarrow", reason="needs camdigits[data]")
    from pyarrow import parquet as files

    for split in ("train", "test"):
        a = arrays()
        coded = [{"bytes": cv2.imencode(".png", x)[1].tobytes()} for x in a[f"x_{split}"]]
        table = pyarrow.table({"image": coded, "label": a[f"y_{split}"].astype(np.int64)})
        files.write_table(table, folder / f"{split}-00000-of-00001.parquet")
    return folder


def scikit_learn(folder: Path) -> Path:
    images, labels = small(8, 16)
    return write_rows(folder / "digits.csv.gz", flat(images), labels)


def usps(folder: Path) -> Path:
    images, labels = small(16, 2)
    for split in ("train", "test"):
        columns = (labels.astype(float), flat(images) - 1.0)
        write_rows(folder / f"zip.{split}.gz", *columns, mark=" ")
    return folder / "zip.train.gz"


FORMS: dict[str, Make] = {
    "npz": lambda folder: write_npz(folder / "any.npz", **arrays()),
    "npy": npy,
    "idx": lambda folder: write_idx(folder, zipped=True),
    "EMNIST": emnist,
    "QMNIST": qmnist,
    "CSV": csv,
    "CSV without names": csv_without_names,
    "CSV in pairs": csv_pair,
    "ten columns": ten_columns,
    "pictures by class": by_class,
    "pictures in a tree": in_a_tree,
    "pickle": pickled,
    "mat": mat,
    "HDF5": hdf5,
    "Parquet": parquet,
    "scikit-learn": scikit_learn,
    "USPS": usps,
}


def file_of(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def zipped(name: str, inside: str) -> Make:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr(inside, b"x")
        return folder / name

    return make


def tarred(folder: Path) -> Path:
    with tarfile.open(folder / "mnist.tar.gz", "w:gz") as archive:
        archive.add(file_of("a", b"x")(folder))
    return folder / "mnist.tar.gz"


class Harmful:
    """Unpickled, it would make a file."""

    def __reduce__(self) -> Any:
        return Path.touch, (Path("harm"),)


def one_picture(folder: Path) -> Path:
    cv2.imwrite(str(folder / "7.png"), make_digits(1)[0][0])
    return folder / "7.png"


def letters(folder: Path) -> Path:
    return write_npz(folder / "letters.npz", y_train=np.arange(500) % 47)


def one_label(folder: Path) -> Path:
    images, _ = make_digits(TRAIN)
    return write_rows(
        folder / "a.csv", np.zeros(TRAIN, int), flat(images), names=["label", *PIXELS]
    )


def no_labels(folder: Path) -> Path:
    return write_rows(folder / "test.csv", flat(make_digits(TRAIN)[0]), names=PIXELS)


REFUSED: dict[str, tuple[Make, ...]] = {
    "ZIP, tar, 7z, RAR": (
        zipped("archive.zip", "train.csv"),
        tarred,
        file_of("a.7z", b"7z\xbc\xaf\x27\x1c"),
        file_of("a.rar", b"Rar!\x1a\x07"),
    ),
    "bzip2, xz": (file_of("usps.bz2", b"BZh91AY&SY"), file_of("a.xz", b"\xfd7zXZ\0")),
    "Git LFS pointer": (file_of("a.parquet", b"version https://git-lfs.github.com/spec/v1\n"),),
    "web page": (file_of("mnist.npz", b"\n<!DOCTYPE html><title>503</title>"),),
    "PyTorch, TensorFlow records": (
        zipped("training.pt", "archive/data.pkl"),
        file_of("mnist.tfrecord", b"\x10\1\0\0"),
    ),
    "pickle of other things": (file_of("a.pkl", pickle.dumps(Harmful())),),
    "ARFF": (file_of("mnist_784.arff", b"% OpenML\n@relation mnist\n"),),
    "LIBSVM, JSON": (file_of("usps", b"7 1:-1 2:-0.5\n"), file_of("a.json", b'{"label": 7}')),
    "spreadsheet": (zipped("digits.xlsx", "xl/workbook.xml"),),
    "one picture": (one_picture,),
    "letters too": (letters,),
    "one label": (one_label,),
    "no labels": (no_labels,),
}
