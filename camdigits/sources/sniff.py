"""Tells pictures, videos and documents by their first bytes, never by their name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from camdigits.sources.byte_reader import HEAD_BYTES

MediaKind = Literal["image", "animation", "video", "document"]

_IMAGE_SIGNATURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"II*\0",  # TIFF
    b"MM\0*",
    b"II+\0",  # BigTIFF
    b"MM\0+",
    b"\0\0\0\x0cjP  \r\n\x87\n",  # JPEG 2000
    b"\xff\x4f\xff\x51",
)
_VIDEO_SIGNATURES = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"\0\0\1\xba",  # MPEG program stream
    b"\0\0\1\xb3",  # MPEG-1 and MPEG-2 video
    b"\0\0\1\xb0",  # MPEG-4 video
    b"\0\0\0\1",  # H.264, H.265
    b"DHAV",  # recorders by Dahua
    b"DAHUA",
    b"FLV\1",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"OggS",
    b"DKIF",  # IVF
    b"YUV4MPEG2",
    b"\x06\x0e\x2b\x34",  # MXF
    b"\x12\0\x0a",  # AV1
)
_SHORT_START = re.compile(rb"\x00\x00\x01(?:[\x06\x09\x27\x47\x67]|[\x40\x42\x46\x4e]\x01)")
"""How H.264 and H.265 begin where the first of their parts has a short mark: with settings, a
delimiter or a message."""
_DV = re.compile(rb"\x1f\x07\x00[\x3f\xbf]")
"""The header of a frame of DV, of 60 and of 50 fields a second."""
_PART = re.compile(
    rb"(?:HTTP/1\.[01] 200[^\n]*\n(?:[!-~][^\n]*\n)*)?\s*[!-~]{1,80}\r?\n"
    rb"(?:[\w-]+:[^\n]*\n){0,9}?content-type: *image/jpe?g",
    re.IGNORECASE,
)
"""How cameras send motion JPEG over HTTP: each picture behind a boundary and a header."""
_STILL_BRANDS = (b"avif", b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"miaf")
_PDF, _PDF_WITHIN = re.compile(rb"%PDF-[0-9]\.[0-9]"), 1024
"""How a PDF begins, within so many bytes: readers let others stand before it."""
_LEAD = re.compile(rb"\s*(?:(?:HTTP/[0-9]|--|[A-Za-z][\w-]*:)[^\r\n]{0,512}\r?\n\s*)*")
_LINE_BEGUN = re.compile(rb"[\w-][^\r\n\x80-\xff\0]{0,512}\r?")
_PORTABLE_MAP = re.compile(rb"P[1-6]\s+[#0-9]")
_UNREAD = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"II\xbc": "JPEG XR",
    b"8BPS": "Photoshop",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"AT&TFORM": "DjVu",
    b"%!PS": "PostScript",
    b"FUJIFILMCCD-RAW": "Fujifilm raw",
    b"FOVb": "Sigma raw",
    b"P7\n": "PAM",
    b"Pf\n": "PFM",
    b"PF\n": "PFM",
    b"qoif": "QOI",
    b"\0\0\1\0": "Windows icon",
    b"SIMPLE  =": "FITS",
    b"PK\3\4": "ZIP (or office document)",
}
"""How files begin that hold pictures as well, which are not read, and what they are called."""
MOV_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"styp")
"""How MP4 and QuickTime files begin, behind a length."""


def read_head(file: Path) -> bytes:
    """Return the first bytes of a file, at most `HEAD_BYTES`.

    Raises:
        OSError: if it cannot be read.
    """
    with file.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def media_kind(head: bytes) -> MediaKind | None:
    """Return what a file that begins with `head` is; None if it is nothing that is read.

    "animation" stands for GIF and the animated forms of PNG and WebP: pictures that may move, or
    follow each other as slides do.  "document" stands for PDF; a TIFF of several pages is an
    "image".
    """
    if head.startswith((b"GIF87a", b"GIF89a")) or _is_animated_png(head) or is_moving_webp(head):
        return "animation"
    if head.startswith(_IMAGE_SIGNATURES) or is_still_container(head):
        return "image"
    if _is_bitmap(head) or _is_webp(head) or _PORTABLE_MAP.match(head):
        return "image"
    if head.startswith(_VIDEO_SIGNATURES) or _is_avi(head) or head[4:8] in MOV_BOXES:
        return "video"
    if _SHORT_START.match(head) or _DV.match(head):
        return "video"
    if _is_transport_stream(head) or is_multipart(head):
        return "video"
    # Last: others may hold a PDF; FFmpeg would find a scan's JPEG in one, and take it for a video.
    return "document" if _PDF.search(head[:_PDF_WITHIN]) else None


def after_lead(data: bytes, start: int = 0) -> int | None:
    """Return where a file begins behind line ends, HTTP headers and the boundary of a stream.

    They stand before a picture, or between two, where an answer of a server or a camera was saved
    as it came.

    Returns:
        `start` if there is nothing of them; None if `data` ends within them.
    """
    lead = _LEAD.match(data, start)
    end = lead.end() if lead else start
    return None if end == len(data) or _LINE_BEGUN.fullmatch(data, end) else end


def unread_kind(head: bytes) -> str:
    """Return what a file is called that may show something, and is not read; "" if unknown."""
    if head[128:132] == b"DICM":
        return "DICOM"
    if b"<svg" in head[:1024].lower():
        return "SVG"
    return next((name for start, name in _UNREAD.items() if head.startswith(start)), "")


def is_still_container(head: bytes) -> bool:
    """Return whether the file holds a HEIC or AVIF photo."""
    return head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS


def is_multipart(head: bytes) -> bool:
    """Return whether this is motion JPEG as it was sent over HTTP."""
    return _PART.match(head) is not None


def is_playlist(head: bytes) -> bool:
    """Return whether this lists the segments of a stream (HLS, RFC 8216), or its qualities."""
    return head.startswith((b"#EXTM3U", b"\xef\xbb\xbf#EXTM3U"))


def is_moving_webp(head: bytes) -> bool:
    """Return whether the file is a WebP that says it is animated."""
    return _is_webp(head) and head[12:16] == b"VP8X" and bool(head[20:21] > b"" and head[20] & 2)


def _is_bitmap(head: bytes) -> bool:
    # Two letters alone begin many a text; the length of the header that follows is one of few.
    sizes = (12, 16, 40, 52, 56, 64, 108, 124)
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in sizes


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def _is_animated_png(head: bytes) -> bool:
    # The control chunk of an animation stands before the first picture data.
    return head.startswith(b"\x89PNG\r\n\x1a\n") and b"acTL" in head.partition(b"IDAT")[0]


def _is_transport_stream(head: bytes) -> bool:
    # 188 bytes a packet; 192 where a time stamp precedes each, as camcorders write.
    return any(
        len(head) > start + size and head[start] == head[start + size] == 0x47
        for start, size in ((0, 188), (4, 192))
    )
