"""Writes the pictures that show how good a network is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.networks.model_card import card_path, read_card
from camdigits.training.models.install import put
from camdigits.training.report.charts import draw_confusion, draw_curves
from camdigits.training.report.evaluation import Evaluation
from camdigits.training.report.sheets import example_sheet, misread_sheet

CURVES = "learning-curves.png"
CONFUSION = "confusion.png"


def write_pictures(
    out: Path, evaluation: Evaluation, weights: Path | None = None
) -> tuple[Path, ...]:
    """Write the sheets, the confusion matrix and, where they are known, the learning curves.

    Args:
        out: folder for the pictures, made if it is missing.
        evaluation: how the digits were read.
        weights: what they were read with; if it has a card, the curves come from there.  None
            means the bundled weights.

    Returns:
        The files.

    Raises:
        OutputError: if something cannot be written.
    """
    pictures = {
        "examples.png": png_bytes(example_sheet(evaluation)),
        "misread.png": png_bytes(misread_sheet(evaluation)),
        CONFUSION: png_bytes(draw_confusion(evaluation.confusion)),
        **_curves(_record(weights or bundled_weights())),
    }
    put(out, pictures)
    return tuple(out / name for name in pictures)


def pictures_of_card(record: Mapping[str, Any]) -> dict[str, bytes]:
    """Return learning curves and confusion matrix by name, as far as the card has them.

    Args:
        record: a model card's, or an empty one.
    """
    return {**_curves(record), **_confusion(record)}


def _curves(record: Mapping[str, Any]) -> dict[str, bytes]:
    try:
        return {CURVES: png_bytes(draw_curves(record["history"]))}
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return {}  # a card of an older version, or of a stranger


def _confusion(record: Mapping[str, Any]) -> dict[str, bytes]:
    try:
        counts = np.array(record["accuracy"]["confusion"], np.int64)
    except (KeyError, TypeError, ValueError, OverflowError):
        return {}
    return {CONFUSION: png_bytes(draw_confusion(counts))} if counts.shape == (10, 10) else {}


def png_bytes(image: NDArray[np.uint8]) -> bytes:
    """Return the content of a PNG file."""
    is_done, data = cv2.imencode(".png", image)
    assert is_done, "OpenCV encodes any picture as PNG"
    return data.tobytes()


def _record(weights: Path) -> Mapping[str, Any]:
    try:
        return read_card(card_path(weights)).record
    except WeightsError:  # an .h5 has none
        return {}
