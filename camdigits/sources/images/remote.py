"""Single pictures behind an http address; OpenCV takes one for a stream that breaks off."""

from __future__ import annotations

import base64
import http.client
import io
import time
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.names import shown
from camdigits.sources.sniff import is_multipart, media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source

ANSWER_S = 5.0
"""How long to wait for the server's next bytes; then it is for OpenCV to wait longer."""
DOWNLOAD_S = 60.0
MAX_BYTES = 64 * 2**20

_HEAD_BYTES = 64
"""Enough for the signature of a picture; streams send no less at once."""
_VIDEO_HEAD_BYTES = 512
_BLOCK = 64 * 1024
_NO_PICTURE = ("multipart/", "video/", "audio/")


def open_remote_picture(
    address: str, name: str, max_pixels: int = MAX_PIXELS, pages: str | None = None
) -> Source | None:
    """Return the picture or document that an address holds; None if it is none, or nothing answers.

    The server is asked once; what it sends is looked at only as far as its type and its first
    bytes, unless they are those of a picture.

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        max_pixels: a picture with more is refused.
        pages: of a document that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it is a picture that is damaged or too large.
        SourceError: if the connection broke off in the middle of it.
    """
    try:
        with urllib.request.urlopen(_request(address), timeout=ANSWER_S) as answer:
            if answer.headers.get_content_type().startswith(_NO_PICTURE):
                return None
            head = answer.read(_HEAD_BYTES)
            if media_kind(head) not in ("image", "animation", "document"):
                return None
            data = _rest(answer, head, name)
    except (OSError, ValueError, http.client.HTTPException):
        return None
    from camdigits.sources.media import open_media

    return open_media(Reader(io.BytesIO(data)), name, max_pixels, pages)


def holds_video(address: str) -> bool:
    """Return whether an address holds a video, recorded or live; False of a camera's pictures.

    Args:
        address: beginning with http:// or https://.
    """
    try:
        with urllib.request.urlopen(_request(address), timeout=ANSWER_S) as answer:
            if answer.headers.get_content_type().startswith("multipart/"):
                return False
            head = answer.read(_VIDEO_HEAD_BYTES)
            return media_kind(head) == "video" and not is_multipart(head)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _request(address: str) -> urllib.request.Request:
    """Return a request that carries the name and password of an address in its header."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host, fragment="").geturl())
    if user:
        login = base64.b64encode(unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {login}")
    return request


def _rest(answer: http.client.HTTPResponse, head: bytes, name: str) -> bytes:
    """Read a picture to its end, as long as it takes no more time and memory than one may."""
    give_up_s = time.monotonic() + DOWNLOAD_S
    data = bytearray(head)
    try:
        while block := answer.read1(_BLOCK):
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
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(
            f"{shown(name)}: the connection broke off after {len(data)} bytes of the picture; "
            "try again"
        ) from error
    missing = answer.length or 0
    if missing:
        raise SourceError(
            f"{shown(name)}: the connection broke off, {missing} bytes of the picture are missing; "
            "try again"
        )
    return bytes(data)
