"""Measures how well weights read digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.model_card import ADOPT, RUN, ModelCard
from camdigits.training.data.dataset import Dataset, Digits, Source, load_dataset

if TYPE_CHECKING:
    from camdigits.training.models.keras_classifier import KerasClassifier

Z_95 = 1.959964
"""The normal distribution's quantile of 0.975."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How digits were read.

    Attributes:
        digits: what was to be read.
        read: ``(n,) uint8``, the label that each was read as.
        confidence: ``(n,) float32``, its probability, 0 to 1.
        note: which digits of the data these are, if that is not plain.
    """

    digits: Digits
    read: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    note: str = ""

    @property
    def confusion(self) -> NDArray[np.int64]:
        """``(10, 10) int64``, how often the digit of the row was read as that of the column."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.digits.labels, self.read), 1)
        return counts

    @property
    def misread(self) -> NDArray[np.intp]:
        """``(m,) intp``, places of the digits that were read wrongly, the most certain first."""
        wrong = np.flatnonzero(self.digits.labels != self.read)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    @property
    def n(self) -> int:
        """How many digits were read."""
        return len(self.digits)

    @property
    def errors(self) -> int:
        """How many of them wrongly."""
        return int(np.count_nonzero(self.digits.labels != self.read))

    @property
    def accuracy(self) -> float:
        """Share that was read rightly, 0 to 1; 0 of none."""
        return 1 - self.errors / self.n if self.n else 0.0

    @property
    def interval_95(self) -> tuple[float, float]:
        """Between which two accuracies, 0 to 1, the true one lies with 95 % confidence."""
        return wilson_interval(self.n - self.errors, self.n)


def evaluate(
    data: Source = None, weights: Path | None = None, pixel_max: int | None = None
) -> Evaluation:
    """Read digits that were not learnt from with trained weights.

    Of data that have a test split, that is read; of undivided data all, or, if the weights learnt
    from these, what was held out then.

    Args:
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        weights: a ``.tflite`` or adopted ``.onnx`` with its card, read exactly as live reading
            does, or what `camdigits.training.models.loading.load_model` takes; None takes the
            bundled one.
        pixel_max: what full ink was in the training of an ``.h5``, 1 or 255; None decides as
            `camdigits.training.models.keras_classifier.KerasClassifier` does.

    Raises:
        WeightsError: if the weights are missing, damaged or of another shape.
        DataError: if the data are.
        DependencyError: if Keras is needed and not installed.
    """
    classifier = _open(weights, pixel_max)
    digits, note = _not_learnt(load_dataset(data), classifier.card)
    return replace(measure(classifier, digits), note=note)


def _not_learnt(dataset: Dataset, card: ModelCard | None) -> tuple[Digits, str]:
    if not dataset.is_drawn:
        return dataset.test, ""
    learnt = card.record.get("data") if card else None
    if isinstance(learnt, dict) and learnt.get("sha256") == dataset.sha256:
        return dataset.test, (
            f"these weights learnt from these data: the {len(dataset.test):,} digits that were "
            "held out then are measured"
        )
    note = f"the data are not divided: all {len(dataset.all):,} digits are measured"
    return dataset.all, note if card else f"{note}, whether learnt from or not"


def measure(
    classifier: Callable[[NDArray[np.uint8]], NDArray[np.float32]], digits: Digits
) -> Evaluation:
    """Let a classifier read digits; the most probable label counts, whatever its confidence."""
    if not len(digits):
        return Evaluation(digits, np.zeros(0, np.uint8), np.zeros(0, np.float32))
    probabilities = classifier(digits.images)[:, :10]
    return Evaluation(
        digits, probabilities.argmax(axis=1).astype(np.uint8), probabilities.max(axis=1)
    )


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, 1927), 0 to 1; (0, 1) of none."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, Z_95**2 / n
    center = (share + square / 2) / (1 + square)
    reach = math.sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(0.0, center - reach), min(1.0, center + reach)


def _open(weights: Path | None, pixel_max: int | None) -> LiteRTClassifier | KerasClassifier:
    if weights is None or weights.suffix in RUN:
        return LiteRTClassifier(weights)
    if weights.suffix in (".keras", ".h5", ".json"):
        from camdigits.training.models.keras_classifier import KerasClassifier

        return KerasClassifier(weights, pixel_max, "camdigits evaluate")
    raise WeightsError(
        f"the weights {weights} are neither .tflite nor .keras, .h5 or .json files; "
        f"make some of them with: {ADOPT} {weights}"
    )
