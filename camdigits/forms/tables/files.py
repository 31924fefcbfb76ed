"""Writes tables of sheets, and reads them back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from camdigits.errors import DataError
from camdigits.forms.readings import FormTable
from camdigits.forms.tables.rows import rows_of, table_of_long_rows, table_of_rows
from camdigits.sinks.records.csv import csv_line
from camdigits.support.output_file import write_whole
from camdigits.support.printable import printable, reason

_MAX_BYTES = 200_000_000


def write_table(path: Path, table: FormTable, force: bool = False) -> None:
    """Write a table; its name ends in ``.csv`` or ``.xlsx``.

    Args:
        path: the file, whose name `camdigits.sinks.tables.files.check_table_name` has seen.
        table: the sheets.
        force: an existing file may be replaced.

    Raises:
        OutputError: if it could not be written; nothing is left of it.
    """
    if path.suffix.lower() == ".xlsx":
        from camdigits.forms.tables.workbook import workbook_of

        data = workbook_of(table)
    else:
        data = csv_of(table)
    write_whole(path, data, force)


def csv_of(table: FormTable) -> bytes:
    """Return a table as a file of CSV in UTF-8."""
    return "".join(map(csv_line, rows_of(table))).encode("utf-8", "surrogateescape")


def read_table(path: Path) -> FormTable:
    """Return the table that a file holds.

    Args:
        path: as `write_table` wrote it.

    Raises:
        DataError: if it cannot be read or holds none.
    """
    name = printable(str(path))
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise DataError(f"{name}: more than {_MAX_BYTES // 1_000_000} MB are no table of forms")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{name}: {reason(error)}; name a table of camdigits form read") from error
    if path.suffix.lower() == ".xlsx":
        from camdigits.forms.tables.workbook import READINGS, sheet_rows

        return table_of_long_rows(sheet_rows(data, READINGS, name), name)
    try:
        text = data.decode("utf-8-sig", "surrogateescape")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (ValueError, csv.Error) as error:
        raise DataError(f"{name}: no CSV in UTF-8: {printable(str(error))}") from None
    return table_of_rows([row for row in rows if row], name)
