"""Temperature and threshold, worked out by hand where that is possible."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.networks.classifier import sharpen
from camdigits.training.calibrate import (
    calibrate,
    calibration_error,
    choose_temperature,
    choose_threshold,
)
from camdigits.training.data.dataset import Digits
from tests.support.strokes import draw_digits


def certain(confidence: float, count: int) -> NDArray[np.float32]:
    """Return rows that give the label 3 this confidence, and the others the rest."""
    rows = np.full((count, 10), (1 - confidence) / 9, np.float32)
    rows[:, 3] = confidence
    return rows


def labels(right: int, count: int) -> NDArray[np.uint8]:
    return np.where(np.arange(count) < right, 3, 5).astype(np.uint8)


def test_threshold_lets_99_of_100_pass() -> None:
    probabilities = np.zeros((101, 10), np.float32)
    probabilities[:, 3] = np.linspace(0, 1, 101)

    assert choose_threshold(probabilities) == 0.01


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [(0.8, 80, 0.0), (0.95, 80, 0.15), (0.6, 100, 0.4), (1.0, 100, 0.0)],
)
def test_calibration_error_is_what_confidence_misses(
    confidence: float, right: int, error: float
) -> None:
    found = calibration_error(certain(confidence, 100), labels(right, 100))

    assert found == pytest.approx(error, abs=1e-6)


def test_nothing_read_has_no_calibration_error() -> None:
    assert calibration_error(np.zeros((0, 10), np.float32), np.zeros(0, np.uint8)) == 0.0


@pytest.mark.parametrize("confidence", [0.75, 0.9, 0.98])
def test_temperature_makes_confidence_the_share_that_is_right(confidence: float) -> None:
    probabilities, truth = certain(confidence, 1000), labels(900, 1000)

    temperature = choose_temperature(probabilities, truth)

    calibrated = sharpen(probabilities, 1 / temperature)
    assert calibrated[0, 3] == pytest.approx(0.9, abs=0.01)


def test_a_network_that_is_never_wrong_becomes_as_sure_as_allowed() -> None:
    assert choose_temperature(certain(0.6, 50), labels(50, 50)) == pytest.approx(0.2, abs=0.01)


def test_calibration_counts_what_is_no_digit() -> None:
    images, truth = draw_digits()

    def read(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Know the ten digits by heart, and nothing else."""
        rows = np.full((len(crops), 10), 0.1, np.float32)
        for place, crop in enumerate(crops):
            same = (images == crop).all(axis=(1, 2))
            if same.any():
                rows[place] = np.where(same, 0.91, 0.01)
        return rows

    result = calibrate(read, Digits(images, truth), seed=1)

    assert (result.passed, result.drawn) == (0.0, 2000)
    assert result.threshold > 0.9
