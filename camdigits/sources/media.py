"""Opens files and pipes by what they hold: a picture, a document, an animation or a video."""

from __future__ import annotations

import io
from contextlib import closing
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import HEAD_BYTES, Reader
from camdigits.sources.documents.pages import PageSource, no_pages
from camdigits.sources.images.header import (
    goes_on_alike,
    jpeg_end,
    lists_more_pictures,
)
from camdigits.sources.images.image import ImageSource
from camdigits.sources.images.tiff_layout import SIGNATURES
from camdigits.sources.names import shown
from camdigits.sources.sniff import (
    MOV_BOXES,
    after_lead,
    is_multipart,
    is_still_container,
    media_kind,
)

if TYPE_CHECKING:
    from camdigits.sources.base import Source

MAX_IMAGE_BYTES = 512 * 2**20
_EMPTY = "-: standard input is empty; pipe a picture or a video into it"


def open_media(
    file: Reader, name: str, max_pixels: int = MAX_PIXELS, pages: str | None = None
) -> Source:
    """Return the source that a file or pipe holds, by its first bytes and never by its name.

    A pipe with a video is read as it comes, with one exception: an MP4 whose index stands at its
    end is put aside in a temporary file first.  Pictures that follow each other on a pipe are one.

    Args:
        file: at its beginning; closed with the source.
        name: as the user named it.
        max_pixels: a picture, page or video with more is refused.
        pages: of a document that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it cannot be opened, or pages are wanted of what has none.
    """
    if not (head := file.head()):
        raise SourceOpenError(_EMPTY if name == "-" else f"{shown(name)}: the file is empty")
    if after_lead(head) is None:  # a pipe gave less than its headers
        head = file.peek(HEAD_BYTES)
    lead = _lead(head)
    if lead and not _is_motion_jpeg(file, lead):
        rest = _read_all(file, name)[lead:]
        file.close()
        return open_media(Reader(io.BytesIO(rest)), name, max_pixels, pages)
    kind = media_kind(head)
    if kind == "image" and not file.seekable() and pages is None:
        from camdigits.sources.videos.pictures import PicturesSource, is_followed

        if is_followed(file):
            return PicturesSource(file, name, max_pixels)
    if kind == "document" or head.startswith(SIGNATURES):
        return _open_document(file, name, max_pixels, pages)
    if kind == "animation":
        from camdigits.sources.documents.slides import open_animation

        return open_animation(_put_aside(file, name), name, max_pixels, pages)
    if pages is not None:
        raise no_pages(name)
    if kind == "image":
        opener = _open_photo if is_still_container(head) else _open_picture
        return opener(file, name, max_pixels)
    # FFmpeg looks for the end of these; none of them is endless.
    from camdigits.sources.videos.atoms import has_index_at_end
    from camdigits.sources.videos.video import VideoSource

    is_late = head[4:8] in MOV_BOXES and has_index_at_end(file.peek(HEAD_BYTES))
    file = _put_aside(file, name) if is_late else file
    return VideoSource(file, name, _form(file, head), max_pixels)


def _form(file: Reader, head: bytes) -> str | None:
    """Return FFmpeg's name of a video's container where it would not find that out by itself.

    Its reader of multipart takes the last boundary for damage, and knows boundaries with dashes
    only; but each picture when it is there, while that of JPEG pictures waits for the next.
    """
    is_awaited = not file.seekable() and head.startswith(b"--")
    return "mjpeg" if is_multipart(head) and not is_awaited else None


def _put_aside(file: Reader, name: str) -> Reader:
    try:
        return file.spooled()
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        advice = "copy it and read the copy" if file.is_remote else "name the file itself"
        raise SourceOpenError(
            f"{shown(name)}: no room to put the stream aside: {error.strerror}; {advice}, or set "
            "TMPDIR to a folder on a larger disk"
        ) from error


def is_picture(path: Path) -> bool:
    """Return whether a regular file holds a picture or the pages of a document.

    It is told by its form alone, and nothing is decoded; one that cannot be read, or may move, is
    none.
    """
    try:
        with closing(Reader(path.open("rb", buffering=0))) as file:
            lead = _lead(file.head())
            head = file.head()[lead:]
            kind = media_kind(head)
            if kind != "image":
                return kind == "document"
            return is_still_container(head) or not _is_motion_jpeg(file, lead)
    except OSError:
        return False


def _open_document(file: Reader, name: str, max_pixels: int, pages: str | None) -> Source:
    is_tiff = file.head().startswith(SIGNATURES)
    data = _read_all(file, name)
    file.close()
    if is_tiff:
        from camdigits.sources.documents.tiff import open_tiff

        return open_tiff(data, name, max_pixels, pages)
    from camdigits.sources.documents.pdf import PdfPages

    return PageSource(PdfPages(data, name, max_pixels), name, pages)


def _open_photo(file: Reader, name: str, max_pixels: int) -> Source:
    from camdigits.sources.images.heic import open_photo

    data = _read_all(file, name)
    file.close()
    return open_photo(data, name, max_pixels)


def _open_picture(file: Reader, name: str, max_pixels: int) -> Source:
    if _is_motion_jpeg(file):
        from camdigits.sources.videos.video import VideoSource

        return VideoSource(file, name, "mjpeg", max_pixels)
    data = _read_all(file, name)
    file.close()
    return ImageSource.decode(data, name, max_pixels)


def _lead(head: bytes) -> int:
    """Return how many bytes stand before a picture or document; 0 if it is none."""
    is_behind = media_kind(head) is None or is_multipart(head)
    lead = after_lead(head) if is_behind else 0
    return lead if lead and media_kind(head[lead:]) in ("image", "animation", "document") else 0


def _is_motion_jpeg(file: Reader, lead: int = 0) -> bool:
    """Return whether a JPEG picture is followed by another frame; reads ahead to that one's header.

    What phones put behind a photo is none: a preview, a gain map or a depth map has another size or
    is grey, or the photo lists it.
    """
    size = HEAD_BYTES
    while True:
        data = file.peek(size)[lead:]
        end = jpeg_end(data)
        is_alike = None if end is None else goes_on_alike(data, end)
        if is_alike is not None:
            return is_alike and not lists_more_pictures(data)
        if len(data) + lead < size or size > MAX_IMAGE_BYTES:
            return False
        # In growing steps, since each looks from the beginning again.
        size = max(size + HEAD_BYTES, size * 5 // 4)


def _read_all(file: Reader, name: str) -> bytes:
    data = bytearray()
    while block := file.read(1 << 20):
        data += block
        if len(data) > MAX_IMAGE_BYTES:
            raise SourceOpenError(
                f"{shown(name)}: more than {MAX_IMAGE_BYTES >> 20} MiB are too many for a "
                "picture; scale it down"
            )
    if file.problem:
        raise OSError(file.problem)
    return bytes(data)
