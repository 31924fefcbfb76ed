"""Reads from a picture's header whether its pixels are square: by its resolution both ways."""

from __future__ import annotations

import struct

from camdigits.sources.images.header import chunk, exif_block, exif_orientation, jpeg_segments
from camdigits.sources.pixels import believed_aspect

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION = 0x0112, 0x011A, 0x011B
_SHORT, _RATIONAL = 3, 5
_ON_ITS_SIDE = range(5, 9)
"""EXIF orientations by which width and height change places."""
_BMP_INFO_BYTES = 40
"""Headers of BMP from this size on state a resolution."""


def pixel_aspect(data: bytes) -> float:
    """Return the width of a pixel over its height, of the picture upright as its EXIF data ask.

    1.0 if the file does not say, or what it says makes no sense
    (`camdigits.sources.pixels.believed_aspect`).

    Args:
        data: the whole file, or its beginning: JPEG, PNG, BMP, TIFF or WebP; others say nothing.
    """
    try:
        if data.startswith((b"II*\0", b"MM\0*")):
            return tiff_aspect(data)
        aspect = believed_aspect(_stated(data))
        if aspect == 1.0:
            aspect = believed_aspect(_of_resolution(_tags(exif_block(data))))
    except (struct.error, LookupError, ValueError):
        return 1.0
    return 1 / aspect if exif_orientation(data) in _ON_ITS_SIDE else aspect


def tiff_aspect(data: bytes, directory: int | None = None) -> float:
    """Return the same of one page of a TIFF, turned as its orientation asks.

    Args:
        data: the whole file.
        directory: where the page's directory begins; None takes the first page's.

    Raises:
        struct.error: if the file ends before the directory does.
    """
    tags = _tags(data, directory)
    aspect = believed_aspect(_of_resolution(tags))
    return 1 / aspect if tags.get(_ORIENTATION) in _ON_ITS_SIDE else aspect


def _stated(data: bytes) -> float:
    """Return what the format itself says, 0 for nothing."""
    across = down = 0
    if data.startswith(b"\xff\xd8"):
        return _of_jfif(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        physical = chunk(data, 8, b"pHYs", ">I4s", 12)
        across, down = struct.unpack_from(">II", physical) if physical else (0, 0)
    elif data.startswith(b"BM"):
        (header_bytes,) = struct.unpack_from("<I", data, 14)
        if header_bytes >= _BMP_INFO_BYTES:
            across, down = struct.unpack_from("<ii", data, 38)
    return down / across if across > 0 else 0.0


def _of_jfif(data: bytes) -> float:
    """Return what the JFIF segment says: pixels across and down the same length, in any unit.

    FFmpeg writes its video's pixels there the other way round, and its name behind.
    """
    aspect = 0.0
    for marker, start, end in jpeg_segments(data):
        if marker == 0xE0 and data.startswith(b"JFIF\0", start):
            unit, across, down = struct.unpack_from(">BHH", data, start + 7)
            aspect = down / across if across else 0.0
        elif marker == 0xFE and data.startswith(b"Lavc", start, end) and aspect and unit == 0:
            return 1 / aspect
    return aspect


def _of_resolution(tags: dict[int, float]) -> float:
    across, down = tags.get(_X_RESOLUTION, 0.0), tags.get(_Y_RESOLUTION, 0.0)
    return down / across if across > 0 else 0.0


def _tags(data: bytes, directory: int | None = None) -> dict[int, float]:
    """Return the single short and rational values of a directory of a TIFF structure."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return {}
    if directory is None:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (entries,) = struct.unpack_from(f"{order}H", data, directory)
    tags: dict[int, float] = {}
    for place in range(directory + 2, directory + 2 + 12 * entries, 12):
        tag, form, count = struct.unpack_from(f"{order}HHI", data, place)
        if count == 1 and form == _SHORT:
            (tags[tag],) = struct.unpack_from(f"{order}H", data, place + 8)
        elif count == 1 and form == _RATIONAL:
            (where,) = struct.unpack_from(f"{order}I", data, place + 8)
            above, below = struct.unpack_from(f"{order}II", data, where)
            tags[tag] = above / below if below else 0.0
    return tags
