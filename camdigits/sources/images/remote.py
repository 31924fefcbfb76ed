"""Single pictures behind an http address; OpenCV takes one for a stream that breaks off."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.names import shown
from camdigits.sources.remote.answer import Answer
from camdigits.sources.sniff import media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source

DOWNLOAD_S = 60.0
MAX_BYTES = 64 * 2**20

_HEAD_BYTES = 64
"""Enough for the signature of a picture; streams send no less at once."""
_BLOCK = 64 * 1024
_NO_PICTURE = ("multipart/", "video/", "audio/")


def holds_picture(answer: Answer) -> bool:
    """Return whether an answer is a picture or document, by its type and its first bytes.

    Raises:
        OSError: if they stay away.
    """
    if answer.kind.startswith(_NO_PICTURE):
        return False
    return media_kind(answer.head(_HEAD_BYTES)) in ("image", "animation", "document")


def picture_of(
    answer: Answer, name: str, max_pixels: int = MAX_PIXELS, pages: str | None = None
) -> Source:
    """Return the picture or document that an answer is.

    Args:
        answer: nothing was taken of it.
        name: as the user named it.
        max_pixels: a picture with more is refused.
        pages: of a document that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it is damaged or too large.
        SourceError: if the connection broke off in the middle of it.
    """
    from camdigits.sources.media import open_media

    return open_media(Reader(io.BytesIO(read_rest(answer, name))), name, max_pixels, pages)


def read_rest(answer: Answer, name: str) -> bytes:
    """Return a picture, as long as it takes no more time and memory than one may.

    Args:
        answer: nothing was taken of it.
        name: as the user named it.

    Raises:
        SourceOpenError: if it is too large.
        SourceError: if it does not end, or broke off.
    """
    give_up_s = time.monotonic() + DOWNLOAD_S
    data = bytearray()
    try:
        while block := answer.read(_BLOCK):
            data += block
            if len(data) > MAX_BYTES:
                raise SourceOpenError(
                    f"{shown(name)}: more than {MAX_BYTES >> 20} MiB are too many for a picture "
                    "that is read over the network; copy it and scale it down"
                )
            if time.monotonic() > give_up_s:
                raise SourceError(
                    f"{shown(name)}: the picture was not there after {DOWNLOAD_S:.0f} s; copy it "
                    "and read the copy"
                )
    except OSError as error:
        raise SourceError(
            f"{shown(name)}: the connection broke off after {len(data)} bytes of the picture; "
            "try again"
        ) from error
    missing = (answer.length or 0) - len(data)
    if missing > 0:
        raise SourceError(
            f"{shown(name)}: the connection broke off, {missing} bytes of the picture are missing; "
            "try again"
        )
    return bytes(data)
