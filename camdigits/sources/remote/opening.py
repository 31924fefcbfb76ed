"""Opens what stands behind http addresses, if it has an end: pictures, documents, recordings."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING, Literal

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.images.remote import holds_picture, picture_of
from camdigits.sources.names import label, shown
from camdigits.sources.remote.answer import Answer, ask
from camdigits.sources.remote.file import Again, open_file
from camdigits.sources.sniff import is_multipart, is_playlist, media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source

_STATING = (b"ftyp", b"\x1aE\xdf\xa3", b"RIFF")
"""How files may begin that say how long they are."""


_BUSY = re.compile(rb"\b(?:is|already) (?:busy|in use)\b", re.IGNORECASE)
"""What apps say that serve one viewer at a time, as DroidCam does: "DroidCam is Busy"."""


def asked(address: str, name: str, insecure: bool) -> Answer | None:
    """Return what an address answers with; None if nothing does.

    Raises:
        SourceOpenError: as `ask` does.
    """
    try:
        return ask(address, name, insecure)
    except (OSError, ValueError, http.client.HTTPException):
        return None


def has_parts(answer: Answer) -> bool:
    """Return whether an answer is a camera's pictures, one after the other."""
    if answer.kind.startswith("multipart/"):
        return True
    try:
        return not answer.is_kept and is_multipart(answer.head())
    except OSError:
        return False


def kind_of(answer: Answer, name: str) -> Literal["video", "playlist"] | None:
    """Return what an answer is that has no parts: a video, recorded or live, or a list of segments.

    Raises:
        SourceOpenError: if it is a page that says that the camera is busy.
    """
    try:
        head = answer.head()
    except OSError:
        return None
    if answer.kind == "text/html" and _BUSY.search(head):
        raise SourceOpenError(
            f"{label(name)}: the camera is busy: it has another viewer; close that one, try again"
        )
    if is_playlist(head):
        return "playlist"
    return "video" if media_kind(head) == "video" else None


def open_answer(
    answer: Answer,
    name: str,
    again: Again,
    max_pixels: int = MAX_PIXELS,
    pages: str | None = None,
) -> Source | None:
    """Return what an answer holds, if that has an end; else None.

    Args:
        answer: closed with what is returned; else nothing was taken of it, or it was closed.
        name: as the user named it.
        again: asks for the same from a byte on.
        max_pixels: a picture or video with more is refused.
        pages: of a document that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it cannot be read, or pages are wanted of what has none.
        SourceError: if the connection broke off.
    """
    try:
        if holds_picture(answer):
            with answer:
                return picture_of(answer, name, max_pixels, pages)
        return _recording(answer, name, again, max_pixels)
    except OSError:
        return None


def _recording(answer: Answer, name: str, again: Again, max_pixels: int) -> Source | None:
    if answer.kind.startswith("multipart/") or media_kind(answer.head()) != "video":
        return None
    may_state = answer.head().startswith(_STATING) or answer.head()[4:8] in _STATING
    if not answer.is_kept and not may_state:
        return None
    from camdigits.sources.media import open_media
    from camdigits.sources.videos.video import VideoSource

    file = Reader(open_file(answer, again))
    try:
        source = open_media(file, name, max_pixels)
    except OSError as error:
        why = file.problem or error.strerror or "it cannot be read"
        file.close()
        raise SourceOpenError(f"{shown(name)}: {why}; try again") from error
    except BaseException:
        file.close()
        raise
    if isinstance(source, VideoSource) and not answer.is_kept and not source.has_stated_end:
        source.close()
        return None
    return source
