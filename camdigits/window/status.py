"""The status line: source, size, rate, time a read, and what the window does now."""

from __future__ import annotations

import time
from pathlib import Path

from camdigits.types import Reading

NOTICE_S = 3.0
"""How long the line tells of something that happened."""


class StatusLine:
    """Puts the line together."""

    def __init__(self) -> None:
        self.rate = Rate()
        self._notice, self._until_s = "", 0.0

    def tell(self, text: str) -> None:
        """Say for a while what happened, in place of everything else."""
        self._notice, self._until_s = text, time.monotonic() + NOTICE_S

    @property
    def notice(self) -> str:
        """What happened a moment ago, "" if nothing did."""
        return self._notice if time.monotonic() < self._until_s else ""

    def text(self, reading: Reading, read_s: float | None, doing: str, note: str = "") -> str:
        """Return the line.

        Args:
            reading: of the frame that is shown.
            read_s: how long it took to read, in seconds; None leaves it out.
            doing: what the window does now.
            note: said last.
        """
        if self.notice:
            return self.notice
        width, height = reading.size_wh
        fps = self.rate.fps if not reading.is_still else None
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

    def tick(self) -> None:
        """Count a frame."""
        now = time.monotonic()
        if self._last_s is not None:
            interval = max(now - self._last_s, 1e-4)
            weight = min(1.0, interval)
            before = 1 / interval if self.fps is None else self.fps
            self.fps = before + weight * (1 / interval - before)
        self._last_s = now
