"""Videos: every frame in order, upright, with its own time, and the sound beside it."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.byte_reader import Reader
from camdigits.sources.clock import Clock
from camdigits.sources.sniff import media_kind, read_head
from camdigits.sources.videos.prefetch import MOST_FRAMES, prefetch
from camdigits.sources.videos.video import VideoSource
from tests.support.media import (
    PLAIN,
    Extras,
    is_red,
    numbered_frame,
    numbered_frames,
    read_number,
    write_video,
)

COUNT = 24
REALTIME = (("deadline", "realtime"), ("cpu-used", "8"))
QUIET = (("x265-params", "log-level=none"),)
HEALTHY = [
    ("plain.mp4", "libx264", PLAIN),
    ("sound.mp4", "libx264", Extras(audio=True)),
    ("mpeg4.mp4", "mpeg4", PLAIN),
    ("ten bits.mp4", "libx265", Extras(pix_fmt="yuv420p10le", options=QUIET)),
    ("phone.mov", "libx264", Extras(audio=True)),
    ("sound.mkv", "libx264", Extras(audio=True)),
    ("late.mkv", "libx264", Extras(audio=True, start_s=2.0)),
    ("ten bits.mkv", "libx264", Extras(pix_fmt="yuv420p10le")),
    ("lossless.mkv", "ffv1", PLAIN),
    ("vp8.webm", "libvpx", Extras(audio=True, options=REALTIME)),
    ("vp9.webm", "libvpx-vp9", Extras(options=REALTIME)),
    ("mjpeg.avi", "mjpeg", PLAIN),
    ("one empty chunk.avi", "mpeg4", Extras(audio=True)),
    ("broadcast.ts", "libx264", Extras(audio=True)),
    ("program.mpg", "mpeg2video", PLAIN),
    ("flash.flv", "libx264", PLAIN),
    ("moving.gif", "gif", PLAIN),
    ("raw.h264", "libx264", PLAIN),
    ("raw.hevc", "libx265", Extras(options=QUIET)),
    ("raw.mjpeg", "mjpeg", PLAIN),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


def video(path: Path, name: str = "clip") -> VideoSource:
    return VideoSource(Reader(path.open("rb", buffering=0)), name)


@pytest.mark.parametrize(("name", "codec", "extras"), HEALTHY, ids=[row[0] for row in HEALTHY])
def test_healthy_video_is_read_whole_and_without_complaint(
    folder: Path, name: str, codec: str, extras: Extras
) -> None:
    write_video(folder / name, numbered_frames(COUNT), 30, codec, extras)
    assert media_kind(read_head(folder / name)) is not None
    with open_source(folder / name) as source:
        assert not source.is_still
        frames = list(source)
    assert [frame.index for frame in frames] == list(range(COUNT))
    assert [read_number(frame.image) for frame in frames] == list(range(COUNT))
    assert all(is_red(frame.image, 5, 5) for frame in frames)
    times = [frame.time_s for frame in frames]
    assert times[0] == 0.0
    assert times == sorted(times)


def test_a_decoder_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    # PyAV 19 raises ValueError for the second packet, no FFmpegError as before.
    extras = Extras(options=QUIET)
    path = write_video(tmp_path / "lost.mkv", numbered_frames(3), codec="libx265", extras=extras)
    with av.open(str(path)) as file:
        settings = bytes(file.streams.video[0].codec_context.extradata or b"")
    data = path.read_bytes()
    assert data.count(settings) == 1
    path.write_bytes(data.replace(settings, settings[:23] + b"\x7f" * (len(settings) - 23)))
    with (
        pytest.raises(SourceOpenError, match=r"no frame that can be decoded \(hevc\)"),
        open_source(path) as source,
    ):
        list(source)


def test_tags_that_are_no_utf_8_are_no_hindrance(tmp_path: Path) -> None:
    # PyAV 17 and 18 raise UnicodeDecodeError unless told otherwise, 19 escapes such bytes.
    path = write_video(tmp_path / "latin.avi", numbered_frames(3), codec="mpeg4")
    data = path.read_bytes()
    assert data.count(b"Lavf") == 1
    path.write_bytes(data.replace(b"Lavf", b"L\xe9vf"))
    with open_source(path) as source:
        assert len(list(source)) == 3


def test_times_are_those_of_the_stream(folder: Path) -> None:
    times_s = [0.0, 0.1, 0.15, 1.0, 1.04, 3.0]
    path = write_video(
        folder / "vfr.mp4", numbered_frames(6), 30, "libx264", Extras(times_s=times_s)
    )
    with open_source(path) as source:
        assert [frame.time_s for frame in source] == pytest.approx(times_s, abs=0.001)


def test_first_frame_is_at_zero_whatever_the_streams_clock_says(folder: Path) -> None:
    path = write_video(folder / "start.mkv", numbered_frames(3), 10, "libx264", Extras(start_s=2.5))
    with video(path) as source:
        times = [frame.time_s for frame in source]
    assert times == pytest.approx([0.0, 0.1, 0.2], abs=0.001)
    assert source.start_s == pytest.approx(2.5)


def test_stream_without_times_is_timed_by_its_rate(folder: Path) -> None:
    path = write_video(folder / "untimed.h264", numbered_frames(5), 10)
    with video(path) as source:
        assert [frame.time_s for frame in source] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def write_as_browsers_do(path: Path) -> Path:
    """Write frames at uneven times in a container that states its clock's ticks as their rate."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=1000, options=dict(REALTIME))
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for place, picture in enumerate(numbered_frames(20, (640, 480))):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = place * 33 + place % 3, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_ticks_of_a_clock_are_no_rate(folder: Path) -> None:
    path = write_as_browsers_do(folder / "browser.webm")
    with av.open(str(path)) as file:
        assert file.streams.video[0].guessed_rate == 1000
    with open_source(path) as source:
        assert source.fps is None
        times = [frame.time_s for frame in source]
    assert times[3] == pytest.approx(0.099, abs=0.002)
    fast = write_video(folder / "fast.mp4", numbered_frames(20), 960)
    with open_source(fast) as source:
        assert source.fps == 960


@pytest.mark.parametrize(("suffix", "last_s"), [(".mp4", 0.627), (".avi", 0.627)])
def test_marked_recording_of_a_browser_plays_anywhere(
    folder: Path, tmp_path: Path, suffix: str, last_s: float
) -> None:
    path = write_as_browsers_do(folder / "browser.webm")
    output = tmp_path / f"read{suffix}"
    assert main(["run", str(path), "-o", str(output), "--no-window", "-q"]) == 0
    with av.open(str(output)) as file:
        stream = file.streams.video[0]
        if suffix == ".mp4":
            level = (stream.codec_context.extradata or b"")[3]  # of avcC
            assert level <= 31
        times = [frame.time for frame in file.decode(video=0)]
    assert times[-1] == pytest.approx(last_s, abs=0.02)


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_video_stands_upright_as_opencv_shows_it(
    folder: Path, suffix: str, rotation: int
) -> None:
    path = folder / f"turned{rotation}{suffix}"
    write_video(path, numbered_frames(3, (96, 64)), 30, "libx264", Extras(rotation=rotation))
    with open_source(path) as source:
        image = next(iter(source)).image
    # The red marker is drawn top left; turned clockwise it moves to the right, down, to the left.
    height, width = image.shape[:2]
    assert (width, height) == ((96, 64) if rotation == 180 else (64, 96))
    corner = {90: (width - 4, 3), 180: (width - 4, height - 4), 270: (3, height - 4)}[rotation]
    assert is_red(image, *corner)
    _, reference = cv2.VideoCapture(str(path)).read()
    assert reference.shape == image.shape
    assert is_red(reference, *corner)


@pytest.mark.parametrize("size_wh", [(321, 241), (33, 17), (64, 31)])
def test_odd_sizes_keep_every_row_and_column(folder: Path, size_wh: tuple[int, int]) -> None:
    path = write_video(
        folder / f"{size_wh[0]}.mkv",
        numbered_frames(3, size_wh),
        30,
        "ffv1",
        Extras(pix_fmt="bgr0"),
    )
    with open_source(path) as source:
        images = [frame.image for frame in source]
    assert all(image.flags.c_contiguous for image in images)
    assert np.array_equal(images[2], numbered_frame(2, size_wh))


def test_frames_stay_as_they_were_when_later_ones_are_read(folder: Path) -> None:
    path = write_video(
        folder / "kept.mkv", numbered_frames(5, (64, 48)), 30, "ffv1", Extras(pix_fmt="bgr0")
    )
    with open_source(path) as source:
        images = [frame.image for frame in source]
    assert [read_number(image) for image in images] == list(range(5))


def test_gif_of_one_picture_is_a_still(folder: Path) -> None:
    path = write_video(folder / "one.gif", numbered_frames(1), 10, "gif")
    with open_source(path) as source:
        assert source.is_still
        assert len(list(source)) == 1


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
def test_sound_is_collected_once_it_is_asked_for(folder: Path, suffix: str) -> None:
    path = folder / f"tone{suffix}"
    write_video(
        path,
        numbered_frames(60),
        30,
        "libx264" if suffix != ".avi" else "mpeg4",
        Extras(audio=True),
    )
    with video(path) as source:
        source.keep_audio()
        packets = []
        for _ in source:
            packets += source.take_audio()
        packets += source.take_audio()
        assert source.audio_stream is not None
        assert source.take_audio() == []
        times = [float(packet.pts * packet.time_base) - source.start_s for packet in packets]
        seconds = sum(float(packet.duration * packet.time_base) for packet in packets)
    assert times == sorted(times)
    assert seconds == pytest.approx(2.0, abs=0.1)
    assert times[0] == pytest.approx(0.0, abs=0.1)


def test_sound_nobody_asked_for_is_passed_over(folder: Path) -> None:
    path = write_video(folder / "silent.mp4", numbered_frames(5), 30, "libx264", Extras(audio=True))
    with video(path) as source:
        list(source)
        assert source.take_audio() == []


def test_video_without_sound_has_no_audio_stream(folder: Path) -> None:
    path = write_video(folder / "mute.mp4", numbered_frames(2))
    with video(path) as source:
        assert source.audio_stream is None


def test_frames_larger_than_the_limit_are_refused(folder: Path) -> None:
    path = write_video(folder / "large.mp4", numbered_frames(2))
    with pytest.raises(SourceOpenError, match="320x240 pixels are more than"):
        open_source(path, max_pixels=320 * 240 - 1)
    with open_source(path, max_pixels=320 * 240) as source:
        assert len(list(source)) == 2


@pytest.mark.parametrize(
    "script",
    [
        b"ffconcat version 1.0\nfile other.mp4\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.ts\n#EXT-X-ENDLIST\n",
        b"hello\n" * 500,
    ],
    ids=["concat", "hls", "text"],
)
def test_list_of_other_files_is_no_video(folder: Path, script: bytes) -> None:
    write_video(folder / "other.mp4", numbered_frames(2))
    write_video(folder / "other.ts", numbered_frames(2))
    path = folder / "list.mp4"
    path.write_bytes(script)
    with pytest.raises(SourceOpenError, match="neither a picture nor a video"):
        open_source(path)


@pytest.mark.parametrize("name", ["clip%d.mp4", "a:b.mp4", "-clip.mp4", "two\nlines.mp4", "ü.mp4"])
def test_odd_names_are_names(folder: Path, name: str) -> None:
    write_video(folder / "plain name.mp4", numbered_frames(2)).rename(folder / name)
    with open_source(folder / name) as source:
        assert len(list(source)) == 2
        assert source.name == str(folder / name)


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        ([], []),
        ([5.0, 5.1, 5.3], [0.0, 0.1, 0.3]),
        ([None, None, None], [0.0, 0.1, 0.2]),
        ([0.0, None, 0.5], [0.0, 0.1, 0.5]),
        ([0.0, 0.5, 0.4, 0.6], [0.0, 0.5, 0.5, 0.6]),
        ([90.0, 90.1, 2.0, 2.1], [0.0, 0.1, 0.2, 0.3]),
    ],
    ids=["none", "offset", "no stamps", "one missing", "out of order", "joined recordings"],
)
def test_clock_starts_at_zero_and_never_falls(
    stamps: list[float | None], times: list[float]
) -> None:
    clock = Clock(10)
    assert [clock.time_s(stamp) for stamp in stamps] == pytest.approx(times)


@pytest.mark.parametrize("name", ["divyakh_6885.mp4", "iapr_robot_reassembled.avi"])
def test_videos_of_real_cameras_are_read_without_complaint(test_data: Path, name: str) -> None:
    with open_source(test_data / "videos" / name) as source:
        assert len(list(source)) == source.frame_count


def test_a_video_may_be_closed_while_another_thread_decodes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_video(tmp_path / "clip.mp4", numbered_frames(30))
    taken = VideoSource._stamp_s

    def slowly(source: VideoSource, decoded: av.VideoFrame) -> float | None:
        time.sleep(0.02)
        return taken(source, decoded)

    monkeypatch.setattr(VideoSource, "_stamp_s", slowly)
    with open_source(clip) as source:
        frames = prefetch(iter(source))
        assert next(frames).index == 0
        time.sleep(0.03)
    assert len(list(frames)) <= MOST_FRAMES


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("wide.mp4", "libx264"),
        ("wide.mkv", "libx264"),
        ("wide.avi", "mpeg4"),
        ("wide.ts", "libx264"),
        ("wide.h264", "libx264"),
    ],
)
def test_shape_of_the_pixels_is_told(folder: Path, name: str, codec: str) -> None:
    extras = Extras(pixel_aspect=Fraction(16, 11))
    write_video(folder / name, numbered_frames(3), 30, codec, extras)
    with open_source(folder / name) as source:
        assert [frame.pixel_aspect for frame in source] == [pytest.approx(16 / 11)] * 3


@pytest.mark.parametrize(
    ("rotation", "stated", "expected"),
    [(90, (16, 11), 11 / 16), (180, (16, 11), 16 / 11), (0, (1000, 1), 1.0), (0, (1, 1), 1.0)],
)
def test_shape_of_the_pixels_turns_with_the_picture_and_has_to_make_sense(
    folder: Path, rotation: int, stated: tuple[int, int], expected: float
) -> None:
    extras = Extras(rotation=rotation, pixel_aspect=Fraction(*stated))
    write_video(folder / "turned.mp4", numbered_frames(1), extras=extras)
    with open_source(folder / "turned.mp4") as source:
        (frame,) = source
    assert frame.pixel_aspect == pytest.approx(expected)
    assert frame.size_wh == ((240, 320) if rotation == 90 else (320, 240))
