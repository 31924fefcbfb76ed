"""Photos of phones are put together from their tiles, cropped and turned."""

from __future__ import annotations

import io
import itertools
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.images.heic import open_photo
from camdigits.sources.images.heif_layout import Layout, assembled, layout_of
from tests.support.heic import GRID, heic
from tests.support.media import Image, encoded, is_red, numbered_frame, read_number

TILE = 64


def tiles_of(image: Image) -> list[Image]:
    """Cut a picture into tiles of 64x64; what is missing at the edges is grey."""
    rows, columns = -(-image.shape[0] // TILE), -(-image.shape[1] // TILE)
    padded = np.full((rows * TILE, columns * TILE, 3), 128, np.uint8)
    padded[: image.shape[0], : image.shape[1]] = image
    return [
        padded[top : top + TILE, left : left + TILE].copy()
        for top in range(0, rows * TILE, TILE)
        for left in range(0, columns * TILE, TILE)
    ]


@pytest.fixture(scope="module")
def photo() -> bytes:
    return heic(tiles_of(numbered_frame(1234, (160, 120))), 3, (160, 120))


def numbered_tiles(count: int, height: int, width: int) -> dict[int, Image]:
    return {item: np.full((height, width, 3), item, np.uint8) for item in range(1, count + 1)}


def test_tiles_stand_row_by_row_and_what_is_beyond_the_size_is_cut() -> None:
    layout = Layout((1, 2, 3, 4), 2, (3, 4))
    image = assembled(layout, numbered_tiles(4, 2, 2))
    assert image[:, :, 0].tolist() == [[1, 1, 2], [1, 1, 2], [3, 3, 4], [3, 3, 4]]


@pytest.mark.parametrize(
    ("kind", "amounts", "expected"),
    [
        (b"irot", (0,), [[1, 2, 3]]),
        (b"irot", (1,), [[3], [2], [1]]),
        (b"irot", (2,), [[3, 2, 1]]),
        (b"irot", (3,), [[1], [2], [3]]),
        (b"imir", (0,), [[1, 2, 3]]),
        (b"imir", (1,), [[3, 2, 1]]),
        (b"clap", (1.0, 1.0, 0.0, 0.0), [[2]]),
        (b"clap", (2.0, 1.0, -0.5, 0.0), [[1, 2]]),
        (b"clap", (0.0, 0.0, 0.0, 0.0), [[1, 2, 3]]),
    ],
)
def test_photo_is_changed_as_it_asks(
    kind: bytes, amounts: tuple[float, ...], expected: list[list[int]]
) -> None:
    layout = Layout((1, 2, 3), 3, (3, 1), ((kind, amounts),))
    assert assembled(layout, numbered_tiles(3, 1, 1))[:, :, 0].tolist() == expected


def test_changes_apply_in_their_order() -> None:
    crop, turn = (b"clap", (1.0, 1.0, -1.0, 0.0)), (b"irot", (2,))
    tiles = numbered_tiles(3, 1, 1)
    assert assembled(Layout((1, 2, 3), 3, (3, 1), (crop, turn)), tiles)[0, 0, 0] == 1
    assert assembled(Layout((1, 2, 3), 3, (3, 1), (turn, crop)), tiles)[0, 0, 0] == 3


def test_photo_of_tiles_is_read_whole(photo: bytes, tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(photo)
    with open_source(tmp_path / "photo") as source:
        (frame,) = source
    assert source.is_still
    assert frame.image.shape == (120, 160, 3)
    assert read_number(frame.image) == 1234
    assert is_red(frame.image, 3, 3)


def test_photo_that_was_taken_upright_stands_upright() -> None:
    data = heic(tiles_of(numbered_frame(7, (128, 64))), 2, (128, 64), ((b"irot", 3),))
    (frame,) = open_photo(data, "photo")
    assert frame.image.shape == (128, 64, 3)
    assert is_red(frame.image, 60, 3)


TURNS = [(b"irot", quarter) for quarter in range(4)]
MIRRORS = [(b"imir", side) for side in range(2)]


@pytest.mark.parametrize(
    "changes",
    [*itertools.product(TURNS, MIRRORS), *itertools.product(MIRRORS, TURNS)],
    ids=lambda changes: "-".join(f"{kind.decode()}{amount}" for kind, amount in changes),
)
def test_photo_is_turned_and_mirrored_as_libheif_does(changes: tuple[tuple[bytes, int], ...]):
    pillow_heif = pytest.importorskip("pillow_heif", reason="needs pillow-heif, of camdigits[test]")
    data = heic(tiles_of(numbered_frame(1234, (160, 120))), 3, (160, 120), changes)
    reference = np.asarray(pillow_heif.open_heif(io.BytesIO(data)).to_pillow().convert("RGB"))
    (frame,) = open_photo(data, "photo.heic")
    assert frame.image.shape == reference.shape
    assert np.abs(frame.image[:, :, ::-1].astype(int) - reference).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_is_turned_and_mirrored_as_pillow_does(orientation: int, tmp_path: Path) -> None:
    pytest.importorskip("PIL._avif", reason="this Pillow reads no AVIF")
    from PIL import Image as Pillow
    from PIL import ImageOps

    path = tmp_path / "photo.avif"
    exif = Pillow.Exif()
    exif[274] = orientation
    Pillow.fromarray(numbered_frame(1234)[:, :, ::-1]).save(path, quality=90, exif=exif)
    with Pillow.open(path) as picture:
        reference = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    with open_source(path) as source:
        (frame,) = source
    assert frame.image.shape == reference.shape
    assert np.abs(frame.image[:, :, ::-1].astype(int) - reference).mean() < 3


@pytest.mark.skipif(not cv2.haveImageWriter("photo.avif"), reason="this OpenCV writes no AVIF")
def test_avif_is_read(tmp_path: Path) -> None:
    (tmp_path / "photo.avif").write_bytes(encoded(".avif", numbered_frame(99)))
    with open_source(tmp_path / "photo.avif") as source:
        assert [read_number(frame.image) for frame in source] == [99]


def test_photo_with_missing_tiles_is_refused(photo: bytes) -> None:
    spoiled = bytearray(photo)
    start = photo.index(b"mdat") + 4
    spoiled[start:] = bytes(len(photo) - start)
    with pytest.raises(SourceOpenError, match="of 6 parts of the photo could be decoded"):
        open_photo(bytes(spoiled), "photo.heic")


def test_photo_above_the_limit_is_refused_before_decoding(photo: bytes) -> None:
    size = (160).to_bytes(2, "big") + (120).to_bytes(2, "big")
    place = photo.index(size, photo.index(b"idat"))
    huge = photo[:place] + b"\xff\xff\xff\xff" + photo[place + 4 :]
    with pytest.raises(SourceOpenError, match="65535x65535 pixels are more than"):
        open_photo(huge, "bomb.heic")


def test_damaged_description_is_no_layout_or_a_sound_one(photo: bytes) -> None:
    rng = random.Random(3)
    end = photo.index(b"mdat")
    for _ in range(500):
        spoiled = bytearray(photo[:end])
        for _ in range(rng.randint(1, 8)):
            spoiled[rng.randrange(end)] = rng.randrange(256)
        layout = layout_of(bytes(spoiled[: rng.randrange(end)]))
        assert layout is None or min(layout.size_wh) > 0


def test_overlay_of_other_pictures_is_refused_in_one_line(photo: bytes) -> None:
    overlay = photo.replace(
        b"\0" + bytes([GRID]) + b"\0\0grid", b"\0" + bytes([GRID]) + b"\0\0iovl"
    )
    assert overlay != photo
    with pytest.raises(SourceOpenError, match="save it as JPEG"):
        open_photo(overlay, "photo.heic")
