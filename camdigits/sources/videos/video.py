"""Recorded videos and video streams on a pipe, decoded by PyAV.

OpenCV cannot tell a damaged file from its end, hides the timestamps of videos with a variable
rate, and crashes on pipes; PyAV raises, gives timestamps, and reads pipes as they come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from threading import Lock
from typing import Literal, cast

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.clock import ASSUMED_FPS, Clock
from camdigits.sources.names import shown
from camdigits.sources.pixels import believed_aspect, turned_aspect, upright
from camdigits.sources.videos.alpha import decoder_with_alpha
from camdigits.sources.videos.atoms import is_cut_off
from camdigits.sources.videos.container import (
    BgrConverter,
    open_container,
    stated_rate,
    video_stream,
)
from camdigits.sources.videos.damage import Found, claim_of, complaint
from camdigits.sources.videos.deinterlace import Deinterlacer
from camdigits.sources.videos.lazy_frame import Decoded, DecodedFrame, can_wait
from camdigits.sources.videos.orientation import Orientation, is_on_its_side
from camdigits.support.context_manager import Closeable
from camdigits.support.pyav import UNDECODABLE
from camdigits.types import Frame

MAX_AUDIO_BYTES = 256 * 2**20
"""Sound that nobody has taken: an hour of stereo at 500 kbit/s.  The oldest goes first."""


class VideoSource(Closeable):
    """The frames of a video, in order, none dropped.

    Frames that the decoder marks as damaged are left out; their numbers are not given to others.

    Frames may be taken in one thread and sound in another, and a third may close it.

    A writer that carries the sound through calls `keep_audio` before the first frame is taken
    and `take_audio` after each frame and after the last.  A packet belongs to the moment
    ``packet.pts * packet.time_base - source.start_s`` on the scale of `Frame.time_s`; packets from
    before the first frame are below 0.

    Args:
        file: the video, at its beginning; closed with the source.  Where it cannot be sought in,
            a pipe, frames are delivered as they arrive.
        name: as the user named it.
        form: FFmpeg's name of the container; None finds it out.
        max_pixels: a video whose frames have more is refused; where frames grow beyond it later,
            they count as damaged.

    Attributes:
        decodes_ahead: its frames may be taken before they are looked at; not those of a pipe or a
            remote file, which may be waited for, nor of a file that is cut off.
        audio_stream: the stream of the sound, a template for a writer; None without sound.  Not to
            be touched once the source is closed: PyAV crashes.
        start_s: the first frame's time by the stream's own clock, in seconds; 0 until it is known.
        has_ended: its last frame was decoded.

    Raises:
        SourceOpenError: if this is no video that can be decoded.
    """

    is_still = False
    is_live = False

    def __init__(
        self, file: Reader, name: str, form: str | None = None, max_pixels: int = MAX_PIXELS
    ) -> None:
        self.name = name
        self.start_s, self.has_ended = 0.0, False
        self._file = file
        self._head = file.head()
        self._is_cut = file.seekable() and is_cut_off(self._head, file)
        is_whole = file.seekable() and not self._is_cut
        # A torn frame shows what the decoder's memory held before, and which of it is free must not
        # depend on how fast frames are looked at.
        self.decodes_ahead = is_whole and not file.is_remote
        self._container = open_container(file, name, form)
        try:
            self._stream = video_stream(self._container, name, max_pixels)
        except SourceOpenError:
            self._container.close()
            raise
        self._codec = self._stream.codec_context.name
        self._pixel_aspect = believed_aspect(float(self._stream.sample_aspect_ratio or 0))
        self._decoder = decoder_with_alpha(self._stream) or self._stream.codec_context
        self._decoder.thread_type = self._threads()
        self.fps = stated_rate(self._stream)
        self.frame_count: int | None = self._stream.frames or None
        self.audio_stream = cast("AudioStream | None", self._container.streams.best("audio"))
        self._audio: deque[Packet[AudioStream]] | None = None
        self._audio_bytes, self._audio_lock = 0, Lock()
        self._claim = claim_of(self._container, self._stream, is_whole)
        self._found = Found()
        self._frames, self._taking = self._read(), Lock()
        self._converter, self._orientation = BgrConverter(), Orientation()
        self._deinterlacer = Deinterlacer()

    @property
    def has_stated_end(self) -> bool:
        """Whether the container says how long it is."""
        return bool(self._stream.frames or self._container.duration)

    def _threads(self) -> Literal["AUTO", "SLICE", "NONE"]:
        if not self._file.seekable():
            # With frame threads a decoder holds back one frame for each thread: too late here.
            return "SLICE"
        # With frame threads it is up to chance whether the torn frame is marked as damaged, and
        # the same file has to give the same records each time.
        return "NONE" if self._is_cut else "AUTO"

    def keep_audio(self) -> None:
        """Collect the sound from now on, for `take_audio`; without this it is passed over."""
        if self._audio is None:
            self._audio = deque()

    def take_audio(self) -> list[Packet[AudioStream]]:
        """Return the packets of sound that were met since the last call, in their order."""
        with self._audio_lock:
            packets = list(self._audio or ())
            if self._audio is not None:
                self._audio.clear()
            self._audio_bytes = 0
        return packets

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        with self._taking:
            return next(self._frames)

    def _read(self) -> Generator[Frame]:
        clock = Clock(self.fps or ASSUMED_FPS)
        for decoded in self._decoded():
            index = self._found.frames + self._found.corrupt
            if decoded.is_corrupt:
                self._found.corrupt += 1
                continue
            stamp_s = self._stamp_s(decoded)
            if self._found.frames == 0:
                self.start_s = stamp_s or 0.0
            self._found.frames += 1
            yield self._frame(decoded, index, clock.time_s(stamp_s))
        self.has_ended = True
        self._complain()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._taking:
            # First, since PyAV crashes when a stream of a closed container is touched.
            self._frames.close()
            self._container.close()
            self._file.close()

    def _decoded(self) -> Iterator[VideoFrame]:
        """Yield the decoder's frames; what cannot be decoded is counted and passed over."""
        for packet in self._packets():
            if packet is not None and self._is_torn(packet):
                self._found.corrupt += 1
                continue
            try:
                for decoded in self._decoder.decode(packet):
                    yield from self._deinterlacer.pass_on(decoded)
            except UNDECODABLE:
                # Who joins a broadcast midway meets frames whose beginnings were never sent.
                self._found.undecodable += self._found.frames > 0
        yield from self._deinterlacer.pass_on(None)

    def _is_torn(self, packet: Packet[VideoStream]) -> bool:
        """Say whether the file ends within a picture that no other one needs.

        Of a torn JPEG some decoders give what is left, and below it what lies in their memory.
        """
        return self._is_cut and packet.is_corrupt and self._stream.codec_context.codec.intra_only

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        """Yield the packets of the video and, last, None, which empties the decoder."""
        streams = [self._stream, *([self.audio_stream] if self.audio_stream else [])]
        try:
            for packet in self._container.demux(streams):
                if packet.dts is None and packet.size == 0:  # PyAV's own mark of the end
                    continue
                self._note_end(packet)
                if isinstance(packet.stream, VideoStream):
                    self._found.packets += 1
                    yield cast("Packet[VideoStream]", packet)
                else:
                    self._keep(cast("Packet[AudioStream]", packet))
        except (av.error.FFmpegError, OSError):
            self._found.broken_off = True
        yield None

    def _stamp_s(self, decoded: VideoFrame) -> float | None:
        # Not its `time`: the frames left in the decoder at the end know no time base.
        if decoded.pts is None or self._stream.time_base is None:
            return None
        return float(decoded.pts * self._stream.time_base)

    def _note_end(self, packet: Packet[Stream]) -> None:
        if packet.pts is not None:
            end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self._found.end_s = max(self._found.end_s, end_s)

    def _keep(self, packet: Packet[AudioStream]) -> None:
        if self._audio is None:
            return
        with self._audio_lock:
            self._audio.append(packet)
            self._audio_bytes += packet.size
            while self._audio_bytes > MAX_AUDIO_BYTES:
                self._audio_bytes -= self._audio.popleft().size

    def _frame(self, decoded: VideoFrame, index: int, time_s: float) -> Frame:
        lie = self._orientation.of(decoded)
        aspect = turned_aspect(self._pixel_aspect, 90 if is_on_its_side(lie) else 0)
        if can_wait(decoded):
            content = Decoded(decoded, self._converter, lie)
            return DecodedFrame(content, index, time_s, pixel_aspect=aspect)
        image = upright(self._converter(decoded), lie)
        return Frame(image, index, time_s, pixel_aspect=aspect)

    def _complain(self) -> None:
        """Raise if what was found is not what the file should hold."""
        if self._file.problem:
            stated = f" of {self._claim.frames}" if self._claim.frames else ""
            raise SourceDamagedError(
                f"{shown(self.name)}: {self._found.frames}{stated} frames read: "
                f"{self._file.problem}; try again"
            )
        if not self._file.seekable():
            self._is_cut = is_cut_off(self._head, self._file)
        if self._found.frames == 0:
            raise SourceOpenError(
                f"{shown(self.name)}: holds no frame that can be decoded ({self._codec}); "
                "record or convert it again"
            )
        wrong = complaint(self._claim, self._found, self._is_cut)
        if wrong:
            raise SourceDamagedError(f"{shown(self.name)}: {wrong}")
