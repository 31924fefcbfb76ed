"""The tutorial's training, by `--recipe tutorial` and in plain Keras, side by side.

The Keras half is written out as tutorials write it, so that anyone can check it.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from camdigits.training import TrainSettings, train
from camdigits.training.data.dataset import Dataset, load_dataset
from camdigits.training.models.backend import load_keras

HEADER = (
    "| seed | `camdigits train --recipe tutorial` | plain Keras | difference |\n"
    "|---|---:|---:|---:|"
)
EPOCHS, BATCH_SIZE = 5, 300


def rows(data: Path, seeds: Sequence[int]) -> Iterator[str]:
    """Train both for each seed, and yield lines: which share of the test split is right.

    Args:
        data: folder with mnist/.
        seeds: of the first weights and the order.
    """
    mnist = data / "mnist"
    dataset, pairs = load_dataset(mnist), list[tuple[float, float]]()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            settings = TrainSettings(recipe="tutorial", seed=seed)
            ours = train(mnist, Path(folder), settings).record["accuracy"]["test"]
        pairs.append((ours, in_plain_keras(dataset, seed)))
        yield _row(str(seed), *pairs[-1])
    if len(pairs) > 1:
        yield _row("mean", *(statistics.fmean(column) for column in zip(*pairs, strict=True)))


def in_plain_keras(dataset: Dataset, seed: int) -> float:
    """Return the share of test digits that are right after the tutorial's own run.

    Pixels stay at 0 to 255, all 60,000 digits are learnt from, nothing is held back.
    """
    keras = load_keras()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(6, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Conv2D(16, 5, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(120, activation="relu"),
            keras.layers.Dense(84, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    train_x, test_x = (
        split.images[..., None].astype(np.float32) for split in (dataset.train, dataset.test)
    )
    train_y, test_y = (
        keras.utils.to_categorical(split.labels, 10) for split in (dataset.train, dataset.test)
    )
    model.fit(train_x, train_y, epochs=EPOCHS, batch_size=BATCH_SIZE, verbose=0)
    return float(model.evaluate(test_x, test_y, verbose=0)[1])


def _row(name: str, ours: float, theirs: float) -> str:
    return f"| {name} | {ours:.2%} | {theirs:.2%} | {100 * (ours - theirs):+.2f} points |"
