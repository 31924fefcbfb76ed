"""Ink on a transparent ground is seen, whatever its colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from camdigits.sources import open_source
from camdigits.sources.ground import over_ground
from camdigits.sources.images.heif_layout import Layout, assembled
from tests.support.media import Image

WHITE, BLACK = [255, 255, 255], [0, 0, 0]


def drawn(ink: tuple[int, int, int], alpha: int = 255, scale: int = 1) -> Image:
    """Return ``(40, 64, 4) uint8``, times the scale: a stroke on a transparent ground."""
    picture = np.zeros((40, 64, 4), np.uint8)
    picture[8:32, 20:26] = (*ink, alpha)
    return np.kron(picture, np.ones((scale, scale, 1), np.uint8))


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ((0, 0, 0), WHITE),
        ((255, 0, 0), WHITE),
        ((0, 0, 255), WHITE),
        ((90, 90, 90), WHITE),
        ((255, 255, 255), BLACK),
        ((0, 255, 255), BLACK),
        ((255, 255, 0), BLACK),
        ((190, 190, 190), BLACK),
    ],
)
def test_strokes_stand_out_from_their_ground(ink: Any, ground: list[int]) -> None:
    image = over_ground(drawn(ink))
    assert image[0, 0].tolist() == ground
    assert image[20, 22].tolist() == list(ink)


def test_white_and_red_strokes_together_are_both_seen() -> None:
    picture = drawn((255, 255, 255))
    picture[8:32, 40:46] = (0, 0, 255, 255)
    assert over_ground(picture)[0, 0].tolist() == BLACK


@pytest.mark.parametrize(("paper", "ink", "ground"), [(250, 20, WHITE), (20, 250, BLACK)])
def test_card_with_round_corners_goes_on(paper: int, ink: int, ground: list[int]) -> None:
    card = np.full((40, 64, 4), paper, np.uint8)
    card[10:30, 10:20, :3] = ink
    card[:, :, 3] = 255
    card[:3, :3, 3] = 0
    assert over_ground(card)[0, 0].tolist() == ground


def test_stencil_of_one_colour_shows_its_holes() -> None:
    stencil = np.full((40, 64, 4), 255, np.uint8)
    stencil[8:32, 20:26, 3] = 0
    assert over_ground(stencil)[20, 22].tolist() == BLACK


def test_picture_that_is_transparent_throughout_is_white() -> None:
    assert np.all(over_ground(np.zeros((4, 4, 4), np.uint8)) == 255)


def test_faint_ink_has_its_ground_too() -> None:
    assert over_ground(drawn((255, 255, 255), alpha=100))[0, 0].tolist() == BLACK


def test_argument_array_is_left_alone() -> None:
    picture = drawn((255, 255, 255))
    over_ground(picture)
    assert np.array_equal(picture, drawn((255, 255, 255)))


def saved(form: str, picture: Image, folder: Path, **options: Any) -> Path:
    if form == "AVIF":
        pytest.importorskip("PIL._avif", reason="this Pillow writes no AVIF")
    if form == "HEIF":
        found = pytest.importorskip("pillow_heif", reason="needs pillow-heif, of camdigits[test]")
        found.register_heif_opener()
    Pillow.fromarray(picture).save(folder / "drawn", form, **options)
    return folder / "drawn"


def read(path: Path) -> Image:
    with open_source(path) as source:
        (frame,) = source
    return frame.image


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF", "AVIF", "HEIF"])
@pytest.mark.parametrize(("ink", "ground"), [(255, 0), (0, 255)])
def test_ink_on_transparency_is_seen_in_every_form(
    form: str, ink: int, ground: int, tmp_path: Path
) -> None:
    image = read(saved(form, drawn((ink, ink, ink), scale=4), tmp_path))
    assert image.shape == (160, 256, 3)
    assert np.allclose(image[4, 4], ground, atol=12)
    assert np.allclose(image[80, 90], ink, atol=12)


def test_alpha_is_turned_with_the_photo(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[274] = 6
    image = read(saved("AVIF", drawn((255, 255, 255), scale=4), tmp_path, exif=exif))
    assert image.shape == (256, 160, 3)
    assert image[4, 4].max() < 12
    assert image[90, 80].min() > 240


@pytest.mark.parametrize("bits", [8, 16])
def test_transparent_grey_of_a_png_is_heeded(bits: int, tmp_path: Path) -> None:
    top = 2**bits - 1
    grey = np.where(drawn((0, 0, 0))[:, :, 3] > 0, top, top - 1).astype(f"uint{bits}")
    image = read(saved("PNG", grey, tmp_path, transparency=top - 1))
    assert image[0, 0].tolist() == BLACK
    assert image[20, 22].tolist() == WHITE


@pytest.mark.parametrize(("is_premultiplied", "expected"), [(False, 100), (True, 200)])
def test_alpha_of_another_size_belongs_to_the_photo(is_premultiplied: bool, expected: int) -> None:
    colours, half = np.full((2, 4, 3), 100, np.uint8), np.full((1, 2, 3), 127, np.uint8)
    layout = Layout((1,), 1, (4, 2), (), Layout((2,), 1, (2, 1)), is_premultiplied)
    image = assembled(layout, {1: colours, 2: half})
    assert image.shape == (2, 4, 4)
    assert np.allclose(image, (expected, expected, expected, 127), atol=1)
