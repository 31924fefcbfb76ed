"""Reads sources one after the other into their sinks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from camdigits.cli.attend import Deadline, attend, is_as_asked
from camdigits.cli.debug import Debugging
from camdigits.cli.lend import lend
from camdigits.cli.messages import say
from camdigits.cli.outputs import Outputs, check_elsewhere, check_records
from camdigits.cli.progress import Progress, open_progress
from camdigits.cli.viewer import Showing, Viewer
from camdigits.cli.wrappers import FirstNumberSink, has_number
from camdigits.config import CameraConfig, ReadConfig
from camdigits.errors import NothingReadError, SourceError, UsageError
from camdigits.recognizer import Recognizer
from camdigits.sinks.base import Sink
from camdigits.sinks.records import RecordFormat, open_records
from camdigits.sources import SourceSpec, expand, open_source
from camdigits.sources.base import Source
from camdigits.types import RecordKind

FORM_OF_SUFFIX: dict[str, RecordFormat] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for.

    Attributes:
        sources: as they were typed.
        config: how they are read.
        camera: what is asked of cameras and streams.
        weights: the classifier's weights; None takes the bundled ones.
        weights_note: what the window says of them.
        output: where marked pictures go: a file, or a folder for several sources.
        form: form of the results on standard output.
        records: which records are wanted; None takes frames for stills, else events.
        output_records: a file for the records, whose suffix chooses their form.
        force: files that exist may be replaced.
        showing: which sources are shown in the window.
        mirror: the window shows them as a mirror does.
        debug: folder for pictures that show how each source was read.
        teach: folder for what is taught in the window; None takes the user's own.
        max_frames: frames of each source to read at most; None reads all.
        once: end with the first number.
        require: reading nothing is an error.
        timeout_s: seconds after which the reading ends; nothing read by then is an error.
        quiet: say nothing but results and errors.
        verbose: say how many frames each source gave, and how fast they were read.
    """

    sources: Sequence[str | Path]
    config: ReadConfig = field(default_factory=ReadConfig)
    camera: CameraConfig = field(default_factory=CameraConfig)
    weights: Path | None = None
    weights_note: str = ""
    output: Path | None = None
    form: RecordFormat = "text"
    records: RecordKind | None = None
    output_records: Path | None = None
    force: bool = False
    showing: Showing = "never"
    mirror: bool = False
    debug: Path | None = None
    teach: Path | None = None
    max_frames: int | None = None
    once: bool = False
    require: bool = False
    timeout_s: float | None = None
    quiet: bool = False
    verbose: bool = False


def read_sources(request: Request) -> int:
    """Read everything that is asked for; outputs are checked before anything is read.

    Returns:
        The exit code: 3 if a source failed, else 0.

    Raises:
        UsageError: if the request makes no sense.
        WeightsError: if the weights cannot be used.
        OutputError: if something cannot be written; nothing more is read then.
        NothingReadError: if nothing was read although it was required, or within the time that
            was given, and no source failed.
    """
    if request.records and request.form == "text" and request.output_records is None:
        raise UsageError("--records chooses what jsonl and csv hold; add --format jsonl or csv")
    check_elsewhere(request.sources, request.output, request.debug)
    specs = expand(request.sources)
    outputs = Outputs(request.output, specs, request.config, request.force)
    check_records(request.output_records, specs, request.output)
    recognizer = Recognizer(request.config, request.weights)
    debugging = Debugging(recognizer, request.debug, request.force)
    with ExitStack() as stack:
        progress = stack.enter_context(open_progress(0 if request.quiet else _file_count(specs)))
        stack.enter_context(redirect_stdout(progress.results(sys.stdout)))
        opened = _open_results(request, with_source=len(specs) > 1)
        results = [stack.enter_context(sink) for sink in opened]
        viewer = stack.enter_context(
            Viewer(
                request.showing,
                request.mirror,
                partial(lend, recognizer, debugging, request),
                request.quiet,
            )
        )
        session = Session(recognizer, (outputs, debugging), viewer, progress, request)
        return session.read(specs, results)


def _file_count(specs: Sequence[SourceSpec]) -> int:
    """Return how many sources have an end to wait for."""
    return sum(spec.kind in ("file", "stdin") for spec in specs)


def _open_results(request: Request, with_source: bool) -> Iterator[Sink]:
    """Yield the sinks of the records, the file first: standard output may lose its reader."""
    path, form = request.output_records, request.form
    if path is not None:
        form = FORM_OF_SUFFIX.get(path.suffix.lower(), form)
        yield open_records(path, form, request.records, request.force, with_source)
    yield open_records(None, request.form, request.records, with_source=with_source)


class Session:
    """One run over some sources."""

    def __init__(
        self,
        recognizer: Recognizer,
        outputs: tuple[Outputs, Debugging],
        viewer: Viewer,
        progress: Progress,
        request: Request,
    ) -> None:
        self._recognizer, self._request = recognizer, request
        self._outputs, self._viewer, self._progress = outputs, viewer, progress
        # Text has one line per number, whatever the records are.
        self._records = None if request.form == "text" else request.records
        self._has_read = False
        self._deadline = Deadline(request.timeout_s)

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
        exit_code = 0
        if self._request.once:
            results = [FirstNumberSink(sink, self._records) for sink in results]
        for spec in specs:
            try:
                self._read_source(spec, results)
            except SourceError as error:
                exit_code = error.exit_code
                with self._progress.hidden():
                    say(str(error))
            if self._is_over:
                break
        if self._request.require and not self._has_read and not exit_code:
            raise NothingReadError("no number was read, and --require asks for one")
        if self._deadline.has_passed and not self._has_read and not exit_code:
            raise NothingReadError(
                f"no number was read within {self._request.timeout_s:g} s (--timeout)"
            )
        return exit_code

    def _read_source(self, spec: SourceSpec, results: Sequence[Sink]) -> None:
        with ExitStack() as stack:
            source = stack.enter_context(self._opened(spec))
            outputs = [sink for output in self._outputs if (sink := output.open(source))]
            for sink in outputs:
                stack.enter_context(sink)
            window = self._viewer.open(source)
            # The window comes last: it keeps a still until a key is pressed.
            sinks = [*outputs, *results, *([window] if window and not source.is_live else [])]
            stack.enter_context(self._counted(source))
            readings = self._recognizer.stream(source, onlooker=window)
            for frame, reading in islice(readings, self._request.max_frames):
                for sink in sinks:
                    sink.write(frame, reading)
                self._progress.advance()
                self._has_read = self._has_read or has_number(reading, self._records)
                if self._is_over:
                    return

    def _opened(self, spec: SourceSpec) -> Source:
        camera = self._request.camera
        limit_s = self._deadline.limit(camera.open_timeout_s)
        source = open_source(spec, replace(camera, open_timeout_s=limit_s))
        is_told = self._request.verbose or (
            spec.kind == "camera" and camera != CameraConfig() and not is_as_asked(source, camera)
        )
        attend(source, self._viewer, self._deadline, say if is_told else None)
        return source

    @property
    def _is_over(self) -> bool:
        if self._deadline.has_passed:
            return True
        return self._viewer.is_closed or (self._request.once and self._has_read)

    @contextmanager
    def _counted(self, source: Source) -> Iterator[None]:
        """Show the progress of a source and, if wanted, tell in the end what it was."""
        limit, count = self._request.max_frames, source.frame_count
        self._progress.start(source.name, min(count, limit) if count and limit else count)
        try:
            yield
        finally:
            if self._request.verbose:
                with self._progress.hidden():
                    say(f"{source.name}: {self._progress.summary()}")
