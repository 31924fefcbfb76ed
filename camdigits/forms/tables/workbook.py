"""Tables of sheets as workbooks: one sheet for people, and one that holds all that was read."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from camdigits.errors import DataError
from camdigits.forms.checks import value_of
from camdigits.forms.readings import FieldReading, FormTable
from camdigits.forms.tables.rows import DOUBTFUL, FIRST, long_rows_of
from camdigits.sinks.tables.workbook import UNSURE, spreadsheet_number
from camdigits.support.printable import printable

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

FORMS, READINGS = "Forms", "Readings"
"""The sheet for people, and that which holds all."""
CORRECTED = "#D5ECD0"
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAX_BYTES = 400_000_000
"""Of a part of a workbook, unpacked."""


def workbook_of(table: FormTable) -> bytes:
    """Return a table as an ``.xlsx`` file.

    Raises:
        ImportError: if XlsxWriter is missing.
    """
    import xlsxwriter

    file = io.BytesIO()
    kept = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
    with xlsxwriter.Workbook(file, {"in_memory": True, **kept}) as book:
        _put_forms(book, table)
        sheet = book.add_worksheet(READINGS)
        for row, cells in enumerate(long_rows_of(table)):
            for column, text in enumerate(cells):
                sheet.write_string(row, column, printable(text))
    return file.getvalue()


def _put_forms(book: xlsxwriter.Workbook, table: FormTable) -> None:
    sheet = book.add_worksheet(FORMS)
    names = [field.name for field in table.sheets[0].fields] if table.sheets else []
    bold = book.add_format({"bold": True})
    for column, name in enumerate([*FIRST, *names, DOUBTFUL]):
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, len(FIRST))
    sheet.set_column(0, 0, max([10, *(len(printable(each.source)) for each in table.sheets)]))
    formats: dict[tuple[str, str], Any] = {}

    def look(number_format: str, field: FieldReading) -> Any:
        ground = {"doubtful": UNSURE, "corrected": CORRECTED}.get(field.state, "")
        if (number_format, ground) not in formats:
            made = {"num_format": number_format} | ({"bg_color": ground} if ground else {})
            formats[number_format, ground] = book.add_format(made)
        return formats[number_format, ground]

    for row, each in enumerate(table.sheets, start=1):
        sheet.write_string(row, 0, printable(each.source))
        if each.page is not None:
            sheet.write_number(row, 1, each.page)
        if each.time_s is not None:
            sheet.write_number(row, 2, round(each.time_s, 3))
        for column, field in enumerate(each.fields, start=len(FIRST)):
            _put_field(sheet, (row, column), field, look)
        sheet.write_number(row, len(FIRST) + len(names), len(each.doubtful))


def _put_field(sheet: Worksheet, place: tuple[int, int], field: FieldReading, look: Any) -> None:
    number = spreadsheet_number(field.text, value_of(field.text)) if field.text else None
    if number is None:
        sheet.write_string(*place, printable(field.text), look("@", field))
    else:
        sheet.write_number(*place, number[0], look(number[1], field))
    if field.why:
        sheet.write_comment(*place, field.why)


def sheet_rows(data: bytes, name: str, file_name: str) -> list[list[str]]:
    """Return the texts of a workbook's sheet, row by row; empty cells are "".

    Args:
        data: an ``.xlsx`` file.
        name: of the sheet.
        file_name: for people.

    Raises:
        DataError: if it is no workbook, or has no such sheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            strings = _strings(book)
            root = _part(book, _path_of(book, name))
            return [_texts(row, strings) for row in root.iter(f"{_SPACE}row")]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, ElementTree.ParseError) as error:
        raise DataError(
            f"{file_name}: no workbook that camdigits form read wrote; read the sheets anew"
        ) from error


def _part(book: zipfile.ZipFile, path: str) -> ElementTree.Element:
    if book.getinfo(path).file_size > _MAX_BYTES:
        raise ValueError("too large")
    return ElementTree.fromstring(book.read(path))


def _path_of(book: zipfile.ZipFile, name: str) -> str:
    sheets = _part(book, "xl/workbook.xml").iter(f"{_SPACE}sheet")
    link = next((each.get(f"{_LINKS}id") for each in sheets if each.get("name") == name), None)
    for each in _part(book, "xl/_rels/workbook.xml.rels"):
        if link is not None and each.get("Id") == link:
            return str(PurePosixPath("xl") / each.get("Target", "").removeprefix("/xl/"))
    raise KeyError(name)


def _strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(each) for each in _part(book, "xl/sharedStrings.xml").iter(f"{_SPACE}si")]


def _texts(row: ElementTree.Element, strings: list[str]) -> list[str]:
    texts: list[str] = []
    for cell in row.iter(f"{_SPACE}c"):
        letters = "".join(filter(str.isalpha, cell.get("r", "")))
        column = 0
        for letter in letters:
            column = 26 * column + ord(letter) - ord("A") + 1
        texts += [""] * (column - 1 - len(texts))
        value = cell.find(f"{_SPACE}v")
        if cell.get("t") == "inlineStr":
            texts.append(_text(cell))
        elif value is None or value.text is None:
            texts.append("")
        else:
            texts.append(strings[int(value.text)] if cell.get("t") == "s" else value.text)
    return texts


def _text(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_SPACE}t"))
