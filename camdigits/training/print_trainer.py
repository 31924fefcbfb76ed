"""Trains the print detector: the small network that tells printed digits from handwriting.

It learns on rendered pages, forms filled in by hand among them, on which print and handwriting went
through the same cameras.  The fonts that the threshold is chosen by, and those it is measured on,
are others than those it learnt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.litert import Network
from camdigits.networks.model_card import PRINT, WRITINGS, ModelCard
from camdigits.training.data.dataset import Dataset, Digits, Source, load_dataset
from camdigits.training.models.architectures import view_stage
from camdigits.training.models.backend import load_keras, make_reproducible
from camdigits.training.models.export import check_agreement, int8_tflite_bytes
from camdigits.training.models.install import check_target, install
from camdigits.training.pages.printing.typefaces import Families, load_typefaces, sha256_of
from camdigits.training.print_views import HAND, PrintViews, render_print_views
from camdigits.training.progress import NoProgress, Progress
from camdigits.training.rendered import RenderedSettings, card_of, fit_views, render_parts
from camdigits.training.sets.view_augment import vary_print
from camdigits.training.settings import DEFAULT_OUT

MEASURED_PAGES = 160
"""Pages to validate with, and as many to test with, at most."""
PARTS = ("learn", "validate", "test")
"""Folders of the fonts."""
HAND_SHARE = 0.005
"""Share of single handwritten digits that the threshold lets pass for print.  Those of a number are
taken together when reading, with the others of their page, which leaves fewer."""


@dataclass(frozen=True, slots=True)
class PrintSettings(RenderedSettings):
    """How a print detector is trained; see `RenderedSettings`. Each second page is a form.

    An example is a digit's views; with data and fonts the settings decide every bit of the result.
    """

    option = "--print --fonts DIR"
    pages: int = 600
    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 0.003


def train_print_detector(
    fonts: Path,
    data: Source = None,
    out: Path = DEFAULT_OUT,
    settings: PrintSettings | None = None,
    progress: Progress | None = None,
) -> ModelCard:
    """Train a print detector and write ``print.tflite`` and its card ``print.json``.

    The same fonts, data and settings give the same files, byte for byte, on the same machine with
    the same packages.

    Args:
        fonts: folder with ``learn``, ``validate`` and ``test``: TrueType and OpenType files, those
            of a family in a folder of their own.
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing; a print detector that lies there is
            replaced, at the end and only by a complete one.
        settings: None takes the defaults.
        progress: told how far the training is; None tells nobody.

    Returns:
        The card of the print detector, as it lies in `out`.

    Raises:
        DataError: if data or fonts are missing or damaged; nothing was written.
        DependencyError: if TensorFlow or Keras is not installed, or OpenCV older than 5.
        OutputError: if `out` cannot be written.
    """
    settings, progress = settings or PrintSettings(), progress or NoProgress()
    check_target(out)
    families = [load_typefaces(fonts / part) for part in PARTS]
    make_reproducible(settings.seed)
    dataset = load_dataset(data)
    learning, validation, test = _render(dataset, families, settings, progress)
    model = build_print_detector()
    learnt, held = ((views.images, views.writings) for views in (learning, validation))
    history = fit_views(model, learnt, held, settings, vary_print, progress)
    files = {"print.tflite": int8_tflite_bytes(model)}
    network = Network(
        files["print.tflite"], name="the print detector", classes=len(WRITINGS), shape=PRINT.shape
    )
    check_agreement(model, network, validation.images[:1000], is_int8=True)
    record = _card(model, dataset, settings, files)
    record["data"] |= {"fonts": dict(zip(PARTS, map(sha256_of, families), strict=True))}
    record["data"] |= {"train": len(learning), "validation": len(validation), "test": len(test)}
    record |= _measured(network, validation, test)
    record["history"] = history
    return install(out, "print", files, record, PRINT)


def build_print_detector() -> Any:
    """Build the print detector's network, untrained.

    Returns:
        A ``keras.Model`` from ``(n, 40, 40, 2) float32`` in 0-1 to ``(n, 2) float32``
        probabilities of hand and print.
    """
    keras = load_keras()
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(PRINT.shape, name="views"),
            *view_stage(1, 16, 5, 2),
            *view_stage(2, 32, 3, 2),
            *view_stage(3, 48, 3, 1),
            layers.MaxPooling2D(2, name="pool"),
            *view_stage(4, 48, 3, 1),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(32, activation="relu", name="dense"),
            layers.Dense(len(WRITINGS), activation="softmax", name="writings"),
        ],
        name="print",
    )


def threshold_of(probabilities: NDArray[np.float32], writings: NDArray[np.uint8]) -> float:
    """Return the probability of print that `HAND_SHARE` of what is written by hand reaches.

    Args:
        probabilities: ``(n,)`` of print, 0 to 1.
        writings: ``(n,)``, what each is.
    """
    by_hand = probabilities[writings == HAND]
    reached = float(np.quantile(by_hand, 1 - HAND_SHARE)) if len(by_hand) else 0.5
    return round(min(max(reached, 0.5), 0.999), 4)


def _render(
    dataset: Dataset, families: list[Families], settings: PrintSettings, progress: Progress
) -> tuple[PrintViews, PrintViews, PrintViews]:
    """Return views to learn from, to validate with and to test with."""
    parts = iter(families)

    def render(digits: Digits, pages: int, seed: int) -> PrintViews:
        return render_print_views(digits, next(parts), pages, seed, progress)

    return render_parts(dataset, settings, min(MEASURED_PAGES, settings.pages), render)


def _measured(network: Network, validation: PrintViews, test: PrintViews) -> dict[str, Any]:
    """Return the threshold, and how often the network is right with it."""
    threshold = threshold_of(network(validation.images)[:, 1], validation.writings)
    on_test = _shares(network, test, threshold)
    accuracy = {
        "test": on_test.pop("right"),
        "validation": _shares(network, validation, threshold)["right"],
        "n": len(test),
        **on_test,
    }
    return {"threshold": threshold, "accuracy": accuracy}


def _shares(network: Network, views: PrintViews, threshold: float) -> dict[str, float]:
    """Return the shares of what is told rightly, of all, of print and of handwriting."""
    is_right = (network(views.images)[:, 1] >= threshold) == (views.writings != HAND)
    shares = {
        "right": is_right,
        "hand_right": is_right[views.writings == HAND],
        "print_right": is_right[views.writings != HAND],
    }
    return {name: round(float(its.mean()), 5) if len(its) else 1.0 for name, its in shares.items()}


def _card(
    model: Any, dataset: Dataset, settings: PrintSettings, files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the card but for what was measured; see `camdigits.networks.model_card`."""
    return card_of(model, dataset, settings, files) | {
        "name": "print",
        "architecture": "print",
        "input": PRINT.input,
        "classes": list(WRITINGS),
        "threshold_rule": f"{HAND_SHARE:.1%} of the validation pages' handwritten digits reach it",
    }
