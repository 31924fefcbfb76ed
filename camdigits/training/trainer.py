"""Trains a LeNet on MNIST: 99.3 % of the test digits right, within half an hour on two cores.

The test split takes no part in any choice: a validation split of the training data chose the
default settings and sets the threshold, and the finished ``.tflite`` reads the test split once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from camdigits.errors import DataError
from camdigits.networks.classifier import sharpen
from camdigits.networks.litert import Network
from camdigits.networks.model_card import DIGITS, ModelCard
from camdigits.training.calibrate import calibrate, calibration_error
from camdigits.training.checkpoint import Checkpoint, kept_settings
from camdigits.training.data.dataset import Dataset, Digits, Source, load_dataset
from camdigits.training.fit import fit
from camdigits.training.models.architectures import build, fold_input_scale
from camdigits.training.models.backend import make_reproducible
from camdigits.training.models.batch_norm import fold, learner_of
from camdigits.training.models.card import Past, Run, make_card
from camdigits.training.models.export import check_agreement, keras_bytes, tflite_bytes
from camdigits.training.models.install import check_target, install
from camdigits.training.progress import EpochReport, NoProgress, Progress
from camdigits.training.report.evaluation import measure
from camdigits.training.sets.base import TrainingSet
from camdigits.training.sets.distilled import DistilledSet, Teacher
from camdigits.training.sets.recipes import PREPARE
from camdigits.training.settings import DEFAULT_OUT, TrainSettings

VALIDATION_SHARE = 1 / 12
"""Of the training data: 5,000 of MNIST's 60,000."""


def train(
    data: Source = None,
    out: Path = DEFAULT_OUT,
    settings: TrainSettings | None = None,
    progress: Progress | None = None,
    *,
    resume: bool = False,
) -> ModelCard:
    """Train a network and write it, for LeNet as ``lenet.keras lenet.tflite lenet.json``.

    The same data and settings give the same files, byte for byte, on the same machine with the
    same packages.  Random states and TensorFlow's determinism are set for the whole process.

    Args:
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing; a model that lies there is replaced,
            at the end and only by a complete one.
        settings: None takes the defaults, or with `resume` those of the stopped training.
        progress: told how far the training is; None tells nobody.
        resume: go on after the last whole epoch of the training that was stopped in `out`.

    Returns:
        The card of the model, as it lies in `out`.

    Raises:
        DataError: if the data are missing, damaged or too few; nothing was written.
        DependencyError: if TensorFlow or Keras is not installed.
        OutputError: if `out` cannot be written; a model that lay there is as it was, or whole
            and new but for its card.
        UsageError: if there is nothing to resume, or it had other settings or data.
        WeightsError: if the teacher is missing, damaged or has no card; nothing was written.
    """
    settings = settings or (kept_settings(out) if resume else TrainSettings())
    progress = progress or NoProgress()
    check_target(out)
    make_reproducible(settings.seed)
    dataset = load_dataset(data)
    training, validation = split(dataset.train, settings)
    model = build(settings.architecture)
    training_set, teacher = _prepare(training, settings, progress)
    kept = {"settings": settings.as_dict(), "data": dataset.sha256, "teacher": teacher}
    checkpoint = Checkpoint(out, {**kept, "pictures": len(training_set)}, resume=resume)
    history = _learn(model, training_set, validation, settings, (progress, checkpoint))
    counts = {"train": len(training), "validation": len(validation), "test": len(dataset.test)}
    files, record = describe(model, validation, dataset, Past(settings, counts, history, teacher))
    card = install(out, model.name, files, record)
    checkpoint.forget()
    return card


def _prepare(
    training: Digits, settings: TrainSettings, progress: Progress
) -> tuple[TrainingSet, dict[str, Any] | None]:
    """Return what is learnt from, and what a card says of the teacher, if there is one."""
    # Opened before pages are rendered, which takes minutes, so that a wrong one is told at once.
    teacher = Teacher(settings.teacher) if settings.teacher else None
    training_set = PREPARE[settings.recipe](training, settings, progress)
    if teacher is None:
        return training_set, None
    return DistilledSet(training_set, teacher, settings), teacher.record


def _learn(
    model: Any,
    training_set: TrainingSet,
    validation: Digits,
    settings: TrainSettings,
    watch: tuple[Progress, Checkpoint],
) -> tuple[EpochReport, ...]:
    """Train a model in place, to take pixels in 0-1, and return what each epoch brought."""
    learner = learner_of(model, settings)
    history = fit(learner, training_set, validation, settings, watch)
    fold(learner, model)
    fold_input_scale(model, settings.pixel_max)
    return history


def describe(
    model: Any, validation: Digits, dataset: Dataset, past: Past
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Export a trained model, measure the export, and return its files and its card.

    Args:
        model: takes pixels in 0-1.
        validation: sets temperature and threshold.
        dataset: its test split is read here, once.
        past: how the model was made.
    """
    name = model.name
    files = {f"{name}.keras": keras_bytes(model), f"{name}.tflite": tflite_bytes(model)}
    network = Network(files[f"{name}.tflite"], name="the trained network", classes=len(DIGITS))
    check_agreement(model, network, validation.images)
    calibration = calibrate(network, validation, past.settings.seed)
    read = sharpen(network(dataset.test.images), 1 / calibration.temperature)
    run = Run(
        past=past,
        dataset=dataset,
        validation=measure(network, validation),
        calibration=calibration,
        test=measure(lambda _: read, dataset.test),
        test_calibration_error=calibration_error(read, dataset.test.labels),
    )
    return files, make_card(model, run, files)


def split(digits: Digits, settings: TrainSettings) -> tuple[Digits, Digits]:
    """Return the digits to learn from and those to validate with, drawn by the seed.

    Raises:
        DataError: if there are fewer than 100.
    """
    order = np.random.default_rng(settings.seed).permutation(len(digits))[: settings.limit]
    if len(order) < 100:
        raise DataError(f"there are {len(order)} digits to learn from; at least 100 are needed")
    if len(np.unique(digits.labels)) < 2:
        raise DataError(
            f"all digits to learn from are labelled {digits.labels[0]}; give others too"
        )
    count = round(len(order) * VALIDATION_SHARE)
    return digits.take(order[count:]), digits.take(order[:count])
