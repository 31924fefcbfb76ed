"""Teaching a network the hand of its owner."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.errors import DataError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.support.user_folders import taught_weights, teach_folder
from tests.support.digits import (
    make_arrays,
    make_digits,
    needs_train_extra,
    teach_quickly,
    trained_folder,
)
from tests.support.digits import write_npz as write_data

pytestmark = [pytest.mark.train, needs_train_extra]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    teach_quickly(monkeypatch)


def write_hand(folder: Path) -> Path:
    """Write a hand whose 3 is what the trained network knows as another sign turned over."""
    images, labels = make_digits(200, seed=5)
    for place in np.flatnonzero(labels == 3)[:8]:
        (folder / "3").mkdir(parents=True, exist_ok=True)
        # Without its noise, which covers the edge, it would be taken for a crop in MNIST form.
        crop = np.where(images[place] > 100, images[place], 0).astype(np.uint8)[::-1]
        cv2.imwrite(str(folder / "3" / f"{place}.png"), crop)
    (folder / "none").mkdir()
    crop = np.zeros((28, 28), np.uint8)
    crop[12:16, 4:24] = 255
    cv2.imwrite(str(folder / "none" / "line.png"), crop)
    return folder


def test_a_hand_is_learnt_and_the_old_one_kept(tmp_path: Path) -> None:
    from camdigits.training.fine_tuner import teach

    handwriting, data = write_hand(tmp_path / "hand"), write_data(tmp_path / "data.npz")

    taught = teach(handwriting, data, tmp_path / "out", trained_folder() / "lenet.keras")

    assert taught.before < 0.5 < 0.99 < taught.after
    arrays = make_arrays()
    classify = LiteRTClassifier(tmp_path / "out" / "lenet.tflite")
    right = (classify(arrays["x_test"]).argmax(axis=1) == arrays["y_test"]).mean()
    assert right == classify.card.accuracy >= taught.mnist_before - 0.02
    origin = classify.card.record["taught"]
    assert (origin["digits"], origin["none"]) == ([0, 0, 0, 8, 0, 0, 0, 0, 0, 0], 1)
    assert set(origin["weights"]) == {"lenet.keras", "lenet.tflite"}


def test_the_command_says_what_teaching_brought(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    handwriting, data = write_hand(tmp_path / "hand"), write_data(tmp_path / "data.npz")
    out = tmp_path / "out"

    assert (
        main(
            [
                "train",
                "--teach",
                str(handwriting),
                "--data",
                str(data),
                "--out",
                str(out),
                "--as-is",
            ]
        )
        == 0
    )

    lines = capfd.readouterr().out.splitlines()
    assert " of your digits were read rightly before, " in lines[0]
    assert lines[-1] == f"wrote {out / 'lenet.tflite'}, lenet.keras and the model card lenet.json"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]

    assert main(["train", "--like", str(out / "lenet.json")]) == 2
    assert "was taught a handwriting; repeat it with --teach" in capfd.readouterr().err


def test_without_a_folder_the_weights_go_where_run_finds_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_hand(teach_folder())
    data = write_data(tmp_path / "data.npz")

    assert main(["train", "--teach", "--data", str(data), "--as-is"]) == 0

    assert capfd.readouterr().out.splitlines()[-1] == (
        "camdigits run reads with them from now on; --weights bundled goes back"
    )
    weights = taught_weights()
    assert weights is not None
    assert "taught" in LiteRTClassifier(weights).card.record


@pytest.mark.parametrize("option", ["--epochs=3", "--recipe=plain", "--resume", "--like=card"])
def test_it_has_settings_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], option: str
) -> None:
    assert main(["train", "--teach", str(tmp_path), option]) == 2

    name = option.split("=")[0]
    assert f"--teach has settings of its own; leave out {name}" in capfd.readouterr().err


def test_an_empty_folder_writes_nothing(tmp_path: Path) -> None:
    from camdigits.training.fine_tuner import teach

    with pytest.raises(DataError, match="has no pictures of digits"):
        teach(tmp_path, write_data(tmp_path / "data.npz"), tmp_path / "out")

    assert not (tmp_path / "out").exists()
