"""Learning from a larger network."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.errors import CamdigitsError, UsageError, WeightsError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.training import TrainSettings, train
from camdigits.training.data.dataset import Digits
from camdigits.training.repeat import settings_like
from camdigits.training.sets.base import Inputs, to_input
from camdigits.training.sets.distilled import BANK, TRUST, DistilledSet, Teacher
from camdigits.training.sets.shuffled import ShuffledDigits
from tests.support.digits import QUICK, make_digits, needs_train_extra, trained_folder, write_npz
from tests.support.weights import copy_weights

HALF = np.array([0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0], np.float32)


class Unsure(Teacher):
    """Holds every picture for a zero or a one, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[NDArray[np.uint8]] = []

    def soften(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked.append(images)
        return np.tile(HALF, (len(images), 1))


class SomeNone:
    """A training set of 20 digits whose last four are shown as what is no digit."""

    def __len__(self) -> int:
        return 20

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        images, labels = make_digits(20, seed=epoch)
        targets = np.eye(10, dtype=np.float32)[labels]
        targets[-4:] = 0.1
        return to_input(images), targets


def distilled(teacher: Teacher) -> DistilledSet:
    return DistilledSet(SomeNone(), teacher, TrainSettings())


def test_digits_have_the_teacher_s_word_and_their_label_for_a_target() -> None:
    _, targets = distilled(Unsure())(0)

    is_none = (targets == np.float32(0.1)).all(axis=1)
    assert is_none.sum() == 4
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    zeros = targets[~is_none & (targets[:, 0] > 0)]
    assert len(zeros)
    labels = zeros - TRUST * HALF
    np.testing.assert_allclose(labels[:, 0], 1 - TRUST, atol=1e-6)


def test_where_the_teacher_is_wrong_the_label_is_the_target() -> None:
    _, targets = distilled(Unsure())(0)

    others = targets[targets[:, 0] == 0]
    assert len(others)
    np.testing.assert_array_equal(np.sort(others, axis=1)[:, -2:], [[0, 1]] * len(others))


def test_the_teacher_sees_the_crops_and_not_what_is_none() -> None:
    teacher = Unsure()

    distilled(teacher)(3)

    np.testing.assert_array_equal(teacher.asked[0], make_digits(20, seed=3)[0][:16])


@pytest.mark.parametrize("full", [1, 255])
def test_the_teacher_sees_full_ink_whatever_the_recipe_s_scale(full: int) -> None:
    teacher, recipe = Unsure(), {1: "plain", 255: "tutorial"}[full]
    digits = Digits(*make_digits(30))

    DistilledSet(ShuffledDigits(digits, 1, full), teacher, TrainSettings(recipe))(0)

    assert sorted(map(bytes, teacher.asked[0])) == sorted(map(bytes, digits.images))


def test_later_epochs_repeat_what_the_teacher_said_in_another_order() -> None:
    teacher = Unsure()
    training_set = distilled(teacher)

    first, again = training_set(1), training_set(1 + BANK)

    assert len(teacher.asked) == 1
    assert not np.array_equal(first[0], again[0])
    pairs = [
        sorted((x.tobytes(), y.tobytes()) for x, y in zip(*each, strict=True))
        for each in (first, again)
    ]
    assert pairs[0] == pairs[1]


def test_an_epoch_depends_on_its_number_alone() -> None:
    training_set = distilled(Unsure())
    training_set(5)

    np.testing.assert_array_equal(training_set(BANK + 2)[0], distilled(Unsure())(BANK + 2)[0])


def test_a_teacher_s_word_is_softened(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    digits, _ = make_digits(12)

    said = Teacher(weights).soften(digits)

    plain = LiteRTClassifier(weights)(digits)
    np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(said.argmax(axis=1), plain.argmax(axis=1))
    assert (said.max(axis=1) < plain.max(axis=1)).all()


@pytest.mark.parametrize("name", ["zfnet.txt", "zfnet.h5", "zfnet"])
def test_other_files_are_no_teachers(name: str) -> None:
    with pytest.raises(WeightsError, match=r"is neither a \.keras nor a \.tflite file"):
        Teacher(Path(name))


def test_a_missing_teacher_is_named() -> None:
    with pytest.raises(WeightsError, match=r"/nowhere/zfnet\.tflite is missing"):
        Teacher(Path("/nowhere/zfnet.tflite"))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a network that another one taught, and the data of both."""
    folder = tmp_path_factory.mktemp("taught")
    settings = replace(QUICK, teacher=trained_folder() / "lenet.keras")
    train(write_npz(folder / "data.npz"), folder, settings)
    return folder


@pytest.mark.train
@needs_train_extra
class TestTraining:
    def test_the_card_says_who_taught_but_not_where_it_lay(self, taught: Path) -> None:
        card = LiteRTClassifier(taught / "lenet.tflite").card

        teacher = trained_folder() / "lenet.keras"
        digest = hashlib.sha256(teacher.read_bytes()).hexdigest()
        assert card.record["teacher"]["sha256"] == digest
        assert card.record["teacher"]["settings"] == QUICK.as_dict()
        assert card.record["settings"]["teacher"] == "lenet.keras"
        assert card.record["command"].endswith("--teacher lenet.keras")
        assert str(trained_folder()) not in (taught / "lenet.json").read_text()
        assert card.accuracy > 0.9

    def test_a_card_and_its_teacher_repeat_the_training(self, taught: Path, tmp_path: Path) -> None:
        teacher = trained_folder() / "lenet.keras"
        settings = settings_like(taught / "lenet.json", taught / "data.npz", teacher)

        train(taught / "data.npz", tmp_path, settings)

        for name in ("lenet.tflite", "lenet.keras", "lenet.json"):
            assert (tmp_path / name).read_bytes() == (taught / name).read_bytes()

    def test_a_card_with_a_teacher_asks_for_it(self, taught: Path) -> None:
        with pytest.raises(UsageError, match=r"had a teacher; name it: --teacher lenet\.keras"):
            settings_like(taught / "lenet.json", taught / "data.npz")

    def test_another_teacher_is_refused(self, taught: Path) -> None:
        with pytest.raises(UsageError, match="had the teacher of sha256"):
            settings_like(taught / "lenet.json", taught / "data.npz", taught / "lenet.keras")

    def test_other_data_are_refused(self, taught: Path, tmp_path: Path) -> None:
        images, labels = make_digits(100, seed=99)
        other = write_npz(tmp_path / "other.npz", x_test=images, y_test=labels)

        with pytest.raises(UsageError, match="was trained on data of sha256") as caught:
            settings_like(taught / "lenet.json", other, trained_folder() / "lenet.keras")
        assert "\n" not in str(caught.value)

    def test_a_card_without_a_teacher_takes_none(self, taught: Path) -> None:
        card = trained_folder() / "lenet.json"

        with pytest.raises(UsageError, match="had no teacher; leave out --teacher"):
            settings_like(card, taught / "data.npz", taught / "lenet.keras")

    def test_a_teacher_without_a_card_is_refused(self, taught: Path, tmp_path: Path) -> None:
        (tmp_path / "lenet.keras").write_bytes((taught / "lenet.keras").read_bytes())
        settings = replace(QUICK, teacher=tmp_path / "lenet.keras")

        with pytest.raises(CamdigitsError, match="has no model card beside it"):
            train(taught / "data.npz", tmp_path / "out", settings)
        assert not (tmp_path / "out").exists()
