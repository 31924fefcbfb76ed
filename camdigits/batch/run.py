"""The loop of a batch: hand in files, take what became of them, write it down."""

from __future__ import annotations

import glob
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from camdigits.batch.engines import TRIES, Engine, OpenEngine, ReaderDiedError, Ticket
from camdigits.batch.file_work import ExitReason, FileSummary, FileWork, Reads
from camdigits.batch.find import Found
from camdigits.batch.journal import Entry, Journal
from camdigits.batch.output_paths import JOURNAL, RECORDS, SCRATCH, TABLE, RecordsPlaces
from camdigits.batch.summary_table import write_table
from camdigits.errors import OutputError, SourceCrashedError, UsageError
from camdigits.jobs.files import crashed
from camdigits.sources.names import shown
from camdigits.support.output_file import no_folder
from camdigits.support.printable import printable, reason

LOOK_S = 0.25
"""How long is waited for a file before the progress is drawn anew."""


class Watcher(Protocol):
    """Somebody who is told how far the batch is."""

    def begin(self, files: Sequence[Found]) -> None:
        """These are to be read; the others are finished from before."""
        ...

    def tick(self) -> None:
        """Nothing happened for a moment."""
        ...

    def end(self, file: Found, summary: FileSummary) -> None:
        """This became of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """How a batch ended.

    Attributes:
        counts: all its files by exit reason.
        read: how many of them were read now, whatever became of them.
        bad_before: what became before of those that are not "done" and were not read again.
    """

    counts: Counter[ExitReason]
    read: int
    bad_before: list[FileSummary]

    @property
    def is_all_done(self) -> bool:
        """Whether every file was read to its end, now or before."""
        return self.counts.total() == self.counts["done"]


class Batch:
    """A folder of results, and the files that it is about."""

    def __init__(self, out: Path, reads: Reads, retry_failed: bool = False) -> None:
        """Name the folder; nothing is done yet.

        Args:
            out: the folder, made if it is missing.
            reads: how files are read.
            retry_failed: files that were not read to their end before are read again.
        """
        self._out, self._reads, self._retry_failed = out.absolute(), reads, retry_failed
        self._scratch = self._out / SCRATCH

    def read(self, files: Sequence[Found], open_engine: OpenEngine, watcher: Watcher) -> Report:
        """Read all files that are not finished, and return how it ended.

        The table is written however this ends.

        Raises:
            UsageError: if a source is a file that the batch writes.
            OutputError: if something cannot be written; the batch can go on from there later.
            WeightsError: if the weights cannot be used.
        """
        _check_sources(self._out, files)
        _check_free(self._out, files)
        _make(self._out)
        with Journal(self._out / JOURNAL, self._reads) as journal:
            todo = [file for file in files if not self._is_finished(journal, file)]
            try:
                watcher.begin(todo)
                self._read(todo, journal, open_engine, watcher)
            finally:
                shutil.rmtree(self._scratch, ignore_errors=True)
                write_table(self._out / TABLE, _rows(files, journal))
            return _report(files, todo, journal)

    def _is_finished(self, journal: Journal, file: Found) -> bool:
        entry = journal.finished(file)
        is_good = entry is not None and entry.summary.exit_reason == "done"
        return is_good if self._retry_failed else entry is not None

    def _read(
        self, todo: Sequence[Found], journal: Journal, open_engine: OpenEngine, watcher: Watcher
    ) -> None:
        record = _Recorder(journal, self._out, watcher)
        for file in todo:
            if file.why_not:
                record(file, FileSummary("unreadable", file.why_not), Path())
        files = [file for file in todo if not file.why_not]
        if not files:
            return
        shutil.rmtree(self._scratch, ignore_errors=True)  # what a killed batch left
        _make(self._scratch)
        with open_engine() as engine:
            pending: dict[Ticket, tuple[Found, Path]] = {}
            for file in files:
                while len(pending) >= engine.room:
                    _take(engine, pending, record)
                place = record.places.of(file.name, file.path)
                work = FileWork(file.name, file.path, self._out / place, self._scratch, self._reads)
                pending[engine.submit(work)] = file, place
            while pending:
                _take(engine, pending, record)


class _Recorder:
    """Writes down what became of files."""

    def __init__(self, journal: Journal, out: Path, watcher: Watcher) -> None:
        self._journal, self._out, self._watcher = journal, out, watcher
        known = journal.entries.items()
        self.places = RecordsPlaces({path: it.records for path, it in known if it.records})

    def __call__(self, file: Found, summary: FileSummary, place: Path) -> None:
        if summary.has_records and not (self._out / place).is_file():
            raise OutputError(
                f"the records of {printable(file.name)} are on another machine's own disk: name a "
                "folder that all machines share"
            )
        self._journal.add(file, summary, place)
        self._watcher.end(file, summary)

    def tick(self) -> None:
        """Tell the watcher that nothing happened."""
        self._watcher.tick()


def _take(engine: Engine, pending: dict[Ticket, tuple[Found, Path]], record: _Recorder) -> None:
    """Write down what is finished, after a moment's wait if nothing is."""
    for ticket in engine.wait(pending, LOOK_S):
        file, place = pending.pop(ticket)
        try:
            summary = engine.result(ticket)
        except ReaderDiedError as error:
            summary = FileSummary("crashed", str(_died(file.name, error)))
        record(file, summary, place)
    record.tick()


def _died(name: str, error: ReaderDiedError) -> SourceCrashedError:
    if error.is_machine:
        return SourceCrashedError(
            f"{shown(name)}: the machine that read it died, {TRIES} times; "
            "--retry-failed reads it again"
        )
    return crashed(name, str(error))


def _check_sources(out: Path, files: Sequence[Found]) -> None:
    """Raise a `UsageError` if a source is a file of the batch, which would take its place."""
    own = {(out / name).resolve() for name in (JOURNAL, TABLE)}
    folders = [(out / name).resolve() for name in (RECORDS, SCRATCH)]
    for file in files:
        path = file.path.resolve()
        if path in own or any(folder in path.parents for folder in folders):
            raise UsageError(
                f"{shown(file.name)} is read and would be written over: name another folder than "
                f"{printable(str(out))}"
            )


def _check_free(out: Path, files: Sequence[Found]) -> None:
    """Raise an `OutputError` if a new batch would write over what is none of a batch's."""
    journal = out / JOURNAL
    if journal.is_file() and journal.stat().st_size:
        return
    places = RecordsPlaces({})
    targets = [Path(TABLE), *(places.of(it.name, it.path) for it in files if not it.why_not)]
    for target in targets:
        if (out / target).exists():
            raise OutputError(
                f"{printable(str(out / target))} exists and is of no batch that can go on: move it "
                "away, or name another folder"
            )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(no_folder(folder)) from error
    except OSError as error:
        name = printable(str(folder))
        raise OutputError(f"cannot create the folder {name}: {reason(error)}") from error


def _rows(files: Sequence[Found], journal: Journal) -> Iterator[Entry]:
    """Yield all entries but those of folders and patterns that led to files since."""
    named = {str(file.path) for file in files}
    read = [entry.file.path for entry in journal.entries.values() if entry.file.size is not None]
    folders = {str(folder) for path in read for folder in path.parents}
    for path, entry in journal.entries.items():
        is_old = entry.file.size is None and path not in named
        if not (is_old and (path in folders or _has_match(path, read))):
            yield entry


def _has_match(pattern: str, paths: Sequence[Path]) -> bool:
    return glob.has_magic(pattern) and any(
        place.match(pattern) for path in paths for place in (path, *path.parents)
    )


def _report(files: Sequence[Found], todo: Sequence[Found], journal: Journal) -> Report:
    summaries = {file.path: journal.entries[str(file.path)].summary for file in files}
    before = summaries.keys() - {file.path for file in todo}
    return Report(
        counts=Counter(summary.exit_reason for summary in summaries.values()),
        read=len(todo),
        bad_before=[
            summary for path, summary in summaries.items() if path in before and summary.error
        ],
    )
