"""Makes whole pictures of interlaced frames, which hold the even and odd rows of two moments.

Where something moves they show it as a comb.  FFmpeg's bwdif fills in rows where that is so, and
leaves alone what rests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

import av.error
from av.filter import Graph
from av.video.frame import VideoFrame

_OPTIONS = "mode=send_frame:parity=auto:deint=interlaced"
"""One frame for each, and those that are not interlaced as they are."""
_COUNTED = Fraction(1, 25)
"""Frames are counted on their way through the filter, and get their own times back behind it."""
_MORE_LATER = (av.error.BlockingIOError, av.error.EOFError)


class Deinterlacer:
    """Passes frames on, and makes interlaced ones whole, from the first of them a frame later.

    Each comes out once, with its own time; before the first interlaced one nothing is done.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._form: tuple[int, int, str] | None = None
        self._is_impossible = False
        self._times: deque[tuple[int | None, Fraction | None]] = deque()
        self._count = 0

    def pass_on(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """Yield the frames that are ready.

        Args:
            frame: the next one; it may be changed.  None after the last yields what is left.
        """
        if frame is None:
            yield from self._flushed()
            return
        form = frame.width, frame.height, frame.format.name
        if self._graph is not None and form != self._form:
            yield from self._flushed()
        if self._graph is None and not (frame.interlaced_frame and self._can_be_set_up(frame)):
            yield frame
            return
        yield from self._filtered(frame)

    def _can_be_set_up(self, frame: VideoFrame) -> bool:
        if self._is_impossible:
            return False
        graph = Graph()
        try:
            source = graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=_COUNTED,
            )
            bwdif, sink = graph.add("bwdif", _OPTIONS), graph.add("buffersink")
            source.link_to(bwdif)
            bwdif.link_to(sink)
            graph.configure()
        except (av.error.FFmpegError, ValueError):
            # Woven pictures are better than none.
            self._is_impossible = True
            return False
        self._graph, self._form = graph, (frame.width, frame.height, frame.format.name)
        return True

    def _filtered(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        assert self._graph is not None
        if frame is not None:
            self._times.append((frame.pts, frame.time_base))
            frame.pts, frame.time_base = self._count, _COUNTED
            self._count += 1
        self._graph.vpush(frame)
        while True:
            try:
                whole = self._graph.vpull()
            except _MORE_LATER:
                return
            whole.pts, time_base = self._times.popleft()
            if time_base is not None:  # as it is of frames that were left in the decoder
                whole.time_base = time_base
            yield whole

    def _flushed(self) -> Iterator[VideoFrame]:
        if self._graph is not None:
            yield from self._filtered(None)
            self._graph, self._form = None, None
            self._times.clear()
