"""Reads a video of a hundred thousand frames with all outputs on, and watches the process.

    python tools/soak.py --frames 100000 --suffix .mkv --json soak.json

An .mp4 holds its index in memory until it is finished, about 0.13 kB for each picture; with it a
long run grows.

The video shows numbers that come and go, so that tracks and events never end.  Right is: the exit
code 0, a record and a picture for every frame, resident memory at the end within 5 % of what it was
after two minutes, and as many threads and open files as then.  Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

SIZE_WH = (192, 96)
FPS = 30
SETTLED_S = 120.0
SAMPLE_S = 2.0
TOLERANCE = 0.05


def main() -> int:
    """Make the video, read it, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=100_000, metavar="N")
    parser.add_argument("--settled", type=float, default=SETTLED_S, metavar="SECONDS")
    parser.add_argument("--suffix", default=".mp4", help="of the marked video")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the samples")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_video(folder / "long.mkv", args.frames)
        marked, records = folder / f"read{args.suffix}", folder / "read.jsonl"
        outputs = ["-o", str(marked), "--output-records", str(records)]
        form = ["--format", "jsonl", "--records", "both"]
        code, samples = watch([str(folder / "long.mkv"), *outputs, *form])
        report = {
            "exit code": code,
            "frames": args.frames,
            "records of frames": count_records(records),
            "pictures": count_pictures(marked),
            **compared(samples, args.settled),
        }
    for what, value in report.items():
        print(f"{what}: {value}")
    if args.json:
        args.json.write_text(json.dumps(report | {"samples": samples}, indent=1))
    return int(not is_right(report))


def write_video(path: Path, frame_count: int) -> None:
    """Write numbers that change every three seconds, with noise that no two frames share."""
    rng = np.random.default_rng(0)
    noise = [rng.integers(-6, 7, (SIZE_WH[1], SIZE_WH[0], 3)) for _ in range(16)]
    with av.open(str(path), "w") as file:
        options = {"preset": "ultrafast", "threads": "1", "g": "60"}
        stream: Any = file.add_stream("libx264", rate=Fraction(FPS), options=options)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        for place in range(frame_count):
            paper = page(place // (3 * FPS)) + noise[place % len(noise)]
            picture = np.clip(paper, 0, 255).astype(np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        file.mux(stream.encode(None))


def page(number: int) -> Any:
    """Return ``(96, 192, 3) int16`` BGR with a number of four digits, every fifth page blank."""
    image = np.full((SIZE_WH[1], SIZE_WH[0], 3), 215, np.uint8)
    if number % 5:
        text = f"{number * 37 % 10_000:04}"
        cv2.putText(image, text, (24, 64), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (50, 45, 40), 3)
    return image.astype(np.int16)


def watch(arguments: list[str]) -> tuple[int, list[dict[str, float]]]:
    """Run ``camdigits run`` and return its exit code, and what it took as time went by."""
    command = [sys.executable, "-m", "camdigits", "run", *arguments]
    samples, started_s = [], time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sample = sample_of(process.pid)
            if sample:
                samples.append({"s": round(time.monotonic() - started_s, 1), **sample})
            time.sleep(SAMPLE_S)
    return process.returncode, samples


def sample_of(process_id: int) -> dict[str, float]:
    """Return resident memory in MiB, threads and open files; nothing if the process is gone."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
        return {
            "mib": round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 2),
            "threads": len(list(Path(f"/proc/{process_id}/task").iterdir())),
            "files": len(list(Path(f"/proc/{process_id}/fd").iterdir())),
        }
    except OSError:
        return {}


def compared(samples: list[dict[str, float]], settled_s: float) -> dict[str, Any]:
    """Return the first sample after the program has settled, beside the last but one."""
    settled = [sample for sample in samples if sample["s"] >= settled_s]
    if len(settled) < 3:
        return {"samples": f"too few after {settled_s:g} s; read more frames"}
    first, last = settled[0], settled[-2]  # the very last may be that of a process that ends
    return {
        "settled": first,
        "end": last,
        "most MiB after settling": max(sample["mib"] for sample in settled),
        "growth": round(last["mib"] / first["mib"] - 1, 4),
        "threads": sorted({sample["threads"] for sample in settled[:-1]}),
        "open files": sorted({sample["files"] for sample in settled[:-1]}),
    }


def is_right(report: dict[str, Any]) -> bool:
    """Return whether nothing was lost, and nothing grew."""
    return (
        report["exit code"] == 0
        and report["frames"] == report["records of frames"] == report["pictures"]
        and report.get("growth", 1.0) <= TOLERANCE
        and len(report["threads"]) == len(report["open files"]) == 1
    )


def count_records(path: Path) -> int:
    """Return how many frames the records tell of, in order and each once."""
    return sum(1 for place, index in enumerate(indices(path)) if place == index)


def indices(path: Path) -> Iterator[int]:
    """Yield the numbers of the frames that have a record."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["type"] == "frame":
                yield record["index"]


def count_pictures(path: Path) -> int:
    """Return how many pictures a video plays."""
    with av.open(str(path)) as file:
        return sum(1 for _ in file.decode(video=0))


if __name__ == "__main__":
    sys.exit(main())
