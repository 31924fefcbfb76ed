"""Teaching a network the hand of its owner."""

from __future__ import annotations

import re
import shutil
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


def write_hand(folder: Path, count: int = 12) -> Path:
    """Write a hand whose 3 is what the trained network knows as another sign turned over."""
    images, labels = make_digits(200, seed=5)
    for place in np.flatnonzero(labels == 3)[:count]:
        (folder / "3").mkdir(parents=True, exist_ok=True)
        # Without its noise, which covers the edge, it would be taken for a crop in MNIST form.
        crop = np.where(images[place] > 100, images[place], 0).astype(np.uint8)[::-1]
        cv2.imwrite(str(folder / "3" / f"{place}.png"), crop)
    (folder / "none").mkdir()
    crop = np.zeros((28, 28), np.uint8)
    crop[12:16, 4:24] = 255
    cv2.imwrite(str(folder / "none" / "line.png"), crop)
    return folder


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights that know the signs of the tests, as the bundled ones."""
    weights = trained_folder() / "lenet.tflite"
    monkeypatch.setattr("camdigits.training.fine_tuner.bundled_weights", lambda: weights)
    return weights


def test_a_hand_is_learnt_and_the_old_one_kept(tmp_path: Path, trained: Path) -> None:
    from camdigits.training.cross_validation import read_unlearnt
    from camdigits.training.fine_tuner import teach

    handwriting, data = write_hand(tmp_path / "hand"), write_data(tmp_path / "data.npz")

    taught = teach(handwriting, data, tmp_path / "out")

    assert taught.before < 0.5 < 0.99 < taught.after
    arrays = make_arrays()
    classify = LiteRTClassifier(tmp_path / "out" / "lenet.tflite")
    right = (classify(arrays["x_test"]).argmax(axis=1) == arrays["y_test"]).mean()
    assert right == classify.card.accuracy >= taught.mnist_before - 0.02
    origin = classify.card.record["taught"]
    assert (origin["digits"], origin["none"]) == ([0, 0, 0, 12, 0, 0, 0, 0, 0, 0], 1)
    assert set(origin["weights"]) == {"lenet.keras", "lenet.tflite"}
    changes = list(read_unlearnt(taught.lesson))
    assert [change.count for change in changes] == [4, 4, 4]
    assert sum(change.before for change in changes) == round(taught.before * 12)
    assert sum(change.after for change in changes) >= 11


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
    assert lines[1].startswith("of your digits, left out of learning in turns, ")
    assert re.search(r" \d+ of 12 were read rightly before, \d+ now$", lines[1])
    assert lines[-1] == f"wrote {out / 'lenet.tflite'}, lenet.keras and the model card lenet.json"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]

    assert main(["train", "--like", str(out / "lenet.json")]) == 2
    assert "was taught a handwriting; repeat it with --teach" in capfd.readouterr().err


def test_without_a_folder_the_weights_go_where_run_finds_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_hand(teach_folder(), 6)
    data = write_data(tmp_path / "data.npz")

    assert main(["train", "--teach", "--data", str(data), "--as-is"]) == 0

    assert capfd.readouterr().out.splitlines()[-1] == (
        "camdigits run reads with them from now on; --weights bundled goes back"
    )
    weights = taught_weights()
    assert weights is not None
    assert "taught" in LiteRTClassifier(weights).card.record


@pytest.mark.parametrize("option", ["--epochs=3", "--recipe=plain", "--like=card"])
def test_it_has_settings_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], option: str
) -> None:
    assert main(["train", "--teach", str(tmp_path), option]) == 2

    name = option.split("=")[0]
    assert f"--teach has settings of its own; leave out {name}" in capfd.readouterr().err


def test_what_was_taught_before_is_read_by_old_and_new(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], trained: Path
) -> None:
    write_hand(teach_folder())
    other, data = write_hand(tmp_path / "hand", 6), write_data(tmp_path / "data.npz")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("lenet.tflite", "lenet.json"):
        shutil.copy(trained.with_name(name), out)

    arguments = ["--teach", other, "--data", data, "--out", out, "--as-is"]
    assert main(["train", *map(str, arguments)]) == 0

    lines = capfd.readouterr().out.splitlines()
    assert lines[1].startswith("these are too few to say how your other digits will be read")
    assert (
        lines[2] == f"of the digits in {teach_folder()}, 0 of 12 were read rightly before, 12 now"
    )


class Stopped:
    """Stops a training after its second epoch."""

    def __init__(self, *_: object) -> None:
        self.epochs = 0

    def start(self, epochs: int, steps: int, done: int = 0) -> None:
        pass

    def step(self, loss: float, accuracy: float) -> None:
        pass

    def epoch(self, report: object) -> None:
        self.epochs += 1
        if self.epochs == 2:
            raise KeyboardInterrupt

    def __enter__(self) -> Stopped:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_stopped_it_says_what_is_kept_and_goes_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    trained: Path,
) -> None:
    from camdigits.training.fine_tuner import teach

    hand, data = write_hand(tmp_path / "hand", 6), write_data(tmp_path / "data.npz")
    teach(hand, data, tmp_path / "whole")
    command = ["train", "--teach", hand, "--data", data, "--out", tmp_path / "out", "--as-is"]
    with monkeypatch.context() as patched:
        patched.setattr("camdigits.cli.terminal.training_progress.LineProgress", Stopped)
        assert main([*map(str, command)]) == 130
    assert "the same command with --resume goes on" in capfd.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".camdigits-resume"]

    assert main([*map(str, command), "--resume"]) == 0

    assert "epoch 3/4: " in capfd.readouterr().err
    made = [(tmp_path / name / "lenet.tflite").read_bytes() for name in ("out", "whole")]
    assert made[0] == made[1]
    assert not (tmp_path / "out" / ".camdigits-resume").exists()


def test_an_empty_folder_writes_nothing(tmp_path: Path) -> None:
    from camdigits.training.fine_tuner import teach

    with pytest.raises(DataError, match="has no pictures of digits"):
        teach(tmp_path, write_data(tmp_path / "data.npz"), tmp_path / "out")

    assert not (tmp_path / "out").exists()
