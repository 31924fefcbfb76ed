"""Annotated videos keep times, sizes and sound, and play everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from camdigits.drawing.annotation import SURE
from camdigits.errors import OutputError, UsageError
from camdigits.sinks.pictures.containers import CONTAINERS
from camdigits.sinks.pictures.fit import fitted, padded_to_even
from camdigits.sinks.pictures.video import VideoSink
from camdigits.types import Box, Digit, Frame, Reading

SUFFIXES = sorted(CONTAINERS)
BT709 = 1
LIMITED_RANGE = 1
UNEVEN_S = (0.0, 0.04, 0.2, 0.21, 1.0)


def reading(*digits: Digit) -> Reading:
    return Reading("clip.mp4", 0, 0.0, (64, 48), digits, is_still=False)


def frames(times_s: Iterable[float], size_wh: tuple[int, int] = (64, 48)) -> list[Frame]:
    """Frames that grow lighter by 20 grey levels each, twelve times."""
    width, height = size_wh
    return [
        Frame(np.full((height, width, 3), 20 * (place % 12 + 1), np.uint8), place, time_s)
        for place, time_s in enumerate(times_s)
    ]


def written(path: Path, pictures: Iterable[Frame], **options: float) -> Path:
    with VideoSink(path, **options) as sink:
        for frame in pictures:
            sink.write(frame, reading())
    return path


def played(path: Path) -> list[tuple[float, np.ndarray]]:
    """Return (time in seconds, BGR picture) of every frame."""
    with av.open(str(path)) as file:
        return [
            (float(frame.time), frame.to_ndarray(format="bgr24")) for frame in file.decode(video=0)
        ]


def top_level_boxes(path: Path) -> list[bytes]:
    """Return the kinds of boxes that an MP4 file is made of."""
    data, kinds = path.read_bytes(), []
    while data:
        kinds.append(data[4:8])
        data = data[int.from_bytes(data[:4], "big") :]
    return kinds


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_frames_come_back_in_order(tmp_path: Path, suffix: str):
    path = written(tmp_path / f"out{suffix}", frames(n / 25 for n in range(10)), fps=25)
    greys = [picture.mean() for _, picture in played(path)]
    assert greys == pytest.approx([20 * (n + 1) for n in range(10)], abs=4)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if CONTAINERS[s].tick_s])
def test_uneven_times_are_kept(tmp_path: Path, suffix: str):
    path = written(tmp_path / f"out{suffix}", frames(UNEVEN_S), fps=25)
    assert [time_s for time_s, _ in played(path)] == pytest.approx(UNEVEN_S, abs=0.001)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_video_begins_with_its_first_picture(tmp_path: Path, suffix: str):
    path = written(tmp_path / f"out{suffix}", frames((2.0, 2.04, 4.0, 6.0)), fps=25)
    times_s = [time_s for time_s, _ in played(path)]
    assert times_s == pytest.approx((0.0, 0.04, 2.0, 4.0), abs=0.001)


def test_uneven_times_are_rounded_to_the_rate_of_an_avi(tmp_path: Path):
    path = written(tmp_path / "out.avi", frames(UNEVEN_S), fps=25)
    assert [time_s for time_s, _ in played(path)] == pytest.approx((0, 0.04, 0.2, 0.24, 1.0))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_times_that_stand_still_lose_no_frame(tmp_path: Path, suffix: str):
    path = written(tmp_path / f"out{suffix}", frames([0.0, 0.0, 0.0, 0.5]), fps=25)
    times_s = [time_s for time_s, _ in played(path)]
    assert len(times_s) == 4
    assert all(one < other for one, other in itertools.pairwise(times_s))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("size_wh", "expected_wh"),
    [((321, 241), (322, 242)), ((320, 241), (320, 242)), ((1, 1), (16, 16)), ((1, 60), (16, 60))],
)
def test_odd_sizes_are_padded(
    tmp_path: Path, suffix: str, size_wh: tuple[int, int], expected_wh: tuple[int, int]
):
    path = written(tmp_path / f"out{suffix}", frames([0.0, 0.1], size_wh))
    pictures = [picture for _, picture in played(path)]
    assert [picture.shape for picture in pictures] == [(expected_wh[1], expected_wh[0], 3)] * 2
    assert abs(pictures[1].astype(int) - 40).max() <= 8


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_other_size_midway_is_fitted_into_the_first(tmp_path: Path, suffix: str):
    wide, high = frames([0.0], (64, 32)), frames([0.1], (32, 64))
    high = [Frame(np.full_like(high[0].image, 200), 1, 0.1)]
    path = written(tmp_path / f"out{suffix}", wide + high)
    _, second = played(path)[1]
    assert second.shape == (32, 64, 3)
    assert abs(second[:, 26:38].astype(int) - 200).mean() < 12
    assert second[:, :16].mean() < 12


def test_readings_are_drawn(tmp_path: Path):
    digit = Digit(Box(140, 100, 40, 60), 7, 0.99)
    image = np.full((240, 320, 3), 200, np.uint8)
    with VideoSink(tmp_path / "out.mp4") as sink:
        sink.write(Frame(image), reading(digit))
    _, picture = played(tmp_path / "out.mp4")[0]
    assert (abs(picture.astype(int) - SURE).max(axis=2) < 30).sum() > 300


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s != ".avi"])
def test_colours_are_those_that_the_file_says(tmp_path: Path, suffix: str):
    image = np.full((48, 64, 3), (30, 60, 220), np.uint8)
    path = tmp_path / f"out{suffix}"
    with VideoSink(path) as sink:
        sink.write(Frame(image), reading())
    with av.open(str(path)) as file:
        frame = next(file.decode(video=0))
    assert (frame.colorspace, frame.color_range) == (BT709, LIMITED_RANGE)
    planes = [int(np.frombuffer(plane, np.uint8)[0]) for plane in frame.planes]
    blue, green, red = 30 / 255, 60 / 255, 220 / 255
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    expected = (luma * 219 + 16, (blue - luma) * 120.7 + 128, (red - luma) * 142.2 + 128)
    assert planes == pytest.approx(expected, abs=3)


def test_mp4_is_h264_that_every_browser_plays(tmp_path: Path):
    path = written(tmp_path / "out.mp4", frames(n / 30 for n in range(60)), fps=30)
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.frames == 60
        assert stream.start_time == 0
        file.seek(1_500_000)
        assert next(file.decode(video=0)).time <= 1.5
    assert set(top_level_boxes(path)) == {b"ftyp", b"free", b"mdat", b"moov"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_video_without_frames_leaves_nothing_behind(tmp_path: Path, suffix: str):
    VideoSink(tmp_path / f"out{suffix}").close()
    assert not list(tmp_path.iterdir())


def test_final_name_appears_when_the_video_is_finished(tmp_path: Path):
    path = tmp_path / "out.mp4"
    with VideoSink(path) as sink:
        sink.write(frames([0.0])[0], reading())
        assert [entry.name for entry in tmp_path.iterdir()] == ["out.partial.mp4"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]


def test_two_runs_with_one_output_do_not_mix(tmp_path: Path):
    path = tmp_path / "out.mp4"
    first, second = VideoSink(path), VideoSink(path)
    for sink in (first, second):
        sink.write(frames([0.0])[0], reading())
    first.close()
    with pytest.raises(OutputError, match=r"appeared meanwhile.*out\.partial-2\.mp4 plays"):
        second.close()
    assert len(played(path)) == len(played(tmp_path / "out.partial-2.mp4")) == 1


def test_source_is_not_overwritten_even_with_force(tmp_path: Path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="source itself"):
        VideoSink(path, force=True, source=tmp_path / "." / "clip.mp4")


@pytest.mark.parametrize("name", ["out", "out.txt", "out.mp4.", "mp4"])
def test_unknown_suffix_lists_the_known_ones(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match=r"\.mp4, \.mov, \.mkv, \.webm, \.avi"):
        VideoSink(tmp_path / name)


def test_suffix_may_be_in_capitals(tmp_path: Path):
    path = written(tmp_path / "OUT.MP4", frames([0.0]))
    assert len(played(path)) == 1


@pytest.mark.parametrize("rate", [29.97, 23.976, 0.5, 120.0])
def test_rate_is_a_hint_only(tmp_path: Path, rate: float):
    path = written(tmp_path / "out.mp4", frames(n / rate for n in range(5)), fps=rate)
    expected = [n / rate for n in range(5)]
    assert [time_s for time_s, _ in played(path)] == pytest.approx(expected, abs=1e-4)


def test_padding_repeats_the_edge():
    image = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    padded = padded_to_even(image)
    assert padded.shape == (4, 4, 3)
    assert np.array_equal(padded[:3, :3], image)
    assert np.array_equal(padded[:3, 3], image[:, 2])
    assert np.array_equal(padded[3], padded[2])


def test_even_picture_is_not_padded():
    image = np.zeros((4, 6, 3), np.uint8)
    assert padded_to_even(image) is image


@pytest.mark.parametrize(
    ("size_wh", "lit"),
    [((4, 4), (slice(0, 4), slice(2, 6))), ((16, 8), (slice(0, 4), slice(0, 8)))],
)
def test_fitted_picture_keeps_its_shape(size_wh: tuple[int, int], lit: tuple[slice, slice]):
    image = np.full((size_wh[1], size_wh[0], 3), 255, np.uint8)
    canvas = fitted(image, (8, 4))
    expected = np.zeros((4, 8, 3), np.uint8)
    expected[lit] = 255
    assert np.array_equal(canvas, expected)


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".webm"])
def test_shape_of_the_pixels_is_kept(tmp_path: Path, suffix: str):
    wide = [replace(frame, pixel_aspect=16 / 11) for frame in frames((0.0, 0.1))]
    with av.open(str(written(tmp_path / f"out{suffix}", wide))) as file:
        assert file.streams.video[0].sample_aspect_ratio == Fraction(16, 11)
        assert (file.streams.video[0].width, file.streams.video[0].height) == (64, 48)
