"""Opens files and pipes by what they hold: a picture, an animation or a video."""

from __future__ import annotations

from contextlib import closing
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import HEAD_BYTES, Reader
from camdigits.sources.images.header import (
    goes_on_alike,
    image_size,
    jpeg_end,
    lists_more_pictures,
)
from camdigits.sources.images.image import ImageSource
from camdigits.sources.names import shown
from camdigits.sources.pixels import check_pixels
from camdigits.sources.sniff import is_still_container, media_kind

if TYPE_CHECKING:
    from camdigits.sources.base import Source
    from camdigits.sources.videos.video import VideoSource

MAX_IMAGE_BYTES = 512 * 2**20
PDF, PDF_WITHIN = b"%PDF-", 1024
"""How a PDF begins, within so many bytes: readers let others stand before it."""


def open_media(file: Reader, name: str, max_pixels: int = MAX_PIXELS) -> Source:
    """Return the source that a file or pipe holds, by its first bytes and never by its name.

    A pipe with a video is read as it comes, with one exception: an MP4 whose index stands at its
    end is put aside in a temporary file first.

    Args:
        file: at its beginning; closed with the source.
        name: as the user named it.
        max_pixels: a picture or video with more is refused.

    Raises:
        SourceOpenError: if it cannot be opened.
    """
    head = file.head()
    if not head:
        if name == "-":
            raise SourceOpenError("-: standard input is empty; pipe a picture or a video into it")
        raise SourceOpenError(f"{shown(name)}: the file is empty")
    if PDF in head[:PDF_WITHIN]:
        # FFmpeg would find a scan's JPEG in it, and take that for a video of one frame.
        raise SourceOpenError(
            f"{shown(name)}: neither a picture nor a video, but a PDF; make pictures of its "
            "pages, such as with pdftoppm -r 200 -png"
        )
    kind = media_kind(head)
    if kind == "image":
        opener = _open_photo if is_still_container(head) else _open_picture
        return opener(file, name, max_pixels)
    size_wh = image_size(head) if kind == "animation" else None
    if size_wh is not None:
        check_pixels(size_wh, name, max_pixels)
    # FFmpeg looks for the end of these; none of them is endless.
    from camdigits.sources.videos.atoms import has_index_at_end
    from camdigits.sources.videos.video import VideoSource

    is_mp4 = head[4:8] == b"ftyp"
    if kind == "animation" or (is_mp4 and has_index_at_end(file.peek(HEAD_BYTES))):
        file = _put_aside(file, name)

    video = VideoSource(file, name, max_pixels=max_pixels)
    return _still(video) if kind == "animation" and video.frame_count == 1 else video


def _put_aside(file: Reader, name: str) -> Reader:
    try:
        return file.spooled()
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        raise SourceOpenError(
            f"{shown(name)}: no room to put the stream aside: {error.strerror}; name the file "
            "itself, or set TMPDIR to a folder on a larger disk"
        ) from error


def is_picture(path: Path) -> bool:
    """Return whether a regular file holds a single picture, as far as its form says.

    Nothing is decoded; one that cannot be read, or may move, is none.
    """
    try:
        with closing(Reader(path.open("rb", buffering=0))) as file:
            head = file.head()
            if media_kind(head) != "image":
                return False
            return is_still_container(head) or not _is_motion_jpeg(file)
    except OSError:
        return False


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


def _still(video: VideoSource) -> ImageSource:
    with video:
        frame = next(iter(video))
    return ImageSource(frame.image, video.name)


def _is_motion_jpeg(file: Reader) -> bool:
    """Return whether a JPEG picture is followed by another frame; reads ahead to that one's header.

    What phones put behind a photo is none: a preview, a gain map or a depth map has another size or
    is grey, or the photo lists it.
    """
    size = HEAD_BYTES
    while True:
        data = file.peek(size)
        end = jpeg_end(data)
        is_alike = None if end is None else goes_on_alike(data, end)
        if is_alike is not None:
            return is_alike and not lists_more_pictures(data)
        if len(data) < size or size > MAX_IMAGE_BYTES:
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
    return bytes(data)
