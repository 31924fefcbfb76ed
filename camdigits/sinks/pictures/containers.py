"""Kinds of video files that can be written, and the settings of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from camdigits.errors import UsageError
from camdigits.support.printable import printable

Options = Mapping[str, str]

# Fragments of a second each go straight to the file, so that what a killed process leaves plays;
# a file that is closed turns into an ordinary MP4 with one index (FFmpeg 7.1 and later).
_AT_ONCE = {"flush_packets": "1", "max_interleave_delta": "1000000"}
_FRAGMENTED = MappingProxyType(
    {"movflags": "hybrid_fragmented", "frag_duration": "1000000", **_AT_ONCE}
)
_CLUSTERED = MappingProxyType({"cluster_time_limit": "1000", **_AT_ONCE})
_FLUSHED = MappingProxyType(_AT_ONCE)

# Without B-frames no picture waits for a later one, and times start where the source's do.
_H264 = MappingProxyType({"preset": "superfast", "crf": "23", "bf": "0", "g": "60"})
# The settings that keep up with a camera: 13 ms a 720p frame on two cores, 24 ms without the
# tiles, where VP8 takes 40 ms.
_VP9 = MappingProxyType(
    {
        "deadline": "realtime",
        "cpu-used": "8",
        "row-mt": "1",
        "tile-columns": "2",
        "lag-in-frames": "0",
        "crf": "32",
        "b": "0",
        "g": "60",
    }
)
_MPEG4 = MappingProxyType({"flags": "+qscale", "global_quality": "354", "g": "60"})


@dataclass(frozen=True, slots=True)
class Container:
    """How one kind of video file is written.

    Attributes:
        muxer: FFmpeg's name of the file format.
        options: its settings.
        codec: FFmpeg's name of the encoder.
        codec_options: its settings.
        tick_s: what times are rounded to, in seconds; None where pictures come at a constant
            rate, each in the place nearest to its time.
        sound_codecs: sound that the container takes as it is, by FFmpeg's codec names.
        sound_encoder: what other sound is turned into.
    """

    muxer: str
    options: Options
    codec: str
    codec_options: Options
    tick_s: Fraction | None
    sound_codecs: frozenset[str]
    sound_encoder: str


_MP4_SOUND = frozenset({"aac", "mp3"})  # what every browser and phone plays
_MKV_SOUND = _MP4_SOUND | {"ac3", "flac", "opus", "pcm_s16le", "pcm_s24le", "vorbis"}
# FFmpeg takes copied MP3 for sound of a constant rate here, and states a wrong length.
_AVI_SOUND = frozenset({"pcm_s16le", "pcm_u8"})

CONTAINERS: Mapping[str, Container] = MappingProxyType(
    {
        ".mp4": Container(
            "mp4", _FRAGMENTED, "libx264", _H264, Fraction(1, 90_000), _MP4_SOUND, "aac"
        ),
        ".mov": Container(
            "mov",
            _FRAGMENTED,
            "libx264",
            _H264,
            Fraction(1, 90_000),
            frozenset({"aac", "mp3", "alac", "pcm_s16le", "pcm_s24le"}),
            "aac",
        ),
        ".mkv": Container(
            "matroska", _CLUSTERED, "libx264", _H264, Fraction(1, 1000), _MKV_SOUND, "aac"
        ),
        ".webm": Container(
            "webm",
            _CLUSTERED,
            "libvpx-vp9",
            _VP9,
            Fraction(1, 1000),
            frozenset({"opus", "vorbis"}),
            "libopus",
        ),
        ".avi": Container(
            "avi",
            _FLUSHED,
            "mpeg4",
            _MPEG4,
            None,
            _AVI_SOUND,
            "libmp3lame",
        ),
    }
)
"""Every kind by its suffix, in lower case."""


def container_for(path: Path) -> Container:
    """Return how a video file of this name is written.

    Raises:
        UsageError: if the suffix is not known.
    """
    container = CONTAINERS.get(path.suffix.lower())
    if container is None:
        raise UsageError(
            f"cannot tell a video format from the name {printable(str(path))}: "
            f"end it in {', '.join(CONTAINERS)}"
        )
    return container
