"""Writes the tables of a run, and says what stands in none and what is in doubt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.terminal.messages import say
from camdigits.cli.terminal.reading_progress import Progress
from camdigits.cli.terminal.signals import hold_stop_signals
from camdigits.sources.names import shown
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable

# Most runs write no tables.
if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.sinks.tables.files import TableFiles
    from camdigits.sinks.tables.pages import TablePage


class TableWriter(Closeable):
    """Takes the tables of pictures; no stop signal cuts a file that is being written.

    Args:
        request: what the user asks for.
        with_source: files have a first column that names the picture.
        progress: hidden while something is said.
    """

    def __init__(self, request: Request, with_source: bool, progress: Progress) -> None:
        self._force, self._is_quiet = request.force, request.quiet
        self._with_source, self._progress = with_source, progress
        self._files: TableFiles | None = None
        self._path, self._doubts = Path(), 0

    def add(self, path: Path, page: TablePage) -> None:
        """Take the tables of a picture, and say if it has none, or numbers beside them.

        Of the file before it is said how much is in doubt.

        Args:
            path: the file that they go to.
            page: the tables.

        Raises:
            OutputError: if the file before it could not be written.
        """
        if self._files is None:
            from camdigits.sinks.tables.files import TableFiles

            self._files = TableFiles(self._force, self._with_source)
        with hold_stop_signals():
            self._files.add(path, page)
        if path != self._path:
            self._tell_doubts()
            self._path = path
        self._doubts += page.doubt_count
        note = _note(page)
        if note:
            self._tell(f"{shown(page.source)}: {note}")

    def close(self) -> None:
        """Write the file whose pictures came last; a second call does nothing.

        Raises:
            OutputError: if it could not be written; nothing is left of it.
        """
        if self._files is not None:
            with hold_stop_signals():
                self._files.close()
            self._tell_doubts()

    def _tell_doubts(self) -> None:
        """Say how many numbers of a CSV file, which shows no doubts, are to be looked at."""
        count, self._doubts = self._doubts, 0
        if not count or self._path.suffix.lower() != ".csv":
            return
        book = printable(self._path.with_suffix(".xlsx").name)
        doubts = (
            f"1 number is in doubt; {book} would colour it"
            if count == 1
            else f"{count} numbers are in doubt; {book} would colour them"
        )
        self._tell(f"{printable(str(self._path))}: {doubts}")

    def _tell(self, line: str) -> None:
        if not self._is_quiet:
            with self._progress.hidden():
                say(line)


def _note(page: TablePage) -> str:
    """Return what is told of numbers that stand in no table; "" if all do."""
    count = len(page.others)
    if page.tables:
        stand = "1 number stands" if count == 1 else f"{count} numbers stand"
        return f"{stand} in no table, and in a column behind the last one" if count else ""
    if not count:
        return "no number was read, so its table is empty"
    rows = "its number is" if count == 1 else f"its {count} numbers are"
    return f"no rows and columns were found; {rows} written as a single column"
