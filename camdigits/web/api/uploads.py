"""Pictures that clients send: decoded the way files are, and no further than the limits allow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.byte_reader import HEAD_BYTES, Reader
from camdigits.sources.documents.pages import PageSource
from camdigits.sources.images.header import (
    goes_on_alike,
    jpeg_end,
    lists_more_pictures,
    png_end,
)
from camdigits.sources.media import open_media
from camdigits.sources.sniff import media_kind

if TYPE_CHECKING:
    from camdigits.types import Frame

NAME = "the picture"
"""How messages call what a client sent."""


def decoded(data: bytes, max_pixels: int) -> Frame:
    """Return the picture that an encoded file holds, upright as its EXIF data ask.

    Args:
        data: the whole file: JPEG, PNG, WebP, BMP, TIFF, HEIC, AVIF or a portable map.
        max_pixels: a picture with more is refused before it is decoded.

    Raises:
        SourceOpenError: if it is no picture, damaged or too large.
        SourceDamagedError: if a part of it is missing.
    """
    if media_kind(data[:HEAD_BYTES]) == "document":
        raise SourceOpenError(f"{NAME}: is a PDF; post it to /v1/read")
    frame, damage = decoded_part(data, max_pixels)
    if damage:
        raise SourceDamagedError(damage)
    return frame


def decoded_part(data: bytes, max_pixels: int, page: int | None = None) -> tuple[Frame, str]:
    """Return as `decoded` does, or what is there of a picture that is cut off.

    Args:
        data: the whole file, as of `decoded`, or that of a document: PDF, TIFF, a slide show.
        max_pixels: a picture with more is refused before it is decoded.
        page: of a document that is wanted, from 1; None takes the only one.

    Returns:
        The picture with its page, and one line that says what is missing, empty if nothing is.

    Raises:
        SourceOpenError: if it is no picture, too large, has no such page or several of which none
            is asked for, or nothing of it can be decoded.
    """
    if media_kind(data[:HEAD_BYTES]) not in ("image", "animation", "document"):
        raise SourceOpenError(
            f"{NAME}: neither JPEG nor PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, PDF"
        )
    if _has_another(data):
        raise SourceOpenError(f"{NAME}: holds several pictures; send one")
    pages = None if page is None else str(page)
    with open_media(Reader(io.BytesIO(data)), NAME, max_pixels, pages) as source:
        if isinstance(source, PageSource) and len(source.numbers) > 1:
            count = len(source.numbers)
            raise SourceOpenError(f"{NAME}: holds {count} pages; ask for one, page=1 to {count}")
        frames = iter(source)
        frame, damage = next(frames), ""
        # To the end, since what is missing is told there; a series of pictures is none.
        try:
            has_more = next(frames, None) is not None
        except SourceDamagedError as error:
            has_more, damage = False, str(error)
    if has_more:
        raise SourceOpenError(f"{NAME}: holds several pictures; send one")
    return frame, damage


def _has_another(data: bytes) -> bool:
    """Return whether another picture begins where a JPEG or PNG ends, or behind curl's "&".

    What phones put behind a photo, a preview or a depth map, is none.
    """
    end = png_end(data) or jpeg_end(data)
    if end is None or lists_more_pictures(data):
        return False
    if data.startswith(b"\xff\xd8") and data.startswith(b"\xff\xd8", end):
        return bool(goes_on_alike(data, end))
    return media_kind(data[end : end + HEAD_BYTES].removeprefix(b"&")) == "image"
