"""Fills the gaps of a sound where it is played without a break: in AVI, and as PCM in MOV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.packet import Packet

_LEAST_S = 0.04
"""Shorter gaps are inaccuracies of timestamps; so late sound goes unnoticed."""
_CHUNK_S = 0.5
_MOST_S = 24 * 3600.0
"""Timestamps that jump by more are wrong."""


_BYTES = {"pcm_u8": 1, "pcm_s16le": 2, "pcm_s24le": 3}


class Gaps:
    """Keeps account of how far a sound has come, and makes the silence that is missing in it.

    Args:
        rate: samples a second of the sound that is to be made whole.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._count = 0

    def frames(self, sound: av.AudioFrame, at_s: float) -> Iterator[av.AudioFrame]:
        """Yield silence up to a frame of sound, of its kind, and then the frame.

        Args:
            sound: decoded; it gets the place behind what came before it.
            at_s: when it is heard, in seconds from the beginning.
        """
        if not self._count:  # HE-AAC states half of the rate that is heard
            self._rate = sound.sample_rate
        like = sound.to_ndarray()
        interleaved = 1 if sound.format.is_planar else sound.layout.nb_channels
        level = 128 if like.dtype == np.uint8 else 0
        for count in self._missing(at_s):
            values = np.full((like.shape[0], count * interleaved), level, like.dtype)
            quiet = av.AudioFrame.from_ndarray(values, sound.format.name, sound.layout.name)
            quiet.sample_rate = self._rate
            yield self._placed(quiet)
        yield self._placed(sound)

    def packets(
        self, sound: Packet[AudioStream], codec: str, channels: int, at_s: float
    ) -> Iterator[Packet[AudioStream]]:
        """Yield silence up to a packet of uncompressed sound, of its kind, and then the packet.

        Args:
            sound: it gets the place behind what came before it.
            codec: FFmpeg's name of it: one of those in `_BYTES`.
            channels: how many it has.
            at_s: when it is heard, in seconds from the beginning.
        """
        width = _BYTES[codec] * channels
        silence = b"\x80" if codec == "pcm_u8" else b"\0"
        for count in self._missing(at_s):
            yield self._put(
                cast("Packet[AudioStream]", av.Packet(silence * (count * width))), count
            )
        yield self._put(sound, sound.size // width)

    def _put(self, packet: Packet[AudioStream], count: int) -> Packet[AudioStream]:
        packet.time_base = Fraction(1, self._rate)
        packet.pts = packet.dts = self._count
        packet.duration = count
        self._count += count
        return packet

    def _placed(self, frame: av.AudioFrame) -> av.AudioFrame:
        frame.time_base, frame.pts = Fraction(1, self._rate), self._count
        self._count += frame.samples
        return frame

    def _missing(self, at_s: float) -> Iterator[int]:
        """Yield of how many samples each the pieces are that are missing before a time."""
        missing_s = at_s - self._count / self._rate
        if not _LEAST_S < missing_s < _MOST_S:
            return
        missing, most = round(missing_s * self._rate), round(_CHUNK_S * self._rate)
        while missing > 0:
            yield min(most, missing)
            missing -= most
