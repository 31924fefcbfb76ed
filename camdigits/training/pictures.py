"""Writes the pictures that show how good a network is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.classify import bundled_weights
from camdigits.errors import WeightsError
from camdigits.modelcard import card_path, read_card
from camdigits.training.charts import draw_confusion, draw_curves
from camdigits.training.evaluation import Evaluation
from camdigits.training.install import put
from camdigits.training.sheets import example_sheet, misread_sheet

CURVES = "learning-curves.png"


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
        "confusion.png": png_bytes(draw_confusion(evaluation.confusion)),
        **curves(_record(weights or bundled_weights())),
    }
    put(out, pictures)
    return tuple(out / name for name in pictures)


def curves(record: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the picture of the learning curves by its name; nothing if the card has no history.

    Args:
        record: a model card's, or an empty one.
    """
    try:
        return {CURVES: png_bytes(draw_curves(record["history"]))}
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return {}  # a card of an older version, or of a stranger


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
