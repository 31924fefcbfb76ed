"""Encodes pictures into a video file."""

from __future__ import annotations

from contextlib import suppress
from errno import ENOSYS
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import av.error
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

from camdigits.sinks.pictures.containers import Container
from camdigits.sinks.pictures.fit import fitted, padded_to_even
from camdigits.sinks.pictures.sound import SoundSource, SoundTrack, has_sound

if TYPE_CHECKING:
    from camdigits.types import Frame, Image

_LEAST_SIZE_PX = 16
"""Encoders refuse pictures that are smaller than their blocks."""
_FINEST = 255
"""Largest number of a ratio that every codec has room for."""
_BT709 = 1
_LIMITED_RANGE = 1


class VideoEncoder:
    """An open video file; pictures of another size than the first are fitted into it."""

    def __init__(
        self,
        path: Path,
        container: Container,
        rate: Fraction,
        first: Frame,
        sound: SoundSource | None = None,
    ) -> None:
        """Open the file.

        Args:
            path: the file, written over.
            container: what kind of file it is.
            rate: frames a second to be expected.
            first: its picture has the size that the video gets, odd sizes padded, and pixels of
                the shape that the video's have.
            sound: where its sound comes from.

        Raises:
            av.error.FFmpegError, OSError: if the file cannot be written.
        """
        height, width = padded_to_even(first.image, _LEAST_SIZE_PX).shape[:2]
        self._size_wh = width, height
        self._tick_s = container.tick_s or 1 / rate
        self._duration = max(1, round(1 / rate / self._tick_s))
        self._last_tick = -1
        self._file = av.open(
            str(path), "w", format=container.muxer, options=dict(container.options)
        )
        try:
            stream = self._file.add_stream(
                container.codec, rate=rate, options=dict(container.codec_options)
            )
        except UnknownCodecError as error:
            self._file.close()
            missing = f"this FFmpeg has no encoder {container.codec}; choose another suffix"
            raise OSError(ENOSYS, missing) from error
        self._stream = cast(VideoStream, stream)
        self._stream.width, self._stream.height = self._size_wh
        self._stream.pix_fmt = "yuv420p"
        codec = self._stream.codec_context
        codec.time_base = self._tick_s
        codec.thread_type = "AUTO"
        _describe(codec, first.pixel_aspect)
        # One for all pictures: PyAV's own sets up the conversion, with its threads, anew for each.
        self._reformatter = VideoReformatter()
        self._sound = None
        if sound is not None and has_sound(sound):
            self._sound = SoundTrack(self._file, container, sound)

    @property
    def last_s(self) -> float:
        """Time of the last picture in seconds."""
        return float(self._last_tick * self._tick_s)

    @property
    def _end_s(self) -> float:
        return float((self._last_tick + self._duration) * self._tick_s)

    def add(self, picture: Image, time_s: float) -> None:
        """Append a picture, a moment after the last one if its time is not later.

        Args:
            picture: ``(H, W, 3) uint8`` BGR.
            time_s: when it is shown, in seconds from the video's beginning.

        Raises:
            av.error.FFmpegError, OSError: if it could not be written.
        """
        padded = np.ascontiguousarray(padded_to_even(picture, _LEAST_SIZE_PX))
        image = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(fitted(padded, self._size_wh), format="bgr24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        self._last_tick = max(self._last_tick + 1, round(time_s / self._tick_s))
        image.pts, image.time_base = self._last_tick, self._tick_s
        image.duration = self._duration
        self._file.mux(self._stream.encode(image))
        if self._sound is not None:
            self._sound.carry(self._end_s)

    def finish(self) -> None:
        """Write what is still in the encoder, and close the file.

        Raises:
            av.error.FFmpegError, OSError: if that failed.
        """
        self._file.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.finish(self._end_s)
        self.abandon()

    def abandon(self) -> None:
        """Close the file as it is.

        Raises:
            av.error.FFmpegError, OSError: if that failed.
        """
        self._file.close()


def _describe(codec: VideoCodecContext, pixel_aspect: float) -> None:
    """Have a codec state colours and, where they are not square, the shape of the pixels."""
    codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
    codec.color_range = _LIMITED_RANGE
    if pixel_aspect != 1.0:
        codec.sample_aspect_ratio = Fraction(pixel_aspect).limit_denominator(_FINEST)


def playable_until(path: Path, look_from_s: float = 0.0) -> float | None:
    """Return the time in seconds of the last picture that can be seen; None if there is none.

    Args:
        path: the video file, perhaps cut off.
        look_from_s: where to begin looking; nearer to the end is faster.
    """
    last_s = None
    with suppress(av.error.FFmpegError, OSError, IndexError), av.open(str(path)) as file:
        last_s = next((frame.time for frame in file.decode(video=0)), None)
        file.seek(int(look_from_s * av.time_base))
        for frame in file.decode(video=0):
            last_s = max(last_s or 0.0, frame.time or 0.0)
    return last_s
