"""Single pictures behind an http address; OpenCV takes one for a stream that breaks off."""

from __future__ import annotations

import http.client
import io
import time
from typing import TYPE_CHECKING, Literal

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.names import shown
from camdigits.sources.remote.session import HttpSession
from camdigits.sources.sniff import is_multipart, is_playlist, media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source

ANSWER_S = 10.0
"""How long to wait for the server's next bytes."""
DOWNLOAD_S = 60.0
MAX_BYTES = 64 * 2**20

_HEAD_BYTES = 64
"""Enough for the signature of a picture; streams send no less at once."""
_VIDEO_HEAD_BYTES = 512
_BLOCK = 64 * 1024
Behind = Literal["video", "playlist"]
"""A video, recorded or live, or the list of its segments (HLS)."""

_NO_PICTURE = ("multipart/", "video/", "audio/")


def open_remote_picture(
    address: str,
    name: str,
    max_pixels: int = MAX_PIXELS,
    pages: str | None = None,
    insecure: bool = False,
) -> Source | None:
    """Return the picture or document that an address holds; None if it is none, or nothing answers.

    The server is asked once; what it sends is looked at only as far as its type and its first
    bytes, unless they are those of a picture.

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        max_pixels: a picture with more is refused.
        pages: of a document that are wanted, as `ReadConfig.pages`; None takes all.
        insecure: the server may have any certificate.

    Raises:
        SourceOpenError: if it is a picture that is damaged or too large, or the server is not
            trusted, does not answer in time, or leads in a circle.
        SourceError: if the connection broke off in the middle of it.
    """
    try:
        with HttpSession(address, name, ANSWER_S, insecure) as session:
            answer = session.get()
            if answer.status >= http.HTTPStatus.BAD_REQUEST:
                return None
            if answer.headers.get_content_type().startswith(_NO_PICTURE):
                return None
            head = answer.read(_HEAD_BYTES)
            if media_kind(head) not in ("image", "animation", "document"):
                return None
            data = head + read_rest(answer, name, len(head))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    from camdigits.sources.media import open_media

    return open_media(Reader(io.BytesIO(data)), name, max_pixels, pages)


def kind_behind(address: str, name: str, insecure: bool = False) -> Behind | None:
    """Return what an address holds, if it is neither a camera's pictures nor unknown.

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        insecure: the server may have any certificate.

    Raises:
        SourceOpenError: as `open_remote_picture` of the server.
    """
    try:
        with HttpSession(address, name, ANSWER_S, insecure) as session:
            answer = session.get()
            is_good = answer.status < http.HTTPStatus.BAD_REQUEST
            if not is_good or answer.headers.get_content_type().startswith("multipart/"):
                return None
            head = answer.read(_VIDEO_HEAD_BYTES)
            if is_playlist(head):
                return "playlist"
            return "video" if media_kind(head) == "video" and not is_multipart(head) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None


def read_rest(answer: http.client.HTTPResponse, name: str, begun: int = 0) -> bytes:
    """Return the rest of a picture, as long as it takes no more time and memory than one may.

    Args:
        answer: what a server sends.
        name: as the user named it.
        begun: how many bytes were taken of it.

    Raises:
        SourceOpenError: if it is too large.
        SourceError: if it does not end, or broke off.
    """
    give_up_s = time.monotonic() + DOWNLOAD_S
    data = bytearray()
    try:
        while block := answer.read1(_BLOCK):
            data += block
            if len(data) > MAX_BYTES - begun:
                raise SourceOpenError(
                    f"{shown(name)}: more than {MAX_BYTES >> 20} MiB are too many for a picture "
                    "that is read over the network; copy it and scale it down"
                )
            if time.monotonic() > give_up_s:
                raise SourceError(
                    f"{shown(name)}: the picture was not there after {DOWNLOAD_S:.0f} s; copy it "
                    "and read the copy"
                )
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(
            f"{shown(name)}: the connection broke off after {begun + len(data)} bytes of the "
            "picture; try again"
        ) from error
    missing = answer.length or 0
    if missing:
        raise SourceError(
            f"{shown(name)}: the connection broke off, {missing} bytes of the picture are missing; "
            "try again"
        )
    return bytes(data)
