"""Streams over http, recordings by other protocols, and interlaced streams, decoded by PyAV.

OpenCV mirrors nothing that a recording asks to mirror, weaves the rows of interlaced pictures
together, or makes black pictures of them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, cast

import av
import av.error
import cv2
from av.container import InputContainer
from av.video.frame import VideoFrame

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.pixels import upright
from camdigits.sources.videos.alpha import decoder_with_alpha
from camdigits.sources.videos.container import (
    FORMATS,
    BgrConverter,
    open_container,
    stated_rate,
    video_stream,
)
from camdigits.sources.videos.deinterlace import Deinterlacer
from camdigits.sources.videos.orientation import Orientation, is_on_its_side
from camdigits.support.pyav import ANY_TAGS, UNDECODABLE

if TYPE_CHECKING:
    from camdigits.types import Image


STREAMED = f"{FORMATS},rtsp,hls,aac,mp3,webvtt,srt"
"""Of what servers send: a list of segments, too, and what else than pictures its segments hold."""


class PyavCapture:
    """What an address gives, handed out as `cv2.VideoCapture` would.

    Args:
        address: beginning with http:// or another scheme of streams, or the path of a playlist; or
            what was asked for and is read as it comes, closed with this.
        timeouts_s: of an address, until it must be open, and until its next packet.
        max_pixels: a video with more is refused.
        options: of FFmpeg, for the container.

    Raises:
        SourceOpenError: if there is no video that can be read.
    """

    def __init__(
        self,
        address: str | Reader,
        timeouts_s: tuple[float, float],
        max_pixels: int = MAX_PIXELS,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._file = None if isinstance(address, str) else address
        if isinstance(address, str):
            self._container = _open_address(address, timeouts_s, options or {})
        else:
            self._container = open_container(address, "")
        try:
            self._stream = video_stream(self._container, "", max_pixels)
        except SourceOpenError:
            self._close()
            raise
        self._decoder = decoder_with_alpha(self._stream) or self._stream.codec_context
        # With frame threads the decoder keeps as many pictures back.
        self._decoder.thread_type = "SLICE"
        self._fps = stated_rate(self._stream)
        self._convert, self._orientation = BgrConverter(), Orientation()
        self._deinterlacer = Deinterlacer()
        self._frames = self._decoded()
        self._time_s, self._is_on_its_side = 0.0, False

    def read(self) -> tuple[bool, Image | None]:
        """Wait for the next picture."""
        frame = next(self._frames, None)
        if frame is None:
            return False, None
        if frame.pts is not None and self._stream.time_base is not None:
            self._time_s = float(frame.pts * self._stream.time_base)
        lie = self._orientation.of(frame)
        self._is_on_its_side = is_on_its_side(lie)
        return True, upright(self._convert(frame), lie)

    def get(self, prop: int, /) -> float:
        """Return a property, 0 where unknown."""
        codec, aspect = self._stream.codec_context, self._stream.sample_aspect_ratio
        values: dict[int, Any] = {
            cv2.CAP_PROP_FPS: self._fps,
            cv2.CAP_PROP_FRAME_COUNT: self._count(),
            cv2.CAP_PROP_FRAME_WIDTH: codec.width,
            cv2.CAP_PROP_FRAME_HEIGHT: codec.height,
            cv2.CAP_PROP_POS_MSEC: self._time_s * 1000,
            cv2.CAP_PROP_SAR_NUM: aspect.numerator if aspect else 0,
            cv2.CAP_PROP_SAR_DEN: aspect.denominator if aspect else 0,
            cv2.CAP_PROP_ORIENTATION_META: 90 if self._is_on_its_side else 0,
        }
        return float(values.get(prop) or 0)

    def release(self) -> None:
        """Close the connection; a second call does nothing."""
        self._frames.close()
        self._close()

    def interrupt(self) -> None:
        """Hang up while another thread waits for a picture, which ends that where it can."""
        if self._file is not None:
            self._file.interrupt()

    def _close(self) -> None:
        self._container.close()
        if self._file is not None:
            self._file.close()

    def _count(self) -> int:
        """Return how many frames a recording has, about; 0 of a stream without an end."""
        if self._stream.frames:
            return int(self._stream.frames)
        if not self._container.duration:
            return 0
        # Of one without a rate nothing is known but that it ends.
        return max(1, round(self._container.duration / av.time_base * (self._fps or 0)))

    def _decoded(self) -> Generator[VideoFrame]:
        try:
            for packet in self._container.demux(self._stream):
                try:
                    for frame in self._decoder.decode(packet):
                        yield from self._deinterlacer.pass_on(frame)
                except UNDECODABLE:
                    continue
        except (av.error.FFmpegError, OSError):
            return
        yield from self._deinterlacer.pass_on(None)


def _open_address(
    address: str, timeouts_s: tuple[float, float], options: Mapping[str, str]
) -> InputContainer:
    rtsp = {"rtsp_flags": "prefer_tcp"} if address.lower().startswith("rtsp") else {}
    try:
        opened = av.open(
            address,
            "r",
            timeout=timeouts_s,
            container_options={"format_whitelist": STREAMED, **rtsp, **options},
            **ANY_TAGS,
        )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise SourceOpenError("PyAV cannot open the address") from error
    return cast("InputContainer", opened)
