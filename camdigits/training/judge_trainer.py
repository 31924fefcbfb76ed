"""Trains the judge: the small network that tells whole digits from everything else on a page.

It learns on rendered pages that went through camdigits' own threshold and segmentation, so that it
sees what reading sees; the pages it is measured on are written with digits of the test split.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camdigits.networks.classifier import LiteRTClassifier, bundled_weights
from camdigits.networks.litert import Network
from camdigits.networks.model_card import DIGITS, JUDGE, VERDICTS, ModelCard
from camdigits.training.data.dataset import Dataset, Digits, Source, load_dataset
from camdigits.training.models.architectures import view_stage
from camdigits.training.models.backend import load_keras, make_reproducible
from camdigits.training.models.export import check_agreement, int8_tflite_bytes
from camdigits.training.models.install import check_target, install
from camdigits.training.progress import NoProgress, Progress
from camdigits.training.rendered import RenderedSettings, card_of, fit_views, render_parts
from camdigits.training.sets.page_kinds import page_kinds
from camdigits.training.sets.view_augment import vary
from camdigits.training.sets.views import Views, is_digit, render_views
from camdigits.training.settings import DEFAULT_OUT

MEASURED_SHARE = 1 / 16
"""Pages to validate with, and as many to test with, to each page that is learnt from."""
THRESHOLD = 0.45
"""Reading takes a digit from this confidence on.  Of 0.4, 0.45 and 0.5, which read photos about as
well, it lies between: 0.4 took more letters for digits, 0.5 missed more digits."""


@dataclass(frozen=True, slots=True)
class JudgeSettings(RenderedSettings):
    """How a judge is trained; see `RenderedSettings`. An example is a candidate's views."""

    option = "--judge"
    pages: int = 1600
    epochs: int = 7
    batch_size: int = 256
    learning_rate: float = 0.002


def train_judge(
    data: Source = None,
    out: Path = DEFAULT_OUT,
    settings: JudgeSettings | None = None,
    progress: Progress | None = None,
) -> ModelCard:
    """Train a judge and write ``judge.tflite`` and its card ``judge.json``.

    The same data, settings and bundled LeNet give the same files, byte for byte, on the same
    machine with the same packages.

    Args:
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing; a judge that lies there is replaced, at
            the end and only by a complete one.
        settings: None takes the defaults.
        progress: told how far the training is; None tells nobody.

    Returns:
        The card of the judge, as it lies in `out`.

    Raises:
        DataError: if the data are missing or damaged; nothing was written.
        DependencyError: if TensorFlow or Keras is not installed.
        OutputError: if `out` cannot be written.
    """
    settings, progress = settings or JudgeSettings(), progress or NoProgress()
    check_target(out)
    make_reproducible(settings.seed)
    dataset = load_dataset(data)
    learning, validation, test = _render(dataset, settings, progress)
    model = build_judge()
    learnt, held = ((views.images, views.verdicts) for views in (learning, validation))
    history = fit_views(model, learnt, held, settings, vary, progress)
    files = {"judge.tflite": int8_tflite_bytes(model)}
    network = Network(
        files["judge.tflite"], name="the judge", classes=len(VERDICTS), shape=JUDGE.shape
    )
    check_agreement(model, network, validation.images[:1000], is_int8=True)
    record = _card(model, dataset, settings, files)
    record["data"] |= {"train": len(learning), "validation": len(validation), "test": len(test)}
    record["accuracy"] = {
        "test": _accuracy(network, test),
        "validation": _accuracy(network, validation),
        "n": len(test),
        **_digits_passed(network, test),
    }
    record["history"] = history
    return install(out, "judge", files, record, JUDGE)


def build_judge() -> Any:
    """Build the judge's network, untrained.

    Returns:
        A ``keras.Model`` from ``(n, 40, 40, 3) float32`` in 0-1 to ``(n, 13) float32``
        probabilities of the verdicts.
    """
    keras = load_keras()
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(JUDGE.shape, name="views"),
            *view_stage(1, 16, 5, 2),
            *view_stage(2, 32, 3, 2),
            *view_stage(3, 40, 3, 1),
            layers.MaxPooling2D(2, name="pool"),
            *view_stage(4, 64, 3, 1),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(64, activation="relu", name="dense"),
            layers.Dense(len(VERDICTS), activation="softmax", name="verdicts"),
        ],
        name="judge",
    )


def _render(
    dataset: Dataset, settings: JudgeSettings, progress: Progress
) -> tuple[Views, Views, Views]:
    """Return views to learn from, to validate with and to test with."""
    classifier = LiteRTClassifier()

    def render(digits: Digits, pages: int, seed: int) -> Views:
        return render_views(digits, page_kinds(pages), seed, classifier, progress)

    return render_parts(dataset, settings, max(2, round(settings.pages * MEASURED_SHARE)), render)


def _accuracy(network: Network, views: Views) -> float:
    return round(float((network(views.images).argmax(axis=1) == views.verdicts).mean()), 5)


def _digits_passed(network: Network, views: Views) -> dict[str, float]:
    """Return the share of digits, and of what is none, that count as digits; and how many of the
    digits are named rightly."""
    said = network(views.images)[:, : len(DIGITS)]
    passes, digits = said.sum(axis=1) >= 0.5, is_digit(views.verdicts)
    is_named = said.argmax(axis=1) == views.verdicts
    return {
        "digits_passed": round(float(passes[digits].mean()), 5) if digits.any() else 1.0,
        "digits_named": round(float(is_named[digits].mean()), 5) if digits.any() else 1.0,
        "others_passed": round(float(passes[~digits].mean()), 5) if (~digits).any() else 0.0,
    }


def _card(
    model: Any, dataset: Dataset, settings: JudgeSettings, files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the card but for what was measured; see `camdigits.networks.model_card`."""
    card = card_of(model, dataset, settings, files)
    card["data"]["classifier"] = hashlib.sha256(bundled_weights().read_bytes()).hexdigest()
    return card | {
        "name": "judge",
        "architecture": "judge",
        "input": JUDGE.input,
        "classes": list(VERDICTS),
        "threshold": THRESHOLD,
    }
