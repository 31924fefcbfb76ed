"""The default recipe's epochs, against Keras's own loop over arrays that lie in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Row
from camdigits.training.data.dataset import load_dataset
from camdigits.training.fit import compile_model, fit
from camdigits.training.models.architectures import build
from camdigits.training.models.backend import make_reproducible
from camdigits.training.models.batch_norm import learner_of
from camdigits.training.progress import EpochReport, NoProgress
from camdigits.training.sets.base import Inputs, TrainingSet
from camdigits.training.sets.recipes import PREPARE
from camdigits.training.settings import TrainSettings
from camdigits.training.trainer import split

DIGITS = 12_000
"""Of MNIST; an epoch of all of them takes five times as long, in the same parts."""
EPOCHS = 6
MOST_WAITING = 0.1


def rows(data: Path, _seconds: float, _runs: int) -> Iterator[Row]:
    """Measure how much of an epoch is waiting, and how fast the rest is."""
    settings = TrainSettings(epochs=EPOCHS, limit=DIGITS)
    make_reproducible(settings.seed)
    training, validation = split(load_dataset(data / "mnist").train, settings)
    training_set = PREPARE[settings.recipe](training, settings, NoProgress())
    watch = (NoProgress(), None)
    learner = learner_of(build("lenet"), settings)
    reports = fit(learner, training_set, validation, settings, watch)[1:]
    waited_s = sum(report.waited_s for report in reports)
    wall_s = waited_s + sum(report.seconds for report in reports)
    note = f"{waited_s:.2f} s of {wall_s:.1f} s, the first epoch left out"
    what = "default recipe: share of the time that waits for the next epoch's pictures"
    yield Row(what, waited_s / wall_s, MOST_WAITING, note=note)
    yield _against_memory(training_set, settings, reports)


def _against_memory(
    training_set: TrainingSet, settings: TrainSettings, reports: tuple[EpochReport, ...]
) -> Row:
    ours = len(training_set) * len(reports) / sum(each.seconds + each.waited_s for each in reports)
    theirs = _examples_a_second(*training_set(0), settings)
    note = f"{ours:.0f} examples a second, validation included, against {theirs:.0f}"
    what = "default recipe: examples a second, of those of `model.fit` on arrays in memory"
    return Row(what, ours / theirs, None, "", "higher", note)


def _examples_a_second(pictures: Inputs, targets: Inputs, settings: TrainSettings) -> float:
    model = learner_of(build("lenet"), settings)
    compile_model(model, settings, steps=1000)

    def learn(epochs: int) -> None:
        model.fit(pictures, targets, settings.batch_size, epochs, verbose=0, shuffle=False)

    learn(1)
    started = time.perf_counter()
    learn(EPOCHS - 1)
    return len(pictures) * (EPOCHS - 1) / (time.perf_counter() - started)
