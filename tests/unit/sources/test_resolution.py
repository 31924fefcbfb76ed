"""Pictures say how wide their pixels are, and are believed where that makes sense."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.sources.images.image import ImageSource
from camdigits.sources.images.resolution import pixel_aspect
from tests.support.media import encoded
from tests.support.pictures import png_chunk, with_exif_orientation

PAGE = np.full((48, 64, 3), 200, np.uint8)
FAX = 98 / 204
SQUARE = 1.0


def jpeg(unit: int, across: int, down: int) -> bytes:
    data = encoded(".jpg", PAGE)
    return data[:13] + struct.pack(">BHH", unit, across, down) + data[18:]


def tiff(across: float, down: float, unit: int = 2) -> bytes:
    options = (cv2.IMWRITE_TIFF_RESUNIT, unit)
    options += (cv2.IMWRITE_TIFF_XDPI, across, cv2.IMWRITE_TIFF_YDPI, down)
    return encoded(".tif", PAGE, options)


def png(across: int, down: int, unit: int = 1) -> bytes:
    data = encoded(".png", PAGE)
    return data[:33] + png_chunk(b"pHYs", struct.pack(">IIB", across, down, unit)) + data[33:]


def bmp(across: int, down: int) -> bytes:
    data = encoded(".bmp", PAGE)
    return data[:38] + struct.pack("<ii", across, down) + data[46:]


def exif(across: int, down: int, orientation: int = 1) -> bytes:
    """Return the block of tags, big-endian: orientation and both resolutions."""
    entries = struct.pack(">HHIHxx", 0x0112, 3, 1, orientation)
    entries += struct.pack(">HHII", 0x011A, 5, 1, 50) + struct.pack(">HHII", 0x011B, 5, 1, 58)
    resolutions = struct.pack(">IIII", across, 1, down, 1)
    return b"MM\0*\0\0\0\x08\0\x03" + entries + b"\0\0\0\0" + resolutions


def jpeg_with_exif(across: int, down: int, orientation: int = 1) -> bytes:
    block = b"Exif\0\0" + exif(across, down, orientation)
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    data = encoded(".jpg", PAGE)
    return data[:2] + segment + data[20:]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (tiff(204, 98), FAX),
        (tiff(204, 196), 196 / 204),
        (tiff(80, 38, unit=3), 38 / 80),
        (tiff(2, 1, unit=1), 1 / 2),
        (jpeg(1, 204, 98), FAX),
        (jpeg(2, 80, 38), 38 / 80),
        (jpeg(0, 2, 1), 1 / 2),
        (jpeg_with_exif(204, 98), FAX),
        (png(8031, 3858), 3858 / 8031),
        (png(1, 2, unit=0), 2.0),
        (bmp(8031, 3858), 3858 / 8031),
    ],
)
def test_resolution_tells_the_shape_of_the_pixels(data: bytes, expected: float) -> None:
    assert pixel_aspect(data) == pytest.approx(expected, rel=1e-3)
    (frame,) = ImageSource.decode(data, "picture")
    assert frame.pixel_aspect == pixel_aspect(data)
    assert frame.size_wh == (64, 48)


@pytest.mark.parametrize(
    "data",
    [
        *(encoded(suffix, PAGE) for suffix in (".tif", ".jpg", ".png", ".bmp", ".webp", ".ppm")),
        *(tiff(72, 1), tiff(72, 72), tiff(100, 101), jpeg(1, 0, 72), jpeg(1, 65535, 1)),
        *(png(0, 2835), png(2835, 2834), bmp(2835, 0), bmp(-2835, 2835), bmp(1, 2835)),
        *(jpeg_with_exif(0, 98), b"BM", b"II*\0", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""),
    ],
)
def test_nonsense_and_almost_square_count_as_square(data: bytes) -> None:
    assert pixel_aspect(data) == SQUARE


@pytest.mark.parametrize("orientation", range(1, 9))
def test_rotation_of_the_file_exchanges_the_sides_of_its_pixels(orientation: int) -> None:
    expected = 1 / FAX if orientation >= 5 else FAX
    for data in (
        with_exif_orientation(jpeg(1, 204, 98), orientation),
        jpeg_with_exif(204, 98, orientation),
        exif(204, 98, orientation),
    ):
        assert pixel_aspect(data) == pytest.approx(expected)


def test_ffmpeg_writes_the_ratio_the_other_way_round() -> None:
    data = jpeg(0, 16, 11)
    by_ffmpeg = data[:20] + b"\xff\xfe\0\x0eLavc61.1.100" + data[20:]
    assert pixel_aspect(data) == pytest.approx(11 / 16)
    assert pixel_aspect(by_ffmpeg) == pytest.approx(16 / 11)


@pytest.mark.parametrize("data", [tiff(204, 98), jpeg_with_exif(204, 98), png(204, 98)])
def test_header_that_is_cut_off_is_no_error(data: bytes, tmp_path: Path) -> None:
    for end in range(0, len(data), 7):
        assert pixel_aspect(data[:end]) in (SQUARE, pixel_aspect(data))
