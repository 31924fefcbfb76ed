"""Turns MNIST-form crops into probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.litert import Computes, LiteRTModel
from camdigits.networks.model_card import ADOPT, CLASSIFIER, DIGITS, bundled


class Classifier(Protocol):
    """Names digits; called once per frame with all crops of that frame."""

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to at most 1, what is missing is "no digit".
        """
        ...


class LiteRTClassifier(LiteRTModel):
    """The classifier of live reading."""

    form, bundled_name = CLASSIFIER, "lenet.tflite"

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to 1, or less where the weights know "none".
        """
        probabilities = sharpen(self._network(crops), 1 / self.card.temperature)
        return probabilities[:, : len(DIGITS)]

    def _open(self, content: bytes, name: str, num_threads: int) -> Computes:
        wants = self.card.wants
        if wants is None:
            if name.endswith(".onnx"):
                raise WeightsError(f"{name} was not adopted; use: {ADOPT} {name}")
            return super()._open(content, name, num_threads)
        from camdigits.networks.engines import ForeignNetwork, open_engine

        return ForeignNetwork(open_engine(content, name, num_threads), wants, name)

    @property
    def is_taught(self) -> bool:
        """Whether the weights were taught their owner's handwriting."""
        return "taught" in self.card.record


def bundled_weights() -> Path:
    """Return the path of the weights that ship with camdigits."""
    return bundled(LiteRTClassifier.bundled_name)


def sharpen(probabilities: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return softmax of the logits times `power`, from the probabilities alone.

    Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", 2017) divides the
    logits by the temperature; softmax(z * power) equals softmax(z) ** power, rescaled to sum 1.

    Args:
        probabilities: ``(n, classes) float32``, rows that sum to 1.
        power: 1 / temperature, above 0.
    """
    if power == 1:
        return probabilities
    # Relative to the largest, which stays 1, no power makes a whole row vanish.
    scaled = (probabilities / probabilities.max(axis=1, keepdims=True)) ** np.float32(power)
    result: NDArray[np.float32] = scaled / scaled.sum(axis=1, keepdims=True)
    return result
