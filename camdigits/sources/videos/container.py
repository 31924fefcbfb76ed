"""Opens video containers with PyAV and names what keeps one from being opened."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.names import shown
from camdigits.sources.pixels import check_pixels
from camdigits.sources.sniff import media_kind, unread_kind
from camdigits.sources.videos.alpha import Ground
from camdigits.sources.videos.atoms import atoms
from camdigits.sources.videos.hdr import to_sdr
from camdigits.support.pyav import ANY_TAGS

if TYPE_CHECKING:
    from camdigits.types import Image

FORMATS = (
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,vvc,obu,ivf,mjpeg,mpjpeg,flv,live_flv,"
    "asf,ogg,gif,apng,mxf,nut,dv,dhav,yuv4mpegpipe,rm,wtv,h261,h263,vc1"
)
"""Containers that hold their own frames.

FFmpeg also recognises lists of other files and addresses (concat, HLS, DASH) by content, and text
as an animation; a file that calls itself a video must not make us open anything else.
"""

_OPTIONS = {"format_whitelist": FORMATS}
_FASTEST = 480
"""Frames a second; a rate beyond it with a frame at each tick of the clock is no rate."""
_PIPE_OPTIONS = {
    # FFmpeg looks at 5 s of a stream before it gives the first frame; 0.2 s is enough to find
    # streams and rate (10 frames of a 30 fps stream instead of 25 to 120).
    "analyzeduration": "200000",
}


def open_container(file: Reader, name: str, form: str | None = None) -> InputContainer:
    """Return the opened container.

    The file is handed over as an object, so that its name means nothing to FFmpeg, for which
    "a:b.mp4" is an address and "%d.png" a sequence.

    Args:
        file: the video, at its beginning; closed with the container.
        name: as the user named it.
        form: FFmpeg's name of the container; None finds it out.

    Raises:
        SourceOpenError: if FFmpeg cannot read it.
    """
    options = _OPTIONS if file.seekable() else _OPTIONS | _PIPE_OPTIONS
    try:
        # For the container alone: PyAV before 18 crashes if options for all are given and streams
        # appear late, as in FLV.
        opened = av.open(file, "r", format=form, container_options=dict(options), **ANY_TAGS)
        return cast("InputContainer", opened)
    except av.error.FFmpegError as error:
        why = f"{file.problem}; try again" if file.problem else unreadable(file)
        file.close()
        raise SourceOpenError(f"{shown(name)}: {why}") from error


def stated_rate(stream: VideoStream) -> float | None:
    """Return the frames a second that a stream states; None if it states none that can be.

    Browsers record a frame whenever there is one, and state the ticks of their clock, 1000.
    """
    for rate in (stream.guessed_rate, stream.average_rate):
        fps, tick_s = float(rate or 0), float(stream.time_base or 0)
        if fps > 0 and not (fps > _FASTEST and fps * tick_s >= 1):
            return fps
    return None


def video_stream(container: InputContainer, name: str, max_pixels: int = MAX_PIXELS) -> VideoStream:
    """Return the container's best video stream, ready to be decoded.

    Raises:
        SourceOpenError: if it has none, none that can be decoded, or one of too many pixels.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        raise SourceOpenError(f"{shown(name)}: holds no video; give a video or a picture")
    if stream.codec_context is None:
        raise SourceOpenError(
            f"{shown(name)}: no decoder for its codec; convert it, for example with "
            "ffmpeg -i INPUT -c:v libx264 OUTPUT.mp4"
        )
    check_pixels((stream.codec_context.width, stream.codec_context.height), name, max_pixels)
    # The size may also change later in the stream.
    stream.codec_context.options = {"max_pixels": str(max_pixels)}
    return stream


class BgrConverter:
    """Turns decoded frames of every pixel format into ``(H, W, 3) uint8`` BGR."""

    def __init__(self) -> None:
        # One for all frames: PyAV's own sets up the conversion anew for each.
        self._reformatter = VideoReformatter()
        self._one_at_a_time = Lock()
        self._ground = Ground()

    def __call__(self, decoded: VideoFrame) -> Image:
        """Return the frame as a contiguous array, not turned; `Ground` fills transparent parts."""
        has_alpha = any(component.is_alpha for component in decoded.format.components)
        form = "bgra" if has_alpha else "bgr24"
        with self._one_at_a_time:
            converted = self._reformatter.reformat(decoded, format=form)
        pixels = cast("Image", converted.to_ndarray())
        # Rows of odd widths come padded.
        image = self._ground.under(pixels) if has_alpha else np.ascontiguousarray(pixels)
        return to_sdr(image, decoded.color_trc)


def unreadable(file: Reader) -> str:
    """Return why FFmpeg could not open a file, from a look at the file itself."""
    if not file.seekable():
        return "the stream is neither a picture nor a video that can be read"
    file.seek(0)
    head = file.head()
    if media_kind(head) is None:
        kind = unread_kind(head)
        if kind:
            return f"a file of the kind {kind} is not read; save what it shows as PNG or PDF"
        return "is neither a picture nor a video"
    if head[4:8] == b"ftyp" and all(atom.kind != b"moov" for atom in atoms(file)):
        return (
            "the mp4 has no index (moov atom not found): the recording was cut off; "
            "copy or record it again"
        )
    return "the video's header is damaged; copy or record it again"
