"""Draws learning curves and confusion matrices, with OpenCV alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.drawing.text import INK, PAPER, put_mask, text_mask

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDTH, PANEL_HEIGHT = 900, 400
LEFT, RIGHT, TOP, BOTTOM = 90, 30, 60, 60
TEXT_PX, TITLE_PX = 13, 16
GRID: Colour = (225, 225, 225)
TRAINING: Colour = (200, 120, 30)
VALIDATION: Colour = (40, 70, 210)

CELL_PX = 56


def draw_curves(history: Sequence[Mapping[str, float]]) -> Image:
    """Draw how loss and error went over the epochs.

    Both axes upwards are logarithmic, since the last tenths of a percent are what training is
    about; a share of 0 is drawn at the lower edge.

    Args:
        history: an epoch each: ``loss``, ``accuracy``, ``validation_loss``,
            ``validation_accuracy``; at least one.

    Returns:
        ``(800, 900, 3) uint8`` BGR.

    Raises:
        ValueError: if there is no epoch.
    """
    if not history:
        raise ValueError("no epochs to draw")
    losses = [[float(epoch[key]) for epoch in history] for key in ("loss", "validation_loss")]
    errors = [
        [100 * (1 - float(epoch[key])) for epoch in history]
        for key in ("accuracy", "validation_accuracy")
    ]
    return np.vstack([_panel("loss", losses), _panel("wrong, in percent", errors)])


def draw_confusion(confusion: NDArray[np.int64]) -> Image:
    """Draw a confusion matrix: a row per true digit, a column per label it was read as.

    Cells off the diagonal are the redder the more often that happened, in shares of the row.

    Args:
        confusion: ``(10, 10) int64``.

    Returns:
        ``(700, 700, 3) uint8`` BGR.
    """
    side = 10 * CELL_PX + LEFT + 50
    image = np.full((side, side, 3), PAPER, np.uint8)
    _write(image, "read as", (LEFT + 5 * CELL_PX, 20), TITLE_PX)
    _write(image, "true", (35, LEFT + 5 * CELL_PX), TITLE_PX)
    totals = np.maximum(confusion.sum(axis=1), 1)
    for row, column in np.ndindex(10, 10):
        count = int(confusion[row, column])
        share = count / totals[row]
        x, y = LEFT + column * CELL_PX, LEFT + row * CELL_PX
        colour = _shade(share if row == column else min(1.0, 25 * share), row == column)
        cv2.rectangle(image, (x, y), (x + CELL_PX, y + CELL_PX), colour, cv2.FILLED)
        cv2.rectangle(image, (x, y), (x + CELL_PX, y + CELL_PX), GRID, 1)
        if count:
            _write(image, str(count), (x + CELL_PX // 2, y + CELL_PX // 2), TEXT_PX)
    for digit in range(10):
        middle = LEFT + digit * CELL_PX + CELL_PX // 2
        _write(image, str(digit), (middle, LEFT - 20), TITLE_PX)
        _write(image, str(digit), (LEFT - 20, middle), TITLE_PX)
    return image


def _panel(title: str, curves: Sequence[Sequence[float]]) -> Image:
    image = np.full((PANEL_HEIGHT, WIDTH, 3), PAPER, np.uint8)
    low, high = _range([value for curve in curves for value in curve])
    epochs = len(curves[0])

    def place(epoch: int, value: float) -> tuple[int, int]:
        right = (epoch - 1) / max(1, epochs - 1)
        up = math.log(max(value, low) / low) / math.log(high / low)
        return (
            round(LEFT + right * (WIDTH - LEFT - RIGHT)),
            round(PANEL_HEIGHT - BOTTOM - up * (PANEL_HEIGHT - TOP - BOTTOM)),
        )

    for tick in _ticks(low, high):
        _, y = place(1, tick)
        cv2.line(image, (LEFT, y), (WIDTH - RIGHT, y), GRID, 1)
        _write(image, f"{tick:g}", (LEFT - 35, y), TEXT_PX)
    for epoch in _epoch_ticks(epochs):
        x, y = place(epoch, low)
        cv2.line(image, (x, TOP), (x, y), GRID, 1)
        _write(image, str(epoch), (x, y + 16), TEXT_PX)
    for curve, colour in zip(curves, (TRAINING, VALIDATION), strict=True):
        points = np.array([place(number, value) for number, value in enumerate(curve, 1)], np.int32)
        cv2.polylines(
            image, [points], isClosed=False, color=colour, thickness=2, lineType=cv2.LINE_AA
        )
        for x, y in points.tolist():
            cv2.circle(image, (x, y), 3, colour, cv2.FILLED, cv2.LINE_AA)
    _write(image, title, (LEFT + len(title) * 5, 25), TITLE_PX)
    _write(image, "epoch", ((LEFT + WIDTH - RIGHT) // 2, PANEL_HEIGHT - 18), TEXT_PX)
    _write(image, "training digits", (WIDTH - 360, 25), TEXT_PX, TRAINING)
    _write(image, "validation digits", (WIDTH - 140, 25), TEXT_PX, VALIDATION)
    return image


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis that has all values, and a tick at least."""
    positive = [value for value in values if value > 0] or [1.0]
    ticks = sorted(_ticks(min(positive) / 10, max(positive) * 10))
    low = max(tick for tick in ticks if tick <= min(positive))
    return low, min(tick for tick in ticks if tick > max(positive))


def _ticks(low: float, high: float) -> Iterator[float]:
    """Yield 1, 2 and 5 times the powers of ten from `low` to `high`."""
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for factor in (1, 2, 5):
            tick = float(f"{factor}e{power}")
            if low <= tick <= high:
                yield tick


def _epoch_ticks(epochs: int) -> Iterator[int]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**9) if epochs / step <= 15)
    yield 1
    yield from range(max(step, 2), epochs + 1, step)


def _shade(share: float, is_right: bool) -> Colour:
    full = np.array((150, 210, 150) if is_right else (80, 80, 240))
    blue, green, red = (np.array(PAPER) + (full - np.array(PAPER)) * share).astype(int).tolist()
    return blue, green, red


def _write(
    image: Image, text: str, middle_xy: tuple[int, int], height_px: int, colour: Colour = INK
) -> None:
    mask: Any = text_mask(text, height_px)
    corner = (middle_xy[0] - mask.shape[1] // 2, middle_xy[1] - mask.shape[0] // 2)
    put_mask(image, mask, corner, colour)
