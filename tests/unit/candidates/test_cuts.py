"""Touching digits come apart; the pieces lie where they were."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.candidates.cuts import cut_apart
from camdigits.types import Box


def ring(width: int = 44, height: int = 50, stroke: int = 4) -> np.ndarray:
    ink = np.zeros((height, width), np.uint8)
    half = stroke // 2 + 1
    axes = (width // 2 - half, height // 2 - half)
    cv2.ellipse(ink, (width // 2, height // 2), axes, 0, 0, 360, 255, stroke)
    x, y, w, h = cv2.boundingRect(ink)
    return ink[y : y + h, x : x + w]


def touching(count: int) -> tuple[np.ndarray, list[Box]]:
    """Rings in a row, each one touching the next."""
    one = ring()
    height, width = one.shape
    ink = np.zeros((height, count * (width - 1) + 1), np.uint8)
    boxes = []
    for place in range(count):
        x = place * (width - 1)
        window = ink[:, x : x + width]
        np.maximum(window, one, out=window)
        boxes.append(Box(x, 0, width, height))
    return ink, boxes


def boxes_of(ink: np.ndarray, stroke_px: float = 4.0) -> list[Box]:
    return [Box(x, y, piece.shape[1], piece.shape[0]) for x, y, piece in cut_apart(ink, stroke_px)]


@pytest.mark.parametrize("count", [2, 3, 6, 12])
def test_each_of_several_touching_rings_is_among_the_pieces(count):
    ink, rings = touching(count)
    pieces = boxes_of(ink)
    for true in rings:
        assert max(true.iou(piece) for piece in pieces) > 0.7
    assert len(pieces) < 24 * count


def falling(ink: np.ndarray, slope: float) -> tuple[np.ndarray, np.ndarray]:
    """The ink with each column moved down, and how far."""
    height, width = ink.shape
    down = np.rint(slope * np.arange(width)).astype(int)
    down -= down.min()
    moved = np.zeros((height + down.max(), width), np.uint8)
    for column, far in enumerate(down):
        moved[far : far + height, column] = ink[:, column]
    return moved, down


@pytest.mark.parametrize("slope", [0.2, -0.25])
def test_digits_of_a_line_that_falls_or_rises_are_among_the_pieces(slope):
    level, rings = touching(8)
    ink, down = falling(level, slope)
    pieces = boxes_of(ink)
    for ring_box in rings:
        here = down[ring_box.x : ring_box.right]
        box = Box(ring_box.x, int(here.min()), ring_box.w, ring_box.h + int(np.ptp(here)))
        assert max(box.iou(piece) for piece in pieces) > 0.6


@pytest.mark.parametrize("slope", [0, 0.2, -0.2])
def test_pieces_hold_the_ink_that_stands_there(slope):
    ink, _ = falling(touching(3)[0], slope)
    for x, y, piece in cut_apart(ink, 4.0):
        height, width = piece.shape
        there = ink[y : y + height, x : x + width]
        assert not (piece & ~there).any()
        assert cv2.boundingRect(piece) == (0, 0, width, height)


def test_leaning_digits_are_cut_along_their_lean():
    bars = np.zeros((60, 90), np.uint8)
    cv2.line(bars, (30, 3), (8, 56), 255, 6)
    cv2.line(bars, (66, 3), (44, 56), 255, 6)
    cv2.line(bars, (20, 30), (54, 30), 255, 2)
    x, y, w, h = cv2.boundingRect(bars)
    pieces = boxes_of(bars[y : y + h, x : x + w])
    left, right = Box(0, 0, 30, 60), Box(38, 0, 30, 60)
    for bar in (left, right):
        assert max(bar.iou(piece) for piece in pieces) > 0.6


def test_the_whole_is_none_of_its_pieces():
    ink, _ = touching(2)
    assert Box(0, 0, ink.shape[1], ink.shape[0]) not in boxes_of(ink)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (12, 12)])
def test_smallest_ink_is_cut_without_complaint(shape):
    for _, _, piece in cut_apart(np.full(shape, 255, np.uint8), 1.0):
        assert piece.size


def test_ink_is_not_written_to():
    ink, _ = touching(3)
    ink.flags.writeable = False
    assert boxes_of(ink)
