"""What teaching brings on digits that were not learnt, which "100 % now" does not say.

The owner's digits are parted; each part is read by a network that learnt the others (Stone,
"Cross-validatory choice and assessment of statistical predictions", 1974).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import CamdigitsError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.training.data.labelled_folder import read_labelled_folder
from camdigits.training.fine_tuner import SETTINGS, Lesson
from camdigits.training.models.backend import make_reproducible
from camdigits.training.models.keras_classifier import KerasClassifier
from camdigits.training.progress import NoProgress
from camdigits.training.report.evaluation import measure

PARTS = 3
"""Each costs as much as the teaching itself."""
FEWEST = 10
"""Digits that are needed to say anything."""


@dataclass(frozen=True, slots=True)
class Change:
    """How digits were read rightly, by whom.

    Attributes:
        before: how many the weights before did.
        after: how many the new ones do.
        count: how many there are.
    """

    before: int
    after: int
    count: int

    def __str__(self) -> str:
        return f"{self.before:,} of {self.count:,} were read rightly before, {self.after:,} now"


def read_unlearnt(lesson: Lesson) -> Iterator[Change]:
    """Teach the lesson without a part of its digits, and read these; part by part.

    Yields:
        For each of `PARTS` how its digits are read; nothing if there are fewer than `FEWEST`.
    """
    digits = lesson.labelled.digits
    if len(digits) < FEWEST:
        return
    for places in _parts(digits.labels):
        make_reproducible(SETTINGS.seed)
        network, unlearnt = KerasClassifier(lesson.weights), digits.take(places)
        before = measure(network, unlearnt)
        lesson.without(places).learn(network.model, (NoProgress(), None))
        after = measure(network, unlearnt)
        yield Change(before.n - before.errors, after.n - after.errors, after.n)


def read_other_hand(folder: Path, before: Path | None, after: Path) -> Change | None:
    """Read another hand with the weights that were used before and with the new ones.

    Args:
        folder: of the other hand's labelled pictures.
        before: a ``.tflite``; None takes the bundled one.
        after: another one.

    Returns:
        None if there is no such hand, or its pictures or the weights cannot be read.
    """
    try:
        digits = read_labelled_folder(folder).digits
        first, second = (measure(LiteRTClassifier(each), digits) for each in (before, after))
    except CamdigitsError:
        return None
    return Change(first.n - first.errors, second.n - second.errors, second.n)


def _parts(labels: NDArray[np.uint8]) -> list[NDArray[np.intp]]:
    """Return places of digits in parts, each with its share of every label."""
    order = np.random.default_rng(SETTINGS.seed).permutation(len(labels))
    by_label = order[np.argsort(labels[order], kind="stable")]
    return [by_label[start::PARTS] for start in range(PARTS)]
