"""The frames that a client sends, as a source that is read like a camera."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from camdigits.errors import SourceError
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame
from camdigits.web.api.uploads import decoded


class ClientFrames(Closeable):
    """A live source of encoded pictures: the newest is read, those that nobody took are dropped.

    Args:
        name: goes into the records.
        max_pixels: of a frame.
        refuse: told, by the thread that reads, what is wrong with a frame; the next is read then.
    """

    is_still = False
    is_live = True
    fps: float | None = None
    frame_count: int | None = None

    def __init__(self, name: str, max_pixels: int, refuse: Callable[[str], None]) -> None:
        self.name = name
        self._max_pixels, self._refuse = max_pixels, refuse
        self._changed = threading.Condition()
        self._newest: tuple[bytes, int, float] | None = None
        self._count = 0
        self._began_s = time.monotonic()
        self._time_s = 0.0
        self._is_closed = False

    def offer(self, data: bytes, time_s: float | None = None) -> None:
        """Take the next frame, in place of one that still waits; never blocks.

        Args:
            data: a picture file.
            time_s: of the frame; None takes the time since the source was made.  One that falls
                behind the frame before counts as that one's.
        """
        with self._changed:
            if time_s is None:
                time_s = time.monotonic() - self._began_s
            self._time_s = max(self._time_s, time_s)
            self._newest = data, self._count, self._time_s
            self._count += 1
            self._changed.notify()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames until the source is closed."""
        while (taken := self._taken()) is not None:
            data, index, time_s = taken
            try:
                frame = decoded(data, self._max_pixels)
            except SourceError as error:
                self._refuse(str(error))
            else:
                yield replace(frame, index=index, time_s=time_s)

    def close(self) -> None:
        """End the iteration; any thread may call it, a second call does nothing."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _taken(self) -> tuple[bytes, int, float] | None:
        """Wait for a frame; None if no more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._is_closed)
            taken, self._newest = self._newest, None
            return None if self._is_closed else taken
