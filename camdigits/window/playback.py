"""When the next frame of a file is to be shown."""

from __future__ import annotations

import time
from collections.abc import Callable

CATCH_UP_S = 0.2
"""By so much a frame may come late without the ones behind it being put off as well."""
LONGEST_S = 2.0
"""A frame that its file puts off for longer is shown by then: times may be wrong."""


class Playing:
    """Keeps the frames of a file from being shown faster than their times say."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with a first frame, which is due at once.

        Args:
            now: tells the time in seconds.
        """
        self._now = now
        self._began_s: float | None = None

    def begin(self) -> None:
        """Measure from the next frame on: it is of another file, or the last one stood still."""
        self._began_s = None

    def wait_s(self, time_s: float) -> float:
        """Return in how many seconds a frame is due, from 0 to `LONGEST_S`.

        Args:
            time_s: the frame's own time.
        """
        if self._began_s is None:
            return 0.0
        return min(max(0.0, self._began_s + time_s - self._now()), LONGEST_S)

    def shown(self, time_s: float) -> None:
        """Say that a frame was shown just now.

        Args:
            time_s: the frame's own time.
        """
        began_s = self._now() - time_s
        # What reads more slowly than the file plays is not to race through the rest.
        if self._began_s is None or not 0 <= began_s - self._began_s <= CATCH_UP_S:
            self._began_s = began_s
