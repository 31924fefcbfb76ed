"""Writes tables to files as pictures come in."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from camdigits.errors import DependencyError, UsageError
from camdigits.sinks.tables.pages import TablePage
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import write_whole
from camdigits.support.printable import printable

TABLE_SUFFIXES = (".csv", ".xlsx")
"""What the name of a table may end in."""

Encode = Callable[[list[TablePage], bool], bytes]


def check_table_name(path: Path) -> None:
    """Make sure that a name says which form a table has, and that what writes it is installed.

    Raises:
        UsageError: if it ends in nothing that is known.
        DependencyError: if it is an ``.xlsx``, and XlsxWriter is missing.
    """
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise UsageError(
            f"cannot tell the form of a table from the name {printable(str(path))}: "
            f"end it in {', '.join(TABLE_SUFFIXES)}, or in / for a folder"
        )
    if path.suffix.lower() == ".xlsx":
        try:
            importlib.import_module("xlsxwriter")
        except ImportError as error:
            raise DependencyError(
                "an .xlsx table needs XlsxWriter; install it with: "
                "pip install 'camdigits[xlsx]', or write a .csv"
            ) from error


class TableFiles(Closeable):
    """Collects the tables of pictures, and writes each file once all of its pictures are there.

    Args:
        force: existing files may be replaced.
        with_source: files have a first column that names the picture, as those of several pages
            have anyway.
    """

    def __init__(self, force: bool = False, with_source: bool = False) -> None:
        self._force, self._with_source = force, with_source
        self._path: Path | None = None
        self._pages: list[TablePage] = []

    def add(self, path: Path, page: TablePage) -> None:
        """Take the tables of a picture.

        Args:
            path: the file that they go to; the one before it is written.
            page: the tables.

        Raises:
            OutputError: if the file before could not be written; nothing is left of it.
        """
        if path != self._path:
            self.close()
            self._path = path
        self._pages.append(page)

    def close(self) -> None:
        """Write the file whose pictures came last; a second call does nothing.

        Raises:
            OutputError: if it could not be written; nothing is left of it.
        """
        path, pages = self._path, self._pages
        self._path, self._pages = None, []
        if path is not None:
            with_source = self._with_source or len(pages) > 1
            write_whole(path, _encoder(path)(pages, with_source), self._force)


def _encoder(path: Path) -> Encode:
    if path.suffix.lower() == ".csv":
        from camdigits.sinks.tables.csv import csv_bytes

        return csv_bytes
    from camdigits.sinks.tables.workbook import workbook_bytes

    return workbook_bytes
