"""Tables as a workbook: coloured where they are in doubt, with pictures to check them by."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from camdigits.sinks.tables.pages import PICTURE_HEIGHT_PX, Cell, Grid, TablePage
from camdigits.support.printable import printable
from camdigits.types import DOUBT

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

UNSURE, VAGUE = "#FFE0B0", "#F8C4AC"
"""Grounds of numbers below 0.8, and of those below 0.5 or with a ``?``: as the window's colours."""
VAGUE_BELOW = 0.5
MAX_DIGITS = 15
"""A spreadsheet's numbers have no more digits."""
PX = 0.75
"""Points of a pixel."""
CHECK = "Check"
CHECK_COLUMNS = ("Cell", "Text", "Confidence", "Picture")
CHECK_WIDTHS = (18, 14, 12, 40)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that is to be looked at.

    Attributes:
        sheet: its sheet's name.
        row, column: on it, from 0.
        cell: what stands there.
    """

    sheet: str
    row: int
    column: int
    cell: Cell


def workbook_bytes(pages: Sequence[TablePage], with_source: bool = False) -> bytes:
    """Return tables as an ``.xlsx`` file.

    Args:
        pages: the tables of each picture.
        with_source: all tables stand on one sheet, one below the other, and a first column names
            the picture; else each has a sheet of its own.

    Raises:
        ImportError: if XlsxWriter is missing.
    """
    import xlsxwriter

    file = io.BytesIO()
    # No text becomes anything else by how it begins.
    kept = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
    with xlsxwriter.Workbook(file, {"in_memory": True, **kept}) as book:
        writer = _Writer(book)
        if with_source:
            writer.put_stacked("Tables", pages)
        else:
            for name, grid in _named(pages):
                writer.put(book.add_worksheet(name), grid)
        writer.put_doubts()
    return file.getvalue()


def spreadsheet_number(text: str, value: Decimal | None) -> tuple[float, str] | None:
    """Return a value and the format that shows it as it was written; None if none does.

    Args:
        text: as it was written.
        value: what it amounts to, None if that is not known.

    Returns:
        The value and a number format, such as ``0.00`` for 7.50; None for what stays a text: with
        leading zeros, a date, a digit in doubt, more digits than a spreadsheet has.
    """
    if value is None or not value.is_finite():
        return None
    digits = [sign for sign in text if sign.isdigit()]
    decimals = max(0, -int(value.as_tuple().exponent))
    has_leading_zero = digits[0] == "0" and len(digits) - decimals > 1
    if has_leading_zero or len(digits) > MAX_DIGITS or (value == 0 and text.startswith("-")):
        return None
    marks = sum(sign in ".," for sign in text)
    whole = "#,##0" if marks > (decimals > 0) else "0"
    return float(value), f"{whole}.{'0' * decimals}" if decimals else whole


def _named(pages: Sequence[TablePage]) -> Iterator[tuple[str, Grid]]:
    """Yield the sheets of one picture's tables; the last one has what stands in none."""
    tables = [table for page in pages for table in page.tables]
    others = tuple((cell,) for page in pages for cell in page.others)
    for place, table in enumerate(tables, start=1):
        yield "Table" if len(tables) == 1 else f"Table {place}", table
    if others or not tables:
        yield "Other numbers" if tables else "Numbers", others


class _Writer:
    """Writes cells, and keeps those that are in doubt for the sheet that lists them."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats = dict[tuple[str, str], Any]()
        self._doubts: list[Doubt] = []

    def put_stacked(self, name: str, pages: Sequence[TablePage]) -> None:
        """Write the tables of several pictures one below the other, an empty row between them."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, max([10, *(len(printable(page.source)) for page in pages)]))
        top = 0
        for page in pages:
            for grid in page.grids or (((None,),),):
                for row in range(top, top + len(grid)):
                    sheet.write_string(row, 0, printable(page.source))
                self.put(sheet, grid, top, 1)
                top += len(grid) + 1

    def put(self, sheet: Worksheet, grid: Grid, top: int = 0, left: int = 0) -> None:
        """Write a table, its first cell at a row and column."""
        for row, cells in enumerate(grid, start=top):
            for column, cell in enumerate(cells, start=left):
                if cell is None:
                    continue
                self._put_cell(sheet, row, column, cell)
                if cell.is_doubtful:
                    self._doubts.append(Doubt(sheet.get_name(), row, column, cell))

    def _put_cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        is_vague = DOUBT in cell.text or cell.confidence < VAGUE_BELOW
        ground = (VAGUE if is_vague else UNSURE) if cell.is_doubtful else ""
        number = spreadsheet_number(cell.text, cell.value)
        if number is None:
            # Its own format says so, too, or a spreadsheet takes it for a date once it is edited.
            sheet.write_string(row, column, cell.text, self._format("@", ground))
        else:
            sheet.write_number(row, column, number[0], self._format(number[1], ground))

    def _format(self, form: str, ground: str) -> Any:
        """Return a format; each is made once."""
        if (form, ground) not in self._formats:
            wanted = {"num_format": form} | ({"bg_color": ground} if ground else {})
            self._formats[form, ground] = self._book.add_format(wanted)
        return self._formats[form, ground]

    def put_doubts(self) -> None:
        """Write the sheet that lists what is in doubt, each with its picture beside it."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        sheet = self._book.add_worksheet(CHECK)
        bold = self._book.add_format({"bold": True})
        middle = self._book.add_format({"valign": "vcenter"})
        share = self._book.add_format({"valign": "vcenter", "num_format": "0.00"})
        link = self._book.add_format(
            {"valign": "vcenter", "font_color": "#0563C1", "underline": True}
        )
        for column, (title, width) in enumerate(zip(CHECK_COLUMNS, CHECK_WIDTHS, strict=True)):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheets = {doubt.sheet for doubt in self._doubts}
        for row, doubt in enumerate(self._doubts, start=1):
            address = xl_rowcol_to_cell(doubt.row, doubt.column)
            shown = address if len(sheets) == 1 else f"{doubt.sheet}!{address}"
            sheet.set_row(row, PX * (PICTURE_HEIGHT_PX + 8))
            sheet.write_url(row, 0, f"internal:'{doubt.sheet}'!{address}", link, shown)
            sheet.write_string(row, 1, doubt.cell.text, middle)
            sheet.write_number(row, 2, round(doubt.cell.confidence, 4), share)
            # Beside the cells, not in one: pictures in cells show in no LibreOffice.
            picture = {"image_data": io.BytesIO(doubt.cell.picture), "object_position": 2}
            name = f"{address}.png"
            sheet.insert_image(row, 3, name, {**picture, "x_offset": 4, "y_offset": 4})
