"""The status line: source, size, rate, time a read, and what the window does now."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from camdigits.types import Reading

NOTICE_S = 3.0
"""How long the line tells of something that happened."""
_AVERAGED_S = 1.0


class StatusLine:
    """Puts the line together."""

    def __init__(self) -> None:
        self.rate, self.reads = Rate(), ReadTimes()
        self._notice, self._until_s = "", 0.0

    def tell(self, text: str) -> None:
        """Say for a while what happened, in place of everything else."""
        self._notice, self._until_s = text, time.monotonic() + NOTICE_S

    @property
    def notice(self) -> str:
        """What happened a moment ago, "" if nothing did."""
        return self._notice if time.monotonic() < self._until_s else ""

    def count(self, read_s: float | None) -> None:
        """Count a frame that is shown.

        Args:
            read_s: how long the last read took, in seconds.
        """
        self.rate.tick()
        self.reads.add(read_s)

    def text(self, reading: Reading, doing: str, note: str = "", is_moving: bool = True) -> str:
        """Return the line.

        Args:
            reading: of the frame that is shown.
            doing: what the window does now.
            note: said last.
            is_moving: frames follow by themselves, so that they have a rate.
        """
        if self.notice:
            return self.notice
        width, height = reading.size_wh
        fps, read_s = self.rate.fps if is_moving else None, self.reads.mean_s
        parts = (
            ascii(Path(reading.source).name)[1:-1],
            f"{width}x{height}",
            f"{fps:.0f} fps" if fps else "",
            f"{1000 * read_s:.0f} ms a read" if read_s is not None else "",
            doing,
            note,
        )
        return "   ".join(part for part in parts if part)


class Rate:
    """How many frames a second come, averaged over about a second."""

    def __init__(self) -> None:
        self.fps: float | None = None
        self._last_s: float | None = None

    def begin(self) -> None:
        """Leave out the time until the next frame: the one before stood still."""
        self._last_s = None

    def tick(self) -> None:
        """Count a frame."""
        now = time.monotonic()
        if self._last_s is not None:
            interval = max(now - self._last_s, 1e-4)
            weight = min(1.0, interval)
            before = 1 / interval if self.fps is None else self.fps
            self.fps = before + weight * (1 / interval - before)
        self._last_s = now


class ReadTimes:
    """How long a read takes, averaged over those of the last second: few frames are searched.

    Args:
        now: tells the time in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._reads: deque[tuple[float, float]] = deque()

    def begin(self, read_s: float | None) -> None:
        """Take a read in place of those before, which were of other settings."""
        self._reads.clear()
        self.add(read_s)

    def add(self, read_s: float | None) -> None:
        """Take the last read, in seconds; None, or the same once more, is no other one."""
        if read_s is None or (self._reads and self._reads[-1][1] == read_s):
            return
        now = self._now()
        while self._reads and self._reads[0][0] < now - _AVERAGED_S:
            self._reads.popleft()
        self._reads.append((now, read_s))

    @property
    def mean_s(self) -> float | None:
        """The average in seconds; None before the first read."""
        return sum(each for _, each in self._reads) / len(self._reads) if self._reads else None
