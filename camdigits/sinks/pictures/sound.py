"""Carries the sound of a source over into the annotated video."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import av
import av.error
from av.audio.stream import AudioStream

from camdigits.sinks.pictures.containers import Container
from camdigits.sinks.pictures.silence import Gaps
from camdigits.support.pyav import UNDECODABLE

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet

_ENCODED_RATES = (48_000, 44_100)
"""Sampling rates that stay as they are; others, which some encoders refuse, become the first."""

_MOST_WAITING = 4096
"""Packets that wait for their pictures, unless the clock of the sound is wrong."""


@runtime_checkable
class SoundSource(Protocol):
    """What a source with sound offers beside its frames.

    Attributes:
        start_s: the first frame's time by the clock of the sound's packets, in seconds.
        has_ended: its last frame was decoded.
        audio_stream: the stream of the sound; None if there is none.
    """

    start_s: float
    has_ended: bool
    audio_stream: AudioStream | None

    def keep_audio(self) -> None:
        """Collect the packets from now on."""
        ...

    def take_audio(self) -> list[Packet[AudioStream]]:
        """Return the packets met since the last call."""
        ...


def has_sound(source: SoundSource) -> bool:
    """Return whether a source has sound in a codec that FFmpeg knows."""
    stream = source.audio_stream
    return stream is not None and bool(stream.codec_context)


class SoundTrack:
    """The sound of a video file that is being written.

    Packets are copied where the container takes their codec, and encoded anew where not.  What
    was heard before the first frame is left out.  A damaged packet costs its own sound only.
    """

    def __init__(self, file: OutputContainer, container: Container, source: SoundSource) -> None:
        """Add a stream to a file of which nothing is written yet.

        Args:
            file: the video file.
            container: what kind of file it is.
            source: where the sound comes from; it has an `audio_stream`.

        Raises:
            av.error.FFmpegError: if the stream cannot be added.
        """
        assert source.audio_stream is not None
        self._file, self._source = file, source
        self._last_dts = -1
        self._waiting: deque[Packet[AudioStream]] = deque()
        codec = source.audio_stream.codec_context
        self._codec, self._channels = codec.codec.canonical_name, codec.channels
        self._is_copied = _can_be_copied(source.audio_stream, container)
        has_breaks = container.tick_s and not (
            self._is_copied and container.muxer == "mov" and self._codec.startswith("pcm_")
        )
        self._gaps = None if has_breaks else Gaps(codec.sample_rate)
        self._stream = (
            file.add_stream_from_template(source.audio_stream)
            if self._is_copied
            else _encoder(file, container, source.audio_stream)
        )

    def carry(self, until_s: float) -> None:
        """Write what the source has met, as far as pictures go: it is some frames ahead of them.

        Args:
            until_s: end of the last picture, in seconds from the first frame.

        Raises:
            av.error.FFmpegError, OSError: if it could not be written.
        """
        self._waiting.extend(self._source.take_audio())
        while self._waiting and (
            self._at_s(self._waiting[0]) < until_s or len(self._waiting) > _MOST_WAITING
        ):
            packet = self._waiting.popleft()
            if self._is_copied:
                self._copy(packet)
            else:
                self._encode(packet)

    def finish(self, until_s: float) -> None:
        """Write the rest, if the source was read to its end.

        Args:
            until_s: see `carry`.

        Raises:
            av.error.FFmpegError, OSError: if it could not be written.
        """
        self.carry(math.inf if self._source.has_ended else until_s)
        if not self._is_copied and self._stream.codec_context.is_open:
            self._mux_encoded(self._stream.encode(None))

    def _at_s(self, packet: Packet[AudioStream]) -> float:
        if packet.pts is None:
            return -math.inf
        return float(packet.pts * packet.time_base) - self._source.start_s

    def _copy(self, packet: Packet[AudioStream]) -> None:
        if packet.pts is None or packet.dts is None:
            return
        start = round(Fraction(self._source.start_s) / packet.time_base)
        pts, dts = packet.pts - start, packet.dts - start
        if pts < 0 or dts <= self._last_dts:
            return
        packet.pts, packet.dts, self._last_dts = pts, dts, dts
        whole: Iterable[Packet[AudioStream]] = (packet,)
        if self._gaps is not None:
            at_s = float(pts * packet.time_base)
            whole = self._gaps.packets(packet, self._codec, self._channels, at_s)
        for part in whole:
            part.stream = self._stream
            self._file.mux(part)

    def _encode(self, packet: Packet[AudioStream]) -> None:
        for frame in _decoded(packet):
            if frame.pts is None or frame.time_base is None:
                continue
            frame.pts -= round(Fraction(self._source.start_s) / frame.time_base)
            if frame.pts < 0:
                continue
            whole: Iterable[av.AudioFrame] = (frame,)
            if self._gaps is not None:
                whole = self._gaps.frames(frame, float(frame.pts * frame.time_base))
            for part in whole:
                self._mux_encoded(self._stream.encode(part))

    def _mux_encoded(self, packets: Iterable[Packet[AudioStream]]) -> None:
        """Write packets, without the silence before 0 that encoders begin with.

        With it the muxers shift the pictures to later times.
        """
        self._file.mux([packet for packet in packets if packet.pts is not None and packet.pts >= 0])


def _can_be_copied(stream: AudioStream, container: Container) -> bool:
    name = stream.codec_context.codec.canonical_name
    # AAC of a broadcast repeats its settings in each packet; files want them once, in front.
    is_bare_aac = name == "aac" and not stream.codec_context.extradata
    return name in container.sound_codecs and not is_bare_aac


def _encoder(file: OutputContainer, container: Container, like: AudioStream) -> AudioStream:
    rate = like.codec_context.sample_rate
    if rate not in _ENCODED_RATES or container.sound_encoder == "libopus":
        rate = _ENCODED_RATES[0]
    stream = cast(AudioStream, file.add_stream(container.sound_encoder, rate=rate))
    stream.codec_context.layout = "mono" if like.codec_context.channels == 1 else "stereo"
    return stream


def _decoded(packet: Packet[AudioStream]) -> Iterable[av.AudioFrame]:
    try:
        return packet.decode()
    except UNDECODABLE:
        return ()
