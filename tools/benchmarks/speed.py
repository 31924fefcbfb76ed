"""How fast camdigits is, against bare loops in the same run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report
from benchmarks.report import Row


@dataclass(frozen=True, slots=True)
class How:
    """How is measured.

    Attributes:
        seconds: length of the videos.
        runs: of which the median counts, or the fastest.
        against: a revision that is measured beside this one, where a part can do that.
    """

    seconds: float
    runs: int
    against: str | None = None


Part = Callable[[Path, How], Iterator[Row]]


def _video(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_video

    return speed_video.rows(data, how.seconds, how.runs)


def _following(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_following

    return speed_following.rows(data, how.seconds, how.runs, how.against)


def _latency(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_latency

    return speed_latency.rows(data, how.seconds, how.runs)


def _frames(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_frames

    return speed_frames.rows(data, how.seconds, how.runs)


def _tutorial(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_tutorial

    return speed_tutorial.rows(data, how.seconds, how.runs)


def _process(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_process

    return speed_process.rows(data, how.seconds, how.runs)


def _training(data: Path, how: How) -> Iterator[Row]:
    from benchmarks import speed_training

    return speed_training.rows(data, how.seconds, how.runs)


PARTS: dict[str, Part] = {
    "video": _video,
    "following": _following,
    "latency": _latency,
    "frames": _frames,
    "tutorial": _tutorial,
    "process": _process,
    "training": _training,
}
"""What can be measured alone: a folder with data gives rows."""


def measure(data: Path, out: Path, only: list[str] | None, how: How) -> None:
    """Measure, print the table as it grows, and write it as JSON.

    Args:
        data: folder with mnist/ and videos/.
        out: the JSON file.
        only: parts; None takes all.
        how: is measured.
    """
    found = report.machine()
    print(report.machine_line(found), report.HEADER, sep="\n\n", flush=True)
    rows = []
    for name, part in PARTS.items():
        if only is not None and name not in only:
            continue
        for row in part(data, how):
            rows.append(row)
            print(report.table_row(row), flush=True)
            report.write_report(out, found, rows)
    print(f"\nfigures are in {out}", file=sys.stderr)
