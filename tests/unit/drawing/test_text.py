"""Letters are measured by their ink, on every OpenCV."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.drawing.text import put_mask, text_mask


@pytest.mark.parametrize("height", [1, 7, 8, 13, 40, 150])
@pytest.mark.parametrize("text", ["1", "7", "0123456789"])
def test_digits_are_as_high_as_asked(text: str, height: int):
    assert text_mask(text, height).shape[0] == height


@pytest.mark.parametrize("height", [8, 20, 60])
def test_digits_touch_the_edges_of_their_mask(height: int):
    mask = text_mask("8", height)
    for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]):
        assert edge.max() > 60


def test_letters_below_the_line_have_room():
    assert text_mask("gap", 20).shape[0] > 20


@pytest.mark.parametrize("text", ["", " ", "größe"])
def test_any_text_has_a_mask(text: str):
    mask = text_mask(text, 12)
    assert mask.dtype == np.uint8
    assert mask.size > 0


def test_mask_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        text_mask("7", 10)[0, 0] = 1


@pytest.mark.parametrize(
    ("corner_xy", "expected"),
    [
        ((1, 1), [[0, 0, 0], [0, 9, 9], [0, 9, 9]]),
        ((-1, -1), [[9, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ((2, 2), [[0, 0, 0], [0, 0, 0], [0, 0, 9]]),
        ((3, 0), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ((-5, 9), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ],
)
def test_mask_is_cut_at_the_edge(corner_xy: tuple[int, int], expected: list[list[int]]):
    image = np.zeros((3, 3, 3), np.uint8)
    put_mask(image, np.full((2, 2), 255, np.uint8), corner_xy, (9, 9, 9))
    assert image[..., 0].tolist() == expected


def test_half_a_mask_mixes():
    image = np.full((1, 1, 3), 100, np.uint8)
    put_mask(image, np.full((1, 1), 128, np.uint8), (0, 0), (200, 100, 0))
    assert image[0, 0].tolist() == [150, 100, 50]
