"""Sheets of digits with what they were read as."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import imutils
import numpy as np
from numpy.typing import NDArray

from camdigits.drawing.text import put_mask, text_mask
from camdigits.training.report.evaluation import Evaluation

Image = NDArray[np.uint8]

DIGIT_PX = 84
CAPTION_PX = 22
TEXT_PX = 11
COLUMNS = 10
EXAMPLES = 100
MAX_TILES = 1000
"""Sheets of more tiles than that help nobody, and take memory."""

WHITE, GREEN, RED = (255, 255, 255), (120, 220, 120), (110, 110, 255)


def example_sheet(evaluation: Evaluation) -> Image:
    """Draw up to 100 digits, evenly from all, with the label that each was read as above.

    Returns:
        ``(H, W, 3) uint8`` BGR; labels are green where they are right, else red.
    """
    count = min(EXAMPLES, evaluation.n)
    places = np.linspace(0, max(0, evaluation.n - 1), count).astype(int)
    labels, read = evaluation.digits.labels, evaluation.read
    return sheet(
        [
            tile(
                evaluation.digits.images[place],
                str(read[place]),
                GREEN if read[place] == labels[place] else RED,
            )
            for place in places
        ]
    )


def misread_sheet(evaluation: Evaluation) -> Image:
    """Draw every digit that was read wrongly, the most certain first (1,000 at most).

    The caption says what it is, what it was read as, and with which confidence.

    Returns:
        ``(H, W, 3) uint8`` BGR.
    """
    return sheet(
        [
            tile(
                evaluation.digits.images[place],
                f"{evaluation.digits.labels[place]} as {evaluation.read[place]} "
                f"{evaluation.confidence[place]:.0%}",
                WHITE,
            )
            for place in evaluation.misread[:MAX_TILES]
        ]
    )


def tile(crop: Image, caption: str, colour: tuple[int, int, int]) -> Image:
    """Draw one crop, enlarged, with a caption above it.

    Args:
        crop: ``(28, 28) uint8``.
        caption: a short line.
        colour: of the caption, blue, green, red.

    Returns:
        ``(CAPTION_PX + DIGIT_PX, DIGIT_PX, 3) uint8`` BGR.
    """
    image = np.zeros((CAPTION_PX + DIGIT_PX, DIGIT_PX, 3), np.uint8)
    large = cv2.resize(crop, (DIGIT_PX - 2, DIGIT_PX - 2), interpolation=cv2.INTER_NEAREST)
    image[CAPTION_PX:-2, 1:-1] = cv2.cvtColor(large, cv2.COLOR_GRAY2BGR)
    image[CAPTION_PX:, -1] = image[-1] = 60
    text = text_mask(caption, TEXT_PX)
    if text.shape[1] > DIGIT_PX - 4:
        text = cv2.resize(text, (DIGIT_PX - 4, text.shape[0]), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    put_mask(image, text, (4, (CAPTION_PX - text.shape[0]) // 2 + 1), colour)
    return image


def sheet(tiles: Sequence[Image], columns: int = COLUMNS) -> Image:
    """Lay out tiles of one size in rows, the first at the top left; one blank tile for none."""
    if not tiles:
        return np.zeros((CAPTION_PX + DIGIT_PX, DIGIT_PX, 3), np.uint8)
    height, width = tiles[0].shape[:2]
    columns = min(columns, len(tiles))
    montage: list[Image] = imutils.build_montages(
        list(tiles), (width, height), (columns, -(-len(tiles) // columns))
    )
    return montage[0]
