"""Videos of people who move: processor time of reading them against decoding them.

    python tools/benchmark.py speed --data DIR --only following [--against REV]

Processor time of the whole process, all its threads, so that a busy machine matters little; beside
it the wall time.  Each is measured in a process of its own, that of another revision as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.moving_clips import write_moving
from benchmarks.report import Row

GOAL, FEW_FRAMES_GOAL = 3.0, 8.0
_REPOSITORY = Path(__file__).parents[2]
_SUFFIXES = {".mp4", ".gif"}

# Run by itself, with any revision of the package: what it needs of it is public.
_WORKER = """
import json, sys, time
import av
from av.video.reformatter import VideoReformatter

def decode(path):
    reformatter = VideoReformatter()
    with av.open(path) as file:
        file.streams.video[0].thread_type = "AUTO"
        return sum(
            reformatter.reformat(frame, format="bgr24").to_ndarray() is not None
            for frame in file.decode(video=0)
        )

def read(path):
    return sum(len(list(reading.records("both"))) > 0 for _, reading in recognizer.stream(path))

work, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
if work == "read":
    from camdigits import Recognizer
    recognizer = Recognizer()
times = []
for _ in range(runs):
    wall, used = time.perf_counter(), time.process_time()
    frames = {"read": read, "decode": decode}[work](path)
    times.append((time.process_time() - used, time.perf_counter() - wall, frames))
print(json.dumps(min(times)))
"""


def rows(data: Path, seconds: float, runs: int, against: str | None = None) -> Iterator[Row]:
    """Measure rendered videos of every movement, and real ones.

    Args:
        data: folder with mnist/ and videos/.
        seconds: length of the rendered ones.
        runs: of which the fastest counts.
        against: a revision that is measured beside this one.
    """
    with tempfile.TemporaryDirectory() as name, _checkout(against, Path(name)) as before:
        for kind, path in _clips(Path(name), data, seconds):
            decoded_s, decoded_wall_s, _ = _measured("decode", path, runs, _REPOSITORY)
            used_s, wall_s, frames = _measured("read", path, runs, _REPOSITORY)
            note = f"{1e3 * used_s / frames:.1f} ms a frame, {decoded_wall_s / wall_s:.2f} of wall"
            if before is not None:
                before_s, _, _ = _measured("read", path, runs, before)
                note += f", {before_s / used_s:.2f} times as fast as {against}"
            goal = FEW_FRAMES_GOAL if path.suffix == ".gif" else GOAL
            yield Row(f"following, {kind}", used_s / decoded_s, goal, "", "lower", note)


def _clips(folder: Path, data: Path, seconds: float) -> Iterator[tuple[str, Path]]:
    yield from write_moving(folder, data, seconds)
    for path in sorted((data / "videos").iterdir()):
        if path.suffix in _SUFFIXES:
            yield path.name, path


def _measured(work: str, path: Path, runs: int, checkout: Path) -> tuple[float, float, int]:
    """Return processor and wall time of the fastest run, in seconds, and its frames."""
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, work, str(path), str(runs)],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        check=True,
        capture_output=True,
        text=True,
    )
    used_s, wall_s, frames = json.loads(done.stdout)
    return used_s, wall_s, frames


@contextmanager
def _checkout(revision: str | None, folder: Path) -> Iterator[Path | None]:
    """Yield a folder with the package as it was at a revision; None without one."""
    if revision is None:
        yield None
        return
    there = folder / "checkout"
    git = ["git", "-C", str(_REPOSITORY)]
    subprocess.run([*git, "worktree", "add", "--detach", "-q", str(there), revision], check=True)
    try:
        (there / "camdigits" / "weights").symlink_to("../weights")
        yield there
    finally:
        subprocess.run([*git, "worktree", "remove", "--force", str(there)], check=True)
