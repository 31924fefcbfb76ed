"""Recipes, architectures, losses and optimizers, and what the settings make of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import UsageError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.training import TrainSettings, train
from camdigits.training.data.dataset import Digits
from camdigits.training.models.architectures import (
    BUILDERS,
    build,
    describe_layers,
    fold_input_scale,
)
from camdigits.training.recipes import RECIPES
from camdigits.training.sets.base import Inputs, one_hot, to_input
from camdigits.training.sets.recipes import PREPARE
from camdigits.training.sets.shuffled import ShuffledDigits
from camdigits.training.settings import ARCHITECTURES, SGD_LEARNING_RATE
from tests.support.digits import QUICK, make_arrays, make_digits, needs_train_extra, write_npz


@pytest.mark.parametrize("name", RECIPES)
def test_numbers_that_are_not_given_are_those_of_the_recipe(name: str) -> None:
    recipe = RECIPES[name]

    settings = TrainSettings(recipe=name, batch_size=7)

    assert (settings.epochs, settings.batch_size) == (recipe.epochs, 7)
    assert settings.learning_rate == recipe.learning_rate


def test_the_tutorial_s_numbers_are_its_own() -> None:
    tutorial = TrainSettings(recipe="tutorial")

    assert (tutorial.epochs, tutorial.batch_size, tutorial.pixel_max) == (5, 300, 255)
    assert (tutorial.optimizer, tutorial.loss) == ("adam", "categorical_crossentropy")
    assert not RECIPES["tutorial"].rate_falls


def test_sgd_has_a_learning_rate_of_its_own() -> None:
    assert TrainSettings(optimizer="sgd").learning_rate == SGD_LEARNING_RATE
    assert TrainSettings(optimizer="sgd", learning_rate=0.5).learning_rate == 0.5


@pytest.mark.parametrize("name", ["recipe", "architecture", "loss", "optimizer"])
def test_an_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UsageError, match=rf"^'soup' is no {name}; use \w+"):
        TrainSettings(**{name: "soup"})


def test_settings_come_back_from_their_record() -> None:
    settings = TrainSettings(recipe="tutorial", loss="mse", limit=300, teacher=Path("zfnet.keras"))

    assert TrainSettings.from_record(settings.as_dict(), Path("card")) == settings


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"epochs": "many"}, "card says epochs 'many'"),
        ({"epochs": True}, "card says epochs True"),
        ({"epochs": None}, "card says epochs None"),
        ({"seed": 1.5}, "card says seed 1.5"),
        ({"spice": 1}, "has a setting 'spice'"),
        ({"epochs": 0}, "0 epochs"),
        ({"recipe": "soup"}, "'soup' is no recipe"),
        ({"teacher": 7}, "card says teacher 7"),
    ],
)
def test_a_strange_record_is_refused(change: dict[str, object], expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        TrainSettings.from_record(TrainSettings().as_dict() | change, Path("card"))


def test_a_record_that_lacks_a_setting_is_refused() -> None:
    record = TrainSettings().as_dict()
    del record["recipe"]

    with pytest.raises(UsageError, match="card lacks the setting 'recipe'"):
        TrainSettings.from_record(record, Path("card"))


def test_a_record_from_before_there_were_teachers_has_none() -> None:
    record = TrainSettings().as_dict()
    del record["teacher"]

    assert TrainSettings.from_record(record, Path("card")) == TrainSettings()


def test_every_recipe_has_lessons_and_every_architecture_a_builder() -> None:
    assert set(PREPARE) == set(RECIPES)
    assert tuple(BUILDERS) == ARCHITECTURES


def test_one_hot_has_a_one_in_the_column_of_the_label() -> None:
    np.testing.assert_array_equal(one_hot(np.array([2, 0], np.uint8)), np.eye(10)[[2, 0]])


@pytest.mark.parametrize("full", [1, 255])
def test_ink_is_as_strong_as_the_recipe_says(full: int) -> None:
    images = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1)

    np.testing.assert_allclose(to_input(images, full).ravel(), [0, full / 5, full])


def test_shuffled_digits_are_all_there_in_an_order_that_only_the_epoch_changes() -> None:
    images = np.arange(25, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    training_set = ShuffledDigits(Digits(images, np.arange(25, dtype=np.uint8) % 10), seed=4)

    orders = [training_set(epoch)[0][:, 0, 0, 0] * 255 for epoch in (0, 1, 0)]
    pictures, targets = training_set(3)

    for order in orders:
        np.testing.assert_allclose(np.sort(order), np.arange(25), atol=1e-4)
    np.testing.assert_array_equal(orders[0], orders[2])
    assert (orders[0] != orders[1]).any()
    labels = np.rint(pictures[:, 0, 0, 0] * 255) % 10
    np.testing.assert_array_equal(targets.argmax(axis=1), labels)


@pytest.mark.train
@needs_train_extra
class TestArchitectures:
    @pytest.mark.parametrize(
        ("architecture", "parameters"),
        [("lenet", 61_706), ("alexnet", 368_066), ("zfnet", 564_290), ("allcnn", 326_826)],
    )
    def test_size(self, architecture: str, parameters: int) -> None:
        model = build(architecture)

        assert (model.name, model.count_params()) == (architecture, parameters)
        assert describe_layers(model)[-1] == "Dense softmax -> 10"

    @pytest.mark.parametrize("architecture", ["zfnet", "alexnet", "allcnn"])
    def test_it_is_trained_and_read_with(self, tmp_path: Path, architecture: str) -> None:
        settings = TrainSettings(
            "plain", epochs=2, batch_size=25, limit=200, architecture=architecture
        )

        train(write_npz(tmp_path / "data.npz"), tmp_path / "out", settings)

        names = {f"{architecture}.{suffix}" for suffix in ("keras", "tflite", "json")}
        assert {path.name for path in (tmp_path / "out").iterdir()} == names
        classify = LiteRTClassifier(tmp_path / "out" / f"{architecture}.tflite")
        assert classify.card.architecture == architecture
        assert classify(make_digits(3)[0]).shape == (3, 10)

    def test_folding_the_scale_lets_a_network_take_pixels_from_0_to_1(self) -> None:
        images, _ = make_digits(20)
        model = build("lenet")
        before = model.predict(to_input(images, 255), verbose=0)

        fold_input_scale(model, 255)

        np.testing.assert_allclose(model.predict(to_input(images), verbose=0), before, atol=1e-5)


@pytest.mark.train
@needs_train_extra
def test_the_tutorial_s_weights_read_like_all_others(tmp_path: Path) -> None:
    settings = TrainSettings("tutorial", epochs=4, batch_size=20, limit=400)

    card = train(write_npz(tmp_path / "data.npz"), tmp_path / "out", settings)

    arrays = make_arrays()
    read = LiteRTClassifier(tmp_path / "out" / "lenet.tflite")(arrays["x_test"]).argmax(axis=1)
    assert card.record["input"]["range"] == [0, 1]
    assert card.accuracy == (read == arrays["y_test"]).mean() > 0.9


@pytest.mark.train
@needs_train_extra
@pytest.mark.parametrize(
    ("loss", "optimizer", "expected"),
    [
        ("categorical_crossentropy", "adam", ("categorical_crossentropy", "Adam")),
        ("mse", "sgd", ("mean_squared_error", "SGD")),
    ],
)
def test_loss_and_optimizer_are_those_chosen(
    loss: str, optimizer: str, expected: tuple[str, str]
) -> None:
    from camdigits.training.fit import compile_model

    model = build("lenet")

    compile_model(model, TrainSettings("plain", loss=loss, optimizer=optimizer), steps=10)

    assert (model.loss, type(model.optimizer).__name__) == expected


@pytest.mark.train
@needs_train_extra
def test_what_an_epoch_is_said_to_read_is_read_with_its_last_weights() -> None:
    from camdigits.training.fit import fit
    from camdigits.training.progress import NoProgress

    digits, model = Digits(*make_digits(60)), build("lenet")
    settings = TrainSettings("camera", epochs=2, batch_size=20, learning_rate=0.01)

    reports = fit(model, ShuffledDigits(digits, 1), digits, settings, (NoProgress(), None))

    said = model.predict(to_input(digits.images), verbose=0)
    loss = -np.log(said[np.arange(60), digits.labels]).mean()
    assert reports[-1].validation_loss == pytest.approx(loss, rel=1e-4)


@pytest.mark.train
@needs_train_extra
def test_an_epoch_says_how_long_it_waited_for_its_pictures() -> None:
    from camdigits.training import fit

    clock_s = [100.0]

    class Pictures:
        """A future whose pictures are there after three seconds."""

        def result(self) -> tuple[Inputs, Inputs]:
            clock_s[0] += 3
            return ShuffledDigits(Digits(*make_digits(5)), 1)(0)

    class Executor:
        def __enter__(self) -> Executor:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def submit(self, *_: object) -> Pictures:
            return Pictures()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "ThreadPoolExecutor", lambda max_workers: Executor())
        patch.setattr(fit.time, "monotonic", lambda: clock_s[0])
        waited = [waited_s for *_, waited_s in fit._ahead(lambda epoch: None, 0, 2)]

    assert waited == [3, 3]


@pytest.mark.train
@needs_train_extra
def test_a_report_has_how_long_its_epoch_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    from camdigits.training import fit
    from camdigits.training.progress import NoProgress

    digits = Digits(*make_digits(60))
    training_set = ShuffledDigits(digits, 1)
    coming = [(epoch, training_set(epoch), 3.0 + epoch) for epoch in (0, 1)]
    monkeypatch.setattr(fit, "_ahead", lambda *_: iter(coming))
    settings = TrainSettings("plain", epochs=2, batch_size=20)

    reports = fit.fit(build("lenet"), training_set, digits, settings, (NoProgress(), None))

    assert [report.waited_s for report in reports] == [3.0, 4.0]


@pytest.mark.train
@needs_train_extra
def test_mean_squared_error_with_sgd_learns(tmp_path: Path) -> None:
    settings = TrainSettings(
        "plain", epochs=4, batch_size=10, limit=400, loss="mse", optimizer="sgd"
    )

    card = train(write_npz(tmp_path / "data.npz"), tmp_path / "out", settings)

    losses = [epoch["loss"] for epoch in card.record["history"]]
    assert card.accuracy > 0.9
    assert losses == sorted(losses, reverse=True) and len(losses) == 4


@pytest.mark.train
@needs_train_extra
def test_a_resumed_training_ends_as_an_uninterrupted_one(tmp_path: Path) -> None:
    from camdigits.training.progress import EpochReport, NoProgress

    # Of the architectures this one has most of what can be forgotten: dropout, normalisation.
    settings = TrainSettings("plain", 3, 30, limit=100, architecture="alexnet")
    data, seen = write_npz(tmp_path / "data.npz"), []

    class Interrupting(NoProgress):
        def epoch(self, report: EpochReport) -> None:
            if report.epoch == 2:
                raise KeyboardInterrupt

    class Listening(NoProgress):
        def epoch(self, report: EpochReport) -> None:
            seen.append(report.epoch)

    train(data, tmp_path / "whole", settings)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "stopped", settings, Interrupting())
    train(data, tmp_path / "stopped", progress=Listening(), resume=True)

    assert seen == [3]
    names = {path.name for path in (tmp_path / "whole").iterdir()}
    assert {path.name for path in (tmp_path / "stopped").iterdir()} == names
    for name in names:
        whole, stopped = ((tmp_path / run / name).read_bytes() for run in ("whole", "stopped"))
        assert whole == stopped, name


@pytest.mark.train
@needs_train_extra
class TestResume:
    @pytest.fixture
    def stopped(self, tmp_path: Path) -> Path:
        from camdigits.training.progress import EpochReport, NoProgress

        class Interrupting(NoProgress):
            def epoch(self, report: EpochReport) -> None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train(write_npz(tmp_path / "data.npz"), tmp_path / "out", QUICK, Interrupting())
        return tmp_path

    def test_there_is_nothing_to_resume(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"no stopped training in .*; start without --resume"):
            train(write_npz(tmp_path / "data.npz"), tmp_path / "out", resume=True)

    def test_other_settings_do_not_fit(self, stopped: Path) -> None:
        with pytest.raises(UsageError, match="had other settings or data"):
            train(stopped / "data.npz", stopped / "out", TrainSettings("plain"), resume=True)

    def test_other_data_do_not_fit(self, stopped: Path) -> None:
        other = write_npz(stopped / "other.npz", x_test=make_digits(100, seed=77)[0])

        with pytest.raises(UsageError, match="had other settings or data"):
            train(other, stopped / "out", resume=True)

    @pytest.mark.parametrize("content", [b"", b"PK\3\4 cut off", None])
    def test_a_damaged_state_is_one_line(self, stopped: Path, content: bytes | None) -> None:
        state = stopped / "out" / ".camdigits-resume" / "state.npz"
        state.write_bytes(state.read_bytes()[:-2000] if content is None else content)

        with pytest.raises(UsageError, match="is damaged or not of this training"):
            train(stopped / "data.npz", stopped / "out", resume=True)

    def test_a_new_training_forgets_the_stopped_one(self, stopped: Path) -> None:
        train(stopped / "data.npz", stopped / "out", QUICK)

        assert not (stopped / "out" / ".camdigits-resume").exists()
