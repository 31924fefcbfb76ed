"""The end of the time that a command may take."""

from __future__ import annotations

import time


class Deadline:
    """A time from which on nothing more is read.

    Args:
        timeout_s: seconds from now; None for never.
    """

    def __init__(self, timeout_s: float | None) -> None:
        self._end_s = None if timeout_s is None else time.monotonic() + timeout_s

    @property
    def has_passed(self) -> bool:
        """Whether the time is over."""
        return self._end_s is not None and time.monotonic() >= self._end_s

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, at least 0; None for ever."""
        return None if self._end_s is None else max(0.0, self._end_s - time.monotonic())

    def limit(self, seconds: float) -> float:
        """Return what is left, at most `seconds` and at least a moment."""
        if self._end_s is None:
            return seconds
        return min(seconds, max(0.1, self._end_s - time.monotonic()))
