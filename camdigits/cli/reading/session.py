"""Reads sources one after the other into their sinks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from camdigits.cli.live.deadline import Deadline
from camdigits.cli.live.monitor import Opener
from camdigits.cli.live.viewer import Viewer
from camdigits.cli.reading.file_task import (
    CLOSING_S,
    Begun,
    Ended,
    FileTask,
    Step,
    children_for,
    for_children,
    table_sinks,
)
from camdigits.cli.reading.inspector import Inspector
from camdigits.cli.reading.output_plan import OutputPlan
from camdigits.cli.reading.request import Request
from camdigits.cli.reading.sink_wrappers import (
    FirstNumberSink,
    NoteSink,
    UnsettledSink,
    has_number,
)
from camdigits.cli.reading.source_files import may_be_live
from camdigits.cli.reading.table_writer import TableWriter
from camdigits.cli.terminal.messages import say, say_why
from camdigits.cli.terminal.reading_progress import Progress
from camdigits.cli.terminal.signals import close_whole, hold_stop_signals
from camdigits.errors import NothingReadError, SourceError
from camdigits.recognizer import Recognizer
from camdigits.sinks.base import Sink
from camdigits.sinks.records.lines import LineSink
from camdigits.sources import SourceSpec
from camdigits.sources.base import Source
from camdigits.sources.names import shown
from camdigits.types import Frame, Reading, SourceStatus

# What reading one picture does without is loaded where it is needed.
if TYPE_CHECKING:
    from camdigits.cli.live.side_by_side import LiveStep
    from camdigits.jobs.outcomes import Outcome
    from camdigits.sinks.tables.pages import TablePage

_PATIENCE_S = 1.0
"""How long one frame's outputs may take to be written before a stop signal cuts them short."""
_NO_PICTURE = np.empty((0, 0, 3), np.uint8)
"""Stands for a picture in another process; records do not look at it."""


class Session:
    """One run over some sources."""

    def __init__(
        self,
        recognizer: Recognizer,
        plan: OutputPlan,
        viewer: Viewer,
        progress: Progress,
        tables: TableWriter,
        request: Request,
    ) -> None:
        self._recognizer, self._request, self._tables = recognizer, request, tables
        self._plan, self._viewer, self._progress = plan, viewer, progress
        # Text has one line per number, whatever the records are.
        self._records = None if request.form == "text" else request.records
        self._has_read, self._deadline = False, Deadline(request.timeout_s)
        self._record_sinks: list[LineSink] = []

    def read(self, specs: Sequence[SourceSpec], results: Sequence[Sink]) -> int:
        """Read all sources into their sinks, and say on standard error which ones failed.

        Args:
            specs: the sources; one that fails does not stop the others.
            results: take what is read on every one of them; the caller closes them.

        Returns:
            The exit code: 3 if a source failed, else 0.

        Raises:
            NothingReadError: if nothing was read although it was required and no source failed.
            OutputError: if something could not be written; nothing more is read then.
        """
        if self._request.once:  # prints that one number and nothing else
            results = [FirstNumberSink(sink, self._records) for sink in results]
        else:
            self._record_sinks = [sink for sink in results if isinstance(sink, LineSink)]
        results = [NoteSink(self._progress), *results]
        tasks = [self._task(spec) for spec in specs]
        # What ends comes first, since cameras do not.
        is_polled = self._request.camera.every_s is not None
        live = [task for task in tasks if may_be_live(task.spec, is_polled)]
        files = [task for task in tasks if task not in live]
        exit_code = self._read_in_turn(files if len(live) > 1 else files + live, results)
        if len(live) > 1 and not self._is_over:
            exit_code = self._read_side_by_side(live, results) or exit_code
        self._viewer.hold(lambda: self._is_over)
        self._check_enough(exit_code)
        return exit_code

    def _read_in_turn(self, tasks: Sequence[FileTask], results: Sequence[Sink]) -> int:
        """Read sources one after the other; returns the exit code."""
        exit_code = 0
        for_child = (
            [] if self._request.showing == "always" else for_children(tasks, self._request.jobs)
        )
        is_childs = set(map(id, for_child))
        with ExitStack() as stack:
            outcomes: Iterator[Outcome[Step]] = iter(())
            if for_child:
                children = children_for(for_child, self._request.jobs, lambda: self._is_ended)
                outcomes = stack.enter_context(children).map(for_child)
            for task in tasks:
                try:
                    if id(task) in is_childs:
                        self._take(task, next(outcomes), results)
                    else:
                        self._read_source(task, results)
                except SourceError as error:
                    exit_code = self._failed(error)
                if self._is_over:
                    break
        return exit_code

    def _read_side_by_side(self, tasks: Sequence[FileTask], results: Sequence[Sink]) -> int:
        """Read cameras at the same time; returns the exit code."""
        from camdigits.cli.live.side_by_side import CameraTask, cameras_for
        from camdigits.jobs.child_processes import ChildDiedError

        exit_code, request = 0, self._request
        if not self._viewer.can_show():
            request = replace(request, showing="never")
        cameras = [CameraTask(task, request, self._deadline.left_s) for task in tasks]
        with cameras_for(cameras, lambda: self._is_ended) as children:
            for camera, step, error in children.together(cameras):
                if isinstance(error, ChildDiedError):
                    error = camera.died(str(error))
                if isinstance(error, SourceError):
                    exit_code = self._failed(error)
                elif error is not None:
                    raise error
                else:
                    self._take_step(camera.file, step, results)
                if self._is_over:
                    break
        return exit_code

    def _failed(self, error: SourceError) -> int:
        """Say why a source ended early; returns the exit code."""
        self._viewer.tell(str(error))
        with self._progress.hidden():
            say_why(error)
        return error.exit_code

    def _check_enough(self, exit_code: int) -> None:
        """Raise if nothing was read although it had to be, and no source is to blame."""
        if self._has_read or exit_code:
            return
        if self._request.require:
            raise NothingReadError("no number was read, and --require asks for one")
        if self._request.timeout_s is not None:
            raise NothingReadError(
                f"no number was read; --timeout asks for one within {self._request.timeout_s:g} s"
            )
        if self._request.once:
            raise NothingReadError("no number was read without doubt, and --once is for one")

    def _task(self, spec: SourceSpec) -> FileTask:
        request = self._request
        return FileTask(
            spec=spec,
            config=request.config,
            weights=request.weights,
            outputs=self._plan.of(spec),
            max_frames=request.max_frames,
            records=request.records,
            counted=self._records,
            until_number=request.once,
            table=self._plan.tables.next_target(),
            tells_all=request.unique,
        )

    def _take(self, task: FileTask, outcome: Outcome[Step], results: Sequence[Sink]) -> None:
        """Write what a child reads in a file to where results go."""
        from camdigits.jobs.child_processes import ChildDiedError
        from camdigits.jobs.files import crashed

        try:
            for step in outcome:
                self._take_step(task, step, results)
        except ChildDiedError as error:
            raise crashed(task.spec.name, str(error)) from error

    def _take_step(self, task: FileTask, step: LiveStep, results: Sequence[Sink]) -> None:
        name = task.spec.name
        if isinstance(step, Begun):
            self._begin(name, step.frame_count)
        elif isinstance(step, Ended):
            self._tell(name, step.summary)
            self._note(name, step.note)
        elif step is None:
            self._progress.advance()
        elif isinstance(step, str):
            with self._progress.hidden():
                say(step)
        elif isinstance(step, SourceStatus):
            self._tell_status(step)
        elif isinstance(step, Reading):
            self._put(Frame(_NO_PICTURE, step.index, step.time_s), step, results)
        else:
            self._add(task, step)

    def _read_source(self, task: FileTask, results: Sequence[Sink]) -> None:
        with close_whole(CLOSING_S) as stack:
            opener = Opener(self._viewer, self._deadline, self._tell_status, say)
            source, monitor = opener.open(task.spec, self._request)
            stack.enter_context(source)
            tables = table_sinks(task, source, partial(self._add, task))
            outputs = task.outputs.open(source, Inspector(self._recognizer).inspect) + tables
            for sink in outputs:
                stack.enter_context(sink)
            window = self._viewer.open(source)
            unsettled = UnsettledSink(task.records)
            sinks = [*outputs, *results, unsettled]
            stack.enter_context(self._counted(source))
            readings = stack.enter_context(
                closing(self._recognizer.stream(source, onlooker=window))
            )
            for frame, reading in islice(readings, self._request.max_frames):
                if monitor is not None:
                    monitor.see(frame)
                self._put(frame, reading, sinks)
                # The window comes last: it keeps a still until a key is pressed.
                if window and not source.is_live:
                    window.write(frame, reading)
                if self._is_over:
                    return
            self._note(source.name, unsettled.note)

    def _note(self, name: str, note: str) -> None:
        if note:
            with self._progress.hidden():
                say(f"{shown(name)}: {note}")

    def _add(self, task: FileTask, page: TablePage) -> None:
        assert task.table is not None and task.table.file is not None
        self._tables.add(task.table.file, page)

    def _put(self, frame: Frame, reading: Reading, sinks: Sequence[Sink]) -> None:
        # All outputs end with the same frame, unless one of them keeps the others waiting.
        with hold_stop_signals(_PATIENCE_S):
            for sink in sinks:
                sink.write(frame, reading)
        self._progress.advance()
        self._has_read = self._has_read or has_number(reading, self._records)

    def _tell_status(self, status: SourceStatus) -> None:
        """Say that a camera was lost or is back, on standard error and in the records."""
        with self._progress.hidden():
            say(status.text)
        for sink in self._record_sinks:
            sink.tell(status)

    @property
    def _is_ended(self) -> bool:
        """Whether the time is over, or the user closed the window."""
        return self._deadline.has_passed or self._viewer.is_closed

    @property
    def _is_over(self) -> bool:
        return self._is_ended or (self._request.once and self._has_read)

    @contextmanager
    def _counted(self, source: Source) -> Iterator[None]:
        """Show the progress of a source and, if wanted, tell in the end what it was."""
        self._begin(source.name, source.frame_count)
        try:
            yield
        finally:
            self._tell(source.name, self._progress.summary())

    def _begin(self, name: str, count: int | None) -> None:
        limit = self._request.max_frames
        self._progress.start(name, min(count, limit) if count and limit else count)

    def _tell(self, name: str, summary: str) -> None:
        if self._request.verbose:
            with self._progress.hidden():
                say(f"{name}: {summary}")
