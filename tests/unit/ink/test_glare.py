"""Lamps that are mirrored in a board are no ink and no paper; light ink stays light ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.glare import without_glare


def board(level: int = 140, color: tuple[float, float, float] = (1.0, 1.0, 0.98)) -> np.ndarray:
    grain = np.random.default_rng(1).normal(0.0, 2.0, (360, 640, 1))
    return np.clip((level + grain) * color, 0, 255).astype(np.uint8)


def hang_lamp(picture: np.ndarray) -> np.ndarray:
    """Mirror a tube that is shaped as a 1, with its halo; returns where it is."""
    lamp = np.zeros(picture.shape[:2], np.uint8)
    cv2.line(lamp, (300, 100), (290, 180), 255, 10)
    soft = cv2.GaussianBlur(lamp, (0, 0), 2.0)[..., None].astype(np.float32)
    picture[:] = np.clip(picture + soft, 0, 255).astype(np.uint8)
    return lamp > 0


def read(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return gray, without_glare(gray, lambda: picture)


@pytest.mark.parametrize("level", [100, 140, 180])
def test_mirrored_lamp_is_as_bright_as_the_board(level):
    picture = board(level)
    lamp = hang_lamp(picture)
    gray, plane = read(picture)
    assert gray[lamp].max() == 255
    assert np.abs(plane[lamp].astype(int) - level).max() < 12


def test_ink_beside_a_lamp_stays():
    picture = board()
    cv2.line(picture, (330, 100), (330, 180), (40, 40, 40), 5)
    hang_lamp(picture)
    gray, plane = read(picture)
    assert np.array_equal(plane[:, 325:336], gray[:, 325:336])


@pytest.mark.parametrize(
    ("level", "color"), [(30, (1.0, 1.0, 0.98)), (130, (0.6, 0.8, 1.0)), (140, (1.0, 1.0, 1.0))]
)
def test_white_ink_on_dark_or_brown_ground_and_in_grey_pictures_stays(level, color):
    picture = board(level, color)
    cv2.line(picture, (300, 100), (290, 180), (255, 255, 255), 8)
    gray, plane = read(picture)
    assert plane is gray


def test_clipped_paper_stays():
    picture = board(254)
    cv2.line(picture, (300, 100), (290, 180), (30, 30, 32), 8)
    gray, plane = read(picture)
    assert plane is gray


def test_edge_of_a_clipped_sheet_stays():
    picture = board(110)
    picture[:, 200:] = 255
    picture[:, 220:] = 238
    gray, plane = read(picture)
    assert plane is gray
