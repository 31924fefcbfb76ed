"""Lets a small network learn from a larger one that learnt the same.

Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015: what a teacher holds
for likely of each picture, softened by a temperature, says more than the label alone.  They divide
the student's logits by the temperature too while it learns.  Here it learns the softened
probabilities as they are, which is the same but for the scale of its last layer, and the
temperature on the model card, chosen on validation digits, sharpens them again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.classifier import LiteRTClassifier, sharpen
from camdigits.networks.model_card import ModelCard
from camdigits.training.models.keras_classifier import KerasClassifier
from camdigits.training.sets.base import Inputs, TrainingSet
from camdigits.training.settings import TrainSettings

TEMPERATURE = 2.0
"""The teacher's probabilities are softened by it."""
TRUST = 0.9
"""Share of the target that is the teacher's word; the rest is the label."""
BANK = 40
"""So many epochs are put before the teacher; the ones after repeat them in another order, since the
teacher takes several times as long for a picture as the student does."""

Read = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class Teacher:
    """A trained network whose word is learnt.

    Attributes:
        card: what it is.
    """

    card: ModelCard

    def __init__(self, weights: Path) -> None:
        """Open a network; nothing in its files is run.

        Args:
            weights: a ``.keras`` or a ``.tflite``, with its model card beside it.

        Raises:
            WeightsError: if it is missing, damaged, of another kind, or has no card.
            DependencyError: if TensorFlow or Keras is not installed.
        """
        if weights.suffix not in (".keras", ".tflite"):
            raise WeightsError(f"the teacher {weights} is neither a .keras nor a .tflite file")
        is_keras = weights.suffix == ".keras"
        network = KerasClassifier(weights) if is_keras else LiteRTClassifier(weights)
        if network.card is None:
            raise WeightsError(f"the teacher {weights} has no model card beside it; train it again")
        self._read: Read = network
        self.card = network.card
        self._name = weights.name

    @property
    def record(self) -> dict[str, Any]:
        """What a model card says of the teacher."""
        return {
            "file": self._name,
            "sha256": self.card.files[self._name],
            "settings": dict(self.card.record.get("settings") or {}),
            "accuracy": self.card.accuracy,
        }

    def soften(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what it holds for likely: ``(n, 10) float32`` of ``(n, 28, 28) uint8`` crops."""
        said = self._read(images)
        return sharpen(said / said.sum(axis=1, keepdims=True), 1 / TEMPERATURE)


class DistilledSet:
    """A training set whose digits have the teacher's word for a target; see `TrainingSet`.

    What is no digit keeps its target.
    """

    def __init__(
        self, training_set: TrainingSet, teacher: Teacher, settings: TrainSettings
    ) -> None:
        """Keep what is taught.

        Args:
            training_set: the pictures, with targets of the labels.
            teacher: is asked once for each picture of the first `BANK` epochs.
            settings: the seed of the orders and the value of full ink are used.
        """
        self._training_set, self._teacher, self._settings = training_set, teacher, settings
        self._said: dict[int, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self._training_set)

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return an epoch; see `camdigits.training.sets.base.TrainingSet`."""
        page = epoch % BANK
        pictures, targets = self._training_set(page)
        if page not in self._said:
            self._said[page] = self._ask(pictures, targets)
        order = np.random.default_rng([self._settings.seed, epoch]).permutation(len(pictures))
        return pictures[order], self._said[page][order]

    def _ask(self, pictures: Inputs, targets: Inputs) -> Inputs:
        is_digit = targets.max(axis=1) == 1
        ink = pictures[is_digit, ..., 0] * np.float32(255 / self._settings.pixel_max)
        said = self._teacher.soften(np.rint(ink).astype(np.uint8))
        labels = targets[is_digit]
        # Where the teacher is wrong, only the label is learnt.
        is_right = said.argmax(axis=1) == labels.argmax(axis=1)
        trust = np.where(is_right, np.float32(TRUST), np.float32(0))[:, None]
        result = targets.copy()
        result[is_digit] = trust * said + (1 - trust) * labels
        return result
