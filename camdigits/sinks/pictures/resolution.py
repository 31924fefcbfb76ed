"""Says in a picture's file that its pixels are not square."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction

import cv2

MOST_DENSITY = 300
"""Of the two numbers whose ratio stands for the pixels' shape the larger is at most this."""
_JPEG, _PNG, _BMP, _TIFF = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"BM", (".tif", ".tiff")
_PNG_HEADER_END = 33
_BMP_RESOLUTION = 38
_PER_METRE = 10
"""What BMP takes for one: a resolution of a few pixels a metre would be taken for none."""


def densities(pixel_aspect: float) -> tuple[int, int]:
    """Return how many pixels across and down measure the same length.

    Args:
        pixel_aspect: width of a pixel over its height.
    """
    ratio = Fraction(pixel_aspect).limit_denominator(MOST_DENSITY)
    if ratio > 1:
        ratio = 1 / Fraction(1 / pixel_aspect).limit_denominator(MOST_DENSITY)
    return ratio.denominator, ratio.numerator


def encoder_options(suffix: str, pixel_aspect: float) -> list[int]:
    """Return the options with which OpenCV encodes such a picture.

    Args:
        suffix: of the file, in lower case.
        pixel_aspect: width of a pixel over its height.
    """
    if pixel_aspect == 1.0 or suffix not in _TIFF:
        return []
    across, down = densities(pixel_aspect)
    unit = cv2.IMWRITE_TIFF_RESUNIT, 1  # none: the ratio alone has a meaning
    return [*unit, cv2.IMWRITE_TIFF_XDPI, across, cv2.IMWRITE_TIFF_YDPI, down]


def with_aspect(data: bytes, pixel_aspect: float) -> bytes:
    """Return an encoded JPEG, PNG or BMP that says how wide its pixels are; others as they are.

    Args:
        data: the file, as OpenCV encodes it.
        pixel_aspect: width of a pixel over its height.
    """
    if pixel_aspect == 1.0:
        return data
    across, down = densities(pixel_aspect)
    if data.startswith(_JPEG) and data.startswith(b"JFIF\0", 6):
        return data[:13] + struct.pack(">BHH", 0, across, down) + data[18:]
    if data.startswith(_PNG):
        content = b"pHYs" + struct.pack(">IIB", across, down, 0)
        physical = struct.pack(">I", len(content) - 4) + content
        physical += struct.pack(">I", zlib.crc32(content))
        return data[:_PNG_HEADER_END] + physical + data[_PNG_HEADER_END:]
    if data.startswith(_BMP):
        stated = struct.pack("<ii", across * _PER_METRE, down * _PER_METRE)
        return data[:_BMP_RESOLUTION] + stated + data[_BMP_RESOLUTION + len(stated) :]
    return data
