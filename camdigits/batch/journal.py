"""The journal of a batch: which files are finished, so that a batch that was stopped goes on.

It is JSON Lines, added to and never changed.  A line of type "batch" says how files are read from
there on, and gives that a short id; a line of type "source" says what became of one file, and names
the id.  What counts for a file is its last line, and only if the file has still the same size and
time and would be read the same way, with the same weights.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from camdigits import __version__
from camdigits.batch.file_work import FileSummary, Reads
from camdigits.batch.find import Found
from camdigits.errors import OutputError
from camdigits.sinks.records.lines import lock
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable, reason
from camdigits.types import SCHEMA as RECORD_SCHEMA

SCHEMA = 1
_BEGINNING = b'{"type":"batch",'
"""Of every journal."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one file.

    Attributes:
        file: which one, with the size and time that it had.
        read_with: id of the way it was read.
        summary: how that ended.
        records: its records file, relative to the batch's folder; None if there is none.
    """

    file: Found
    read_with: str
    summary: FileSummary
    records: Path | None


class Journal(Closeable):
    """The journal's file, open for this batch alone.

    Attributes:
        entries: the last line of each file by its absolute path.
    """

    def __init__(self, path: Path, reads: Reads) -> None:
        """Read what is there, and take the file for this process.

        Raises:
            OutputError: if it cannot be read or written, is no journal, or another batch writes it.
        """
        self._path, self._way = path, _way(reads)
        self._id = hashlib.sha256(_line(self._way)).hexdigest()[:16]
        self.entries: dict[str, Entry] = {}
        try:
            self._file = io.FileIO(path, "a+")
        except OSError as error:
            raise self._refusal(error) from error
        try:
            lock(self._file)
            self._file.seek(0)
            self._load(self._file.readall())
        except BlockingIOError as error:
            self.close()
            raise OutputError(
                f"another batch is writing into {printable(str(path.parent))}: wait for its end, "
                "or name another folder"
            ) from error
        except OSError as error:
            self.close()
            raise self._refusal(error) from error
        except BaseException:
            self.close()
            raise
        self._add({"type": "batch", "id": self._id, **self._way, "version": __version__})

    def finished(self, file: Found) -> Entry | None:
        """Return what became of a file the last time, None if it is to be read (again)."""
        entry = self.entries.get(str(file.path))
        if entry is None or entry.read_with != self._id:
            return None
        known = entry.file
        is_same = (known.size, known.mtime_ns) == (file.size, file.mtime_ns)
        has_records = entry.records is None or (self._path.parent / entry.records).is_file()
        return entry if is_same and has_records else None

    def add(self, file: Found, summary: FileSummary, records: Path) -> None:
        """Write down what became of a file.

        Args:
            file: which one, as it was before it was read.
            summary: how that ended.
            records: its records file, relative to the batch's folder, if it has one.

        Raises:
            OutputError: if it cannot be written.
        """
        entry = Entry(file, self._id, summary, records if summary.has_records else None)
        self.entries[str(file.path)] = entry
        self._add(_record(entry))

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()

    def _add(self, record: dict[str, Any]) -> None:
        line, start = memoryview(_line(record)), self._file.seek(0, os.SEEK_END)
        try:
            # One call, unless the disk is full, so that killing the process cuts no line in half.
            while line:
                line = line[self._file.write(line) :]
        except OSError as error:
            self._file.truncate(start)
            raise self._refusal(error) from error

    def _load(self, data: bytes) -> None:
        whole, _, torn = data.rpartition(b"\n")
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                record = json.loads(line)
                if record["type"] == "source":
                    entry = _entry(record)
                    self.entries[str(entry.file.path)] = entry
            except (ValueError, KeyError, TypeError) as error:
                raise self._foreign(number) from error
        if torn and not whole and not torn.startswith(_BEGINNING[: len(torn)]):
            raise self._foreign(1)
        if torn:  # a full disk, or the machine's sudden end
            self._file.truncate(len(data) - len(torn))

    def _foreign(self, number: int) -> OutputError:
        return OutputError(
            f"{printable(str(self._path))} is no journal of a batch (line {number}): "
            "name another folder"
        )

    def _refusal(self, error: OSError) -> OutputError:
        return OutputError(f"cannot write {printable(str(self._path))}: {reason(error)}")


def _way(reads: Reads) -> dict[str, Any]:
    """Return everything that decides what is read in a file."""
    settings = asdict(reads.config) | {"records": reads.records}
    return {
        "schema": SCHEMA,
        "record_schema": RECORD_SCHEMA,
        "settings": settings,
        "weights": dict(reads.digests),
    }


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"


def _record(entry: Entry) -> dict[str, Any]:
    file, summary = entry.file, asdict(entry.summary)
    if not summary["note"]:
        del summary["note"]
    return {
        "type": "source",
        "source": file.name,
        "path": str(file.path),
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "read_with": entry.read_with,
        "records": None if entry.records is None else entry.records.as_posix(),
        **summary,
    }


def _entry(record: dict[str, Any]) -> Entry:
    summary = FileSummary(
        record["exit_reason"],
        record["error"],
        record["frames"],
        record["duration_s"],
        tuple(record["numbers"]),
        record["read_s"],
        record.get("note", ""),
    )
    file = Found(record["source"], Path(record["path"]), record["size"], record["mtime_ns"])
    records = None if record["records"] is None else Path(record["records"])
    return Entry(file, record["read_with"], summary, records)
