"""Training, from the split to the files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import DataError, UsageError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.model_card import read_card
from camdigits.training import TrainSettings, train
from camdigits.training.data.dataset import Digits
from camdigits.training.progress import EpochReport, NoProgress
from camdigits.training.trainer import split
from tests.support.digits import (
    QUICK,
    make_arrays,
    make_digits,
    needs_train_extra,
    trained_folder,
    write_npz,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("learning_rate", -1.0),
        ("learning_rate", float("nan")),
        ("learning_rate", 2.0),
        ("seed", -1),
        ("seed", 2**32),
        ("limit", 99),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=str(value)):
        TrainSettings(**{name: value})  # type: ignore[arg-type]


def test_one_digit_is_no_batch_to_normalise_over() -> None:
    with pytest.raises(UsageError, match="batch size 1 is too small for the recipe varied"):
        TrainSettings("varied", batch_size=1)
    assert TrainSettings("plain", batch_size=1).batch_size == 1


def test_command_repeats_the_settings() -> None:
    assert TrainSettings("tutorial", 3, 64, 0.01, seed=7).command() == (
        "camdigits train --recipe tutorial --epochs 3 --batch-size 64 --learning-rate 0.01 "
        "--seed 7 --architecture lenet --loss categorical_crossentropy --optimizer adam"
    )
    assert " --limit 500 " in TrainSettings(limit=500).command()
    taught = TrainSettings(teacher=Path("my nets/zfnet.keras"))
    assert taught.command().endswith(" --teacher 'my nets/zfnet.keras'")


def test_split_is_disjoint_and_complete() -> None:
    images = np.arange(1200, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    labels = (np.arange(1200) % 10).astype(np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(1200), 256)

    training, validation = split(Digits(images, labels), TrainSettings())

    def numbers(digits: Digits) -> set[int]:
        return {int(image[0, 0]) * 256 + int(image[0, 1]) for image in digits.images}

    assert (len(training), len(validation)) == (1100, 100)
    assert numbers(training) | numbers(validation) == set(range(1200))


def test_split_follows_the_seed_and_the_limit() -> None:
    digits = Digits(*make_digits(600))

    same = [split(digits, TrainSettings(seed=5))[0].labels for _ in range(2)]
    other = split(digits, TrainSettings(seed=6))[0].labels
    training, validation = split(digits, TrainSettings(limit=240))

    np.testing.assert_array_equal(*same)
    assert (same[0] != other).any()
    assert (len(training), len(validation)) == (220, 20)


def test_too_few_digits_are_refused() -> None:
    with pytest.raises(DataError, match="99 digits to learn from"):
        split(Digits(*make_digits(99)), TrainSettings())


@pytest.mark.train
@needs_train_extra
class TestTraining:
    def test_card_tells_how_the_model_was_made(self) -> None:
        card = read_card(trained_folder() / "lenet.json")

        assert card.parameters == 61_706
        assert card.record["layers"] == [
            "Conv2D 6 5x5 same relu -> 28x28x6",
            "MaxPooling2D 2x2 -> 14x14x6",
            "Conv2D 16 5x5 valid relu -> 10x10x16",
            "MaxPooling2D 2x2 -> 5x5x16",
            "Flatten -> 400",
            "Dense relu -> 120",
            "Dense relu -> 84",
            "Dense softmax -> 10",
        ]
        data = card.record["data"]
        assert (data["train"], data["validation"], data["test"]) == (367, 33, 100)
        assert TrainSettings.from_record(card.record["settings"], card.path) == QUICK
        assert card.record["command"] == QUICK.command()
        assert set(card.files) == {"lenet.keras", "lenet.tflite"}

    def test_card_has_the_accuracy_of_the_shipped_classifier(self) -> None:
        classify = LiteRTClassifier(trained_folder() / "lenet.tflite")
        arrays = make_arrays()

        right = classify(arrays["x_test"]).argmax(axis=1) == arrays["y_test"]

        assert classify.card.accuracy == right.mean() > 0.9
        confusion = np.array(classify.card.record["accuracy"]["confusion"])
        assert confusion.sum() == len(right) and np.trace(confusion) == right.sum()

    def test_export_agrees_with_the_model(self) -> None:
        from camdigits.training.models.keras_classifier import KerasClassifier

        crops, _ = make_digits(40, seed=8)

        of_keras = KerasClassifier(trained_folder() / "lenet.keras")(crops)
        of_tflite = LiteRTClassifier(trained_folder() / "lenet.tflite")(crops)

        np.testing.assert_allclose(of_tflite, of_keras, atol=1e-5)

    def test_same_data_and_seed_give_the_same_files(self, tmp_path: Path) -> None:
        train(write_npz(tmp_path / "data.npz"), tmp_path / "again", QUICK)

        for path in trained_folder().iterdir():
            assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name

    def test_keras_file_has_no_optimizer_state(self) -> None:
        size = (trained_folder() / "lenet.keras").stat().st_size

        assert size < 61_706 * 4 + 50_000

    def test_progress_is_told_every_step(self, tmp_path: Path) -> None:
        told: list[object] = []

        class Listener(NoProgress):
            def start(self, epochs: int, steps: int, done: int = 0) -> None:
                told.append((epochs, steps, done))

            def step(self, loss: float, accuracy: float) -> None:
                told.append("step")

            def epoch(self, report: EpochReport) -> None:
                told.append(report.epoch)

        settings = TrainSettings("plain", epochs=2, batch_size=50, limit=120)

        train(write_npz(tmp_path / "data.npz"), tmp_path / "out", settings, Listener())

        assert told == [(2, 3, 0), "step", "step", "step", 1, "step", "step", "step", 2]

    def test_interrupted_training_leaves_no_model(self, tmp_path: Path) -> None:
        class Interrupting(NoProgress):
            def epoch(self, report: EpochReport) -> None:
                raise KeyboardInterrupt

        data = write_npz(tmp_path / "data.npz")
        with pytest.raises(KeyboardInterrupt):
            train(data, tmp_path / "out", QUICK, Interrupting())

        assert [path.name for path in (tmp_path / "out").iterdir()] == [".camdigits-resume"]

    def test_damaged_data_write_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "data.npz").write_text("<html>")

        with pytest.raises(DataError):
            train(tmp_path / "data.npz", tmp_path / "out", QUICK)

        assert not (tmp_path / "out").exists()


@pytest.mark.train
@needs_train_extra
def test_a_strange_keras_file_is_refused(tmp_path: Path) -> None:
    from camdigits.errors import WeightsError
    from camdigits.training.models.keras_classifier import KerasClassifier

    record = json.loads((trained_folder() / "lenet.json").read_text())
    (tmp_path / "lenet.json").write_text(json.dumps(record))
    (tmp_path / "lenet.keras").write_bytes(b"PK nonsense")

    with pytest.raises(WeightsError, match="sha256 differs"):
        KerasClassifier(tmp_path / "lenet.keras")
