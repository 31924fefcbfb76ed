"""Reading one file as a task of its own, whatever process does it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from camdigits.cli.reading.inspector import Inspector
from camdigits.cli.reading.output_plan import SourceOutputs
from camdigits.cli.reading.sink_wrappers import UnsettledSink, has_number, upright
from camdigits.cli.reading.table_plan import TableTarget
from camdigits.cli.terminal.reading_progress import SilentProgress
from camdigits.cli.terminal.signals import close_whole, raise_stop_signals
from camdigits.config import ReadConfig
from camdigits.errors import SourceError
from camdigits.sinks.base import Sink
from camdigits.sources import SourceSpec, open_source
from camdigits.sources.base import Source
from camdigits.types import Reading, RecordKind

# Most runs write no tables.
if TYPE_CHECKING:
    from camdigits.jobs.child_processes import Children
    from camdigits.sinks.tables.pages import TablePage

CLOSING_S = 5.0
"""How long a file and its outputs may take to be closed before a stop signal cuts them short."""
MOST_JOBS = 4
"""Children at most if nobody says how many; each takes some 200 MB."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to be read, and what is to be written meanwhile.

    Attributes:
        spec: the file.
        config: how it is read.
        weights: the classifier's weights; None takes the bundled ones.
        outputs: where its pictures go.
        max_frames: frames to read at most; None reads all.
        records: which records are wanted; None takes frames for stills, else events.
        counted: those in which a number counts as one that was read.
        until_number: end with the first number.
        table: where its tables go, in the process that asks; None wants none.
        tells_all: every reading is asked for, be there a record of it or not.
    """

    spec: SourceSpec
    config: ReadConfig
    weights: Path | None
    outputs: SourceOutputs
    max_frames: int | None
    records: RecordKind | None
    counted: RecordKind | None
    until_number: bool
    table: TableTarget | None = None
    tells_all: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """The file was opened; `frame_count` is what it claims to have, None if unknown."""

    frame_count: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The last frame was read, be it that of a damaged file.

    Attributes:
        summary: how many frames how fast.
        note: one line on what was not told of them, "" for nothing.
    """

    summary: str
    note: str = ""


Step: TypeAlias = "Begun | TablePage | Reading | Ended | None"
"""What comes of a file: once `Begun`, for each frame its tables, if they are wanted, and its
reading, or None where no record nor note tells of the frame, and `Ended`."""


def read_task(task: FileTask) -> Generator[Step, None, None]:
    """Read a file, write its pictures, and yield what comes of it.

    Raises:
        SourceError, OutputError, UsageError, WeightsError: as reading in this process would.
    """
    from camdigits.jobs.files import recognizer_for

    with raise_stop_signals(), close_whole(CLOSING_S) as stack:
        recognizer = recognizer_for(task.config, task.weights)
        limits = task.config.max_pixels, task.config.pages
        source = stack.enter_context(open_source(task.spec, None, *limits))
        pages: list[TablePage] = []
        tables = table_sinks(task, source, pages.append)
        unsettled = UnsettledSink(task.records)
        sinks = [*task.outputs.open(source, Inspector(recognizer).inspect), *tables, unsettled]
        for sink in sinks:
            stack.enter_context(sink)
        yield Begun(source.frame_count)
        progress = SilentProgress()
        try:
            readings = stack.enter_context(closing(recognizer.stream(source)))
            is_noted = False
            for frame, reading in islice(readings, task.max_frames):
                for sink in sinks:
                    sink.write(frame, reading)
                progress.advance()
                yield from pages
                pages.clear()
                has_note = reading.reduced is not None and not is_noted
                is_noted = is_noted or has_note
                is_told = has_note or task.tells_all or _is_told(reading, task.records)
                yield reading if is_told else None
                if task.until_number and has_number(reading, task.counted):
                    break
        except SourceError:
            yield Ended(progress.summary())
            raise
        yield Ended(progress.summary(), unsettled.note)


def table_sinks(task: FileTask, source: Source, take: Callable[[TablePage], None]) -> list[Sink]:
    """Return the sink that hands the tables of a source on, if they are wanted.

    Raises:
        UsageError: if the source is no picture, and was named.
        SourceOpenError: if it is none, and stands in a folder or fits a pattern.
    """
    if task.table is None:
        return []
    if task.table.file is None or not source.is_still:
        raise task.table.refusal(task.spec.name)
    from camdigits.sinks.tables.pages import TableSink

    return [upright(TableSink(take), task.config)]


def for_children(tasks: Sequence[FileTask], jobs: int | None) -> list[FileTask]:
    """Return the tasks that child processes do, since a decoder may crash on a file.

    A single file is read in this process unless `jobs` asks otherwise: a child takes a third of a
    second to start.
    """
    files = [task for task in tasks if _is_for_child(task.spec)]
    return files if len(tasks) > 1 or jobs else []


def children_for(
    tasks: Sequence[FileTask], jobs: int | None, is_over: Callable[[], bool]
) -> Children[FileTask, Step]:
    """Return the child processes for so many tasks.

    Args:
        tasks: what they will do.
        jobs: how many at a time; None takes one for each processor, `MOST_JOBS` at most.
        is_over: see `Children`.
    """
    from camdigits.jobs.child_processes import Children, cpu_count

    jobs = max(1, min(jobs or min(cpu_count(), MOST_JOBS), len(tasks)))
    # Of what comes after the first number nothing must be written.
    ahead = 1 if tasks and tasks[0].until_number else None
    return Children(read_task, jobs, ahead, is_over)


def _is_for_child(spec: SourceSpec) -> bool:
    """Return whether a source is a file that another process finds under the same name."""
    path = Path(str(spec.target))
    try:
        # /dev/fd/3 is another file there; a folder or a missing file is told at once here.
        is_own = path.is_absolute() and path.parts[1:2] in (("dev",), ("proc",))
        return spec.kind == "file" and not is_own and path.is_file()
    except (OSError, ValueError):
        return False


def _is_told(reading: Reading, records: RecordKind | None) -> bool:
    """Return whether a record, or the text, which knows one kind only, tells of a frame."""
    return any(reading.records(records)) or any(reading.records())
