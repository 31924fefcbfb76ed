"""Slide shows: animations that show each picture for half a second are documents, not videos.

A number that is shown once is steady in no video, which would announce none of them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.documents.pages import PageSource, no_pages
from camdigits.sources.images.header import image_size
from camdigits.sources.images.image import ImageSource
from camdigits.sources.images.pillow import Animation
from camdigits.sources.images.webp_layout import moving_webp
from camdigits.sources.names import shown
from camdigits.sources.pixels import as_bgr, check_pixels
from camdigits.sources.sniff import is_moving_webp
from camdigits.types import Frame

if TYPE_CHECKING:
    from camdigits.sources.base import Source

CUT = "the file is cut off; pictures are missing; copy it again"
SLIDE_S = 0.4
"""How long half the pictures of a slide show are shown at least, in seconds."""


class SlidePages:
    """The pictures of a slide show, as they are shown: with what stays of those before.

    Args:
        data: the whole file: GIF, APNG or WebP.
        name: as the user named it.
        max_pixels: a picture with more is refused.
        count: how many there are.

    Attributes:
        damage: what is wrong with the file although pictures can be read; "" if nothing is.
    """

    def __init__(self, data: bytes, name: str, max_pixels: int, count: int) -> None:
        self._name, self._max_pixels, self._count = name, max_pixels, count
        self._pictures: Animation | None = Animation(data)
        self.damage = ""

    def __len__(self) -> int:
        return self._count

    def frame(self, number: int) -> Frame:
        """Return a picture, ``(height, width, 3) uint8`` BGR.

        Raises:
            SourceOpenError: if it cannot be decoded or is too large.
        """
        assert self._pictures is not None
        name = f"{self._name}, page {number}"
        pixels = self._pictures.picture(number - 1)
        if pixels is None:
            raise SourceOpenError(
                f"{shown(name)}: cannot decode the picture: its data are damaged; copy it again"
            )
        check_pixels((pixels.shape[1], pixels.shape[0]), name, self._max_pixels)
        return Frame(as_bgr(pixels))

    def close(self) -> None:
        """Let the pictures go; a second call does nothing."""
        self._pictures = None


def open_animation(
    file: Reader, name: str, max_pixels: int = MAX_PIXELS, chosen: str | None = None
) -> Source:
    """Return what a GIF, APNG or animated WebP is: a picture, a slide show or a video.

    Args:
        file: that can be sought in, at its beginning; closed with the source.
        name: as the user named it.
        max_pixels: pictures with more are refused.
        chosen: slides that are wanted, as `ReadConfig.pages`; None takes all.

    Raises:
        SourceOpenError: if it cannot be opened, or slides are wanted of what is no slide show.
    """
    head = file.head()
    size_wh = image_size(head)
    if size_wh is not None:
        check_pixels(size_wh, name, max_pixels)
    if is_moving_webp(head):
        return _open_webp(file, name, max_pixels, chosen)
    durations_s = _durations_s(file, name)
    if _is_slide_show(durations_s):
        data = file.peek(file.size())
        file.close()
        return PageSource(SlidePages(data, name, max_pixels, len(durations_s)), name, chosen)
    if chosen is not None:
        raise no_pages(name)
    from camdigits.sources.videos.video import VideoSource

    if len(durations_s) == 1:
        data = file.peek(file.size())
        pixels = Animation(data).picture(0)
        if pixels is not None:  # FFmpeg reads more of what is damaged
            file.close()
            return ImageSource(as_bgr(pixels), name)
    video = VideoSource(file, name, max_pixels=max_pixels)
    return _still(video) if video.frame_count == 1 else video


def _open_webp(file: Reader, name: str, max_pixels: int, chosen: str | None) -> Source:
    webp = moving_webp(file.peek(file.size()))
    file.close()
    if not webp.durations_s:
        raise SourceOpenError(f"{shown(name)}: holds no whole picture; copy it again")
    if _is_slide_show(webp.durations_s):
        pages = SlidePages(webp.data, name, max_pixels, len(webp.durations_s))
        pages.damage = CUT if webp.is_cut else ""
        return PageSource(pages, name, chosen)
    if chosen is not None:
        raise no_pages(name)
    from camdigits.sources.videos.webp import WebpSource

    video = WebpSource(webp, name)
    return _still(video) if len(webp.durations_s) == 1 and not webp.is_cut else video


def _is_slide_show(durations_s: Sequence[float]) -> bool:
    return len(durations_s) > 1 and statistics.median_high(durations_s) >= SLIDE_S


def _durations_s(file: Reader, name: str) -> list[float]:
    """Return how long each picture of a GIF or APNG is shown, in seconds."""
    import av

    from camdigits.sources.videos.container import open_container

    found = list[float]()
    opened = open_container(Reader(cast("BinaryIO", file), keep_open=True), name)
    with opened as container, suppress(av.error.FFmpegError):  # reading it tells
        for packet in container.demux(video=0):
            if packet.size and packet.duration and packet.time_base:
                found.append(float(packet.duration * packet.time_base))
    file.seek(0)
    return found


def _still(moving: Source) -> ImageSource:
    with moving:
        frame = next(iter(moving))
    return ImageSource(frame.image, moving.name)
