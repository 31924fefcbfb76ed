"""What a process costs: cold starts, resident memory, sizes on the disk."""

from __future__ import annotations

import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import camdigits
from benchmarks.clips import load_digits
from benchmarks.report import Row
from benchmarks.speed_clips import frames, page_of

PYTHON = [sys.executable]
CAMDIGITS = [sys.executable, "-m", "camdigits"]
MEGABYTE = 1e6
FRAMES = 150
BARE_LOOP = f"""
import sys, cv2
capture, is_shown = cv2.VideoCapture(sys.argv[1]), sys.argv[2] == "show"
for _ in range({FRAMES}):
    found, frame = capture.read()
    if not found:
        break
    if is_shown:
        cv2.imshow("camera", frame)
        cv2.waitKey(1)
"""


def rows(data: Path, _seconds: float, runs: int) -> Iterator[Row]:
    """Measure processes."""
    page = page_of(load_digits(data), (1280, 720)).image
    with tempfile.TemporaryDirectory() as name:
        photo, compiled = Path(name) / "photo.png", Path(name) / "compiled"
        cv2.imwrite(str(photo), page)
        yield _start_row(
            "cold `camdigits run photo.png` against `python -c 'import cv2'`",
            [*CAMDIGITS, "run", str(photo)],
            [*PYTHON, "-c", "import cv2"],
            (2.5, runs),
            compiled,
        )
        yield _start_row(
            "`camdigits --help` against `python -c pass`",
            [*CAMDIGITS, "--help"],
            [*PYTHON, "-c", "pass"],
            (3.0, runs),
            compiled,
        )
    yield _memory_row(page)
    yield _wheel_row()
    yield _installed_row()


def _start_row(
    what: str, ours: list[str], bare: list[str], goal: tuple[float, int], compiled: Path
) -> Row:
    limit, runs = goal
    # Packages that pip installs are compiled; a checkout may be forbidden to keep what it compiles.
    settings = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    times: tuple[list[float], list[float]] = [], []
    for _ in range(runs + 1):
        for command, taken in zip((ours, bare), times, strict=True):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=settings)
            taken.append(time.perf_counter() - started)
    # The first of each fills the system's caches, and compiles.
    ours_s, bare_s = (statistics.median(taken[1:]) for taken in times)
    note = f"{1e3 * ours_s:.0f} ms against {1e3 * bare_s:.0f} ms"
    return Row(what, ours_s / bare_s, limit, "", "lower", note)


def _memory_row(page: np.ndarray) -> Row:
    is_shown = bool(os.environ.get("DISPLAY"))
    pictures = [
        cv2.imencode(".jpg", picture)[1].tobytes() for picture in frames(page, 2.0, is_moving=True)
    ]
    with _camera(pictures) as address:
        ours = [*CAMDIGITS, "run", address, "-q", "--max-frames", str(FRAMES)]
        ours_mb = _peak_mb(ours if is_shown else [*ours, "--no-window"])
        bare_mb = _peak_mb([*PYTHON, "-c", BARE_LOOP, address, "show" if is_shown else "hide"])
    shown = "with" if is_shown else "without"
    note = f"{ours_mb:.0f} MB against {bare_mb:.0f} MB, {shown} a window"
    what = "resident memory of a live run at 1280x720 against bare capture and show"
    return Row(what, ours_mb / bare_mb, 1.5, "", "lower", note)


def _peak_mb(command: list[str]) -> float:
    """Run a command and return the largest resident memory that it had; on Linux only.

    What `os.wait4` tells counts the memory of the process before it became the command.
    """
    process, peak_kib = subprocess.Popen(command, stdout=subprocess.DEVNULL), 0
    while process.poll() is None:
        with suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            peak_kib = max(peak_kib, int(found[1]) if found else 0)
        time.sleep(0.02)
    return peak_kib * 1024 / MEGABYTE


@contextmanager
def _camera(pictures: list[bytes]) -> Iterator[str]:
    """Serve pictures as a motion JPEG camera of 30 frames a second; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
            self.end_headers()
            try:
                while True:
                    for picture in pictures:
                        head = (
                            f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}"
                        )
                        self.wfile.write(head.encode() + b"\r\n\r\n" + picture + b"\r\n")
                        time.sleep(1 / 30)
            except OSError:
                return  # whoever looked has gone

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/camera.mjpg"
    finally:
        server.shutdown()
        server.server_close()


def _wheel_row() -> Row:
    """Pack what a wheel packs, with the same compression."""
    root, packed = Path(camdigits.__file__).parent, io.BytesIO()
    folders = {"camdigits": root, "camdigits/weights": root.parent / "weights"}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, folder in folders.items():
            for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, f"{name}/{path.relative_to(folder)}")
    size_mb = packed.tell() / MEGABYTE
    return Row("size of the wheel", size_mb, 2.0, " MB", "lower", "with weights and sample")


def _installed_row() -> Row:
    sizes = {name: _size_mb(name) for name in sorted(_needed("camdigits"))}
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    note = ", ".join(f"{name} {size:.0f} MB" for name, size in largest)
    what = "packages installed without the train extra"
    return Row(what, sum(sizes.values()), 480.0, " MB", "lower", note)


def _needed(name: str, known: set[str] | None = None) -> set[str]:
    """Return a package and all that it requires, without extras."""
    known = set() if known is None else known
    try:
        required = distribution(name).requires or []
    except PackageNotFoundError:
        return known
    known.add(name)
    for line in required:
        match = re.match(r"[A-Za-z0-9_.-]+", line)
        if match and "extra ==" not in line and match[0].lower() not in known:
            _needed(match[0].lower(), known)
    return known


def _size_mb(name: str) -> float:
    files = distribution(name).files or []
    paths = {Path(str(file.locate())) for file in files}
    return sum(path.stat().st_size for path in paths if path.is_file()) / MEGABYTE
