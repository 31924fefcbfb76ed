"""Pictures of every form become upright 8-bit BGR."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.ground import over_ground
from camdigits.sources.images.header import exif_orientation, image_size
from camdigits.sources.images.image import ImageSource
from camdigits.sources.sniff import media_kind
from tests.support.media import Image, encoded, numbered_frame, read_number
from tests.support.pictures import (
    cmyk_jpeg,
    coded_by_ffmpeg,
    deep_jpeg,
    png_chunk,
    png_header,
    with_exif_orientation,
)

PAGE = numbered_frame(5, (64, 48))


def decode(data: bytes) -> Image:
    (frame,) = ImageSource.decode(data, "picture")
    assert (frame.index, frame.time_s) == (0, 0.0)
    assert frame.image.dtype == np.uint8
    return frame.image


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tiff", ".bmp", ".ppm"])
def test_lossless_picture_is_read_exactly(suffix: str) -> None:
    params = (cv2.IMWRITE_WEBP_QUALITY, 101) if suffix == ".webp" else ()
    assert np.array_equal(decode(encoded(suffix, PAGE, params)), PAGE)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_become_eight(suffix: str) -> None:
    wide = PAGE.astype(np.uint16) * 257
    assert np.array_equal(decode(encoded(suffix, wide)), PAGE)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".pgm", ".tiff"])
def test_grey_picture_has_three_equal_channels(suffix: str) -> None:
    image = decode(encoded(suffix, np.full((9, 7), 90, np.uint8)))
    assert image.shape == (9, 7, 3)
    assert np.all(image == 90)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp"])
def test_single_pixel_is_read(suffix: str) -> None:
    assert decode(encoded(suffix, np.full((1, 1, 3), 200, np.uint8))).shape == (1, 1, 3)


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".webp"])
def test_transparent_ground_becomes_white(suffix: str) -> None:
    drawn = np.zeros((8, 8, 4), np.uint8)
    drawn[2:6, 2:6] = (0, 0, 255, 255)
    params = (cv2.IMWRITE_WEBP_QUALITY, 101) if suffix == ".webp" else ()
    image = decode(encoded(suffix, drawn, params))
    assert image[0, 0].tolist() == [255, 255, 255]
    assert image[3, 3].tolist() == [0, 0, 255]


def test_half_transparent_ink_is_half_as_dark() -> None:
    ink = np.zeros((1, 1, 4), np.uint8)
    ink[..., 3] = 128
    assert over_ground(ink).ravel().tolist() == [127, 127, 127]


def test_sixteen_bit_transparency_is_read() -> None:
    clear = np.zeros((4, 4, 4), np.uint16)
    assert np.all(decode(encoded(".png", clear)) == 255)


@pytest.mark.parametrize(
    ("ink", "bgr"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 255, 255, 0), (0, 0, 255)),
        ((255, 0, 0, 0), (255, 255, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
    ],
)
def test_cmyk_jpeg_has_right_colours(ink: Any, bgr: tuple[int, int, int]) -> None:
    assert np.allclose(decode(cmyk_jpeg(ink)), bgr, atol=3)


@pytest.mark.parametrize("orientation", range(10))
def test_exif_orientation_is_applied_as_opencv_does(orientation: int) -> None:
    jpeg = with_exif_orientation(encoded(".jpg", PAGE), orientation)
    reference = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(decode(jpeg), reference)


def test_exif_orientation_of_a_png_is_found() -> None:
    png = encoded(".png", PAGE)
    exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
    data = png[:33] + png_chunk(b"eXIf", exif) + png[33:]
    assert exif_orientation(data) == 6
    assert decode(data).shape == (64, 48, 3)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp", ".ppm", ".gif"])
def test_header_states_the_size(suffix: str) -> None:
    assert image_size(encoded(suffix, PAGE)) == (64, 48)


def test_lossless_webp_header_states_the_size() -> None:
    assert image_size(encoded(".webp", PAGE, (cv2.IMWRITE_WEBP_QUALITY, 101))) == (64, 48)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp", ".ppm", ".gif"])
def test_damaged_header_states_nothing_or_a_size(suffix: str) -> None:
    data = encoded(suffix, PAGE)
    rng = np.random.default_rng(7)
    for _ in range(200):
        spoiled = bytearray(data)
        for place in rng.integers(0, min(len(data), 64), 4):
            spoiled[place] = rng.integers(256)
        cut = bytes(spoiled[: rng.integers(len(data))])
        size_wh = image_size(cut)
        assert size_wh is None or min(size_wh) > 0
        assert 1 <= exif_orientation(cut) <= 8


@pytest.mark.parametrize(
    "data",
    [
        png_header(60_000, 60_000),
        png_header(10_001, 10_001),
        b"P5 100000 100000 255\n" + bytes(100),
        b"BM" + bytes(16) + (20_000).to_bytes(4, "little") + (20_000).to_bytes(4, "little"),
    ],
    ids=["png 3.6 gigapixels", "png just above the limit", "pgm", "bmp"],
)
def test_picture_above_the_limit_is_refused_before_decoding(data: bytes) -> None:
    with pytest.raises(SourceOpenError, match="pixels are more than 100,000,000, the limit"):
        ImageSource.decode(data, "bomb.png")


RARE = {
    "lossless JPEG": ("ljpeg", "bgr24"),
    "lossless grey JPEG": ("ljpeg", "yuvj420p"),
    "JPEG-LS": ("jpegls", "rgb24"),
    "grey JPEG-LS": ("jpegls", "gray"),
    "JPEG-LS of 16 bits": ("jpegls", "gray16le"),
    "JPEG 2000": ("jpeg2000", "rgb24"),
    "JPEG 2000 of 16 bits": ("jpeg2000", "gray16le"),
}


@pytest.mark.parametrize("form", RARE)
def test_rare_forms_of_jpeg_are_read(form: str) -> None:
    data = coded_by_ffmpeg(numbered_frame(5), *RARE[form])
    assert media_kind(data[:64]) == "image"
    assert image_size(data) == (320, 240)
    assert read_number(decode(data)) == 5


def test_jpeg_2000_without_its_file_around_it_is_read() -> None:
    data = coded_by_ffmpeg(numbered_frame(5), "jpeg2000", "rgb24")
    assert read_number(decode(data[data.index(b"\xff\x4f\xff\x51") :])) == 5


@pytest.mark.parametrize("level", [2048, 3000, 4000])
def test_jpeg_of_twelve_bits_is_read(level: int) -> None:
    image = decode(deep_jpeg(level, 16, 8))
    assert image.shape == (8, 16, 3)
    assert np.abs(image.astype(int) - level / 16).max() <= 1


def test_jpeg_2000_above_the_limit_is_refused_before_decoding() -> None:
    data = bytearray(coded_by_ffmpeg(PAGE, "jpeg2000", "rgb24"))
    start = data.index(b"\xff\x4f\xff\x51") + 8
    data[start : start + 8] = b"\0\1\0\0" * 2
    with pytest.raises(SourceOpenError, match="65536x65536 pixels are more than"):
        ImageSource.decode(bytes(data), "bomb.jp2")


@pytest.mark.parametrize(("sof", "form"), [(0xC7, "lossless JPEG"), (0xF7, "JPEG-LS")])
def test_a_jpeg_that_there_is_no_decoder_for_is_named(sof: int, form: str) -> None:
    data = bytearray(encoded(".jpg", PAGE))
    data[data.index(b"\xff\xc0") + 1] = sof
    with pytest.raises(SourceOpenError, match=f"there is no decoder for {form}, or .*; save it as"):
        ImageSource.decode(bytes(data), "rare.jpg")


def test_cut_lossless_jpeg_gives_what_is_there_and_then_an_error() -> None:
    data = coded_by_ffmpeg(numbered_frame(5), "ljpeg", "bgr24")
    frames = iter(ImageSource.decode(data[: len(data) * 9 // 10], "cut.jpg"))
    assert next(frames).image.shape == (240, 320, 3)
    with pytest.raises(SourceDamagedError, match="cut off"):
        next(frames)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tiff"])
def test_picture_that_cannot_be_decoded_is_one_line(suffix: str, capfd: Any) -> None:
    data = encoded(suffix, PAGE)
    with pytest.raises(SourceOpenError) as error:
        ImageSource.decode(data[: len(data) // 2], "cut.png")
    assert str(error.value).startswith("cut.png: ")
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_jpeg_that_is_cut_off_gives_what_is_there_and_then_an_error(
    share: float, capfd: Any
) -> None:
    data = encoded(".jpg", numbered_frame(5))
    source = ImageSource.decode(data[: int(len(data) * share)], "cut.jpg")
    frames = iter(source)
    assert next(frames).image.shape == (240, 320, 3)
    with pytest.raises(SourceDamagedError, match="cut off"):
        next(frames)
    assert capfd.readouterr() == ("", "")


def test_jpeg_without_pixels_is_refused() -> None:
    data = encoded(".jpg", PAGE)
    with pytest.raises(SourceOpenError, match="damaged"):
        ImageSource.decode(data[:100], "head.jpg")


def test_argument_array_is_left_alone() -> None:
    clear: NDArray[np.uint8] = np.zeros((3, 3, 4), np.uint8)
    over_ground(clear)
    assert not clear.any()


@pytest.mark.parametrize("size", [5000, 2**31 - 1, 2**32 - 1])
def test_png_chunk_beyond_the_end_of_the_file_is_refused_before_decoding(size: int) -> None:
    data = bytearray(encoded(".png", numbered_frame(0)))
    start = data.index(b"IDAT") - 4
    data[start : start + 4] = size.to_bytes(4, "big")
    with pytest.raises(SourceOpenError, match="cut off"):
        ImageSource.decode(bytes(data), "bomb.png")


def test_bytes_behind_the_end_of_a_png_are_no_damage() -> None:
    data = encoded(".png", numbered_frame(7)) + b"\xff" * 99
    (frame,) = ImageSource.decode(data, "page.png")
    assert read_number(frame.image) == 7
