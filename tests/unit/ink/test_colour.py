"""Pale coloured ink is read as dark ink is; what colour says nothing of stays as it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camdigits.ink.colour import with_pale_ink
from camdigits.training.pages.camera import compress

PAPER = (225, 230, 232)
YELLOW, ORANGE, LIGHT_BLUE = (40, 215, 225), (50, 140, 235), (215, 175, 95)
LIGHT_GREEN, PINK = (120, 215, 125), (190, 130, 225)


def sheet(paper: tuple[int, int, int] = PAPER) -> np.ndarray:
    grain = np.random.default_rng(1).normal(0.0, 2.0, (360, 640, 1))
    return np.clip(np.full((360, 640, 3), paper) + grain, 0, 255).astype(np.uint8)


def write(picture: np.ndarray, color: tuple[int, int, int], x: int = 100) -> np.ndarray:
    """Write a 2, its strokes 6 px wide; returns where it is."""
    where = np.zeros(picture.shape[:2], np.uint8)
    corners = np.array([[0, 20], [15, 0], [40, 5], [42, 30], [0, 80], [50, 80]])
    corners += np.array([x, 120])
    cv2.polylines(where, [corners], False, 255, 6)
    picture[where > 0] = color
    return where


def gray_of(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def contrast(plane: np.ndarray, where: np.ndarray) -> float:
    return float(np.median(plane[where == 0])) - float(np.median(plane[where > 0]))


@pytest.mark.parametrize("color", [YELLOW, ORANGE, LIGHT_BLUE, LIGHT_GREEN])
@pytest.mark.parametrize("light", [1.0, 0.5])
def test_pale_ink_is_darker_than_it_looks_and_paper_is_not(color, light):
    picture = sheet()
    where = write(picture, color)
    picture = compress((picture * light).astype(np.uint8), 92)
    gray = gray_of(picture)
    plane = with_pale_ink(gray, picture)
    assert contrast(plane, where) > max(70 * light, 1.2 * contrast(gray, where))
    away = cv2.dilate(where, np.ones((21, 21), np.uint8)) == 0
    assert np.array_equal(plane[away], gray[away])


@pytest.mark.parametrize("color", [(20, 20, 22), (110, 50, 30), (40, 35, 170), (60, 100, 35)])
@pytest.mark.parametrize("paper", [PAPER, (140, 210, 225), (150, 175, 195)])
def test_dark_ink_is_left_as_it_is_whatever_its_colour_and_the_papers(color, paper):
    picture = sheet(paper)
    write(picture, color)
    picture = compress(picture, 92)
    gray = gray_of(picture)
    assert with_pale_ink(gray, picture) is gray


def test_dark_ink_beside_pale_ink_is_left_as_it_is():
    picture = sheet()
    write(picture, YELLOW)
    black = write(picture, (20, 20, 22), x=400) > 0
    gray = gray_of(picture)
    plane = with_pale_ink(gray, picture)
    assert not np.array_equal(plane, gray)
    assert np.array_equal(plane[black], gray[black])


@pytest.mark.parametrize("band", [YELLOW, ORANGE, PINK])
def test_what_marks_dark_ink_hides_it_not(band):
    picture = np.tile(sheet(), (2, 2, 1))
    picture[100:220, 80:270] = band
    for x in (100, 190):
        write(picture, (20, 20, 22), x)
    gray = gray_of(picture)
    assert with_pale_ink(gray, picture) is gray


@pytest.mark.parametrize("turn", [0, 12])
def test_yellow_note_on_a_white_sheet_is_paper(turn):
    picture = np.tile(sheet(), (2, 2, 1))
    corners = cv2.boxPoints(((960, 520), (360, 260), turn))
    cv2.fillConvexPoly(picture, corners.astype(np.int32), (105, 200, 215))
    gray = gray_of(picture)
    assert with_pale_ink(gray, picture) is gray


def test_pale_squares_of_paper_are_no_ink():
    picture = sheet()
    for place in range(10, 640, 24):
        cv2.line(picture, (place, 0), (place, 359), (235, 205, 140), 2)
        cv2.line(picture, (0, place), (639, place), (235, 205, 140), 2)
    write(picture, (20, 20, 22))
    gray = gray_of(picture)
    assert np.mean(with_pale_ink(gray, picture) != gray) < 0.01


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 2), (40, 40)])
def test_pictures_of_any_size_have_a_plane(shape):
    picture = np.full((*shape, 3), PAPER, np.uint8)
    picture[: shape[0] // 2] = YELLOW
    assert with_pale_ink(gray_of(picture), picture).shape == shape
