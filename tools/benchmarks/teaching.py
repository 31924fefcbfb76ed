"""Measures what `camdigits train --teach` brings: another hand learnt, MNIST kept.

The hand is that of ARDIS (Swedish church books).  Settings are chosen with `choosing`, which
measures on more of ARDIS's training digits and on MNIST's validation digits; the two test splits
are for the figures that are reported.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.training import other_hand
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.training.data.dataset import Digits, load_dataset
from camdigits.training.fine_tuner import teach
from camdigits.training.report.evaluation import measure
from camdigits.training.settings import TrainSettings
from camdigits.training.trainer import split

HEADER = (
    "| examples a digit | ARDIS before | after | MNIST before | after |\n|---:|---:|---:|---:|---:|"
)
EXAMPLES = (10, 50)
SEED = 1


def rows(data: Path, *, choosing: bool) -> Iterator[str]:
    """Yield a line of the table that `HEADER` begins for each number of examples.

    Args:
        data: folder with mnist/ and others/.
        choosing: measure on digits that settings may be chosen by.
    """
    hand = _hand(data, "ardis_train")
    before = LiteRTClassifier()
    for count in EXAMPLES:
        shown, rest = pick(hand, count)
        exam = rest if choosing else _hand(data, "ardis_test")
        kept = _mnist(data, before, choosing=choosing)
        with tempfile.TemporaryDirectory() as folder:
            _write(shown, Path(folder) / "hand")
            teach(Path(folder) / "hand", data / "mnist", Path(folder) / "out")
            after = LiteRTClassifier(Path(folder) / "out" / "lenet.tflite")
        figures = [measure(each, on).accuracy for on in (exam, kept) for each in (before, after)]
        yield f"| {count} | " + " | ".join(f"{each:.2%}" for each in figures) + " |"


def pick(digits: Digits, count: int) -> tuple[Digits, Digits]:
    """Return so many examples of each digit, and all others."""
    order = np.random.default_rng(SEED).permutation(len(digits))
    labels = digits.labels[order]
    chosen = np.concatenate([order[labels == label][:count] for label in range(10)])
    return digits.take(chosen), digits.take(np.setdiff1d(order, chosen))


def _hand(data: Path, name: str) -> Digits:
    exam = other_hand(name, data / "others" / f"{name}.npz")
    assert exam.labels is not None, "other hands are labelled"
    return Digits(exam.images, exam.labels.astype(np.uint8))


def _mnist(data: Path, weights: LiteRTClassifier, *, choosing: bool) -> Digits:
    dataset = load_dataset(data / "mnist")
    settings = TrainSettings(seed=weights.card.record["settings"]["seed"])
    return split(dataset.train, settings)[1] if choosing else dataset.test


def _write(digits: Digits, folder: Path) -> None:
    for place, (image, label) in enumerate(zip(digits.images, digits.labels, strict=True)):
        path = folder / str(label) / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), image)
