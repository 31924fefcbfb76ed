"""Reading MNIST, and data in its form, from the files that people have."""

from __future__ import annotations

import os
import socket
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from camdigits.errors import DataError, DependencyError
from camdigits.training.data import download
from camdigits.training.data.dataset import load_dataset
from tests.support.digits import IDX_NAMES, make_arrays, make_digits, write_idx, write_npz


def load_with_error(path: Path) -> str:
    """Return the one line that loading fails with."""
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def from_npz(folder: Path) -> Path:
    return write_npz(folder / "any-name.npz")


def from_folder_with_npz(folder: Path) -> Path:
    write_npz(folder / "mnist.npz")
    return folder


def from_idx(folder: Path) -> Path:
    return write_idx(folder, zipped=False)


def from_zipped_idx(folder: Path) -> Path:
    return write_idx(folder, zipped=True)


def from_idx_with_dots(folder: Path) -> Path:
    for path in write_idx(folder, zipped=False).iterdir():
        path.rename(folder / path.name.replace("-idx", ".idx"))
    return folder


def from_idx_unzipped_under_its_old_name(folder: Path) -> Path:
    for path in write_idx(folder, zipped=False).iterdir():
        path.rename(folder / f"{path.name}.gz")
    return folder


@pytest.mark.parametrize(
    "make",
    [
        from_npz,
        from_folder_with_npz,
        from_idx,
        from_zipped_idx,
        from_idx_with_dots,
        from_idx_unzipped_under_its_old_name,
    ],
)
def test_every_form_gives_the_same_digits(tmp_path: Path, make: Any) -> None:
    dataset, arrays = load_dataset(make(tmp_path)), make_arrays()

    np.testing.assert_array_equal(dataset.train.images, arrays["x_train"])
    np.testing.assert_array_equal(dataset.train.labels, arrays["y_train"])
    np.testing.assert_array_equal(dataset.test.images, arrays["x_test"])
    np.testing.assert_array_equal(dataset.test.labels, arrays["y_test"])
    assert dataset.name == "other"
    assert dataset.sha256 == "188207adf2368017e0b0fbad1e470cba1812bb5be6dd9c486ac6609e99ba9e37"


def test_wide_labels_are_narrowed(tmp_path: Path) -> None:
    labels = make_arrays()["y_train"].astype(np.int64)

    dataset = load_dataset(write_npz(tmp_path / "wide.npz", y_train=labels))

    assert dataset.train.labels.dtype == np.uint8
    assert dataset.sha256 == load_dataset(write_npz(tmp_path / "narrow.npz")).sha256


@pytest.mark.parametrize("inside", ["mnist", "mnist/mnist.npz"])
def test_mnist_is_known_by_its_content(test_data: Path, inside: str) -> None:
    assert load_dataset(test_data / inside).name == "MNIST"


def test_mnist_idx_files_have_the_same_content_as_its_npz(test_data: Path, tmp_path: Path) -> None:
    for name in IDX_NAMES.values():
        (tmp_path / f"{name}.gz").symlink_to(test_data / "mnist" / f"{name}.gz")

    assert load_dataset(tmp_path).name == "MNIST"


def test_a_file_without_arrays_is_named_as_that(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz")

    with pytest.raises(DataError, match=r"data\.npz holds no arrays; it needs x_train, y_train"):
        load_dataset(tmp_path / "data.npz")


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ({"x_train": np.zeros((500, 785))}, "train images are float64 (500, 785); give (n, 28"),
        ({"x_train": np.zeros((500, 28, 28, 3))}, "train images are in colour; give grey ones"),
        ({"x_test": make_digits(100)[0] * 2.0}, "pixels run from 0 to "),
        ({"x_test": make_digits(90)[0]}, "there are 100 test labels for 90 images"),
        ({"y_train": np.full(500, 0.5)}, "train labels are no whole numbers"),
        ({"y_train": np.array(["a"] * 500)}, "train labels are no numbers"),
        ({"y_train": np.full(500, 10)}, "train labels run from 10 to 10, not 0 to 9"),
        ({"y_test": np.full(100, -1)}, "test labels run from -1 to -1, not 0 to 9"),
        ({"x_train": 255 - make_digits(500)[0]}, "some parts show dark ink on light ground"),
        ({"x_test": make_digits(0)[0], "y_test": make_digits(0)[1]}, "no digits to test with"),
        ({"x_train": make_digits(0)[0], "y_train": make_digits(0)[1]}, "no digits to learn from"),
        ({"y_test": np.array([{}] * 100)}, "the array 'y_test' holds Python objects"),
    ],
    ids=[
        "no square",
        "colours",
        "too bright",
        "fewer images",
        "half a label",
        "texts",
        "label 10",
        "label -1",
        "inverted",
        "empty",
        "empty training",
        "pickled",
    ],
)
def test_data_of_another_form_are_refused(
    tmp_path: Path, replaced: dict[str, Any], expected: str
) -> None:
    path = write_npz(tmp_path / "data.npz", **replaced)

    message = load_with_error(path)

    assert expected in message
    assert str(path) in message


def test_an_npz_that_lacks_an_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x_train=make_digits(5)[0])

    assert "has no labels beside x_train; it needs x_train, y_train" in load_with_error(path)


@pytest.mark.parametrize("name", ["absent.npz", "no-such-folder/mnist.npz"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    assert f"no data at {tmp_path / name}" in load_with_error(tmp_path / name)


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    assert "neither mnist.npz nor the four idx files" in load_with_error(tmp_path)


def test_a_web_page_in_place_of_a_file_is_called_one(tmp_path: Path) -> None:
    page = tmp_path / "mnist.npz"
    page.write_text("<!DOCTYPE html><title>503</title>")
    folder = tmp_path / "idx"
    folder.mkdir()
    write_idx(folder, zipped=True)
    (folder / "train-images-idx3-ubyte.gz").write_text("\n<html><body>moved</body></html>")

    for path in (page, folder / "train-images-idx3-ubyte.gz"):
        assert "is a web page; download the file that it leads to" in load_with_error(path)


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.999])
def test_a_cut_npz_is_refused(tmp_path: Path, kept: float) -> None:
    path = write_npz(tmp_path / "data.npz")
    size = kept if isinstance(kept, int) else int(path.stat().st_size * kept)
    os.truncate(path, size)

    told = "is empty" if kept == 0 else "is no .npz file or a damaged one"
    assert f"{told}; copy it again" in load_with_error(path)


def test_a_damaged_npz_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, **{name: array[:20] for name, array in make_arrays().items()})
    content = path.read_bytes()
    rng = np.random.default_rng(1)

    for place in rng.integers(0, len(content), 60):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            load_dataset(path)
        except DataError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 28, 28), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 28, 28), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-5, 28, 28), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': 'nonsense",
        "__import__('os').abort()",
    ],
)
def test_an_array_whose_header_lies_is_refused(tmp_path: Path, header: str) -> None:
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", array)
        archive.writestr("y_train.npy", array)

    told = ("is no .npz file or a damaged one", "or is damaged", "holds Python objects")
    assert any(each in load_with_error(path) for each in told)


def test_an_array_that_unpacks_to_more_than_a_gigabyte_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x_train.npy", b"")
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (2**31).to_bytes(4, "little")
    path.write_bytes(content)

    assert "takes more than 1024 MiB" in load_with_error(path)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kept", [0, 2, 9, 0.5, 0.99])
def test_a_cut_idx_file_is_refused(tmp_path: Path, kept: float, zipped: bool) -> None:
    write_idx(tmp_path, zipped=zipped)
    path = tmp_path / (IDX_NAMES["x_train"] + (".gz" if zipped else ""))
    os.truncate(path, kept if isinstance(kept, int) else int(path.stat().st_size * kept))

    assert str(path) in load_with_error(tmp_path)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\x08\x03" + b"\xff" * 12, "more than can be MNIST's"),
        (b"\0\0\x08\xff" + bytes(1020), "no idx file or a damaged one"),
        (b"\0\0\x07\x01\0\0\0\x01" + bytes(4), "no idx file or a damaged one"),
        (b"\0\0\x08\x01\0\0\0\x01" + bytes(2), "goes on after its last value"),
    ],
    ids=["enormous", "many dimensions", "no type", "too long"],
)
def test_an_idx_file_whose_head_lies_is_refused(tmp_path: Path, head: bytes, expected: str) -> None:
    write_idx(tmp_path, zipped=False)
    (tmp_path / IDX_NAMES["x_train"]).write_bytes(head)

    assert expected in load_with_error(tmp_path)


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for Keras without MNIST."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


def fake_keras(load_data: Any) -> Any:
    mnist = SimpleNamespace(load_data=load_data)
    return lambda: SimpleNamespace(datasets=SimpleNamespace(mnist=mnist))


def test_without_network_the_file_wanted_is_named(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def load_data() -> None:
        print("Downloading data from https://example.org/mnist.npz")
        raise Exception("URL fetch failure on https://example.org: None -- no such host")

    monkeypatch.setattr(download, "load_keras", fake_keras(load_data))

    with pytest.raises(DataError) as caught:
        load_dataset()

    message = str(caught.value)
    assert "no such host" in message
    assert download.FILE_SHA256 in message
    assert str(keras_home / "datasets" / "mnist.npz") in message
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")
    assert socket.getdefaulttimeout() is None


def test_without_keras_or_a_file_both_ways_out_are_named(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_keras() -> None:
        raise DependencyError("camdigits train needs TensorFlow and Keras")

    monkeypatch.setattr(download, "load_keras", no_keras)

    with pytest.raises(DependencyError, match=r"put mnist\.npz .* or name a copy with --data"):
        load_dataset()


def test_what_was_downloaded_is_loaded(keras_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load_data() -> None:
        (keras_home / "datasets").mkdir()
        write_npz(keras_home / "datasets" / "mnist.npz")

    monkeypatch.setattr(download, "load_keras", fake_keras(load_data))

    assert len(load_dataset().train) == 500


def test_a_cached_copy_in_any_file_needs_neither_keras_nor_network(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch, test_data: Path
) -> None:
    (keras_home / "datasets").mkdir()
    cached = keras_home / "datasets" / "mnist.npz"
    cached.symlink_to(test_data / "mnist" / "mnist.npz")
    monkeypatch.setattr(download, "load_keras", lambda: pytest.fail("Keras was loaded"))

    assert load_dataset().name == "MNIST"
