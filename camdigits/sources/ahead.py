"""Decodes the frames of a recorded video in a thread, while the ones before are looked at.

A decoder works on as many frames as it has threads and then waits until somebody asks for the next;
while a frame is searched, that leaves a core idle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from camdigits.types import Frame

MOST_FRAMES = 16
"""Frames that wait to be looked at."""
MOST_PIXELS = 2**25
"""Pixels that wait, about 50 MB as videos store them: of larger frames fewer wait."""


def ahead(frames: Iterator[Frame]) -> Generator[Frame]:
    """Yield the same frames in the same order; taken in a thread that is some of them ahead.

    Nothing is taken before the first is asked for, and nothing any more once this is closed.

    Args:
        frames: of one size; what it raises is raised when its turn comes.
    """
    worker = ThreadPoolExecutor(1, "decoding")
    try:
        coming: deque[Future[Frame | None]] = deque([worker.submit(next, frames, None)])
        while (frame := coming.popleft().result()) is not None:
            width, height = frame.size_wh
            depth = max(1, min(MOST_FRAMES, MOST_PIXELS // (width * height)))
            while len(coming) < depth:
                coming.append(worker.submit(next, frames, None))
            yield frame
    finally:
        worker.shutdown(cancel_futures=True)
