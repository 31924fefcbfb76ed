"""Decodes the frames of a recorded video in a thread, while the ones before are looked at.

A decoder works on as many frames as it has threads and then waits until somebody asks for the next;
while a frame is searched, that leaves a core idle.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

import cv2

from camdigits.types import Frame

MOST_FRAMES = 16
"""Frames that wait to be looked at."""
MOST_PIXELS = 2**25
"""Pixels that wait, about 50 MB as videos store them: of larger frames fewer wait."""


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


def ahead(frames: Iterator[Frame]) -> Generator[Frame]:
    """Yield the same frames in the same order; taken in a thread that is some of them ahead.

    Nothing is taken before the first is asked for, and nothing any more once this is closed.
    Meanwhile OpenCV has a thread less.

    Args:
        frames: of one size; what it raises is raised when its turn comes.
    """
    # Queues in C: futures, or a queue with a limit, cost a twentieth of the decoding of a frame.
    taken: SimpleQueue[Frame | BaseException | None] = SimpleQueue()
    asked: SimpleQueue[bool] = SimpleQueue()

    def take() -> None:
        try:
            while asked.get():
                taken.put(next(frames, None))
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
                width, height = frame.size_wh
                depth = max(1, min(MOST_FRAMES, MOST_PIXELS // (width * height)))
                waiting -= 1
                while waiting < depth:
                    asked.put(True)
                    waiting += 1
                yield frame
    finally:
        with suppress(Empty):
            while True:
                asked.get_nowait()
        asked.put(False)
        thread.join()
