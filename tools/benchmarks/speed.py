"""How fast camdigits is, against bare loops in the same run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import report
from benchmarks.report import Row

Part = Callable[[Path, float, int], Iterator[Row]]


def _video(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    from benchmarks import speed_video

    return speed_video.rows(data, seconds, runs)


def _frames(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    from benchmarks import speed_frames

    return speed_frames.rows(data, seconds, runs)


def _tutorial(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    from benchmarks import speed_tutorial

    return speed_tutorial.rows(data, seconds, runs)


def _process(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    from benchmarks import speed_process

    return speed_process.rows(data, seconds, runs)


def _training(data: Path, seconds: float, runs: int) -> Iterator[Row]:
    from benchmarks import speed_training

    return speed_training.rows(data, seconds, runs)


PARTS: dict[str, Part] = {
    "video": _video,
    "frames": _frames,
    "tutorial": _tutorial,
    "process": _process,
    "training": _training,
}
"""What can be measured alone: a folder with data, seconds of video and runs give rows."""


def measure(data: Path, out: Path, only: list[str] | None, seconds: float, runs: int) -> None:
    """Measure, print the table as it grows, and write it as JSON.

    Args:
        data: folder with mnist/.
        out: the JSON file.
        only: parts; None takes all.
        seconds: length of the videos.
        runs: of which the median counts.
    """
    found = report.machine()
    print(report.machine_line(found), report.HEADER, sep="\n\n", flush=True)
    rows = []
    for name, part in PARTS.items():
        if only is not None and name not in only:
            continue
        for row in part(data, seconds, runs):
            rows.append(row)
            print(report.table_row(row), flush=True)
            report.write_report(out, found, rows)
    print(f"\nfigures are in {out}", file=sys.stderr)
