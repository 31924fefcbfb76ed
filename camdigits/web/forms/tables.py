"""Tables of sheets that are open for review: every correction is written at once."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from camdigits.errors import DataError, OutputError, UsageError
from camdigits.forms.checks import comes_out, why_not
from camdigits.forms.form import Form
from camdigits.forms.readings import FormTable, SheetReading
from camdigits.forms.tables.files import read_table, write_table
from camdigits.support.printable import printable, reason

_SHEETS = "xl/worksheets/sheet"


class OpenTable:
    """A table, as its file holds it, and the form of its sheets.

    Args:
        path: as `camdigits.forms.tables.files.write_table` wrote it.
        table: what it holds, as `opened` returns it.
        form: of the sheets.

    Raises:
        UsageError: if the form has not all the fields of the table.
    """

    def __init__(self, path: Path, table: FormTable, form: Form) -> None:
        self.path, self.table, self.form = path, table, form
        # What a link leads to is written, not the link.
        self._file = path.resolve()
        self._stamp = _stamp(self._file)
        own = {field.name for field in form.fields}
        for sheet in table.sheets:
            for field in sheet.fields:
                if field.name not in own:
                    raise UsageError(
                        f"{printable(str(path))} has the field {printable(field.name)}, and the "
                        f"form {printable(str(table.form))} has none of that name; read the "
                        "sheets anew"
                    )

    def why_not(self, place: int, name: str, text: str) -> str:
        """Return why a text does not fit a field of a sheet, as a phrase; "" if it does.

        Args:
            place: of the sheet in the table.
            name: of the field.
            text: that somebody says it is.
        """
        phrases = [why_not(self.form.field(name), text)]
        sheet = self.table.sheets[place]
        texts = {field.name: field.text for field in sheet.fields} | {name: text}
        in_doubt = {field.name for field in sheet.doubtful} - {name}
        for each in self.form.sums:
            names = {each.total, *each.parts}
            if name in names and not names & in_doubt and not comes_out(each, texts):
                phrases.append(f"{each} does not come out")
        return ", ".join(filter(None, phrases))

    def correct(self, place: int, name: str, text: str) -> None:
        """Write a field of a sheet as somebody says that it is.

        Raises:
            OutputError: if it could not be written, or somebody else has changed the file; it
                stays as it is then.
        """
        shown = printable(str(self.path))
        if _stamp(self._file) != self._stamp:
            raise OutputError(
                f"{shown} was changed by another program meanwhile, and nothing more is written "
                "to it: end with Ctrl-C where camdigits runs, and review it again"
            )
        sheets = list(self.table.sheets)
        sheets[place] = sheets[place].corrected(name, text)
        table = replace(self.table, sheets=tuple(sheets))
        with suppress(OSError):  # not every file system has permissions
            mode = self._file.stat().st_mode & 0o777
        write_table(self._file, table, force=True)
        with suppress(OSError, UnboundLocalError):
            self._file.chmod(mode)
        self.table, self._stamp = table, _stamp(self._file)

    def file_of(self, sheet: SheetReading) -> Path:
        """Return the file that shows a sheet, which was named from where the table was made."""
        return found_from(self.path, Path(sheet.source))


def opened(path: Path) -> FormTable:
    """Return what a table holds.

    Raises:
        DataError: if it is none, or holds what a person wrote and a review would not keep.
    """
    table = read_table(path)
    if path.suffix.lower() == ".xlsx" and table.sheets:
        _check_unchanged(path, table)
    return table


def found_from(table: Path, named: Path) -> Path:
    """Return a file that a table names: seen from the current folder, or else from the table's."""
    beside = table.parent / named
    return beside if not named.exists() and beside.exists() else named


def _check_unchanged(path: Path, table: FormTable) -> None:
    """Make sure that a workbook says for people what it says for programs, and nothing else."""
    from camdigits.forms.tables.workbook import FORMS, sheet_rows, workbook_of

    name = printable(str(path))
    wanted = sheet_rows(workbook_of(table), FORMS, name)
    try:
        with zipfile.ZipFile(path) as book:
            parts = [part for part in book.namelist() if part.startswith(_SHEETS)]
        found = sheet_rows(path.read_bytes(), FORMS, name)
    except OSError as error:
        raise DataError(f"{name}: {reason(error)}; name a table of camdigits form read") from error
    if len(parts) != 2 or not _are_alike(wanted, found):
        raise DataError(
            f"{name}: its sheet {FORMS} was changed by hand, which a review would not keep; "
            "read the sheets anew"
        )


def _are_alike(first: list[list[str]], second: list[list[str]]) -> bool:
    rows = [[row for row in map(_trimmed, rows) if row] for rows in (first, second)]
    return len(rows[0]) == len(rows[1]) and all(
        len(one) == len(other) and all(map(_is_same, one, other))
        for one, other in zip(*rows, strict=True)
    )


def _trimmed(row: list[str]) -> list[str]:
    """Return a row without the empty cells at its end, which programs write or leave out."""
    length = max((place for place, text in enumerate(row, start=1) if text), default=0)
    return row[:length]


def _is_same(first: str, second: str) -> bool:
    if first == second:
        return True
    try:
        return abs(float(first) - float(second)) < 1e-9 * max(1.0, abs(float(first)))
    except ValueError:
        return False


def _stamp(path: Path) -> tuple[int, int]:
    """Return what a file's change is known by.

    Raises:
        OutputError: if it is gone.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise OutputError(f"cannot write {printable(str(path))}: {reason(error)}") from error
    return status.st_mtime_ns, status.st_size
