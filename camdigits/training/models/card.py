"""Writes down what a trained model is."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from camdigits import __version__
from camdigits.networks.model_card import CLASSIFIER, DIGITS, SCHEMA
from camdigits.training.calibrate import RULE, Calibration
from camdigits.training.data.dataset import Dataset
from camdigits.training.models.architectures import describe_layers
from camdigits.training.progress import EpochReport
from camdigits.training.report.evaluation import Evaluation
from camdigits.training.settings import TrainSettings


def versions() -> dict[str, str]:
    """Return what trains here, by name, as a model card tells it.

    Keras and TensorFlow say themselves what they are: they may have been installed by another name
    (keras-nightly, tensorflow-cpu), and one of two distributions may have overwritten the other.
    """
    import keras
    import tensorflow

    return {
        "camdigits": __version__,
        "python": platform.python_version(),
        "tensorflow": str(tensorflow.__version__),
        "keras": str(keras.__version__),
        "ai-edge-litert": version("ai-edge-litert"),
        "numpy": version("numpy"),
    }


@dataclass(frozen=True, slots=True)
class Past:
    """How a model came to be.

    Attributes:
        settings: as chosen.
        counts: digits of "train", "validation" and "test".
        history: what each epoch brought.
        teacher: what the card says of the network that taught this one; None if none did.
    """

    settings: TrainSettings
    counts: Mapping[str, int]
    history: Sequence[EpochReport]
    teacher: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a training was given and what came out.

    Attributes:
        past: how the network was made.
        dataset: whose training split was divided.
        validation: how the finished network read the validation digits.
        calibration: how its confidence is to be understood.
        test: how it read the test digits.
        test_calibration_error: by how much its confidence on them missed its accuracy, 0 to 1.
    """

    past: Past
    dataset: Dataset
    validation: Evaluation
    calibration: Calibration
    test: Evaluation
    test_calibration_error: float


def make_card(model: Any, run: Run, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the card of a model (`camdigits.networks.model_card`); no dates, no paths.

    Args:
        model: the Keras model.
        run: how it was trained.
        files: content of the model's files by name.
    """
    settings = _without_folder(run.past.settings)
    return {
        "schema": SCHEMA,
        "name": model.name,
        "architecture": model.name,
        "layers": describe_layers(model),
        "parameters": model.count_params(),
        "input": CLASSIFIER.input,
        "classes": list(DIGITS),
        "data": {"name": run.dataset.name, "sha256": run.dataset.sha256, **run.past.counts},
        "settings": settings.as_dict(),
        "command": settings.command(),
        **({} if run.past.teacher is None else {"teacher": dict(run.past.teacher)}),
        "versions": versions(),
        "accuracy": accuracy_record(run.test, run.validation, run.test_calibration_error),
        "history": [_epoch(report) for report in run.past.history],
        "temperature": run.calibration.temperature,
        "threshold": run.calibration.threshold,
        "threshold_rule": RULE,
        "no_digits": {
            "n": run.calibration.drawn,
            "passed": round(run.calibration.passed, 5),
        },
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def accuracy_record(
    test: Evaluation, validation: Evaluation, calibration_error: float
) -> dict[str, Any]:
    """Return what a card says of how the test digits were read."""
    low, high = test.interval_95
    return {
        "test": round(test.accuracy, 5),
        "interval_95": [round(low, 5), round(high, 5)],
        "n": test.n,
        "validation": round(validation.accuracy, 5),
        "calibration_error": round(calibration_error, 5),
        "confusion": test.confusion.tolist(),
    }


def _without_folder(settings: TrainSettings) -> TrainSettings:
    """Return the settings with the teacher's name for its path, which is nobody's business."""
    teacher = settings.teacher
    return settings if teacher is None else replace(settings, teacher=Path(teacher.name))


def _epoch(report: EpochReport) -> dict[str, float]:
    """Return what an epoch brought but for its time, which no two runs share."""
    return {
        "loss": round(report.loss, 5),
        "accuracy": round(report.accuracy, 5),
        "validation_loss": round(report.validation_loss, 5),
        "validation_accuracy": round(report.validation_accuracy, 5),
    }
