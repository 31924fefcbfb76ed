"""Times of frames, from the timestamps of their stream."""

from __future__ import annotations

ASSUMED_FPS = 25.0
"""For streams that state neither times nor a rate, as FFmpeg assumes."""

JUMP_S = 1.0
"""Timestamps that fall by more than this begin anew: recordings that were joined together."""


class Clock:
    """Turns a stream's timestamps into seconds since its first frame, which never fall.

    Args:
        fps: frames a second, for frames without a timestamp.
    """

    def __init__(self, fps: float) -> None:
        self._interval_s = 1 / fps
        self._offset_s: float | None = None
        self._last_s = 0.0

    def time_s(self, stamp_s: float | None) -> float:
        """Return the time of the next frame.

        Args:
            stamp_s: its timestamp by the stream's clock in seconds; None if it has none.
        """
        if self._offset_s is None:
            self._offset_s = stamp_s or 0.0
            return 0.0
        expected_s = self._last_s + self._interval_s
        time_s = expected_s if stamp_s is None else stamp_s - self._offset_s
        if stamp_s is not None and time_s < self._last_s - JUMP_S:
            self._offset_s = stamp_s - expected_s
            time_s = expected_s
        self._last_s = max(self._last_s, time_s)
        return self._last_s
