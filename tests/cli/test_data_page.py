"""The tables of docs/data.md are what the commands do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camdigits.cli import main
from camdigits.training.data.dataset import load_dataset
from tests.support.data_forms import FORMS, REFUSED, TRAIN, arrays
from tests.support.digits import make_arrays, make_digits
from tests.support.docs import DOCS, section, table

PAGE = DOCS / "data.md"
LIKE_PICTURES = {"ten columns", "scikit-learn", "USPS", "Parquet"}
LIKE_PICTURES |= {"pictures by class", "pictures in a tree"}
"""Forms whose pictures are scaled, or brought to MNIST form."""


def test_the_tables_have_what_is_tried_here() -> None:
    assert [row[0] for row in table(section(PAGE, "Forms"))] == list(FORMS)
    assert [row[0] for row in table(section(PAGE, "Not read"))] == list(REFUSED)


def test_packages_that_are_needed_are_those_of_the_table() -> None:
    needing = {row[0] for row in table(section(PAGE, "Forms")) if row[2]}
    assert needing == {"mat", "HDF5", "Parquet"}


@pytest.mark.parametrize("form", FORMS)
def test_what_the_table_calls_read_is_read(form: str, tmp_path: Path) -> None:
    dataset = load_dataset(FORMS[form](tmp_path))

    every = dataset.all
    assert every.images.shape == (len(every), 28, 28) and every.images.dtype == np.uint8
    assert len(every) >= TRAIN
    if form in LIKE_PICTURES:
        assert every.images.max() > 200
        assert np.bincount(every.labels, minlength=10).min() >= 1
        return
    # Every picture has its own label still, whatever the order.
    known = known_digits()
    for image, label in zip(every.images, every.labels, strict=True):
        assert known[image.tobytes()] == label


def known_digits() -> dict[bytes, int]:
    """Return the label of every picture that the forms are made of."""
    sets = [make_digits(TRAIN)]
    for each in (arrays(), make_arrays()):
        sets += [(each[f"x_{split}"], each[f"y_{split}"]) for split in ("train", "test")]
    return {
        image.tobytes(): int(label)
        for images, labels in sets
        for image, label in zip(images, labels, strict=True)
    }


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, n) for kind, each in REFUSED.items() for n in range(len(each))]
)
def test_what_the_table_calls_not_read_is_told(
    kind: str,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = REFUSED[kind][number](tmp_path)

    assert main(["evaluate", "--data", str(path)]) == 1

    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert str(path) in err and "copy it again" not in err
    assert not Path("harm").exists()
