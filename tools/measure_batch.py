"""Measures what reading many files costs: engines against `run --jobs`, one reader against two.

    python tools/measure_batch.py                  # the bundled clip, 720p
    python tools/measure_batch.py --engines local --rounds 5

All commands of a round are run one after the other, and rounds are repeated, so that whatever else
the machine does falls on all of them; tables hold medians of wall time.  `--jobs 1` and 2 read one
file at a time and two.  The last lines hold what an hour of video at 30 frames a second costs, from
the processor time of this process, which other programs do not change much.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from pathlib import Path
from shutil import copyfile
from statistics import median

import cv2

from camdigits import Recognizer
from camdigits.cli.demo import CLIP
from camdigits.sources import open_source

COMMAND = [sys.executable, "-m", "camdigits"]
FPS = 30


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clips", type=int, default=6, help="copies of the clip, for scaling")
    parser.add_argument("--frames", type=int, default=150, help="of each copy")
    parser.add_argument("--pictures", type=int, default=200, help="small pictures, for overhead")
    parser.add_argument(
        "--engines", nargs="+", default=["local", "ray"], choices=["local", "ray"], metavar="ENGINE"
    )
    parser.add_argument("--only-hour", action="store_true", help="only the last lines")
    options = parser.parse_args()
    if options.only_hour:
        _print_hour()
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _print_engines("clips", _clips(place / "clips", options.clips, options.frames), options)
        _print_engines("pictures", _pictures(place / "pictures", options.pictures), options)
        _print_engines("one picture", _pictures(place / "one", 1), options)
    _print_hour()


def _clips(folder: Path, count: int, frames: int) -> Path:
    """Write the last frames of the clip so often as videos of their own."""
    folder.mkdir()
    with open_source(CLIP) as source:
        images = [frame.image for frame in deque(source, frames)]
    size_wh = images[0].shape[1::-1]
    first = folder / "0.mp4"
    writer = cv2.VideoWriter(str(first), cv2.VideoWriter.fourcc(*"mp4v"), FPS, size_wh)
    for image in images:
        writer.write(image)
    writer.release()
    for number in range(1, count):
        copyfile(first, folder / f"{number}.mp4")
    return folder


def _pictures(folder: Path, count: int) -> Path:
    """Write a small part of the clip's last frame so often."""
    folder.mkdir()
    with open_source(CLIP) as source:
        *_, last = source
    for number in range(count):
        cv2.imwrite(str(folder / f"{number}.png"), last.image[420:540, 110:430])
    return folder


def _print_engines(name: str, folder: Path, options: argparse.Namespace) -> None:
    took_s: dict[tuple[str, int], list[float]] = defaultdict(list)
    engines = ["run", *options.engines]
    for _ in range(options.rounds):
        for engine in engines:
            for jobs in (1, 2):
                took_s[engine, jobs].append(_read(folder, engine, jobs))
    count = len(list(folder.iterdir()))
    print(f"\n{count} {name}, {options.rounds} rounds: seconds, and as a part of run's")
    print("| reader | --jobs 1 | --jobs 2 | speed-up | of run, 1 | of run, 2 |")
    print("|---|---|---|---|---|---|")
    for engine in engines:
        one, two = (median(took_s[engine, jobs]) for jobs in (1, 2))
        parts = [
            median(a / b for a, b in zip(took_s[engine, jobs], took_s["run", jobs], strict=True))
            for jobs in (1, 2)
        ]
        up = median(a / b for a, b in zip(took_s[engine, 1], took_s[engine, 2], strict=True))
        print(f"| {engine} | {one:.2f} | {two:.2f} | {up:.2f} | {parts[0]:.2f} | {parts[1]:.2f} |")
    sys.stdout.flush()


def _read(folder: Path, engine: str, jobs: int) -> float:
    """Read a folder with a command, and return how long that took in seconds."""
    with tempfile.TemporaryDirectory() as out:
        command = ["run", folder, "--output-records", f"{out}/read.jsonl", "-q"]
        if engine != "run":
            command = ["batch", folder, "--out", out, "--engine", engine, "-q"]
        started_s = time.monotonic()
        subprocess.run(
            [*COMMAND, *map(str, command), "--jobs", str(jobs)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.monotonic() - started_s


def _print_hour() -> None:
    """Print what an hour of video like the clip costs one processor."""
    cv2.setNumThreads(1)
    recognizer, sizes = Recognizer(), {"events": 0, "frames": 0}
    started_s, frames, with_digits = time.process_time(), 0, 0
    for _, reading in recognizer.stream(CLIP):
        frames += 1
        with_digits += bool(reading.digits)
        for kind in sizes:
            lines = (json.dumps(it, separators=(",", ":")) for it in reading.records(kind))
            sizes[kind] += sum(len(line) + 1 for line in lines)
    cpu_s, clip_h = (time.process_time() - started_s) / frames, frames / FPS / 3600
    print(f"\n{frames} frames, {with_digits} with digits: {1000 * cpu_s:.1f} ms of processor each")
    print(f"an hour at {FPS} fps: {cpu_s * FPS:.2f} core-hours")
    for kind, size in sizes.items():
        print(f"records of {kind}: {size / clip_h / 1e6:.2f} MB an hour of video")
    print(f"the video itself: {CLIP.stat().st_size / clip_h / 1e9:.2f} GB an hour")


if __name__ == "__main__":
    main()
