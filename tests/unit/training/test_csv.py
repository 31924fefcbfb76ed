"""Digits from a CSV in Kaggle's form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import DataError
from camdigits.training import evaluate
from camdigits.training.data.dataset import load_dataset
from tests.support.data_forms import PIXELS, write_rows
from tests.support.digits import make_digits
from tests.support.weights import copy_weights

NAMES = ",".join(["label", *PIXELS])


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
        ("", "is empty; copy it again"),
        (f"{NAMES}\n", "has no line of digits"),
        ("\x89PNX\xff", r"is no text, so no CSV; docs/data\.md has the forms of data"),
        ("1," + ",".join(["300"] * 784) + "\n", "pixels run from 0 to 300, not 0 to 255"),
        ("1," + ",".join(["-0.5", "3"] * 392) + "\n", "pixels run from -0.5 to 3, not 0"),
        (f"{NAMES}\n1,2,3\n", "has 3 values a line; a label and the pixels of a square"),
        ("1,2,3\n4,5\n", "is no CSV of numbers alone: the number of columns changed from 3 to 2"),
        ("a,b\n7,x\n", "is no CSV of numbers alone: could not convert string 'x' to float32"),
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
    rows[:, 0] = np.arange(20) % 2 + 10
    np.savetxt(path, rows, "%d", ",", header=NAMES, comments="")

    with pytest.raises(DataError, match="labels run from 10 to 11"):
        load_dataset(path)


def test_a_missing_csv_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no data at .*train\.csv"):
        load_dataset(tmp_path / "train.csv")


LABELS = make_digits(70)[1]
FLAT = make_digits(70)[0].reshape(70, -1)


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ((LABELS, FLAT), None),
        ((FLAT, LABELS), None),
        ((FLAT[:, :9], LABELS, FLAT[:, 9:]), [*"abcdefghi", "Label", *PIXELS[9:]]),
        ((np.arange(70), LABELS, FLAT), ["", "label", *PIXELS]),
        ((np.arange(70), LABELS, FLAT), ["id", "digit", *PIXELS]),
        ((LABELS, FLAT), [str(place) for place in range(785)]),
    ],
    ids=["first", "last", "inside", "index", "id", "named by pandas"],
)
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["", "byte-order mark"])
def test_the_label_is_found(
    tmp_path: Path, columns: tuple[np.ndarray, ...], names: list[str] | None, start: str
) -> None:
    path = write_rows(tmp_path / "digits.csv", *columns, names=names)
    path.write_text(start + path.read_text())

    found = load_dataset(path).all

    known = {image.tobytes(): label for image, label in zip(FLAT, LABELS, strict=True)}
    assert [known[image.tobytes()] for image in found.images] == found.labels.tolist()


@pytest.mark.parametrize(
    ("columns", "names", "expected"),
    [
        ((FLAT, np.full(70, 3)), [*PIXELS, "class"], "labels, 'class', is 3 in every line"),
        ((np.zeros(70, int), FLAT, np.full(70, 3))[:2], None, "neither its first nor its last"),
        ((LABELS, FLAT[:, 1:], LABELS[::-1]), None, "its first and its last column could both be"),
    ],
)
def test_a_label_that_is_not_sure_is_refused(
    tmp_path: Path, columns: tuple[np.ndarray, ...], names: list[str] | None, expected: str
) -> None:
    path = write_rows(tmp_path / "digits.csv", *columns, names=names)

    with pytest.raises(DataError, match=expected):
        load_dataset(path)


def test_a_test_file_alone_is_measured_whole(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "mnist_test.csv")

    assert (len(load_dataset(path).train), evaluate(path).n) == (0, 70)


def test_a_test_file_without_labels_is_left_out_and_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "train.csv")
    write_rows(tmp_path / "test.csv", FLAT, names=PIXELS)

    for named in (path, tmp_path):
        dataset = load_dataset(named)
        assert (len(dataset.train), len(dataset.test)) == (60, 10)
        assert dataset.notes == ("test.csv has no labels and is left out",)


def test_undivided_data_are_measured_whole_unless_they_were_learnt_from(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "digits.csv")
    weights = copy_weights(tmp_path)
    card = json.loads((tmp_path / "lenet.json").read_text())

    assert (evaluate(path, weights).n, evaluate(path).n) == (70, 70)

    card["data"]["sha256"] = load_dataset(path).sha256
    (tmp_path / "lenet.json").write_text(json.dumps(card))
    learnt = evaluate(path, weights)
    assert learnt.n == 10
    assert "the 10 digits that were held out then are measured" in learnt.note
