"""Digits from a CSV in Kaggle's form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import DataError
from camdigits.training.data.dataset import load_dataset
from tests.support.digits import make_digits

NAMES = ",".join(["label", *(f"pixel{number}" for number in range(784))])


def write_csv(path: Path, count: int = 70, *, names: bool = True) -> Path:
    images, labels = make_digits(count)
    rows = np.column_stack([labels, images.reshape(count, -1)])
    np.savetxt(path, rows, fmt="%d", delimiter=",", header=NAMES if names else "", comments="")
    return path


@pytest.mark.parametrize("names", [True, False])
def test_every_digit_is_in_one_split(tmp_path: Path, names: bool) -> None:
    dataset = load_dataset(write_csv(tmp_path / "train.csv", names=names))

    images, labels = make_digits(70)
    assert (len(dataset.train), len(dataset.test)) == (60, 10)
    assert dataset.name == "other"
    found = np.concatenate([dataset.train.images, dataset.test.images]).reshape(70, -1)
    given = images.reshape(70, -1)
    order = [int(np.flatnonzero((given == each).all(axis=1))[0]) for each in found]
    assert sorted(order) == list(range(70))
    read = np.concatenate([dataset.train.labels, dataset.test.labels])
    np.testing.assert_array_equal(read, labels[order])


def test_the_split_is_the_same_each_time(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "train.csv")

    assert load_dataset(path).sha256 == load_dataset(path).sha256


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "has 0 lines"),
        (f"{NAMES}\n", "has 0 lines"),
        ("<!doctype html>\n<p>gone</p>\n", r"\(a web page is in its place\)"),
        ("\x89PNG\xff", "is no CSV of whole numbers"),
        ("1," + ",".join(["300"] * 784) + "\n", "is no CSV of whole numbers from 0 to 255"),
        ("1," + ",".join(["0.5"] * 784) + "\n", "is no CSV of whole numbers"),
        (f"{NAMES}\n1,2,3\n", "has 1 lines of 3 values; give lines of a label and 784 pixels"),
        ("1,2,3\n4,5\n", "is no CSV"),
    ],
)
def test_what_is_no_such_csv_is_refused_in_one_line(
    tmp_path: Path, content: str, expected: str
) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(DataError, match=expected) as error:
        load_dataset(path)

    assert "\n" not in str(error.value)


def test_a_label_above_9_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    rows = np.zeros((20, 785), int)
    rows[:, 0] = 11
    np.savetxt(path, rows, fmt="%d", delimiter=",")

    with pytest.raises(DataError, match="labels run from 11 to 11"):
        load_dataset(path)


def test_a_missing_csv_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no data at .*train\.csv"):
        load_dataset(tmp_path / "train.csv")
