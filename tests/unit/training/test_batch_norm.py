"""Normalisation while a network learns, and none in what it leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camdigits.training import TrainSettings, train
from camdigits.training.models.architectures import LENET_PARAMETERS, build, describe_layers
from camdigits.training.models.backend import make_reproducible
from camdigits.training.models.batch_norm import fold, normalised
from camdigits.training.recipes import RECIPES
from camdigits.training.sets.base import one_hot, to_input
from tests.support.digits import make_digits, needs_train_extra, write_npz

pytestmark = [pytest.mark.train, needs_train_extra]


def test_what_is_left_reads_as_what_learnt() -> None:
    images, labels = make_digits(200)
    make_reproducible(1)
    model = build("lenet")
    learner = normalised(model)
    learner.compile("adam", "categorical_crossentropy")
    learner.fit(to_input(images), one_hot(labels), epochs=8, batch_size=20, verbose=0)
    said = learner.predict(to_input(images), verbose=0)

    folded = fold(learner, model)

    assert (said.argmax(axis=1) == labels).mean() > 0.9
    np.testing.assert_allclose(folded.predict(to_input(images), verbose=0), said, atol=1e-5)
    assert folded.count_params() == LENET_PARAMETERS


def test_every_layer_that_ends_in_relu_is_normalised_and_no_other() -> None:
    lines = describe_layers(normalised(build("lenet")))

    kinds = [line.split()[0] for line in lines]
    layer = ["BatchNormalization", "Activation"]
    convolution, dense = ["Conv2D", *layer, "MaxPooling2D"], ["Dense", *layer]
    assert kinds == [*convolution, *convolution, "Flatten", *dense, *dense, "Dense"]
    assert lines[-1] == "Dense softmax -> 10"


def test_a_network_that_has_normalisation_is_left_as_it_is() -> None:
    model = build("allcnn")

    learner = normalised(model)

    assert learner is model
    assert fold(learner, model) is model


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_a_recipe_learns_with_it_or_without_and_leaves_none(
    tmp_path: Path, recipe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[list[str]] = []

    def watched(model, *rest):  # type: ignore[no-untyped-def]
        learnt.append([type(layer).__name__ for layer in model.layers])
        return fit(model, *rest)

    from camdigits.training.fit import fit

    monkeypatch.setattr("camdigits.training.trainer.fit", watched)
    settings = TrainSettings(recipe, epochs=1, batch_size=25, limit=100)

    card = train(write_npz(tmp_path / "data.npz"), tmp_path / "out", settings)

    assert ("BatchNormalization" in learnt[0]) == (recipe == "varied")
    assert card.record["parameters"] == LENET_PARAMETERS
    assert card.record["layers"] == describe_layers(build("lenet"))
