"""Strips and large sheets are searched in tiles, and each digit is found once and whole."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from camdigits.page.choose import Detection
from camdigits.page.tiles import BUDGET_PX, reduction, search_tiles
from camdigits.types import Box

SEVEN = np.eye(10, dtype=np.float32)[7]
USUAL = [(1280, 720), (3024, 4032), (4608, 3456), (5248, 2952), (6400, 4800), (3200, 600)]
UNUSUAL = [(11_200, 120), (300, 12_800), (16_000, 100), (7016, 9921), (9000, 7000), (5000, 1000)]


class Eyes:
    """Finds every piece of ink, sure of whole and cut ones alike.

    Attributes:
        sizes: (width, height) of what was looked at.
    """

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def __call__(self, gray: np.ndarray) -> list[Detection]:
        self.sizes.append((gray.shape[1], gray.shape[0]))
        stats = cv2.connectedComponentsWithStats((gray < 128).astype(np.uint8))[2][1:]
        boxes = (Box(*stat[:4].tolist()) for stat in stats)
        return [Detection(box, SEVEN) for box in boxes]


def paper(size_wh: tuple[int, int], boxes: list[Box]) -> np.ndarray:
    gray = np.full((size_wh[1], size_wh[0]), 255, np.uint8)
    for box in boxes:
        gray[box.y : box.bottom, box.x : box.right] = 0
    return gray


def close(size_wh: tuple[int, int], w: int = 23, h: int = 40) -> list[Box]:
    """Return boxes all over a picture, up to its edges."""
    rows = np.linspace(0, size_wh[1] - h, max(1, size_wh[1] // 70)).astype(int).tolist()
    columns = np.linspace(0, size_wh[0] - w, max(1, size_wh[0] // 50)).astype(int).tolist()
    return [Box(x, y, w, h) for y in rows for x in columns]


def placed(boxes: list[Box]) -> list[list[int]]:
    return sorted(box.as_list() for box in boxes)


@pytest.mark.parametrize("size_wh", USUAL)
def test_pictures_of_usual_size_are_looked_at_once(size_wh: tuple[int, int]) -> None:
    eyes = Eyes()
    search_tiles(paper(size_wh, []), eyes)
    assert eyes.sizes == [size_wh]


@pytest.mark.parametrize("size_wh", UNUSUAL)
def test_every_digit_is_found_once_and_whole(size_wh: tuple[int, int]) -> None:
    boxes = close(size_wh)
    found = search_tiles(paper(size_wh, boxes), Eyes())
    assert placed([each.box for each in found]) == placed(boxes)


@pytest.mark.parametrize("size_wh", UNUSUAL)
def test_tiles_are_searched_within_the_budget(size_wh: tuple[int, int]) -> None:
    eyes = Eyes()
    search_tiles(paper(size_wh, []), eyes)
    tiles = eyes.sizes[1:]
    assert len(tiles) > 1
    reduced = sum(width * height for width, height in tiles) / reduction(size_wh) ** 2
    assert reduced < 2.2 * BUDGET_PX, "overlaps included"


def test_digit_too_large_for_a_tile_is_that_of_the_whole() -> None:
    large = [Box(500, 600, 3500, 5000), Box(4500, 3000, 1900, 3500)]
    found = search_tiles(paper((7016, 9921), large), Eyes())
    assert placed([each.box for each in found]) == placed(large)


@pytest.mark.parametrize("height", [60, 200, 330, 500, 900, 1600])
def test_digit_of_any_size_is_found_once_wherever_it_stands(height: int) -> None:
    for x in (0, 2300, 3370):
        box = Box(x, 2 * x // 3, height // 2, height)
        found = search_tiles(paper((6600, 4900), [box]), Eyes())
        assert [each.box for each in found] == [box]


def test_what_is_struck_out_across_a_seam_is_one() -> None:
    boxes, eyes = [Box(x, 30, 30, 50) for x in range(1000, 1800, 60)], Eyes()

    def look(gray: np.ndarray) -> list[Detection]:
        stroke = Box(0, 10, gray.shape[1], 90)  # as far as it is within
        return [replace(each, struck=stroke) for each in eyes(gray)]

    found = search_tiles(paper((11_200, 120), boxes), look)
    assert len(found) == len(boxes)
    assert len({each.struck for each in found}) == 1


@pytest.mark.parametrize(
    ("size_wh", "fast", "expected"),
    [
        ((640, 480), False, 1.0),
        ((1280, 720), True, 1280 / 960),
        ((4000, 3000), False, 2.5),
        ((11_200, 120), False, 1.0),
        ((300, 12_800), False, 1.0),
        ((10_000, 10_000), False, 10**0.5),
        ((20_000, 20_000), False, 40**0.5),
        ((7680, 4320), True, 8.0),
        ((8000, 120), True, 1.0),
    ],
)
def test_reduction_is_that_of_the_closest_look(
    size_wh: tuple[int, int], fast: bool, expected: float
) -> None:
    assert reduction(size_wh, fast) == pytest.approx(expected)
