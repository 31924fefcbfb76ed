"""The classifier of live reading."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.errors import WeightsError
from camdigits.networks.classifier import LiteRTClassifier, bundled_weights, sharpen
from camdigits.networks.model_card import DIGITS
from tests.support.digits import make_digits
from tests.support.weights import copy_weights, poisoned_weights


def test_bundled_weights_are_a_lenet() -> None:
    card = LiteRTClassifier().card

    assert (card.architecture, card.parameters, card.classes) == ("lenet", 61_706, DIGITS)
    assert card.accuracy > 0.985
    assert 0.3 < card.threshold < 1


@pytest.mark.parametrize("count", [1, 3, 9, 25, 256, 257, 600])
def test_a_crop_reads_the_same_in_any_company(count: int) -> None:
    crops, _ = make_digits(count)
    classify = LiteRTClassifier()

    together = classify(crops)
    alone = np.concatenate([classify(crop[None]) for crop in crops[-3:]])

    np.testing.assert_allclose(together[-3:], alone, atol=1e-6)


def test_a_smaller_batch_shows_nothing_of_a_larger_one_before() -> None:
    crops, _ = make_digits(30)
    used, fresh = LiteRTClassifier(), LiteRTClassifier()

    used(crops)

    np.testing.assert_array_equal(used(crops[:20]), fresh(crops[:20]))


def test_crops_of_a_frame_share_a_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_edge_litert import interpreter

    calls: list[int] = []

    class Counting(interpreter.Interpreter):  # type: ignore[misc]
        def invoke(self) -> None:
            calls.append(int(self.get_input_details()[0]["shape"][0]))
            super().invoke()

    monkeypatch.setattr(interpreter, "Interpreter", Counting)
    classify = LiteRTClassifier()
    calls.clear()

    classify(make_digits(0)[0])
    assert calls == []
    classify(make_digits(20)[0])
    assert calls == [16, 4]
    classify(make_digits(300)[0])
    assert calls == [16, 4, *[64] * 4, 16, 16, 4, 4, 4]


@pytest.mark.parametrize(
    "crops",
    [
        np.zeros((2, 28, 28), np.float32),
        np.zeros((2, 20, 20), np.uint8),
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 28, 1), np.uint8),
    ],
    ids=["float", "small", "no batch", "channel"],
)
def test_other_arrays_are_refused(crops: Any) -> None:
    with pytest.raises(ValueError, match=r"!= uint8 \(n, 28, 28\)"):
        LiteRTClassifier()(crops)


def test_a_pickled_classifier_opens_its_file_again(tmp_path: Path) -> None:
    crops, _ = make_digits(4)
    original = LiteRTClassifier(copy_weights(tmp_path, threshold=0.25))

    copy = pickle.loads(pickle.dumps(original))

    assert copy.card == original.card
    np.testing.assert_array_equal(copy(crops), original(crops))


def test_it_is_silent_and_needs_neither_opencv_nor_tensorflow() -> None:
    code = (
        "import sys, numpy; from camdigits.networks.classifier import LiteRTClassifier;"
        "LiteRTClassifier()(numpy.zeros((9, 28, 28), numpy.uint8));"
        "print(sorted({'cv2', 'keras', 'tensorflow'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200)

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_mnist_is_read_as_well_as_the_card_says(test_data: Path) -> None:
    arrays = np.load(test_data / "mnist" / "mnist.npz")
    classify = LiteRTClassifier()

    read = classify(arrays["x_test"]).argmax(axis=1)

    assert np.mean(read == arrays["y_test"]) == pytest.approx(classify.card.accuracy, abs=2e-4)


def test_temperature_softens_the_probabilities(tmp_path: Path) -> None:
    crops, _ = make_digits(50)

    plain = LiteRTClassifier()(crops)
    soft = LiteRTClassifier(copy_weights(tmp_path, temperature=2.0))(crops)

    np.testing.assert_array_equal(soft.argmax(axis=1), plain.argmax(axis=1))
    assert (soft.max(axis=1) < plain.max(axis=1)).all()
    np.testing.assert_allclose(soft.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 20.0])
def test_sharpen_is_softmax_of_scaled_logits(power: float) -> None:
    logits = np.random.default_rng(1).normal(0, 3, (40, 10)).astype(np.float32)

    def softmax(values: Any) -> Any:
        exponents = np.exp(values - values.max(axis=1, keepdims=True))
        return exponents / exponents.sum(axis=1, keepdims=True)

    sharp = sharpen(softmax(logits), power)

    assert sharp.dtype == np.float32
    np.testing.assert_allclose(sharp, softmax(logits * power), atol=1e-5)


def test_weights_that_are_no_tflite_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"not a \.tflite file"):
        LiteRTClassifier(tmp_path / "lenet.h5")


def test_weights_without_a_card_are_refused(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    weights.with_suffix(".json").unlink()

    with pytest.raises(WeightsError, match=r"lenet\.json is missing; make one with"):
        LiteRTClassifier(weights)


def test_a_card_without_weights_is_refused(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    weights.unlink()

    with pytest.raises(WeightsError, match=r"lenet\.tflite is missing"):
        LiteRTClassifier(weights)


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b"", lambda b: b + b"\0"])
def test_weights_other_than_those_of_the_card_are_refused(tmp_path: Path, change: Any) -> None:
    weights = copy_weights(tmp_path)
    weights.write_bytes(change(weights.read_bytes()))

    with pytest.raises(WeightsError, match="sha256 differs"):
        LiteRTClassifier(weights)


def test_weights_and_card_may_be_renamed_together(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    mine = weights.rename(tmp_path / "mine.tflite")
    weights.with_suffix(".json").rename(tmp_path / "mine.json")

    assert LiteRTClassifier(mine).card.name == "lenet"

    mine.write_bytes(mine.read_bytes() + b"0")
    with pytest.raises(WeightsError, match=r"does not know mine\.tflite"):
        LiteRTClassifier(mine)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "judge.tflite",
            r"judge\.json is the card of the judge, which tells digits from what is none, not of a "
            r"network that names digits; name weights made with: camdigits train",
        ),
        ("line.tflite", "is the card of the line reader"),
        ("print.tflite", "is the card of the print detector"),
        ("lenet.keras", r"not a \.tflite .*; make one of it with: camdigits adopt .*lenet\.keras"),
    ],
)
def test_what_names_no_digits_is_told_what_it_is(name: str, told: str) -> None:
    with pytest.raises(WeightsError, match=told):
        LiteRTClassifier(bundled_weights().with_name(name))


def test_weights_without_a_card_may_be_adopted(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    card = weights.with_suffix(".json")
    card.write_text('{"class_name": "Sequential", "config": []}')
    with pytest.raises(WeightsError, match=r"architecture of a Keras model .* camdigits adopt "):
        LiteRTClassifier(weights)

    card.unlink()
    with pytest.raises(
        WeightsError, match=r"card .* missing; make one with: camdigits adopt .*te$"
    ):
        LiteRTClassifier(weights)


def test_huge_weights_are_not_read(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    with weights.open("r+b") as file:
        file.truncate((256 << 20) + 1)

    with pytest.raises(WeightsError, match="larger than 256 MiB"):
        LiteRTClassifier(weights)


@pytest.mark.parametrize(
    "content", [b"", b"<!doctype html>", bytes(1000), bundled_weights().read_bytes()[:100_000]]
)
def test_what_is_no_network_is_refused_although_its_card_vouches(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(WeightsError, match="LiteRT cannot run"):
        LiteRTClassifier(copy_weights(tmp_path, content))


def test_a_network_that_gives_nan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="gives no probabilities"):
        LiteRTClassifier(copy_weights(tmp_path, poisoned_weights()))


def test_a_network_of_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"has output .*\(-1, 10\).* != .*\(-1, 11\)"):
        LiteRTClassifier(copy_weights(tmp_path, classes=[*DIGITS, "none"]))
