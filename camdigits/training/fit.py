"""Fits a network to digits, and tells how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from camdigits.training.checkpoint import Checkpoint
from camdigits.training.data.dataset import Digits
from camdigits.training.models.backend import load_keras
from camdigits.training.progress import EpochReport, Progress
from camdigits.training.recipes import RECIPES
from camdigits.training.sets.base import Inputs, TrainingSet, one_hot, to_input
from camdigits.training.settings import TrainSettings


def fit(
    model: Any,
    training_set: TrainingSet,
    validation: Digits,
    settings: TrainSettings,
    watch: tuple[Progress, Checkpoint | None],
) -> tuple[EpochReport, ...]:
    """Train a Keras model in place.

    A rate that falls does so along a half cosine (Loshchilov and Hutter, "SGDR", 2017), so that
    the last epoch is the one to keep: over the last five of twelve epochs the validation accuracy
    varied by 0.14 points, with a constant rate by 0.38.

    Args:
        model: takes ``(n, 28, 28, 1) float32`` and gives ``(n, 10)`` probabilities.
        training_set: what it learns from.
        validation: digits to measure with after each epoch.
        settings: seeds are set already.
        watch: who is told after every batch and every epoch, and what keeps every epoch's state;
            the training goes on from the state that the checkpoint holds, if any.  None keeps none.

    Returns:
        What each epoch brought, also those before the training was resumed.
    """
    progress, checkpoint = watch
    steps = math.ceil(len(training_set) / settings.batch_size)
    compile_model(model, settings, steps * settings.epochs)
    examples = (to_input(validation.images, settings.pixel_max), one_hot(validation.labels))
    reports = list(checkpoint.restore(model)) if checkpoint else []
    progress.start(settings.epochs, steps, done=len(reports))
    for epoch, batch_of_epoch, waited_s in _ahead(training_set, len(reports), settings.epochs):
        started_s = time.monotonic()
        history = _learn(model, batch_of_epoch, settings.batch_size, progress)
        validated = model.evaluate(*examples, batch_size=512, verbose=0, return_dict=True)
        history |= {f"val_{name}": [value] for name, value in validated.items()}
        times_s = (time.monotonic() - started_s, waited_s)
        report = _report(epoch, settings.epochs, history, times_s)
        reports.append(report)
        if checkpoint:
            checkpoint.keep(model, reports)
        progress.epoch(report)
    return tuple(reports)


def _learn(
    model: Any, batch_of_epoch: tuple[Inputs, Inputs], batch_size: int, progress: Progress
) -> dict[str, list[float]]:
    history: dict[str, list[float]] = model.fit(
        *batch_of_epoch,
        batch_size=batch_size,
        epochs=1,
        shuffle=False,
        callbacks=[batch_callback(progress)],
        verbose=0,
    ).history
    return history


def _ahead(
    training_set: TrainingSet, start: int, stop: int
) -> Iterator[tuple[int, tuple[Inputs, Inputs], float]]:
    """Yield each epoch's number and examples, and how long that was waited for, in seconds.

    The next is prepared while one is learned.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(training_set, start)
        for epoch in range(start, stop):
            asked_s = time.monotonic()
            batch_of_epoch = coming.result()
            waited_s = time.monotonic() - asked_s
            if epoch + 1 < stop:
                coming = worker.submit(training_set, epoch + 1)
            yield epoch, batch_of_epoch, waited_s


def compile_model(model: Any, settings: TrainSettings, steps: int) -> None:
    """Give a model its loss and its optimizer, whose variables exist from then on.

    Args:
        model: is changed.
        settings: loss, optimizer, learning rate and recipe are used.
        steps: batches until the end.
    """
    optimizers = load_keras().optimizers
    rate: Any = settings.learning_rate
    if RECIPES[settings.recipe].rate_falls:
        rate = optimizers.schedules.CosineDecay(rate, steps)
    if settings.optimizer == "sgd":
        optimizer = optimizers.SGD(rate, momentum=0.9, nesterov=True)
    else:
        optimizer = optimizers.Adam(rate)
    loss = {"mse": "mean_squared_error"}.get(settings.loss, settings.loss)
    model.compile(optimizer, loss, metrics=[_accuracy()])
    optimizer.build(model.trainable_variables)


def _accuracy() -> Any:
    """Return a metric: the share of digits read rightly, whatever else there is in a batch."""
    ops = load_keras().ops

    class Accuracy(load_keras().metrics.Metric):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="accuracy")
            self.right = self.add_weight(name="right", initializer="zeros")
            self.count = self.add_weight(name="count", initializer="zeros")

        def update_state(self, targets: Any, read: Any, sample_weight: Any = None) -> None:
            # What is none has ten targets of 0.1; a teacher may be unsure of a digit.
            is_digit = ops.cast(ops.max(targets, axis=1) > 0.15, "float32")
            right = ops.cast(ops.argmax(targets, axis=1) == ops.argmax(read, axis=1), "float32")
            self.right.assign_add(ops.sum(right * is_digit))
            self.count.assign_add(ops.sum(is_digit))

        def result(self) -> Any:
            return ops.divide_no_nan(self.right, self.count)

    return Accuracy()


def _report(
    epoch: int, epochs: int, history: dict[str, list[float]], times_s: tuple[float, float]
) -> EpochReport:
    seconds, waited_s = times_s
    return EpochReport(
        epoch=epoch + 1,
        epochs=epochs,
        loss=history["loss"][0],
        accuracy=history["accuracy"][0],
        validation_loss=history["val_loss"][0],
        validation_accuracy=history["val_accuracy"][0],
        seconds=seconds,
        waited_s=waited_s,
    )


def batch_callback(progress: Progress) -> Any:
    """Return a Keras callback that passes on what it is told; Keras wants a subclass."""

    class Reporter(load_keras().callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
            progress.step(logs["loss"], logs["accuracy"])

    return Reporter()
