"""The status line tells how fast it goes."""

from __future__ import annotations

import pytest

from camdigits.types import Reading
from camdigits.window.status import Rate, ReadTimes, StatusLine


def line(status: StatusLine, is_moving: bool = True) -> str:
    return status.text(Reading("a/clip.mp4", 3, 0.1, (640, 480)), "reading", "", is_moving)


def test_line_tells_source_size_and_times_of_the_reading() -> None:
    status = StatusLine()
    assert line(status) == "clip.mp4   640x480   reading"
    status.count(0.012)
    status.count(0.018)
    told = line(status).split("   ")
    assert told[0] == "clip.mp4" and told[3:] == ["15 ms a read", "reading"]
    assert told[2].endswith(" fps")


def test_frame_that_stands_still_has_no_rate() -> None:
    status = StatusLine()
    for _ in range(3):
        status.count(0.02)
    assert "fps" not in line(status, is_moving=False)


def test_pause_is_no_slow_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now_s)
    rate = Rate()
    for wait_s in (0.1, 0.1, 0.1):
        rate.tick()
        now_s += wait_s
    before = rate.fps
    rate.begin()
    now_s += 60
    rate.tick()
    assert rate.fps == before == pytest.approx(10)


def test_times_are_averaged_over_a_second() -> None:
    now_s = 0.0
    reads = ReadTimes(lambda: now_s)
    assert reads.mean_s is None
    for read_s in (0.2, None, 0.1, 0.1):  # the same is that of the frame before
        reads.add(read_s)
    assert reads.mean_s == pytest.approx(0.15)
    now_s = 2.0
    reads.add(0.3)
    assert reads.mean_s == pytest.approx(0.3)
    reads.begin(0.5)
    assert reads.mean_s == pytest.approx(0.5)
