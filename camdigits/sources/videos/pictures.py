"""Pictures that come one after another on a pipe, as a video."""

from __future__ import annotations

from collections.abc import Iterator

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.clock import ASSUMED_FPS
from camdigits.sources.images.extent import LEAST_BYTES, Extent, NotKnown, picture_extent
from camdigits.sources.images.image import ImageSource
from camdigits.sources.names import shown
from camdigits.sources.sniff import media_kind
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame

MAX_BYTES = 512 * 2**20
"""Of one picture."""
_TOLD_BY = 32
"""Bytes by which a picture is known."""
_PADDING = 16
"""Zero bytes that may follow one, as some writers of TIFF round its length up."""


class PicturesSource(Closeable):
    """The pictures of a pipe in order, none dropped, each when it is there.

    They state no times: 25 a second are assumed.  Those that cannot be decoded are left out, and
    told at the end.

    Args:
        file: at the beginning of the first; closed with the source.
        name: as the user named it.
        max_pixels: a picture with more ends it.
    """

    is_still = False
    is_live = False

    def __init__(self, file: Reader, name: str, max_pixels: int = MAX_PIXELS) -> None:
        self.name, self._file, self._max_pixels = name, file, max_pixels
        self.fps: float | None = ASSUMED_FPS
        self.frame_count: int | None = None
        self._frames = self._read()

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def _read(self) -> Iterator[Frame]:
        index = damaged = 0
        while size := next_size(self._file):
            data = _taken(self._file, size)
            try:
                with ImageSource.decode(data, self.name, self._max_pixels) as picture:
                    image = next(iter(picture)).image
            except SourceOpenError:
                if index == 0:
                    raise
                damaged += 1
            else:
                yield Frame(image, index, index / ASSUMED_FPS)
            index += 1
        if self._file.peek(1):
            raise SourceDamagedError(
                f"{shown(self.name)}: {index - damaged} frames read: what follows is no whole "
                "picture; send it again"
            )
        if damaged:
            are = "frames are" if damaged > 1 else "frame is"
            raise SourceDamagedError(
                f"{shown(self.name)}: {index - damaged} of {index} frames read: {damaged} {are} "
                "damaged; send it again"
            )

    def close(self) -> None:
        """Close the pipe; a second call does nothing."""
        self._frames = iter(())
        self._file.close()


def next_size(file: Reader) -> int | None:
    """Return how many bytes the next picture of a pipe has; reads ahead to its end and no further.

    None if there is none any more, it is cut off, or its format does not say where it ends.
    """
    _pass_padding(file)
    extent = Extent(LEAST_BYTES, is_whole=False)
    while not extent.is_whole:
        data = file.ahead(extent.size)
        if len(data) < extent.size or extent.size > MAX_BYTES:
            return None
        try:
            extent = picture_extent(data, extent.place)
        except NotKnown:
            return None
    return extent.size if len(file.ahead(extent.size)) >= extent.size else None


def is_followed(file: Reader) -> bool:
    """Return whether the picture at the beginning of a pipe is followed by another."""
    size = next_size(file)
    if size is None:
        return False
    following = file.peek(size + _PADDING + _TOLD_BY)[size:].lstrip(b"\0")
    return media_kind(following) == "image"


def _pass_padding(file: Reader) -> None:
    for _ in range(_PADDING):
        if file.peek(1) != b"\0":
            return
        file.read(1)


def _taken(file: Reader, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (block := file.read(size - len(data))):
        data += block
    return bytes(data)
