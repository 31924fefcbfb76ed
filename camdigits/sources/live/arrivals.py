"""When pictures come: learns how long the next one may stay away, and notices repeated ones."""

from __future__ import annotations

from collections import deque

from camdigits.sources.live.status import Limits

_GAPS = 32
"""So many are remembered: a stream that turned fast is soon known to be."""
_LEARNT_GAPS = 4
"""Fewer tell nothing: many a slow server sends its first picture twice, or some it had kept."""


class Arrivals:
    """The times at which the pictures of a live source came.

    Times are in seconds, by a clock that never falls.

    Args:
        limits: how patient to be.
        now_s: when the source was opened.

    Attributes:
        came_s: when the last picture came, or the source was opened.
        changed_s: when the last picture came that differs from the one before, or that was kept
            from coming.
        count: how many came.
    """

    def __init__(self, limits: Limits, now_s: float) -> None:
        self.came_s = self.changed_s = now_s
        self.count = 0
        self._limits = limits
        self._has_repeated = False
        self._gaps: deque[float] = deque(maxlen=_GAPS)

    def note(self, now_s: float, is_new: bool, is_usual: bool = True) -> None:
        """Note that a picture came.

        Args:
            now_s: when.
            is_new: it differs from the one before.
            is_usual: nothing kept it from coming, so that its time tells how often they come.
        """
        if self.count and is_usual:
            self._gaps.append(now_s - self.came_s)
        self.came_s, self.count = now_s, self.count + 1
        if is_new or not is_usual:
            self.changed_s = now_s

    @property
    def longest_gap_s(self) -> float:
        """The longest of the last pauses between two pictures; 0 before the second."""
        return max(self._gaps, default=0.0)

    @property
    def patience_s(self) -> float:
        """How long the next picture may stay away."""
        limits, usual_s = self._limits, self._limits.far * self.longest_gap_s
        if not self.count:
            return limits.first_s
        is_learnt = len(self._gaps) >= _LEARNT_GAPS
        return max(limits.stall_s if is_learnt else limits.unlearnt_s, usual_s)

    @property
    def reconnect_s(self) -> float:
        """How long a lost source is opened again: a slow one needs the time of a picture."""
        return self._limits.reconnect_s and max(self._limits.reconnect_s, 2 * self.longest_gap_s)

    def repeats(self, now_s: float) -> bool:
        """Return whether pictures come, but for some time the same one again and again."""
        long_s = max(self._limits.repeats_s, self.patience_s)
        return self.came_s > self.changed_s and now_s - self.changed_s > long_s

    def begins_to_repeat(self, now_s: float) -> bool:
        """Return whether `repeats` is true for the first time, of all the times this is asked."""
        if self._has_repeated or not self.repeats(now_s):
            return False
        self._has_repeated = True
        return True
