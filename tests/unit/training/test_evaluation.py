"""Counting how well digits are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.errors import WeightsError
from camdigits.training import evaluate
from camdigits.training.data.dataset import Digits
from camdigits.training.report.evaluation import measure, wilson_interval
from tests.support.digits import make_digits, needs_train_extra, trained_folder, write_npz


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [
        (0, 0, (0.0, 1.0)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (5, 10, (0.2366, 0.7634)),
        (9916, 10_000, (0.9896, 0.9932)),
    ],
)
def test_wilson_interval(hits: int, n: int, expected: tuple[float, float]) -> None:
    assert wilson_interval(hits, n) == pytest.approx(expected, abs=5e-5)


def test_nothing_read_is_not_perfect() -> None:
    nothing = measure(lambda _: pytest.fail("called"), Digits(*make_digits(0)))

    assert (nothing.n, nothing.errors, nothing.accuracy) == (0, 0, 0.0)


def test_confusion_has_truth_in_rows_and_readings_in_columns() -> None:
    images, _ = make_digits(4)
    truth = np.array([7, 7, 7, 1], np.uint8)
    read = np.eye(11, dtype=np.float32)[[7, 1, 1, 1]]

    evaluation = measure(lambda _: read, Digits(images, truth))

    assert evaluation.confusion[7, 1] == 2
    assert evaluation.confusion[7, 7] == evaluation.confusion[1, 1] == 1
    assert (evaluation.n, evaluation.errors, evaluation.accuracy) == (4, 2, 0.5)


def test_what_was_misread_comes_with_the_most_certain_first() -> None:
    images, _ = make_digits(4)
    probabilities = np.full((4, 10), 0.01, np.float32)
    probabilities[[0, 1, 2, 3], [5, 5, 6, 5]] = [0.6, 0.9, 0.7, 0.8]

    evaluation = measure(lambda _: probabilities, Digits(images, np.array([1, 2, 6, 3], np.uint8)))

    assert evaluation.misread.tolist() == [1, 3, 0]
    assert evaluation.confidence[evaluation.misread] == pytest.approx([0.9, 0.8, 0.6])


def test_no_digits_need_no_classifier() -> None:
    images, labels = make_digits(0)

    def classify(_: Any) -> Any:
        pytest.fail("called for nothing")

    assert measure(classify, Digits(images, labels)).n == 0


def test_a_class_for_no_digit_is_no_reading() -> None:
    images, _ = make_digits(1)
    mostly_none = np.array([[0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0, 0.7]], np.float32)

    evaluation = measure(lambda _: mostly_none, Digits(images, np.array([2], np.uint8)))

    assert evaluation.accuracy == 1.0


def test_only_the_test_split_is_read(tmp_path: Path) -> None:
    assert evaluate(write_npz(tmp_path / "data.npz")).n == 100


@pytest.mark.parametrize("name", ["weights.npz", "weights", "weights.pb"])
def test_other_files_are_no_weights(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsError, match=r"neither \.tflite nor \.keras"):
        evaluate(write_npz(tmp_path / "data.npz"), tmp_path / name)


@pytest.mark.train
@needs_train_extra
def test_keras_model_and_its_export_read_alike(tmp_path: Path) -> None:
    data = write_npz(tmp_path / "data.npz")

    of_keras = evaluate(data, trained_folder() / "lenet.keras")
    of_tflite = evaluate(data, trained_folder() / "lenet.tflite")

    np.testing.assert_array_equal(of_keras.confusion, of_tflite.confusion)
    assert of_tflite.accuracy > 0.9
