"""Prefetching: a video is decoded in a thread, while the frames before are looked at.

A decoder works on as many frames as it has threads and then waits until somebody asks for the next;
while a frame is searched, that leaves a core idle.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

import cv2

from camdigits.types import Frame

MOST_FRAMES = 16
"""Frames that wait to be looked at."""
MOST_PIXELS = 2**25
"""Pixels that wait, about 50 MB as videos store them: of larger frames fewer wait."""
KEPT_FRAMES = 4
"""Frames that are kept beyond those that wait, more than who looks at them keeps.  Damaged parts of
a frame may show what the decoder's memory held before; which of it is free must not depend on how
fast frames are looked at."""


class _Cores:
    """Leaves the decoder a core: OpenCV's threads wait busily for each other and would take it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users, self._threads = 0, 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._threads = cv2.getNumThreads()
                cv2.setNumThreads(max(1, self._threads - 1))
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                cv2.setNumThreads(self._threads)


_CORES = _Cores()


def prefetch(
    frames: Iterator[Frame], prepare: Callable[[Frame], object] | None = None
) -> Generator[Frame]:
    """Yield the same frames in the same order; taken in a thread that is some of them ahead.

    Nothing is taken before the first is asked for, and nothing any more once this is closed.
    Meanwhile OpenCV has a thread less.

    Args:
        frames: of one size; what it raises is raised when its turn comes.
        prepare: called in the thread with each of them.
    """
    # Queues in C: futures, or a queue with a limit, cost a twentieth of the decoding of a frame.
    taken: SimpleQueue[Frame | BaseException | None] = SimpleQueue()
    asked: SimpleQueue[bool] = SimpleQueue()

    def take() -> None:
        kept: deque[Frame] = deque()
        try:
            while asked.get():
                frame = next(frames, None)
                if frame is not None:
                    if prepare is not None:
                        prepare(frame)
                    kept.append(frame)
                    while len(kept) > _depth(frame) + KEPT_FRAMES:
                        kept.popleft()
                taken.put(frame)
        except BaseException as error:  # raised again where the frame is waited for
            taken.put(error)

    thread = threading.Thread(target=take, name="decoding", daemon=True)
    thread.start()
    asked.put(True)
    waiting = 1
    try:
        with _CORES:
            while (frame := taken.get()) is not None:
                if isinstance(frame, BaseException):
                    raise frame
                waiting -= 1
                while waiting < _depth(frame):
                    asked.put(True)
                    waiting += 1
                yield frame
    finally:
        _empty(asked)
        asked.put(False)
        thread.join()


def _empty(queue: SimpleQueue[bool]) -> None:
    with suppress(Empty):
        while True:
            queue.get_nowait()


def _depth(frame: Frame) -> int:
    width, height = frame.size_wh
    return max(1, min(MOST_FRAMES, MOST_PIXELS // (width * height)))
