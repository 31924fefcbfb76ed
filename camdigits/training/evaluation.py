"""Measures how well weights read digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.classify import LiteRTClassifier
from camdigits.errors import WeightsError
from camdigits.training.data import Digits, load_dataset

Z_95 = 1.959964
"""The normal distribution's quantile of 0.975."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How digits were read.

    Attributes:
        confusion: ``(10, 10) int64``, how often the digit of the row was read as that of the
            column.
    """

    confusion: NDArray[np.int64]

    @property
    def n(self) -> int:
        """How many digits were read."""
        return int(self.confusion.sum())

    @property
    def errors(self) -> int:
        """How many of them wrongly."""
        return self.n - int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share that was read rightly, 0 to 1; 0 of none."""
        return 1 - self.errors / self.n if self.n else 0.0

    @property
    def interval_95(self) -> tuple[float, float]:
        """Between which two accuracies, 0 to 1, the true one lies with 95 % confidence."""
        return wilson_interval(self.n - self.errors, self.n)


def evaluate(data: Path | None = None, weights: Path | None = None) -> Evaluation:
    """Read a test split with trained weights.

    Args:
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        weights: a ``.tflite``, read exactly as live reading does, or a ``.keras``, each with its
            card beside it; None takes the bundled ``.tflite``.

    Raises:
        WeightsError: if the weights are missing, damaged or of another shape.
        DataError: if the data are.
        DependencyError: if Keras is needed and not installed.
    """
    classifier = _open(weights)
    return measure(classifier, load_dataset(data).test)


def measure(
    classifier: Callable[[NDArray[np.uint8]], NDArray[np.float32]], digits: Digits
) -> Evaluation:
    """Let a classifier read digits; the most probable label counts, whatever its confidence."""
    confusion = np.zeros((10, 10), np.int64)
    if len(digits):
        read = classifier(digits.images)[:, :10].argmax(axis=1)
        np.add.at(confusion, (digits.labels, read), 1)
    return Evaluation(confusion)


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, 1927), 0 to 1; (0, 1) of none."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, Z_95**2 / n
    center = (share + square / 2) / (1 + square)
    reach = math.sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(0.0, center - reach), min(1.0, center + reach)


def _open(weights: Path | None) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
    if weights is None or weights.suffix == ".tflite":
        return LiteRTClassifier(weights)
    if weights.suffix == ".keras":
        from camdigits.training.keras_classifier import KerasClassifier

        return KerasClassifier(weights)
    raise WeightsError(f"the weights {weights} are neither a .tflite nor a .keras file")
