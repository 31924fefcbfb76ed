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
import resource
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
from camdigits.cli.commands.demo import CLIP
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
    took: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    engines = ["run", *options.engines]
    for _ in range(options.rounds):
        for engine in engines:
            for jobs in (1, 2):
                took[engine, jobs].append(_read(folder, engine, jobs))
    count = len(list(folder.iterdir()))
    print(f"\n{count} {name}, {options.rounds} rounds: seconds; processor seconds; parts of run's")
    print("| reader | --jobs 1 | --jobs 2 | speed-up | cpu 1 | cpu 2 | of run 1 | of run 2 |")
    print("|---|---|---|---|---|---|---|---|")
    for engine in engines:
        (one, cpu_1), (two, cpu_2) = (_medians(took[engine, jobs]) for jobs in (1, 2))
        cells = [one, two, _ratio(took[engine, 1], took[engine, 2]), cpu_1, cpu_2]
        cells += [_ratio(took[engine, jobs], took["run", jobs]) for jobs in (1, 2)]
        print(f"| {engine} | {' | '.join(f'{cell:.2f}' for cell in cells)} |", flush=True)


def _medians(pairs: list[tuple[float, float]]) -> list[float]:
    return [median(values) for values in zip(*pairs, strict=True)]


def _ratio(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> float:
    """Return the median ratio of wall times of the same round."""
    return median(a / b for (a, _), (b, _) in zip(some, others, strict=True))


def _read(folder: Path, engine: str, jobs: int) -> tuple[float, float]:
    """Read a folder with a command.

    Returns:
        How long that took, and how long processors worked for it and its children, in seconds;
        of Ray's the latter holds the command's own part only.
    """
    with tempfile.TemporaryDirectory() as out:
        command = ["run", folder, "--output-records", f"{out}/read.jsonl", "-q"]
        if engine != "run":
            command = ["batch", folder, "--out", out, "--engine", engine, "-q"]
        started_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [*COMMAND, *map(str, command), "--jobs", str(jobs)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took_s, after = time.monotonic() - started_s, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took_s, cpu_s


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
