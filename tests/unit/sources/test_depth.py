"""Pictures of any depth become 8 bits, with black and white where the eye sees them."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.sources.depth import eight_bits
from camdigits.sources.images.image import ImageSource

PAGE = np.full((8, 12), 1.0)
PAGE[2:6, 4:6] = 0.0
PAGE[7:] = 0.5

WHOLE = [np.uint16, np.uint32, np.int32]


def decoded(data: bytes) -> NDArray[np.uint8]:
    (frame,) = ImageSource.decode(data, "picture")
    return frame.image[:, :, 0]


def counted_to(top: float) -> NDArray[np.float64]:
    return np.rint(PAGE * top)


def is_page(image: NDArray[np.uint8]) -> bool:
    wanted = PAGE * 255
    return image.dtype == np.uint8 and bool(np.abs(image - wanted).max() <= 1)


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_white_is_the_largest_number_of_as_many_bits(dtype: Any, bits: int) -> None:
    assert is_page(eight_bits(counted_to(2**bits - 1).astype(dtype)))


@pytest.mark.parametrize("dtype", [np.uint32, np.int32, np.int16])
def test_all_bits_are_used(dtype: Any) -> None:
    top = np.iinfo(dtype).max
    assert is_page(eight_bits(np.floor(PAGE * top).astype(dtype)))


def test_darkness_is_not_spread_beyond_eight_bits() -> None:
    assert eight_bits(np.full((3, 3), 5, np.uint16)).tolist() == [[5] * 3] * 3


@pytest.mark.parametrize("top", [1, 40.5, 255, 4095, 65535, 1e9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_reach_to_their_white(dtype: Any, top: float) -> None:
    image = eight_bits((PAGE * top).astype(dtype)).astype(int)
    assert image[0, 0] >= 230 and image[3, 4] == 0 and abs(image[7, 0] - image[0, 0] / 2) <= 1


def test_few_lights_above_one_do_not_darken_the_paper() -> None:
    page = np.full((10, 10), 0.8, np.float32)
    page[0, 0] = 7
    assert eight_bits(page)[5, 5] == 204


def test_negative_numbers_are_darker_than_none() -> None:
    assert is_page(eight_bits((PAGE * 2 - 1).astype(np.float32)))
    assert is_page(eight_bits((PAGE * 254 - 127).astype(np.int8)))


def test_what_is_no_number_is_black_and_the_argument_is_left_alone() -> None:
    page = np.array([[1.0, np.nan, np.inf, 0.5]], np.float32)
    assert eight_bits(page).tolist() == [[255, 0, 0, 128]]
    assert np.isnan(page[0, 1]) and np.isinf(page[0, 2])


def test_alpha_has_a_range_of_its_own() -> None:
    clear = np.zeros((1, 2, 4), np.uint16)
    clear[0, 1] = (1023, 1023, 1023, 65535)
    assert eight_bits(clear).tolist() == [[[0] * 4, [255] * 4]]


def test_empty_picture_stays_empty() -> None:
    assert eight_bits(np.zeros((0, 3), np.float32)).shape == (0, 3)


@pytest.mark.parametrize("bits", [10, 12])
def test_png_of_few_bits_in_sixteen_is_bright(bits: int) -> None:
    wide = counted_to(2**bits - 1).astype(np.uint16)
    assert is_page(decoded(cv2.imencode(".png", wide)[1].tobytes()))


@pytest.mark.parametrize("kind", [b"P2", b"P3", b"P5", b"P6"])
@pytest.mark.parametrize("top", [15, 100, 255, 1000, 1023, 4095, 65535])
def test_portable_map_says_what_white_is(kind: bytes, top: int) -> None:
    numbers = counted_to(top).astype(int)
    if kind in (b"P3", b"P6"):
        numbers = np.repeat(numbers[:, :, None], 3, 2)
    if kind in (b"P5", b"P6"):
        body = numbers.astype(">u2" if top > 255 else "u1").tobytes()
    else:
        body = b" ".join(b"%d" % number for number in numbers.ravel()) + b"\n"
    image = decoded(kind + b" # made\n12 8\n%d\n" % top + body)
    assert np.abs(image - np.rint(PAGE * top) * 255 / top).max() <= 1


def tiff(pixels: NDArray[Any], sample_format: int, photometric: int) -> bytes:
    """Return an uncompressed grey TIFF.

    Args:
        pixels: ``(H, W)``, little-endian.
        sample_format: 1 for whole numbers, 2 for signed ones, 3 for floats.
        photometric: 0 counts from white, 1 from black.
    """
    height, width = pixels.shape
    tags = {256: width, 257: height, 258: pixels.itemsize * 8, 259: 1, 262: photometric}
    tags |= {273: 8 + 2 + 12 * 10 + 4, 277: 1, 278: height, 279: pixels.nbytes, 339: sample_format}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head + pixels.tobytes()


@pytest.mark.parametrize("from_white", [False, True])
@pytest.mark.parametrize(
    ("form", "sample_format", "top"),
    [
        ("<u2", 1, 1023),
        ("<u2", 1, 4095),
        ("<u2", 1, 65535),
        ("<u4", 1, 65535),
        ("<i4", 2, 4095),
        ("<f4", 3, 1),
        ("<f4", 3, 255),
        ("<f8", 3, 65535),
    ],
)
def test_tiff_of_every_depth_is_read_whichever_end_is_white(
    form: str, sample_format: int, top: int, from_white: bool
) -> None:
    if from_white and form == "<u4" and cv2.__version__.startswith("4."):
        pytest.skip("OpenCV 4 decodes no 32 bits that count from white")
    page = PAGE * top if form[1] == "f" else counted_to(top)
    numbers = (top - page if from_white else page).astype(form)
    assert is_page(decoded(tiff(numbers, sample_format, 0 if from_white else 1)))
