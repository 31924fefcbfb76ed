"""What is done with one file: its records go to a file of their own, and a summary comes back."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from camdigits.batch.weights import check_digests
from camdigits.config import ReadConfig
from camdigits.errors import CamdigitsError, OutputError, SourceError, SourceOpenError, UsageError
from camdigits.jobs.files import recognizer_for
from camdigits.sinks.records.opening import open_records
from camdigits.sources import open_source
from camdigits.sources.names import shown
from camdigits.sources.resolve import SourceSpec
from camdigits.support.output_file import remove_quietly
from camdigits.support.printable import printable, reason
from camdigits.types import Reading, RecordKind

ExitReason = Literal["done", "damaged", "unreadable", "crashed", "failed"]
"""How the reading of a file ended.

done        it was read to its end
damaged     it broke off; the records tell of its good frames
unreadable  nothing of it could be read
crashed     it ended the process that read it, twice
failed      camdigits itself failed on it
"""


@dataclass(frozen=True, slots=True)
class Reads:
    """How all files of a batch are read.

    Attributes:
        config: the settings.
        weights: the classifier's weights; None takes the bundled ones.
        records: which records are wanted; None takes frames for stills, else events.
        digests: sha256 of each file of the weights, by its name; a machine whose own differ
            refuses to read.
    """

    config: ReadConfig = field(default_factory=ReadConfig)
    weights: Path | None = None
    records: RecordKind | None = None
    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileWork:
    """One file to be read.

    Attributes:
        name: as the user gave it; records carry it.
        path: the same, absolute: a process on another machine has another current folder.
        target: the file that its records go to.
        scratch: a folder on the same file system for what is not finished.
        reads: how it is read.
    """

    name: str
    path: Path
    target: Path
    scratch: Path
    reads: Reads


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file.

    Attributes:
        exit_reason: how its reading ended.
        error: one line that says why it is not "done"; "" if it is.
        frames: how many were read.
        duration_s: time of the last one in seconds; 0 for a picture.
        numbers: texts in the order in which they were read, for a video those that appeared or
            changed.
        read_s: how long it took, in seconds.
        note: one line on what may have been missed although it was read; "" for nothing.
    """

    exit_reason: ExitReason
    error: str = ""
    frames: int = 0
    duration_s: float = 0.0
    numbers: tuple[str, ...] = ()
    read_s: float = 0.0
    note: str = ""

    @property
    def has_records(self) -> bool:
        """Whether there is a file of its records."""
        return self.exit_reason in ("done", "damaged")


def read_to_file(work: FileWork) -> FileSummary:
    """Read a file to its end, and write its JSON Lines records, whole or not at all.

    The records file has the bytes that ``camdigits run FILE --format jsonl`` prints.

    Raises:
        OutputError: if the records cannot be written.
        WeightsError: if the weights cannot be used, or are others than those of the batch.
    """
    recognizer_for(work.reads.config, work.reads.weights)
    check_digests(work.reads.weights, work.reads.digests)
    partial = _claimed(work.scratch)
    try:
        summary = _read(work, partial)
        if summary.has_records:
            _publish(partial, work.target)
        return summary
    finally:
        remove_quietly(partial)


def _claimed(scratch: Path) -> Path:
    """Return a name that no other process uses, even one that a cluster took for dead."""
    return scratch / f"{uuid.uuid4().hex}.jsonl"


def _read(work: FileWork, partial: Path) -> FileSummary:
    tally = _Tally(work.name)
    try:
        _write(work, partial, tally)
    except OutputError:
        raise
    except (SourceOpenError, UsageError) as error:  # the latter: a region outside the picture
        return tally.summary("unreadable", str(error))
    except SourceError as error:
        return tally.summary("damaged", str(error))
    except CamdigitsError:
        raise
    except Exception as error:
        text = printable(f"{type(error).__name__}: {error}")
        return tally.summary("failed", f"{shown(work.name)}: this is a bug: {text}")
    return tally.summary("done")


def _write(work: FileWork, partial: Path, tally: _Tally) -> None:
    reads = work.reads
    spec = SourceSpec("file", str(work.path), work.name)
    recognizer = recognizer_for(reads.config, reads.weights)
    with (
        open_records(partial, "jsonl", reads.records) as sink,
        open_source(spec, max_pixels=reads.config.max_pixels, pages=reads.config.pages) as source,
    ):
        for frame, reading in recognizer.stream(source):
            sink.write(frame, reading)
            tally.add(reading)


class _Tally:
    """Counts what is read in one file."""

    def __init__(self, name: str) -> None:
        self._name, self._note = name, ""
        self._started_s = time.monotonic()
        self._frames, self._last_s = 0, 0.0
        self._numbers: list[str] = []

    def add(self, reading: Reading) -> None:
        self._frames += 1
        self._last_s = reading.time_s
        if reading.note and not self._note:
            self._note = f"{shown(self._name)}: {reading.note}"
        if reading.is_still:
            self._numbers += [number.text for number in reading.numbers]
        self._numbers += [event.text for event in reading.events if event.kind != "gone"]

    def summary(self, exit_reason: ExitReason, error: str = "") -> FileSummary:
        """Return the summary of a file whose reading ended so."""
        return FileSummary(
            exit_reason,
            error,
            self._frames,
            round(self._last_s, 3),
            tuple(self._numbers),
            round(time.monotonic() - self._started_s, 3),
            self._note,
        )


def _publish(partial: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {printable(str(target))}: {reason(error)}") from error
