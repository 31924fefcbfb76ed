"""Turns MNIST-form crops into probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.litert import open_network
from camdigits.modelcard import CLASSIFIER, DIGITS, ModelCard, bundled
from camdigits.paths import exists


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


def bundled_weights() -> Path:
    """Return the path of the weights that ship with camdigits."""
    return bundled("lenet.tflite")


class LiteRTClassifier:
    """The classifier of live reading: a ``.tflite`` with its model card, on LiteRT.

    Opening takes a few milliseconds and starts no thread.  Instances are pickled by their path and
    open the file again; one instance must not be called by two threads at the same time.

    Attributes:
        card: what the weights are.
    """

    card: ModelCard

    def __init__(self, weights: Path | None = None, num_threads: int = 1) -> None:
        """Open weights.

        Args:
            weights: a ``.tflite`` with its card (same name, ``.json``) beside it; None takes the
                bundled ones.
            num_threads: threads that one call may use.

        Raises:
            WeightsError: if the weights or their card are missing, damaged or do not fit.
        """
        path = bundled_weights() if weights is None else Path(weights)
        if path.suffix != ".tflite":
            raise WeightsError(f"the weights {path} are not a .tflite file; name one with its card")
        if not exists(path):
            raise WeightsError(
                f"the weights file {path} is missing; make one with: camdigits train"
            )
        self.card, self._network = open_network(path, CLASSIFIER, num_threads)
        self._weights, self._num_threads = weights, num_threads

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to 1, or less where the weights know "none".
        """
        probabilities = sharpen(self._network(crops), 1 / self.card.temperature)
        return probabilities[:, : len(DIGITS)]

    @property
    def is_taught(self) -> bool:
        """Whether the weights were taught their owner's hand."""
        return "taught" in self.card.record

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._weights, self._num_threads)


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
