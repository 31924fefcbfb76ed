"""What one frame costs in yardsticks, and how that grows with pixels, digits and time.

A yardstick is what any contour loop does before it reads, on the same frame and one thread
(`benchmarks.cost.yardstick`).  All is processor time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.clips import load_digits
from benchmarks.cost import fastest_ms, yardstick
from benchmarks.report import Row
from benchmarks.speed_clips import frames, page_of
from camdigits import ReadConfig, Recognizer
from camdigits.training.data.dataset import Digits
from camdigits.types import Frame, Reading

Image = NDArray[np.uint8]

SIZE_WH = (1280, 720)
SIZES_WH = ((640, 480), (1280, 720), (1920, 1080), (3840, 2160))
COUNTS = (0, 30, 60, 120, 250, 500)
GOALS = {"full search of a video frame": 6.0, "following": 1.5, "a still": 20.0}
SLACK = 1.25
"""How much more than in proportion may be due to chance."""


@dataclass(slots=True)
class Filmed:
    """Pictures as a source of video frames."""

    pictures: list[Image]
    name: str = "film"
    is_still: bool = False
    is_live: bool = False
    fps: float | None = 30.0
    frame_count: int | None = None

    def __iter__(self) -> Iterator[Frame]:
        for index, picture in enumerate(self.pictures):
            yield Frame(picture, index, index / 30.0)

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Filmed:
        return self

    def __exit__(self, *_: object) -> None:
        return


def rows(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    """Measure the costs of one frame, and their growth."""
    digits = load_digits(data)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield from _costs(page_of(digits, SIZE_WH).image, runs)
        yield from _growth(digits, runs)
        yield _length(page_of(digits, SIZE_WH).image, seconds)
    finally:
        cv2.setNumThreads(threads)


def _costs(page: Image, runs: int) -> Iterator[Row]:
    recognizer = Recognizer()
    yard_ms = fastest_ms(lambda: yardstick(page), 9 * runs)
    values = {
        "full search of a video frame": fastest_ms(
            lambda: recognizer.detect(page, fast=True), 3 * runs
        ),
        "following": followed_ms(list(frames(page, 3.0, is_moving=True))),
        "a still": fastest_ms(lambda: recognizer.read(page), 3 * runs),
    }
    for what, value_ms in values.items():
        note = f"{value_ms:.2f} ms, a yardstick {yard_ms:.2f} ms"
        yield Row(f"1280x720, 30 digits, one core: {what}", value_ms / yard_ms, GOALS[what],
                  " yardsticks", "lower", note)  # fmt: skip


def followed_ms(pictures: list[Image]) -> float:
    """Return the median time of the frames whose digits were all followed, in milliseconds."""
    times = [ms for ms, reading in read_times(pictures) if is_followed(reading)]
    return float(np.median(times)) if times else float("inf")


def is_followed(reading: Reading) -> bool:
    """Say whether no digit of a frame was searched for."""
    return bool(reading.digits) and all(digit.seen == "followed" for digit in reading.digits)


def read_times(pictures: list[Image]) -> Iterator[tuple[float, Reading]]:
    """Yield for each frame of a film how long it took in milliseconds, and its reading."""
    readings = Recognizer().stream(Filmed(pictures))
    started = time.process_time()
    for _, reading in readings:
        yield 1e3 * (time.process_time() - started), reading
        started = time.process_time()


def _growth(digits: Digits, runs: int) -> Iterator[Row]:
    """Compare times over sizes and over counts of digits."""
    recognizer = Recognizer(ReadConfig(fast=True))

    def times_ms(pictures: list[Image]) -> list[float]:
        return [fastest_ms(partial(recognizer.read, picture), runs) for picture in pictures]

    by_size = times_ms([page_of(digits, size_wh).image for size_wh in SIZES_WH])
    note = ", ".join(f"{w}x{h} {ms:.1f} ms" for (w, h), ms in zip(SIZES_WH, by_size, strict=True))
    power = _power([width * height for width, height in SIZES_WH], by_size)
    what = "growth from 640x480 to 3840x2160: the power of the pixels"
    yield Row(what, power, 1.0, "", "lower", note)
    by_count = times_ms([crowded(digits, count) for count in COUNTS])
    note = ", ".join(
        f"{count} digits {ms:.1f} ms" for count, ms in zip(COUNTS, by_count, strict=True)
    )
    each_ms = [
        (ms - by_count[0]) / count for count, ms in zip(COUNTS[1:], by_count[1:], strict=True)
    ]
    what = "growth to 500 digits: time a digit against that of the first 30"
    yield Row(what, max(each_ms) / each_ms[0], SLACK, "", "lower", note)


def _power(sizes: list[int], times: list[float]) -> float:
    """Return the largest power of the size with which time grows from the smallest to another."""
    return max(
        float(np.log(times[k] / times[0]) / np.log(sizes[k] / sizes[0]))
        for k in range(1, len(sizes))
    )


def crowded(digits: Digits, count: int) -> Image:
    """Return a 1920x1080 sheet with so many digits in a grid."""
    sheet = np.full((1080, 1920), 255, np.uint8)
    for place in range(count):
        row, column = divmod(place, 30)
        small = np.asarray(cv2.resize(digits.images[place], (40, 40)), np.uint8)
        y, x = 40 + row * 60, 50 + column * 61
        sheet[y : y + 40, x : x + 40] = 255 - small
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)


def _length(page: Image, seconds: float) -> Row:
    """Compare the last third of a long video with its first one."""
    film = list(frames(page, 2.0, is_moving=True))
    loop = (film + film[::-1]) * max(1, round(seconds / 4.0) * 3)
    times = np.array([ms for ms, _ in read_times(loop)])
    third = len(times) // 3
    first, last = times[:third].mean(), times[-third:].mean()
    note = f"{first:.2f} ms a frame in the first third of {len(times)}, {last:.2f} in the last"
    return Row("growth over the length of a video", last / first, SLACK, "", "lower", note)
