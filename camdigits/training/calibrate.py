"""Makes confidence mean what it says, and chooses from where on a reading is reported.

Temperature scaling after Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural
Networks", 2017: one number divides the logits, chosen on validation digits; labels stay as they
are.  The expected calibration error is theirs too, with fifteen bins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.classifier import sharpen
from camdigits.training.data.dataset import Digits
from camdigits.training.sets.negatives import draw_negatives

Probabilities = NDArray[np.float32]
Reader = Callable[[NDArray[np.uint8]], Probabilities]

ACCEPTED_SHARE = 0.99
"""The threshold lets this share of the validation digits through."""
RULE = "99 % of the validation digits are at least this certain"
TEMPERATURES = (0.2, 5.0)
"""Between these the temperature is looked for."""
NEGATIVES = 2_000
"""Pictures of no digit that are drawn of validation digits, letters and lines for the card."""
BINS = 15

_TINY = 1e-7


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidence is to be understood.

    Attributes:
        temperature: divides the logits, above 0.
        threshold: confidence after that, 0 to 1, below which a reading is not reported.
        passed: share of drawn pictures of no digit that reach the threshold, 0 to 1.
        drawn: how many there were.
    """

    temperature: float
    threshold: float
    passed: float
    drawn: int


def calibrate(
    read: Reader,
    validation: Digits,
    seed: int,
    temperatures: tuple[float, float] = TEMPERATURES,
) -> Calibration:
    """Choose temperature and threshold on validation digits, and try them on what is none.

    Args:
        read: the network, from ``(n, 28, 28) uint8`` crops to ``(n, classes)`` probabilities.
        validation: digits that it was not trained on, at least two.
        seed: of the pictures of no digit.
        temperatures: between these it is looked for.
    """
    probabilities = read(validation.images)
    temperature = choose_temperature(probabilities, validation.labels, temperatures)
    sharp = sharpen(probabilities, 1 / temperature)[:, :10]
    threshold = choose_threshold(sharp)
    others = draw_negatives(np.random.default_rng(seed), NEGATIVES, validation.images)
    certain = sharpen(read(others), 1 / temperature)[:, :10].max(axis=1)
    return Calibration(temperature, threshold, float((certain >= threshold).mean()), len(others))


def choose_temperature(
    probabilities: Probabilities,
    labels: NDArray[np.integer],
    temperatures: tuple[float, float] = TEMPERATURES,
) -> float:
    """Return the temperature at which the true labels are most likely, to three decimals.

    Args:
        probabilities: ``(n, classes) float32``, rows that sum to 1, n at least 1.
        labels: ``(n,)``, the true classes.
        temperatures: between these it is looked for.
    """
    # Likely enough to be found by thirds: the likelihood has one peak over the temperature.
    low, high = np.log(temperatures)
    for _ in range(40):
        third = (high - low) / 3
        if surprise(probabilities, labels, low + third) <= surprise(
            probabilities, labels, high - third
        ):
            high -= third
        else:
            low += third
    return round(float(np.exp((low + high) / 2)), 3)


def choose_threshold(probabilities: Probabilities) -> float:
    """Return the confidence that `ACCEPTED_SHARE` of these digits reach, to three decimals.

    Args:
        probabilities: ``(n, 10) float32`` of validation digits, n at least 1.
    """
    return round(float(np.quantile(probabilities.max(axis=1), 1 - ACCEPTED_SHARE)), 3)


def calibration_error(probabilities: Probabilities, labels: NDArray[np.integer]) -> float:
    """Return the expected calibration error, 0 to 1: by how much confidence misses accuracy.

    Args:
        probabilities: ``(n, 10) float32``; n may be 0, which gives 0.
        labels: ``(n,)``, the true labels.
    """
    if not len(labels):
        return 0.0
    confidence = probabilities.max(axis=1).astype(np.float64)
    is_right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(bins, weights=confidence - is_right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))


def surprise(probabilities: Probabilities, labels: NDArray[np.integer], logarithm: float) -> float:
    """Return the mean negative log likelihood of labels at a temperature.

    Args:
        probabilities: ``(n, classes) float32``, rows that sum to 1, n at least 1.
        labels: ``(n,)``, the true classes.
        logarithm: of the temperature.
    """
    logits = np.log(np.maximum(probabilities, _TINY).astype(np.float64)) / np.exp(logarithm)
    logits -= logits.max(axis=1, keepdims=True)
    likely = logits[np.arange(len(labels)), labels] - np.log(np.exp(logits).sum(axis=1))
    return float(-likely.mean())
