"""Several cameras and streams side by side: each in a process of its own, with a window of its own.

A window's keys reach one process alone, a decoder that crashes takes its own camera down, and
Python's lock does not make one wait for the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from camdigits.cli.live.deadline import Deadline
from camdigits.cli.live.monitor import Opener
from camdigits.cli.live.viewer import Viewer
from camdigits.cli.live.window_services import window_services
from camdigits.cli.reading.file_task import CLOSING_S, Begun, Ended, FileTask, Step, table_sinks
from camdigits.cli.reading.inspector import Inspector
from camdigits.cli.reading.sink_wrappers import UnsettledSink
from camdigits.cli.terminal.reading_progress import SilentProgress
from camdigits.cli.terminal.signals import close_whole, raise_stop_signals
from camdigits.errors import SourceCrashedError
from camdigits.jobs.child_processes import Children
from camdigits.recognizer import Recognizer
from camdigits.sources.base import Source
from camdigits.sources.names import label, shown
from camdigits.types import Frame, Reading, SourceStatus
from camdigits.video.frame_loop import open_loop

if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.sinks.tables.pages import TablePage
    from camdigits.web.streams.broadcast import Screen
    from camdigits.window.services import Services
    from camdigits.window.window import Window

LiveStep: TypeAlias = "Step | SourceStatus | str"
"""What comes of a camera: what comes of a file, its losses and returns, and lines to be told."""


@dataclass(frozen=True, slots=True)
class CameraTask:
    """A camera or stream to be read beside others.

    Attributes:
        file: what is to be read, and written meanwhile.
        request: what the user asks for.
        left_s: seconds until the reading ends; None for never.
    """

    file: FileTask
    request: Request
    left_s: float | None

    def died(self, how: str) -> SourceCrashedError:
        """Return the error of a process that ended in the middle; `how` is a signal or a code."""
        name = label(self.file.spec.name)
        return SourceCrashedError(f"{name}: the process that read it ended ({how}); start it again")


def cameras_for(
    tasks: Sequence[CameraTask], is_over: Callable[[], bool]
) -> Children[CameraTask, LiveStep]:
    """Return the processes that read so many cameras; `is_over` ends them."""
    return Children(read_camera, len(tasks), is_over=is_over)


def read_camera(task: CameraTask) -> Generator[LiveStep, None, None]:
    """Read a camera or stream in a process of its own, and yield what comes of it.

    Raises:
        SourceError, OutputError, UsageError, WeightsError: as reading in this process would.
    """
    request, file = task.request, task.file
    with raise_stop_signals(), close_whole(CLOSING_S) as stack:
        recognizer = Recognizer(request.config, request.weights)
        told = deque[LiveStep]()
        viewer = stack.enter_context(_viewer(task, recognizer))
        opener = Opener(viewer, Deadline(task.left_s), told.append, told.append)
        source, monitor = opener.open(file.spec, request)
        stack.enter_context(source)
        pages: list[TablePage] = []
        tables = table_sinks(file, source, pages.append)
        unsettled = UnsettledSink(file.records)
        sinks = [*file.outputs.open(source, Inspector(recognizer).inspect), *tables, unsettled]
        for sink in sinks:
            stack.enter_context(sink)
        yield Begun(source.frame_count)
        progress, window = SilentProgress(), viewer.open(source)
        pairs = stack.enter_context(closing(_pairs(source, recognizer, window)))
        for pair in _at_most(pairs, file.max_frames):
            if pair is not None:
                frame, reading = pair
                if monitor is not None:
                    monitor.see(frame)
                for sink in sinks:
                    sink.write(frame, reading)
                if window and not source.is_live:
                    window.write(frame, reading)
                progress.advance()
                told.extend((*pages, reading))
                pages.clear()
            while told:
                yield told.popleft()
            if viewer.is_closed:
                break
        yield Ended(progress.summary(), unsettled.note)


Pair: TypeAlias = tuple[Frame, Reading]


def _pairs(
    source: Source, recognizer: Recognizer, window: Window | Screen | None
) -> Generator[Pair | None, None, None]:
    """Yield the frames of a source with their readings, and None while a camera is waited for."""
    from camdigits.sources.live.camera import CameraSource

    if not isinstance(source, CameraSource) or not source.is_live:
        yield from recognizer.stream(source)
        return
    reader = recognizer.reader(source.name)
    with open_loop(source, reader.read, window, reader.prepare) as loop:
        for frame in source.looks() if window is None else loop.frames():
            yield from loop.take(frame)
            yield None
        yield from loop.rest()


def _at_most(pairs: Iterator[Pair | None], count: int | None) -> Iterator[Pair | None]:
    """Yield what comes until so many frames were read."""
    left = count
    for pair in pairs:
        yield pair
        left = left if left is None or pair is None else left - 1
        if left == 0:
            return


def _viewer(task: CameraTask, recognizer: Recognizer) -> Viewer:
    request = task.request
    title = f"camdigits {shown(task.file.spec.name)}"
    services = partial(_services, recognizer, request)
    return Viewer(request.showing, request.mirror, services, quiet=True, title=title)


def _services(recognizer: Recognizer, request: Request) -> Services:
    # Windows that all opened where one was left would hide each other.
    return replace(window_services(recognizer, request), place=None)
