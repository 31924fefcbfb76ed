"""Reads digits with a Keras model, to compare what was exported with what was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.classify import sharpen
from camdigits.errors import WeightsError
from camdigits.modelcard import DIGITS, card_path, read_card, read_weights
from camdigits.training.backend import load_keras
from camdigits.training.lessons import to_input


class KerasClassifier:
    """A `camdigits.classify.Classifier` on a ``.keras`` file with its model card.

    Slow to open and to call; live reading uses `camdigits.classify.LiteRTClassifier`.

    Attributes:
        card: what the weights are.
    """

    def __init__(self, weights: Path) -> None:
        """Open a model, in Keras's safe mode and only if it is the file of its card.

        Args:
            weights: a ``.keras`` with its card (same name, ``.json``) beside it.

        Raises:
            WeightsError: if the file or its card is missing, damaged or does not fit.
            DependencyError: if TensorFlow or Keras is not installed.
        """
        self.card = read_card(card_path(weights))
        read_weights(weights, self.card)
        self._model = _load(weights)
        found = (self._model.input_shape, self._model.output_shape)
        expected = ((None, 28, 28, 1), (None, len(self.card.classes)))
        if found != expected:
            raise WeightsError(f"{weights} has shapes {found} != {expected}; use other weights")

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to 1, or less where the weights know "none".
        """
        if not len(crops):
            return np.zeros((0, len(DIGITS)), np.float32)
        probabilities = self._model.predict(to_input(crops), batch_size=256, verbose=0)
        return sharpen(probabilities, 1 / self.card.temperature)[:, : len(DIGITS)]


def _load(path: Path) -> Any:
    keras = load_keras("a .keras file")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # whatever Keras, h5py and zipfile raise on a foreign file
        raise WeightsError(f"{path} is no Keras model that can be loaded safely") from error
