"""Loads the server of ``camdigits serve`` with clients on loopback, and measures how they fare.

    python tools/serve_load.py --clients 1 2 4 --seconds 20

A server is started as its user starts it.  Every client sends a frame of the bundled clip over a
WebSocket, waits for its record, and sends the next, as the page does.  Told for each number of
clients: frames a second of all together, milliseconds from sending a frame to its record (median,
and what 95 % of them stay below), the processor's time that the server takes for a frame, and its
resident memory before and after.
With ``--stalled``, one more client sends frames and takes no answers.  With ``--browser``, the
page itself reads the clip as a camera in Chromium, and tells how long it takes from the capture
of a frame until its boxes are drawn.  Needs Linux and ``camdigits[web]``, and for ``--browser``
Playwright and ``chromium``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import av
import cv2
import numpy as np
from websockets.sync.client import connect

from camdigits.cli.commands.demo import CLIP

SIDE = 960
"""Longest side of the frames in pixels, as the page sends them."""
QUALITY = 85
EVERY = 10
"""Of the clip's frames, every so many-th is sent."""


@dataclass
class Tally:
    """What one client saw: how long each frame took, in seconds, and what failed."""

    spans_s: list[float] = field(default_factory=list)
    problem: str = ""


def main() -> int:
    """Measure, print a table, and return 0 if every client was served to the end."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4], metavar="N")
    parser.add_argument("--seconds", type=float, default=20, help="for each number of clients")
    parser.add_argument("--side", type=int, default=SIDE, help="longest side of a frame")
    parser.add_argument("--stalled", action="store_true", help="one more takes no answers")
    parser.add_argument("--browser", action="store_true", help="measure the page as well")
    args = parser.parse_args()
    frames = jpegs(args.side)
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}")
    size = sum(map(len, frames)) // len(frames)
    print(f"load average {os.getloadavg()[0]:.1f} before, {size} bytes a frame")
    print("| clients | frames/s | median ms | 95 % ms | CPU ms a frame | memory MiB |")
    print("|---:|---:|---:|---:|---:|---:|")
    is_right = True
    with server() as (process, url):
        for count in args.clients:
            load = count, args.seconds, args.stalled
            tallies, before, after = loaded(process.pid, url, frames, load)
            is_right = is_right and not any(tally.problem for tally in tallies)
            print(row(tallies, before, after, args.seconds), flush=True)
        if args.browser:
            spans_ms = page_spans_ms(url, args.seconds)
            is_right = is_right and len(spans_ms) > 0
            print(f"page: {told(spans_ms)} ms from capture to overlay")
    return int(not is_right)


def jpegs(side: int) -> list[bytes]:
    """Return frames of the bundled clip as the page sends them."""
    found = []
    with av.open(str(CLIP)) as container:
        for place, frame in enumerate(container.decode(video=0)):
            if place % EVERY == 0:
                image = frame.to_ndarray(format="bgr24")
                scale = min(1.0, side / max(image.shape[:2]))
                small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                quality = (cv2.IMWRITE_JPEG_QUALITY, QUALITY)
                found.append(cv2.imencode(".jpg", small, quality)[1].tobytes())
    return found


def page_spans_ms(url: str, seconds: float) -> list[float]:
    """Return how long the page takes from capture to overlay, for each frame, in milliseconds.

    Args:
        url: of the server's stream.
        seconds: to measure for, after some to settle.
    """
    from playwright.sync_api import sync_playwright

    name = "capture to overlay"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = Path(folder) / "clip.mjpeg"
        film.write_bytes(b"".join(jpegs(1280)))
        camera = f"--use-file-for-fake-video-capture={film}"
        flags = ("no-sandbox", "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*(f"--{f}" for f in flags), camera]
        )
        page = browser.new_page()
        page.goto(url.replace("ws", "http", 1).removesuffix("v1/stream"))
        page.click("#start")
        page.wait_for_selector("#numbers li", timeout=60_000)
        page.evaluate(f"performance.clearMeasures('{name}')")
        page.wait_for_timeout(1000 * seconds)
        spans_ms: list[float] = page.evaluate(
            f"performance.getEntriesByName('{name}').map((entry) => entry.duration)"
        )
        browser.close()
    return spans_ms


def told(spans_ms: Sequence[float]) -> str:
    """Return the median of some times, and what 95 % stay below."""
    if not len(spans_ms):
        return "no frame was read: no"
    return f"median {statistics.median(spans_ms):.0f}, 95 % {np.percentile(spans_ms, 95):.0f}"


@contextmanager
def server() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``camdigits serve``; yields the process and the address of its stream."""
    command = [sys.executable, "-m", "camdigits", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield process, address.replace("http", "ws", 1) + "v1/stream"
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class Use:
    """What a process has used: memory that it holds in MiB, processor time in seconds."""

    mib: float
    cpu_s: float


def loaded(
    process: int, url: str, frames: list[bytes], load: tuple[int, float, bool]
) -> tuple[list[Tally], Use, Use]:
    """Return what some clients saw, and what the server had used before and after.

    Args:
        process: number of the server's.
        url: of its stream.
        frames: encoded pictures.
        load: how many clients, for how many seconds, and whether one more stalls.
    """
    count, seconds, is_stalled = load
    run([Tally() for _ in range(count)], url, frames, min(3.0, seconds))  # until it has settled
    before, tallies = used(process), [Tally() for _ in range(count)]
    if is_stalled:
        with connect(url, proxy=None, max_queue=1, ping_interval=None) as idle:
            for frame in frames:
                idle.send(frame)
            run(tallies, url, frames, seconds)
    else:
        run(tallies, url, frames, seconds)
    return tallies, before, used(process)


def run(tallies: list[Tally], url: str, frames: list[bytes], seconds: float) -> None:
    """Have one client for each tally send frames side by side."""
    end_s = time.monotonic() + seconds
    threads = [
        threading.Thread(target=send_on, args=(tally, url, frames[place:] + frames[:place], end_s))
        for place, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def send_on(tally: Tally, url: str, frames: list[bytes], end_s: float) -> None:
    """Send one frame after the other, each when the one before was answered."""
    try:
        with connect(url, proxy=None) as client:
            for frame in cycle(frames):
                began_s = time.monotonic()
                if began_s > end_s:
                    return
                client.send(frame)
                while json.loads(client.recv(30))["type"] != "frame":
                    pass
                tally.spans_s.append(time.monotonic() - began_s)
    except Exception as error:  # told in the table; the others go on
        tally.problem = f"{type(error).__name__}: {error}"


def used(process: int) -> Use:
    """Return what a process has used so far."""
    folder = Path("/proc") / str(process)
    pages = int((folder / "statm").read_text().split()[1])
    ticks = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    cpu_s = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return Use(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, cpu_s)


def row(tallies: list[Tally], before: Use, after: Use, seconds: float) -> str:
    """Return a row of the table."""
    problems = [tally.problem for tally in tallies if tally.problem]
    spans_ms = np.array([span for tally in tallies for span in tally.spans_s]) * 1000
    if problems or not len(spans_ms):
        return f"| {len(tallies)} | {(problems or ['no frame was read'])[0]} |"
    cpu_ms = (after.cpu_s - before.cpu_s) * 1000 / len(spans_ms)
    return (
        f"| {len(tallies)} | {len(spans_ms) / seconds:.1f} | {statistics.median(spans_ms):.0f} "
        f"| {np.percentile(spans_ms, 95):.0f} | {cpu_ms:.0f} "
        f"| {before.mib:.0f}, then {after.mib:.0f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
