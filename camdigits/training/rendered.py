"""What the networks have in common that learn on rendered pages: settings, split, fit and card."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import UsageError
from camdigits.networks.model_card import SCHEMA
from camdigits.training.data.dataset import Dataset, Digits
from camdigits.training.fit import batch_callback
from camdigits.training.models.architectures import describe_layers
from camdigits.training.models.backend import load_keras
from camdigits.training.models.card import versions
from camdigits.training.progress import EpochReport, Progress
from camdigits.training.trainer import VALIDATION_SHARE

Examples = TypeVar("Examples")
Views = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""``(n, height, width, channels)``, and the place of the class of each, ``(n,)``."""
Vary = Callable[[np.random.Generator, NDArray[np.uint8]], NDArray[np.float32]]
TakeExamples = Callable[[NDArray[np.intp], np.random.Generator], tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RenderedSettings:
    """How such a network is trained; together with the data it decides every bit of the result.

    Attributes:
        option: of ``camdigits train`` that trains this network.
        pages: rendered pages to learn from, at least 16.
        epochs: how often every example is seen, at least 1.
        batch_size: examples per step, at least 1.
        learning_rate: of Adam at the start, above 0 and at most 1; it falls along a half cosine.
        seed: of the pages, the first weights and the order, 0 to 2**32 - 1.
    """

    option: ClassVar[str]
    pages: int
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int = 1

    def __post_init__(self) -> None:
        if self.pages < 16:
            raise UsageError(f"{self.pages} pages is less than 16")
        if self.epochs < 1 or self.batch_size < 1:
            raise UsageError("epochs and batch size are at least 1")
        if not 0 < self.learning_rate <= 1:
            raise UsageError(f"the learning rate {self.learning_rate} is not above 0 and at most 1")
        if not 0 <= self.seed < 2**32:
            raise UsageError(f"the seed {self.seed} is not between 0 and {2**32 - 1}")

    def command(self) -> str:
        """Return the command that trains with these settings."""
        options = (f"--{name.replace('_', '-')} {value}" for name, value in asdict(self).items())
        return " ".join(["camdigits train", self.option, *options])


def render_parts(
    dataset: Dataset,
    settings: RenderedSettings,
    measured: int,
    render: Callable[[Digits, int, int], Examples],
) -> tuple[Examples, Examples, Examples]:
    """Return examples to learn from, to validate with and to test with.

    Args:
        dataset: what is written on the pages.
        settings: of the training.
        measured: pages to validate with, and as many to test with.
        render: makes examples of digits, a number of pages and a seed.
    """
    order = np.random.default_rng(settings.seed).permutation(len(dataset.train))
    held = round(len(order) * VALIDATION_SHARE)
    learning = render(dataset.train.take(order[held:]), settings.pages, settings.seed)
    validation = render(dataset.train.take(order[:held]), measured, settings.seed + 7919)
    return learning, validation, render(dataset.test, measured, settings.seed + 2 * 7919)


def falling_rate(settings: RenderedSettings, count: int) -> Any:
    """Return the learning rate over the steps of a training on so many examples."""
    steps = -(-count // settings.batch_size) * settings.epochs
    return load_keras().optimizers.schedules.CosineDecay(settings.learning_rate, steps)


def fit_epochs(
    model: Any,
    settings: RenderedSettings,
    examples: tuple[int, TakeExamples],
    validation: tuple[Any, Any],
    progress: Progress,
) -> list[dict[str, float]]:
    """Train a compiled model in place; return what each epoch brought.

    Args:
        model: with a loss and one metric, called accuracy.
        settings: of the training.
        examples: how many there are, and what makes inputs and targets of the places of
            some of them and a source of chance.
        validation: inputs and targets.
        progress: told after every batch and every epoch.
    """
    progress.start(settings.epochs, -(-examples[0] // settings.batch_size))
    history: list[dict[str, float]] = []
    for epoch in range(settings.epochs):
        started_s = time.monotonic()
        result = model.fit(
            _batches(settings, epoch, *examples),
            epochs=1,
            shuffle=False,
            verbose=0,
            callbacks=[batch_callback(progress)],
        )
        loss, accuracy = model.evaluate(*validation, batch_size=256, verbose=0)
        report = EpochReport(
            epoch + 1,
            settings.epochs,
            result.history["loss"][0],
            result.history["accuracy"][0],
            loss,
            accuracy,
            time.monotonic() - started_s,
        )
        progress.epoch(report)
        names = ("loss", "accuracy", "validation_loss", "validation_accuracy")
        history.append({name: round(float(getattr(report, name)), 5) for name in names})
    return history


def fit_views(
    model: Any,
    learning: Views,
    validation: Views,
    settings: RenderedSettings,
    vary: Vary,
    progress: Progress,
) -> list[dict[str, float]]:
    """Train a model in place that tells classes of views; return what each epoch brought.

    Args:
        model: gives probabilities of the classes.
        learning: to learn from.
        validation: to validate with.
        settings: of the training.
        vary: returns views as another light and framing would show them, in 0-1.
        progress: told after every batch and every epoch.
    """
    adam = load_keras().optimizers.Adam(falling_rate(settings, len(learning[0])))
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])

    def take(places: NDArray[np.intp], rng: np.random.Generator) -> tuple[Any, Any]:
        return vary(rng, learning[0][places]), learning[1][places]

    shown = validation[0].astype(np.float32) / np.float32(255)
    examples = len(learning[0]), take
    return fit_epochs(model, settings, examples, (shown, validation[1]), progress)


def _batches(settings: RenderedSettings, epoch: int, count: int, take: TakeExamples) -> Any:
    """Return an epoch's batches, each varied by chance of its own."""
    order = np.random.default_rng([settings.seed, epoch]).permutation(count)
    size = settings.batch_size

    class Batches(load_keras().utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return -(-count // size)

        def __getitem__(self, number: int) -> tuple[Any, Any]:
            places = np.sort(order[number * size : (number + 1) * size])
            return take(places, np.random.default_rng([settings.seed, epoch, number]))

    return Batches(workers=2, max_queue_size=8)


def card_of(
    model: Any, dataset: Dataset, settings: RenderedSettings, files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return what the cards of such networks have in common; see `networks.model_card`."""
    return {
        "schema": SCHEMA,
        "layers": describe_layers(model),
        "parameters": model.count_params(),
        "data": {"name": dataset.name, "sha256": dataset.sha256},
        "settings": asdict(settings),
        "command": settings.command(),
        "versions": versions(),
        "temperature": 1.0,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
