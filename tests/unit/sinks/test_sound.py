"""The sound of a source is carried over, in step with the pictures."""

from __future__ import annotations

import time
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from camdigits.sinks.pictures.containers import CONTAINERS
from camdigits.sinks.pictures.opening import open_picture_sink
from camdigits.sinks.pictures.silence import Gaps
from camdigits.sinks.pictures.video import VideoSink
from camdigits.sources.byte_reader import Reader
from camdigits.sources.videos.prefetch import prefetch
from camdigits.sources.videos.video import VideoSource
from camdigits.types import Reading

RATE = 48_000
FPS = 30
FLASHES = ((30, 36), (66, 72))
"""Frames that are white, while a tone is heard."""


def write_flashes(
    path: Path, codec: str, start_s: float = 0.0, quiet: tuple[range, ...] = ()
) -> Path:
    """Write three seconds of black with white flashes, and a tone with each flash.

    During the frames that are `quiet` there is no sound at all.
    """
    with av.open(str(path), "w") as file:
        # No B-frames: AVI cannot tell their order.
        video = file.add_stream("libx264", rate=FPS, options={"bf": "0"})
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.codec_context.time_base = Fraction(1, FPS)
        audio = file.add_stream(codec, rate=RATE, layout="stereo")
        for index in range(3 * FPS):
            is_on = any(first <= index < last for first, last in FLASHES)
            picture = np.full((48, 64, 3), 255 * is_on, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = index + round(start_s * FPS)
            frame.time_base = Fraction(1, FPS)
            file.mux(video.encode(frame))
            if not any(index in frames for frames in quiet):
                file.mux(audio.encode(_tone(index, is_on, start_s)))
        file.mux(video.encode())
        file.mux(audio.encode())
    return path


def _tone(index: int, is_on: bool, start_s: float) -> av.AudioFrame:
    count = RATE // FPS
    phase = np.arange(count) * (2 * np.pi * 1000 / RATE)
    samples = (np.sin(phase) * 20_000 * is_on).astype(np.int16).repeat(2)[None]
    sound = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
    sound.sample_rate, sound.time_base = RATE, Fraction(1, RATE)
    sound.pts = index * count + round(start_s * RATE)
    return sound


def flashes_s(path: Path) -> list[float]:
    """Return when the picture turns white."""
    with av.open(str(path)) as file:
        looks = [(f.time, f.to_ndarray(format="gray").mean() > 128) for f in file.decode(video=0)]
    return [when for (when, on), (_, before) in zip(looks[1:], looks, strict=False) if on > before]


def tones_s(path: Path) -> list[float]:
    """Return when the tone sets in."""
    loud: list[float] = []
    with av.open(str(path)) as file:
        resampler = av.AudioResampler(format="flt", layout="mono")
        for decoded in file.decode(audio=0):
            for frame in resampler.resample(decoded):
                samples = np.abs(frame.to_ndarray()[0])
                loud.extend(frame.time + np.flatnonzero(samples > 0.15) / frame.sample_rate)
    return [when for place, when in enumerate(loud) if not place or when - loud[place - 1] > 0.5]


def copied(source_path: Path, output: Path) -> Path:
    source = VideoSource(Reader(source_path.open("rb")), str(source_path))
    with source, open_picture_sink(output, source) as sink:
        for frame in source:
            sink.write(frame, Reading("", frame.index, frame.time_s, (64, 48), is_still=False))
    return output


SOURCES = [
    ("clip.mp4", "aac", 0.0),
    ("clip.mkv", "libopus", 5.0),
    ("clip.mkv", "pcm_s16le", 0.5),
    ("clip.ts", "aac", 0.0),
    ("clip.avi", "pcm_s16le", 0.0),
]


@pytest.mark.parametrize("suffix", sorted(CONTAINERS))
@pytest.mark.parametrize(("name", "codec", "start_s"), SOURCES)
def test_sound_stays_in_step(tmp_path: Path, name: str, codec: str, start_s: float, suffix: str):
    source = write_flashes(tmp_path / name, codec, start_s)
    output = copied(source, tmp_path / f"out{suffix}")
    expected = [first / FPS for first, _ in FLASHES]
    assert flashes_s(output) == pytest.approx(expected, abs=0.002)
    assert tones_s(output) == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("suffix", sorted(CONTAINERS))
@pytest.mark.parametrize(("name", "codec"), [("in.mkv", "pcm_s16le"), ("in.mkv", "libopus")])
def test_sound_that_starts_late_or_pauses_stays_in_step(
    tmp_path: Path, name: str, codec: str, suffix: str
):
    source = write_flashes(tmp_path / name, codec, quiet=(range(25), range(45, 60)))
    output = copied(source, tmp_path / f"out{suffix}")
    expected = [first / FPS for first, _ in FLASHES]
    assert flashes_s(output) == pytest.approx(expected, abs=0.002)
    assert tones_s(output) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("source_codec", "suffix", "expected"),
    [
        ("aac", ".mp4", "aac"),
        ("libopus", ".mp4", "aac"),
        ("libopus", ".webm", "opus"),
        ("aac", ".webm", "opus"),
        ("libopus", ".mkv", "opus"),
        ("aac", ".avi", "mp3"),
    ],
)
def test_sound_is_in_a_codec_that_the_container_is_played_with(
    tmp_path: Path, source_codec: str, suffix: str, expected: str
):
    output = copied(write_flashes(tmp_path / "in.mkv", source_codec), tmp_path / f"out{suffix}")
    with av.open(str(output)) as file:
        assert file.streams.audio[0].codec_context.codec.canonical_name == expected


@pytest.mark.parametrize(("form", "level"), [("s16", 0), ("fltp", 0), ("u8", 128)])
def test_silence_is_of_the_kind_of_the_sound(form: str, level: int):
    kinds = {"s16": np.int16, "fltp": np.float32, "u8": np.uint8}
    shape = (2, 100) if form == "fltp" else (1, 200)
    sound = av.AudioFrame.from_ndarray(np.ones(shape, kinds[form]), form, "stereo")
    sound.sample_rate = 44_100
    *quiet, last = Gaps(22_050).frames(sound, 1.2)
    assert [frame.samples for frame in quiet] == [22_050, 22_050, 8820]
    assert all((frame.to_ndarray() == level).all() for frame in quiet)
    assert last is sound
    assert (last.pts, last.time_base) == (52_920, Fraction(1, 44_100))


def test_copied_sound_is_the_same_bit_for_bit(tmp_path: Path):
    source = write_flashes(tmp_path / "in.mp4", "aac")
    output = copied(source, tmp_path / "out.mp4")

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as file:
            return [bytes(packet) for packet in file.demux(audio=0) if packet.size]

    kept = packets(output)
    assert len(kept) > 100
    assert packets(source)[-len(kept) :] == kept


@pytest.mark.parametrize("codec", ["aac", "libopus"], ids=["copied", "encoded anew"])
def test_sound_ends_with_the_pictures_of_a_source_that_is_left_early(tmp_path: Path, codec: str):
    output = tmp_path / "out.mp4"
    source_path = write_flashes(tmp_path / "in.mkv", codec)
    source = VideoSource(Reader(source_path.open("rb")), str(source_path))
    frames = prefetch(iter(source))
    with source, open_picture_sink(output, source) as sink, closing(frames):
        for frame in islice(frames, 45):
            sink.write(frame, Reading("", frame.index, frame.time_s, (64, 48), is_still=False))
        time.sleep(0.2)  # until it is as far ahead as it goes
    with av.open(str(output)) as file:
        ends = [float((stream.duration or 0) * (stream.time_base or 0)) for stream in file.streams]
    assert ends == pytest.approx([1.5, 1.5], abs=0.06)


def test_source_without_sound_gives_a_video_without_sound(tmp_path: Path):
    with av.open(str(tmp_path / "in.mp4"), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        file.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        file.mux(stream.encode())
    output = copied(tmp_path / "in.mp4", tmp_path / "out.mp4")
    with av.open(str(output)) as file:
        assert not file.streams.audio


def _broken(packet: av.Packet) -> av.Packet:
    broken = av.Packet(b"\xff" * 50)
    broken.stream, broken.time_base = packet.stream, packet.time_base
    broken.pts = broken.dts = packet.pts
    return broken


def test_damaged_sound_costs_no_picture(tmp_path: Path):
    class Damaged(VideoSource):
        def take_audio(self) -> list[av.Packet]:
            return [_broken(packet) for packet in super().take_audio()]

    source_path = write_flashes(tmp_path / "in.mkv", "libopus")
    source = Damaged(Reader(source_path.open("rb")), str(source_path))
    with source, VideoSink(tmp_path / "out.mp4", sound=source) as sink:
        for frame in source:
            sink.write(frame, Reading("", frame.index, frame.time_s, (64, 48), is_still=False))
    with av.open(str(tmp_path / "out.mp4")) as file:
        assert file.streams.video[0].frames == 3 * FPS
