"""A looping camera that is lost again and again: memory, threads and descriptors stay flat."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from camdigits.config import CameraConfig
from camdigits.sources import open_source
from camdigits.sources.live import capture, streams
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.status import Limits, LiveStatus
from camdigits.types import Frame
from camdigits.video.follower import Follower
from tests.support.media import MjpegCamera, numbered_frames
from tests.unit.video.test_follower import seen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")

ROUNDS = 4
FRAMES = 20


def lost_rounds(camera: MjpegCamera, source: CameraSource) -> Iterator[Frame]:
    """Yield frames, stalling the camera after every `FRAMES` of them until it is lost."""

    def mend(status: LiveStatus) -> None:
        if status.health == "lost":
            camera.stalled.clear()

    source.on_wait = mend
    for count, frame in enumerate(source, 1):
        yield frame
        if count % FRAMES == 0:
            camera.stalled.set()


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def settled(count: int) -> bool:
    """Wait until no more than `count` capture threads are left."""
    pause = threading.Event()
    for _ in range(1000):
        if sum(thread.name == "capture" for thread in threading.enumerate()) <= count:
            return True
        pause.wait(0.01)
    return False


def test_losing_a_camera_again_and_again_leaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LIMITS", Limits(stall_s=0.3, failing_s=0.2))
    monkeypatch.setattr(streams, "READ_TIMEOUT_S", 0.5)
    follower, sizes = Follower(0.8), []
    blank = np.zeros((400, 800, 3), np.uint8)
    with (
        MjpegCamera(numbered_frames(30), fps=60) as camera,
        open_source(camera.url, CameraConfig(reconnect_s=60)) as source,
    ):
        assert isinstance(source, CameraSource)
        for count, frame in enumerate(lost_rounds(camera, source), 1):
            follower.update(seen("2047"), 1.0, Frame(blank, frame.index, frame.time_s))
            if count % FRAMES == FRAMES // 2:
                assert settled(1)
                descriptors = len(list(Path("/proc/self/fd").iterdir()))
                sizes.append((descriptors, resident_mib()))
            if count >= ROUNDS * FRAMES:
                break
        assert camera.requests > ROUNDS - 2
    descriptors, mib = zip(*sizes, strict=True)
    # A viewer that was hung up on is closed by the server when it next writes to it.
    assert max(descriptors) <= descriptors[0] + 6
    assert mib[-1] < mib[0] + 30
