"""Trains the line reader: the small network that reads digits, marks and signs along a line.

It learns on rendered pages whose lines were cut out as reading cuts them; the pages that it is
measured on are written with digits of the test split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.line_reader import LineNetwork, best_text
from camdigits.networks.model_card import CHARACTERS, LINE, ModelCard
from camdigits.support.edits import edit_distance
from camdigits.training.data.dataset import Dataset, Digits, Source, load_dataset
from camdigits.training.models.architectures import build_line_reader
from camdigits.training.models.backend import load_keras, make_reproducible
from camdigits.training.models.export import int8_tflite_bytes
from camdigits.training.models.install import check_target, install
from camdigits.training.progress import NoProgress, Progress
from camdigits.training.rendered import (
    RenderedSettings,
    card_of,
    falling_rate,
    fit_epochs,
    render_parts,
)
from camdigits.training.sets.page_kinds import line_page_kinds
from camdigits.training.sets.strip_augment import vary_strips
from camdigits.training.sets.strips import BLANK, UNCLEAR, Strips, render_strips
from camdigits.training.settings import DEFAULT_OUT

Inputs = NDArray[np.float32]
Places = NDArray[np.intp]

MEASURED_SHARE, MEASURED_PAGES = 1 / 24, 75
"""Pages to validate with, and as many to test with: this share of those to learn from, so many at
most."""
ALIGNED_WEIGHT = 8.0
"""What a frame that shows the wrong character weighs beside a text that is read wrongly.  Where
each character stands is known of rendered lines; CTC by itself would have to find it out."""
THRESHOLD = 0.5
"""Reading believes a character from this confidence on."""


@dataclass(frozen=True, slots=True)
class LineSettings(RenderedSettings):
    """How a line reader is trained; see `RenderedSettings`. An example is a window of a strip."""

    option = "--lines"
    pages: int = 2400
    epochs: int = 16
    batch_size: int = 64
    learning_rate: float = 0.003


def train_line_reader(
    data: Source = None,
    out: Path = DEFAULT_OUT,
    settings: LineSettings | None = None,
    progress: Progress | None = None,
) -> ModelCard:
    """Train a line reader and write ``line.tflite`` and its card ``line.json``.

    The same data and settings give the same files, byte for byte, on the same machine with the
    same packages.

    Args:
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing; a line reader that lies there is
            replaced, at the end and only by a complete one.
        settings: None takes the defaults.
        progress: told how far the training is; None tells nobody.

    Returns:
        The card of the line reader, as it lies in `out`.

    Raises:
        DataError: if the data are missing or damaged; nothing was written.
        DependencyError: if TensorFlow or Keras is not installed.
        OutputError: if `out` cannot be written.
    """
    settings, progress = settings or LineSettings(), progress or NoProgress()
    check_target(out)
    make_reproducible(settings.seed)
    dataset = load_dataset(data)
    learning, validation, test = render_sets(dataset, settings, progress)
    model = build_line_reader()
    history = fit_line_reader(model, learning, validation, settings, progress)
    files = {"line.tflite": int8_tflite_bytes(with_probabilities(model))}
    network = LineNetwork(files["line.tflite"], "the line reader")
    record = _card(model, dataset, settings, files)
    record["data"] |= {"train": len(learning), "validation": len(validation), "test": len(test)}
    measured = measure(network, test)
    record["accuracy"] = {
        "test": measured["texts"],
        "validation": measure(network, validation)["texts"],
        "n": len(test),
        "character_errors": measured["character_errors"],
    }
    record["history"] = history
    return install(out, "line", files, record, LINE)


def render_sets(
    dataset: Dataset, settings: LineSettings, progress: Progress
) -> tuple[Strips, Strips, Strips]:
    """Return strips to learn from, to validate with and to test with."""

    def render(digits: Digits, pages: int, seed: int) -> Strips:
        return render_strips(digits, line_page_kinds(pages), seed, progress)

    few = min(MEASURED_PAGES, max(2, round(settings.pages * MEASURED_SHARE)))
    return render_parts(dataset, settings, few, render)


def fit_line_reader(
    model: Any, learning: Strips, validation: Strips, settings: LineSettings, progress: Progress
) -> list[dict[str, float]]:
    """Train; return what each epoch brought."""
    keras = load_keras()
    rate = falling_rate(settings, len(learning))
    accuracy = keras.metrics.MeanMetricWrapper(_frames_right, name="accuracy")
    model.compile(keras.optimizers.Adam(rate, clipnorm=5.0), _loss, metrics=[accuracy])
    targets = _targets(learning)

    def examples(places: Places, rng: np.random.Generator) -> tuple[Inputs, NDArray[np.int32]]:
        return vary_strips(rng, learning.images[places]), targets[places]

    shown = validation.images.astype(np.float32)[..., None] / np.float32(255)
    known = shown, _targets(validation)
    return fit_epochs(model, settings, (len(learning), examples), known, progress)


def with_probabilities(model: Any) -> Any:
    """Return the network with probabilities in place of logits."""
    keras = load_keras()
    return keras.Model(model.input, keras.layers.Softmax(name="probabilities")(model.output))


def measure(network: LineNetwork, strips: Strips) -> dict[str, float]:
    """Return the share of windows whose text is read wholly right, and wrong characters to right
    ones: edits by the number of characters."""
    said = [best_text(frames) for frames in network(strips.images)]
    want = [text[text != UNCLEAR].tolist() for text in strips.texts]
    edits = sum(edit_distance(one, other) for one, other in zip(said, want, strict=True))
    count = max(1, sum(map(len, want)))
    right = sum(one == other for one, other in zip(said, want, strict=True))
    return {
        "texts": round(right / max(1, len(want)), 5),
        "character_errors": round(edits / count, 5),
    }


def _targets(strips: Strips) -> NDArray[np.int32]:
    """Return texts and frames side by side, as the loss takes them: ``(n, 32 + 80)``."""
    return np.concatenate([strips.texts, strips.frames], axis=1).astype(np.int32)


def _loss(targets: Any, logits: Any) -> Any:
    """Return what texts and frames that are read wrongly cost, for each strip."""
    keras = load_keras()
    ops = keras.ops
    count = ops.shape(logits)[1]
    texts, frames = targets[:, :-count], targets[:, -count:]
    is_text, is_clear = texts != UNCLEAR, frames != UNCLEAR
    lengths = ops.sum(ops.cast(is_text, "int32"), axis=1)
    all_frames = ops.zeros_like(lengths) + count
    ctc = ops.ctc_loss(ops.where(is_text, texts, 0), logits, lengths, all_frames, mask_index=BLANK)
    wrong = keras.losses.sparse_categorical_crossentropy(
        ops.where(is_clear, frames, BLANK), logits, from_logits=True
    )
    weight = ops.cast(is_clear, "float32")
    aligned = ops.sum(weight * wrong, axis=1) / ops.maximum(ops.sum(weight, axis=1), 1.0)
    return 0.1 * ctc + ALIGNED_WEIGHT * aligned


def _frames_right(targets: Any, logits: Any) -> Any:
    """Return the share of frames that show the right character, where one is known."""
    ops = load_keras().ops
    frames = targets[:, -ops.shape(logits)[1] :]
    is_clear = ops.cast(frames != UNCLEAR, "float32")
    is_right = ops.cast(ops.cast(ops.argmax(logits, axis=-1), frames.dtype) == frames, "float32")
    return ops.sum(is_right * is_clear, axis=1) / ops.maximum(ops.sum(is_clear, axis=1), 1.0)


def _card(
    model: Any, dataset: Dataset, settings: LineSettings, files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the card but for what was measured; see `camdigits.networks.model_card`."""
    return card_of(model, dataset, settings, files) | {
        "name": "line",
        "architecture": "line",
        "input": LINE.input,
        "classes": list(CHARACTERS),
        "threshold": THRESHOLD,
    }
