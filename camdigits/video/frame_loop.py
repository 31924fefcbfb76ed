"""The frame loop: frames are read in turn, or in a thread beside a window that shows them.

In turn, a frame is read when it is its turn, and the next one waits.  Beside a window a thread
reads, always the newest frame that was shown; the window shows each new frame at once, with the
boxes of the last reading carried to it, so that slow reading makes no picture wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Protocol

from camdigits.errors import SourceError
from camdigits.sources.base import Source
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.videos.prefetch import prefetch
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame, Reading
from camdigits.video.propagation import FlowPropagation

Pair = tuple[Frame, Reading]
Read = Callable[[Frame], Reading]
Prepare = Callable[[Frame], object]

_SLICE_S = 0.1
"""Waits are cut into slices, so that Ctrl-C works at once on every platform."""
_POLL_S = 0.02


class Onlooker(Protocol):
    """Shows the frames of a live source while they are read; only the main thread calls it."""

    @property
    def closed(self) -> bool:
        """The user wants to end."""
        ...

    @property
    def is_waiting(self) -> bool:
        """The frame that is shown stays, and no other is wanted."""
        ...

    def look(self, frame: Frame, reading: Reading) -> None:
        """Show the next frame, with what is known of it so far."""
        ...

    def correct(self, reading: Reading) -> None:
        """Show what is known by now of the frame that is shown."""
        ...

    def poll(self) -> None:
        """Act on keys."""
        ...

    def warn(self, text: str) -> None:
        """Show a line over the frame that is shown."""
        ...


class SequentialLoop(Closeable):
    """Reads each frame when it is its turn."""

    def __init__(self, source: Source, read: Read, prepare: Prepare | None = None) -> None:
        self._source, self._read, self._prepare = source, read, prepare
        self._ahead: Generator[Frame] | None = None

    def frames(self) -> Iterable[Frame | None]:
        """Return the frames of the source."""
        # Asked for by name, since a camera does without PyAV, which a video's class loads.
        if not getattr(self._source, "decodes_ahead", False):
            return self._source
        self._ahead = prefetch(iter(self._source), self._prepare)
        return self._ahead

    def close(self) -> None:
        """Take no more frames; a second call does nothing."""
        if self._ahead is not None:
            self._ahead.close()

    def take(self, frame: Frame | None) -> Iterable[Pair]:
        """Take the next frame, and return it with its reading."""
        return () if frame is None else ((frame, self._read(frame)),)

    def rest(self) -> Iterable[Pair]:
        """Return what is left to be read after the last frame: nothing."""
        return ()


class ThreadedLoop(Closeable):
    """Reads in a thread while an onlooker shows every frame.

    Frames are read and returned in order; those that come while another one waits to be read are
    shown only.  What the thread raises is raised again where its readings are taken.
    """

    def __init__(self, source: CameraSource, read: Read, onlooker: Onlooker) -> None:
        """Start the thread.

        Args:
            source: where the frames come from.
            read: called by the thread alone.
            onlooker: shows what is taken.
        """
        self._source, self._read, self._onlooker = source, read, onlooker
        self._propagation = FlowPropagation()
        self._shown: Frame | None = None
        self._has_skipped = False
        self._changed = threading.Condition()
        self._next: Frame | None = None
        self._done: list[Pair] = []
        self._is_reading = self._is_closed = False
        self._error: BaseException | None = None
        self._ending: SourceError | None = None
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)
        self._thread.start()

    def frames(self) -> Iterator[Frame | None]:
        """Yield the frames of the source, and None while one is waited for.

        What it raises in the end is kept until all that came before was read.
        """
        try:
            for frame in self._source.looks():
                if self._onlooker.closed:
                    return
                yield frame
        except SourceError as error:
            self._ending = error

    def take(self, frame: Frame | None) -> list[Pair]:
        """Show the next frame and have it read, or keep the one that is shown up to date.

        Returns:
            The frames that were read meanwhile, with their readings.
        """
        done = self._finished()
        if done:
            self._propagation.begin(done[-1][1])
        if frame is not None and not self._onlooker.is_waiting:
            self._show(frame)
            return done
        self._has_skipped = self._has_skipped or frame is not None
        if done and self._shown is not None:
            self._onlooker.correct(self._propagation.carried(self._shown, self._source.name))
        self._onlooker.poll()
        return done

    def rest(self) -> Iterator[Pair]:
        """Yield what is left to be read after the last frame.

        Raises:
            SourceError: in the end, if the source failed; not while the onlooker waits.
        """
        if self._onlooker.closed:
            return
        with self._changed:
            while (self._next is not None or self._is_reading) and self._error is None:
                self._changed.wait(_SLICE_S)
        while done := self._finished():
            yield from done
        if self._ending is not None:
            self._wait_for_onlooker(str(self._ending))
            raise self._ending

    def _wait_for_onlooker(self, why: str) -> None:
        """Leave a frame that was paused or is taught in with its user until they let it go."""
        while self._onlooker.is_waiting and not self._onlooker.closed:
            self._onlooker.warn(why)
            self._onlooker.poll()
            time.sleep(_POLL_S)

    def close(self) -> None:
        """Stop, as soon as the frame that is being read is done; a second call does nothing."""
        with self._changed:
            self._is_closed, self._next = True, None
            self._changed.notify_all()
        self._thread.join()

    def _show(self, frame: Frame) -> None:
        if self._has_skipped:
            self._propagation.forget()
        self._shown, self._has_skipped = frame, False
        with self._changed:
            self._next = frame
            self._changed.notify_all()
        self._propagation.see(frame)
        self._onlooker.look(frame, self._propagation.carried(frame, self._source.name))

    def _finished(self) -> list[Pair]:
        with self._changed:
            if self._error is not None and not self._done:
                raise self._error
            done, self._done = self._done, []
            return done

    def _run(self) -> None:
        """Read until closed; the thread's only function."""
        try:
            while (frame := self._taken()) is not None:
                reading = self._read(frame)
                with self._changed:
                    self._done.append((frame, reading))
                    self._is_reading = False
                    self._changed.notify_all()
        except BaseException as error:  # handed to the thread that takes the readings
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _taken(self) -> Frame | None:
        """Wait for a frame to read; None if no more are to be read."""
        with self._changed:
            self._changed.wait_for(lambda: self._next is not None or self._is_closed)
            frame, self._next = self._next, None
            self._is_reading = frame is not None
            return frame


def open_loop(
    source: Source, read: Read, onlooker: Onlooker | None, prepare: Prepare | None = None
) -> SequentialLoop | ThreadedLoop:
    """Return how the frames of a source are read.

    Args:
        source: just opened.
        read: reads a frame; frames are given to it in their order.
        onlooker: shows the frames of a live source; None reads them in turn.
        prepare: called with frames that are decoded before it is their turn, in another thread.
    """
    if onlooker is None or not isinstance(source, CameraSource) or not source.is_live:
        return SequentialLoop(source, read, prepare)
    return ThreadedLoop(source, read, onlooker)
