"""Reads size and orientation of a picture from its header, before anything is decoded.

Sizes are needed first because a file of a few kilobytes may ask a decoder for gigabytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from camdigits.sources.images.tiff_layout import SIGNATURES, directories
from camdigits.sources.sniff import after_lead

_ORIENTATION = 0x0112
_JPEG = b"\xff\xd8\xff"
JPEG_2000 = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
"""Signatures: of the file, and of the coded picture, which may stand alone."""
_JPEG_LS = 0xF7
_PNG = b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\0\0"
_GAP = rb"(?:\s|#[^\n]*\n)+"
"""Between the numbers at the beginning of a portable map."""
_CONTAINER = b"http://ns.google.com/photos/1.0/container/"
"""Names the list of what stands behind a photo, in its XMP."""


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return (width, height) in pixels as the header states them, before any turning.

    None if the header is damaged or of no known kind: JPEG, JPEG-LS, JPEG 2000, PNG, GIF, BMP,
    TIFF, WebP and the portable maps PBM, PGM and PPM are known.
    """
    try:
        size_wh = _stated_size(data)
    except (struct.error, LookupError, ValueError, StopIteration):
        return None
    return size_wh if size_wh and min(size_wh) > 0 else None


def portable_map_white(data: bytes) -> int | None:
    """Return what white is in a PGM or PPM that OpenCV decodes as it is; None in others."""
    found = re.match(rb"P([2356])" + 3 * (_GAP + rb"(\d+)"), data[:4096])
    if found is None or (found[1] in b"23" and int(found[4]) <= 255):  # these it spreads
        return None
    return int(found[4]) or None


def exif_orientation(data: bytes) -> int:
    """Return the EXIF orientation of a JPEG, PNG or WebP picture, 1 to 8; 1 if it has none.

    TIFF is left out because its decoder turns the picture itself.
    """
    try:
        value = _tiff_tags(exif_block(data)).get(_ORIENTATION, 1)
    except (struct.error, LookupError, ValueError):
        return 1
    return value if 1 <= value <= 8 else 1


def lacks_end(data: bytes) -> bool:
    """Return whether a JPEG stops before its end marker."""
    return data.startswith(b"\xff\xd8") and jpeg_end(data) is None


def is_png_cut(data: bytes) -> bool:
    """Return whether a PNG stops before its last chunk does.

    OpenCV 5 takes the memory for a chunk, up to 2 GiB, before it looks whether the file has it.
    """
    end = png_end(data)
    return end is not None and end > len(data)


def png_end(data: bytes) -> int | None:
    """Return where a PNG ends, or says that its last known chunk does; None if it is none."""
    if not data.startswith(_PNG):
        return None
    place = len(_PNG)
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        place += 12 + size
        if kind == b"IEND":
            break
    return place


def jpeg_end(data: bytes) -> int | None:
    """Return where the first of one or more JPEG pictures ends; None if that is not in `data`."""
    try:
        scan = max(end for _, _, end in jpeg_segments(data))
    except (struct.error, LookupError, ValueError):
        return None
    # The coded picture itself never holds the end marker: FF is followed by 00 there.
    end = data.find(b"\xff\xd9", scan)
    return None if end < 0 else end + 2


def rare_form(data: bytes) -> str:
    """Return which form of JPEG or TIFF it is that OpenCV does not decode; "" if it does."""
    if data.startswith(JPEG_2000):
        return "JPEG 2000"
    if data.startswith(SIGNATURES):
        unread = next(directories(data)).unread
        return f"{unread} in TIFF" if unread else ""
    for marker, start, _ in jpeg_segments(data) if data.startswith(_JPEG) else ():
        if marker == _JPEG_LS:
            return "JPEG-LS"
        if _begins_frame(marker):
            # SOF3, 7, 11 and 15 are lossless; the first byte is the number of bits.
            return "lossless JPEG" if marker & 3 == 3 else _deep(data[start])
    return ""


def _deep(bits: int) -> str:
    return "" if bits == 8 else f"JPEG of {bits} bits a colour"


def lists_more_pictures(data: bytes) -> bool:
    """Return whether a JPEG photo announces others behind it.

    It does so as multi-picture format (CIPA DC-007), or as Dynamic Depth and Ultra HDR do.
    """
    return any(
        (marker == 0xE2 and data.startswith(b"MPF\0", start))
        or (marker == 0xE1 and data.find(_CONTAINER, start, end) >= 0)
        for marker, start, end in jpeg_segments(data)
    )


def goes_on_alike(data: bytes, end: int) -> bool | None:
    """Return whether a JPEG is followed by another of its size and colours, as frames are.

    Args:
        data: begins with a JPEG.
        end: where that ends; line ends and headers of a saved stream may follow.

    Returns:
        None if `data` ends before the header of the second one does.
    """
    begins = after_lead(data, end)
    later = b"" if begins is None else data[begins:]
    if not later.startswith(_JPEG):
        return None if _JPEG.startswith(later) else False
    try:
        # A photo says when it was taken, what stands behind it does not.
        is_photo = bool(exif_block(data)) and not exif_block(later)
        return not is_photo and _jpeg_frame(later) == _jpeg_frame(data)
    except (struct.error, LookupError):
        return None


def _stated_size(data: bytes) -> tuple[int, int] | None:
    if data.startswith(_PNG):
        return _pair(">II", data, 16)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data.startswith(JPEG_2000):
        return _jpeg_2000_size(data)
    if data.startswith(b"GIF8"):
        return _pair("<HH", data, 6)
    if data.startswith(b"BM"):
        return _bmp_size(data)
    if data.startswith(SIGNATURES):
        return next(directories(data)).size_wh
    if data.startswith(b"RIFF"):
        return _webp_size(data)
    return _portable_map_size(data)


def _pair(form: str, data: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, data, offset)
    return first, second


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of the segments before the first scan, and that scan's own."""
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD7 or marker == 0x01:  # fill bytes, no length
            place += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        yield marker, place + 4, place + 2 + length
        if marker == 0xDA:
            return
        place += 2 + length


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    frame = _jpeg_frame(data)
    return frame and frame[:2]


def _jpeg_frame(data: bytes) -> tuple[int, int, int] | None:
    """Return width, height and the number of colours."""
    for marker, start, _ in jpeg_segments(data):
        if _begins_frame(marker):
            height, width = _pair(">HH", data, start + 1)
            return width, height, data[start + 5]
    return None


def _begins_frame(marker: int) -> bool:
    # SOF0 to SOF15; C4, C8 and CC are tables and extensions.
    return marker == _JPEG_LS or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))


def _jpeg_2000_size(data: bytes) -> tuple[int, int]:
    # The first segment of the coded picture: where its grid ends, and where the picture begins.
    right, bottom, left, top = struct.unpack_from(">IIII", data, data.index(JPEG_2000[1]) + 8)
    return right - left, bottom - top


def _bmp_size(data: bytes) -> tuple[int, int]:
    (header_bytes,) = struct.unpack_from("<I", data, 14)
    width, height = _pair("<HH" if header_bytes == 12 else "<ii", data, 18)
    return width, abs(height)  # a negative height: rows from top to bottom


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = _pair("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return _uint24(data, 24) + 1, _uint24(data, 27) + 1
    return None


def _uint24(data: bytes, offset: int) -> int:
    low, high = struct.unpack_from("<HB", data, offset)
    return int(low) | int(high) << 16


def _portable_map_size(data: bytes) -> tuple[int, int] | None:
    found = re.match(rb"P[1-6]" + 2 * (_GAP + rb"(\d+)"), data[:4096])
    return (int(found[1]), int(found[2])) if found else None


def exif_block(data: bytes) -> bytes:
    """Return the TIFF structure with the EXIF tags; empty if there is none."""
    if data.startswith(b"\xff\xd8"):
        for marker, start, end in jpeg_segments(data):
            if marker == 0xE1 and data.startswith(_EXIF, start):
                return data[start + len(_EXIF) : end]
    if data.startswith(_PNG):
        return chunk(data, 8, b"eXIf", ">I4s", 12)
    if data.startswith(b"RIFF"):
        return chunk(data, 12, b"EXIF", "<4sI", 8).removeprefix(_EXIF)
    return b""


def chunk(data: bytes, place: int, wanted: bytes, form: str, overhead: int) -> bytes:
    """Return the content of the first chunk of that kind, as PNG and RIFF store them."""
    while place + 8 <= len(data):
        fields = struct.unpack_from(form, data, place)
        kind, size = fields if isinstance(fields[0], bytes) else fields[::-1]
        if kind == wanted:
            return data[place + 8 : place + 8 + size]
        # RIFF pads chunks to even length, PNG adds a checksum instead.
        place += overhead + size + (size % 2 if overhead == 8 else 0)
    return b""


def _tiff_tags(data: bytes) -> dict[int, int]:
    """Return the single short and long values of the first directory of a TIFF structure."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return {}
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (entries,) = struct.unpack_from(f"{order}H", data, directory)
    tags: dict[int, int] = {}
    for place in range(directory + 2, directory + 2 + 12 * entries, 12):
        tag, form, count = struct.unpack_from(f"{order}HHI", data, place)
        if count == 1 and form in (3, 4):
            (tags[tag],) = struct.unpack_from(order + ("H" if form == 3 else "I"), data, place + 8)
    return tags
