"""Reads digits with a Keras model, to compare what was exported with what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.classifier import sharpen
from camdigits.networks.model_card import DIGITS, ModelCard, card_path, read_card, read_weights
from camdigits.training.models.architectures import fold_input_scale
from camdigits.training.models.backend import TRAINING
from camdigits.training.models.loading import load_model, weights_of
from camdigits.training.sets.base import to_input


class KerasClassifier:
    """A `camdigits.networks.classifier.Classifier` on a Keras model.

    Slow to open and to call; live reading uses `camdigits.networks.classifier.LiteRTClassifier`.

    Attributes:
        card: what the weights are; None if they have no card.
        model: the ``keras.Model``, which takes pixels in 0-1.
    """

    def __init__(
        self, weights: Path, pixel_max: int | None = None, purpose: str = TRAINING
    ) -> None:
        """Open a model; nothing in its files is run.

        Args:
            weights: what `camdigits.training.models.loading.load_model` takes.  The card of a
                ``.keras`` or ``.tflite`` (same name, ``.json``) is read if there is one, and must
                be its.
            pixel_max: what full ink was when the weights were trained, 1 or 255; None takes 255
                for an ``.h5`` in the old layout, as the tutorial wrote it, and 1 for all others.
            purpose: what needs it, for the message where Keras is missing.

        Raises:
            WeightsError: if a file is missing, damaged, holds no network of ours, or is not the
                one of its card.
            DependencyError: if TensorFlow or Keras is not installed.
        """
        self.card = _card_of(weights)
        self.model = load_model(weights, purpose)
        if pixel_max is None:
            held = weights_of(weights) if weights.suffix == ".json" else weights
            is_old = held.suffix == ".h5" and not held.name.endswith(".weights.h5")
            pixel_max = 255 if is_old else 1
        fold_input_scale(self.model, pixel_max)

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to 1.
        """
        if not len(crops):
            return np.zeros((0, len(DIGITS)), np.float32)
        probabilities = self.model.predict(to_input(crops), batch_size=256, verbose=0)
        temperature = self.card.temperature if self.card else 1.0
        return sharpen(probabilities, 1 / temperature)


def _card_of(weights: Path) -> ModelCard | None:
    if weights.suffix not in (".keras", ".tflite") or not card_path(weights).exists():
        return None
    card = read_card(card_path(weights))
    read_weights(weights, card)
    return card
