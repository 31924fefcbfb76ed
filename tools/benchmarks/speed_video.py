"""Recorded videos: reading them against a bare loop that only decodes, or decodes and encodes.

The bare loops are written out here, so that anyone can check them.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from benchmarks.report import Row
from benchmarks.speed_clips import FPS, write_clips
from camdigits import Recognizer
from camdigits.sinks.pictures.containers import container_for
from camdigits.sinks.pictures.video import VideoSink
from camdigits.sinks.records.jsonl import JsonLinesSink
from camdigits.sources import open_source

SIZES_WH = ((1280, 720), (1920, 1080))
GOALS = {"still": 0.90, "moving": 0.60}
WRITING_GOAL = 0.75
NAMES = {"still": "page at rest", "moving": "hand-held page"}

Work = Callable[[], int]


def decode_with_opencv(path: Path) -> int:
    """Decode all frames to BGR arrays with OpenCV; return how many they are."""
    capture, count = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), 0
    while capture.read()[0]:
        count += 1
    capture.release()
    return count


def decode_with_pyav(path: Path) -> int:
    """Decode all frames to BGR arrays with PyAV; return how many they are."""
    reformatter, count = VideoReformatter(), 0
    with av.open(str(path)) as file:
        file.streams.video[0].thread_type = "AUTO"
        for frame in file.decode(video=0):
            reformatter.reformat(frame, format="bgr24").to_ndarray()
            count += 1
    return count


def decode_and_encode(path: Path, out: Path) -> int:
    """Decode all frames to BGR arrays and encode them again; return how many they are.

    With the encoder and the settings that `camdigits run -o` uses.
    """
    kind, reformatter, count = container_for(out), VideoReformatter(), 0
    with (
        av.open(str(path)) as file,
        av.open(str(out), "w", format=kind.muxer, options=dict(kind.options)) as target,
    ):
        source = file.streams.video[0]
        source.thread_type = "AUTO"
        stream = target.add_stream(kind.codec, rate=FPS, options=dict(kind.codec_options))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuv420p"
        stream.codec_context.thread_type = "AUTO"
        for decoded in file.decode(video=0):
            picture = reformatter.reformat(decoded, format="bgr24").to_ndarray()
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame = frame.reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts = None
            target.mux(stream.encode(frame))
            count += 1
        target.mux(stream.encode(None))
    return count


def read_all(recognizer: Recognizer, path: Path) -> int:
    """Read a video and write a record of every frame; return how many they are."""
    sink, count = JsonLinesSink(io.StringIO(), "frames"), 0
    for frame, reading in recognizer.stream(path):
        sink.write(frame, reading)
        count += 1
    return count


def read_and_write(recognizer: Recognizer, path: Path, out: Path) -> int:
    """The same, and write the marked video."""
    records, count = JsonLinesSink(io.StringIO(), "frames"), 0
    with open_source(path) as source, VideoSink(out, fps=source.fps, force=True) as video:
        for frame, reading in recognizer.stream(source):
            records.write(frame, reading)
            video.write(frame, reading)
            count += 1
    return count


def rows(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    """Measure videos of every size, motion and codec.

    Args:
        data: folder with mnist/.
        seconds: length of each video.
        runs: of which the median counts.
    """
    recognizer = Recognizer()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size_wh in SIZES_WH:
            for (motion, codec), path in write_clips(folder, data, size_wh, seconds).items():
                what = f"{size_wh[0]}x{size_wh[1]} {codec}, {NAMES[motion]}"
                yield _reading_row(what, recognizer, path, GOALS[motion], runs)
                yield _writing_row(what, recognizer, path, folder / "out.mp4", runs)


def _reading_row(what: str, recognizer: Recognizer, path: Path, goal: float, runs: int) -> Row:
    read, by_opencv, by_pyav = rates(
        [
            lambda: read_all(recognizer, path),
            lambda: decode_with_opencv(path),
            lambda: decode_with_pyav(path),
        ],
        runs,
    )
    note = f"read {read:.0f} fps, OpenCV decodes {by_opencv:.0f}, PyAV {by_pyav:.0f}"
    return Row(f"{what}: read", read / max(by_opencv, by_pyav), goal, "", "higher", note)


def _writing_row(what: str, recognizer: Recognizer, path: Path, out: Path, runs: int) -> Row:
    read, bare = rates(
        [lambda: read_and_write(recognizer, path, out), lambda: decode_and_encode(path, out)], runs
    )
    note = f"read and written {read:.0f} fps, decoded and encoded {bare:.0f}"
    return Row(f"{what}: read and written", read / bare, WRITING_GOAL, "", "higher", note)


def rates(works: list[Work], runs: int) -> list[float]:
    """Return the median frames a second of each, run in turn so that all meet the same machine."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, times in zip(works, found, strict=True):
            started = time.perf_counter()
            count = work()
            times.append(count / (time.perf_counter() - started))
    return [statistics.median(times) for times in found]
