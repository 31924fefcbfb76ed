"""What every classifier does, whatever it runs on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.networks.classifier import Classifier, LiteRTClassifier, bundled_weights
from camdigits.networks.model_card import DIGITS
from tests.support.digits import make_digits, needs_train_extra, trained_folder
from tests.support.weights import copy_weights


def litert(_: Path) -> Classifier:
    return LiteRTClassifier()


def litert_with_temperature(folder: Path) -> Classifier:
    return LiteRTClassifier(copy_weights(folder, temperature=1.7))


def litert_that_knows_no_digit(folder: Path) -> Classifier:
    return LiteRTClassifier(copy_weights(folder, eleven_outputs(), classes=[*DIGITS, "none"]))


def keras(_: Path) -> Classifier:
    from camdigits.training.models.keras_classifier import KerasClassifier

    return KerasClassifier(bundled_weights())


def trained(_: Path) -> Classifier:
    return LiteRTClassifier(trained_folder() / "lenet.tflite")


@functools.cache
def eleven_outputs() -> bytes:
    """Return a ``.tflite`` that has eleven classes, untrained."""
    from camdigits.training.models.backend import load_keras
    from camdigits.training.models.export import tflite_bytes

    layers = load_keras().layers
    model = load_keras().Sequential(
        [
            load_keras().Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(11, activation="softmax"),
        ]
    )
    return tflite_bytes(model)


NEEDS_TRAIN = [pytest.mark.train, needs_train_extra]
CLASSIFIERS = [
    litert,
    litert_with_temperature,
    pytest.param(litert_that_knows_no_digit, marks=NEEDS_TRAIN),
    pytest.param(keras, marks=NEEDS_TRAIN),
    pytest.param(trained, marks=NEEDS_TRAIN),
]


@pytest.fixture(params=CLASSIFIERS)
def classify(request: pytest.FixtureRequest, tmp_path: Path) -> Classifier:
    make: Callable[[Path], Classifier] = request.param
    return make(tmp_path)


def blanks(value: int, count: int = 3) -> NDArray[np.uint8]:
    return np.full((count, 28, 28), value, np.uint8)


def test_no_crops_give_no_rows(classify: Classifier) -> None:
    result = classify(np.zeros((0, 28, 28), np.uint8))

    assert result.shape == (0, 10)
    assert result.dtype == np.float32


@pytest.mark.parametrize(
    "crops",
    [make_digits(1)[0], make_digits(7)[0], make_digits(300)[0], blanks(0), blanks(255)],
    ids=["one", "seven", "many", "black", "white"],
)
def test_rows_are_probabilities(classify: Classifier, crops: NDArray[np.uint8]) -> None:
    result = classify(crops)

    assert result.shape == (len(crops), 10)
    assert result.dtype == np.float32
    assert (result >= 0).all()
    assert (result.sum(axis=1) <= 1 + 1e-5).all()


def test_the_argument_is_not_written_to(classify: Classifier) -> None:
    crops, _ = make_digits(5)
    crops.setflags(write=False)

    classify(crops)


def test_any_layout_in_memory_reads_the_same(classify: Classifier) -> None:
    crops, _ = make_digits(6)
    scattered = np.asfortranarray(crops)
    every_other = np.repeat(crops, 2, axis=0)[::2]

    np.testing.assert_array_equal(classify(scattered), classify(crops))
    np.testing.assert_array_equal(classify(every_other), classify(crops))


def test_a_result_stays_when_the_next_comes(classify: Classifier) -> None:
    first = classify(make_digits(4, seed=1)[0])
    kept = first.copy()

    classify(make_digits(4, seed=2)[0])

    np.testing.assert_array_equal(first, kept)


def test_reading_twice_gives_the_same(classify: Classifier) -> None:
    crops, _ = make_digits(9)

    np.testing.assert_array_equal(classify(crops), classify(crops))


@pytest.mark.train
@needs_train_extra
def test_what_is_missing_from_a_row_is_no_digit(tmp_path: Path) -> None:
    result = litert_that_knows_no_digit(tmp_path)(make_digits(5)[0])

    assert (result.sum(axis=1) < 0.999).all()
