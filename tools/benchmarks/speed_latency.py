"""How long a live camera waits for a frame to be read, and what a small computer keeps up with.

    python tools/benchmark.py speed --data DIR --only latency

Processor time of one thread, on the videos of `benchmarks.moving_clips`: of each frame in turn, and
as a computer of a quarter of the speed would read them, always the newest one of 30 a second.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.moving_clips import FPS, write_moving
from benchmarks.report import Row
from camdigits import Recognizer
from camdigits.page.image_reader import ImageReader
from camdigits.types import Frame

P99_GOAL_MS = 12.0
SLOWER = 4.0
"""A Raspberry Pi 4 runs one thread so many times as long as this machine is taken to."""
SETTLING = 10
"""Frames after which a page is known; the first search is longer and only once."""


def rows(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    """Measure the rendered videos of every movement.

    Args:
        data: folder with mnist/.
        seconds: length of each.
        runs: of which the fastest counts, frame by frame.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with tempfile.TemporaryDirectory() as name:
            for kind, path in write_moving(Path(name), data, seconds):
                yield from _rows_of(kind, _frames(path), runs)
    finally:
        cv2.setNumThreads(threads)


def _rows_of(kind: str, frames: Sequence[Frame], runs: int) -> Iterator[Row]:
    recognizer = Recognizer()
    taken = np.min([_taken_ms(recognizer.reader(), frames) for _ in range(runs)], axis=0)
    half, most, longest = np.percentile(taken[SETTLING:], [50, 99, 100])
    note = f"half of them {half:.1f} ms, the longest {longest:.0f} ms"
    yield Row(f"reading a frame, {kind}, 99th percentile", most, P99_GOAL_MS, " ms", "lower", note)
    shares = [_share_in_time(recognizer.reader(), frames) for _ in range(runs)]
    what = f"30 frames a second at a quarter of the speed, {kind}, of these read"
    yield Row(what, 100 * max(shares), 100.0, " %", "higher", "the newest one each")


def _frames(path: Path) -> list[Frame]:
    """Return the frames of a video as a camera gives them, decoded beforehand."""
    with av.open(str(path)) as file:
        return [
            Frame(decoded.to_ndarray(format="bgr24"), index, index / FPS)
            for index, decoded in enumerate(file.decode(video=0))
        ]


def _taken_ms(reader: ImageReader, frames: Sequence[Frame]) -> list[float]:
    return [1e3 * _read_s(reader, frame) for frame in frames]


def _share_in_time(reader: ImageReader, frames: Sequence[Frame]) -> float:
    """Return which share of the frames is read where each takes several times as long."""
    read, index, free_s = 0, 0, 0.0
    while index < len(frames):
        free_s = max(free_s, index / FPS) + SLOWER * _read_s(reader, frames[index])
        read += 1
        # What came meanwhile is passed over, but for the newest.
        index = max(index + 1, int(free_s * FPS))
    return read / len(frames)


def _read_s(reader: ImageReader, frame: Frame) -> float:
    started_s = time.thread_time()
    reader.read(frame)
    return time.thread_time() - started_s
