"""Reads photos on an emulated 64-bit Arm processor and here, and compares the records.

    python tools/try_arm64.py --data DATA                        # DATA/photos, a Pi 4's processor
    python tools/try_arm64.py --data DATA --cpu cortex-a53 cortex-a76 --limit 5

Needs Linux on x86-64, apt, dpkg and qemu-aarch64-static (on Debian: `apt install
qemu-user-static`), and no root.  Debian's arm64 packages are unpacked into a folder and run by
QEMU's user emulation, which neither chroot nor binfmt_misc is needed for; camdigits' wheel and what
it needs are installed beside them, every package in the version that this Python has.  The folder
is kept for the next time (0.7 GB).  The 41 photos of the test data take one processor eight minutes
of computing, on all cores together.  The exit code is 1 if any photo reads other texts, boxes or
labels.

QEMU's processor "max" is left out: QEMU 7.2 computes products of float32 matrices wrongly there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arm64.system import PROCESSORS, describe, install, make_system

QEMU = "qemu-aarch64-static"
READ = """
import json, sys
import cv2
cv2.setNumThreads(1)
from camdigits.jobs.files import read_file
for name in sys.argv[1:]:
    for record in read_file(name).records:
        print(json.dumps(record), flush=True)
    print(".", end="", file=sys.stderr, flush=True)
"""
"""Reads in one process: without binfmt_misc an emulated one can start no other."""

Record = dict[str, Any]


@dataclass(slots=True)
class Agreement:
    """How far the records of two machines agree.

    Attributes:
        photos: how many were read on both.
        same_bytes, same_texts, same_digits: photos whose records, texts, boxes and labels agree.
        digits: read here.
        confidence: largest difference between the confidences of a digit.
        others: names of photos that read other texts, boxes or labels.
    """

    photos: int = 0
    same_bytes: int = 0
    same_texts: int = 0
    same_digits: int = 0
    digits: int = 0
    confidence: float = 0.0
    others: list[str] = field(default_factory=list)


def main() -> int:
    """Make the folder, read on both, and print the table."""
    options = _arguments()
    missing = [tool for tool in (QEMU, "apt-get", "dpkg-deb") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"{', '.join(missing)} is missing; on Debian: apt install qemu-user-static")
    names = json.loads((options.data / "photos/truth.json").read_text("utf-8"))
    photos = [options.data / "photos" / name for name in sorted(names)][: options.limit]
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    root = make_system(folder, options.mirror)
    here, there = install(folder, root)
    known, seconds = _read([sys.executable], here, photos, options.jobs)
    print(f"here: {len(known)} photos in {seconds:.0f} s\n")
    print("| processor | photos | same bytes | same texts | same boxes and labels | digits |"
          " confidence off by | seconds |\n|---|---|---|---|---|---|---|---|")  # fmt: skip
    wrong = 0
    for cpu in options.cpu:
        describe(root, cpu)
        python = [QEMU, "-cpu", cpu, "-L", str(root), str(root / "usr/bin/python3")]
        found, seconds = _read(python, there, photos, options.jobs)
        agreed = compare(known, found)
        print(
            f"| {cpu} ({PROCESSORS[cpu][0]}) | {agreed.photos} | {agreed.same_bytes} |"
            f" {agreed.same_texts} | {agreed.same_digits} | {agreed.digits} |"
            f" {agreed.confidence:.4f} | {seconds:.0f} |",
            flush=True,
        )
        for name in agreed.others:
            print(f"other digits or texts: {name}", file=sys.stderr)
        wrong += len(agreed.others)
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("CAMDIGITS_TEST_DATA")
    parser.add_argument(
        "--data", type=Path, default=default, required=not default, help="folder with photos/"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "camdigits-arm64"
    )
    parser.add_argument("--cpu", nargs="+", choices=list(PROCESSORS), default=["cortex-a72"])
    parser.add_argument("--limit", type=int, help="so many photos only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--mirror", help="address of a Debian mirror; else this system's own")
    options = parser.parse_args()
    options.folder = options.folder.absolute()
    return options


def compare(here: dict[str, Record], there: dict[str, Record]) -> Agreement:
    """Compare what was read here and there.

    Args:
        here: the frame's record of each photo, by the photo's name.
        there: the same of the other machine.
    """
    agreed = Agreement(photos=len(here.keys() & there.keys()))
    for name, record in here.items():
        other = there.get(name, {"numbers": None, "digits": []})
        is_text = _texts(record) == _texts(other)
        is_digits = list(_digits(record)) == list(_digits(other))
        agreed.same_bytes += record == other
        agreed.same_texts += is_text
        agreed.same_digits += is_digits
        agreed.digits += len(record["digits"])
        confidences = dict(zip(_digits(record), record["digits"], strict=True))
        for place, digit in zip(_digits(other), other["digits"], strict=True):
            if place in confidences:
                off = abs(digit["confidence"] - confidences[place]["confidence"])
                agreed.confidence = max(agreed.confidence, off)
        if not (is_text and is_digits):
            agreed.others.append(name)
    return agreed


def _texts(record: Record) -> list[str] | None:
    numbers = record["numbers"]
    return None if numbers is None else [number["text"] for number in numbers]


def _digits(record: Record) -> Iterable[tuple[int, ...]]:
    return ((*digit["box"], digit["label"]) for digit in record["digits"])


def _read(
    python: list[str], packages: Path, photos: list[Path], jobs: int
) -> tuple[dict[str, Record], float]:
    """Return each photo's record by its name, and the seconds taken.

    Args:
        python: the command of an interpreter that has camdigits.
        packages: the folder where it finds them.
        photos: to be read.
        jobs: so many processes, of one thread each, read a part of them.
    """
    started_s = time.monotonic()
    # Without -P the working directory, which may be a checkout, would come first.
    command = [*python, "-P", "-c", READ]
    environment = os.environ | {"PYTHONPATH": str(packages), "OPENBLAS_NUM_THREADS": "1"}
    parts = [part for part in (photos[start::jobs] for start in range(jobs)) if part]
    # Into files: a pipe that nobody reads yet would stop them.
    with ExitStack() as files:
        outputs = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in parts]
        running = [
            subprocess.Popen([*command, *map(str, part)], stdout=output, env=environment)
            for part, output in zip(parts, outputs, strict=True)
        ]
        codes = [process.wait() for process in running]
        print(file=sys.stderr)
        if any(codes):
            sys.exit(f"{' '.join(python)} failed to read the photos")
        for output in outputs:
            output.seek(0)
        found = [json.loads(line) for output in outputs for line in output]
    return {Path(record["source"]).name: record for record in found}, time.monotonic() - started_s


if __name__ == "__main__":
    sys.exit(main())
