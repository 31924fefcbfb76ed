"""Tables in files: texts as they were written, nothing that calculates, doubts to be checked."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pytest

from camdigits.errors import DependencyError, OutputError, UsageError
from camdigits.page.written import value_of
from camdigits.sinks.tables.csv import csv_bytes
from camdigits.sinks.tables.files import TableFiles, check_table_name
from camdigits.sinks.tables.pages import (
    PICTURE_HEIGHT_PX,
    Cell,
    Grid,
    TablePage,
    TableSink,
    page_of,
)
from camdigits.sinks.tables.workbook import spreadsheet_number, workbook_bytes
from camdigits.types import Box, Digit, Frame, Number, Reading

PNG = cv2.imencode(".png", np.zeros((PICTURE_HEIGHT_PX, 60, 3), np.uint8))[1].tobytes()


def cell(text: str, confidence: float = 0.99) -> Cell:
    found = Cell(text, value_of(text), confidence)
    return Cell(text, found.value, confidence, PNG if found.is_doubtful else b"")


def grid(*rows: str) -> Grid:
    """Return a table of texts, a dot for an empty cell."""
    return tuple(tuple(None if t == "." else cell(t) for t in row.split()) for row in rows)


def page(*tables: Grid, source: str = "a.jpg", others: str = "") -> TablePage:
    return TablePage(source, tables, tuple(cell(text) for text in others.split()))


def number(
    text: str, x: int, where: tuple[int, int, int] | None, confidence: float = 0.99
) -> Number:
    digit = Digit(Box(x, 20, 10, 16), 7, confidence)
    return Number(text, digit.box, confidence, (digit,), value=value_of(text), cell=where)


def book_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def shown(sheet: object) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# What a picture's tables are.


def test_cells_are_where_the_reading_has_them() -> None:
    numbers = (number("12", 5, (0, 0, 1)), number("3", 30, (0, 2, 0)), number("4", 50, None))
    reading = Reading("a.jpg", 0, 0.0, (80, 60), numbers=numbers, tables=((3, 2),))
    found = page_of(np.zeros((60, 80, 3), np.uint8), reading)
    assert found == page(grid(". 12", ". .", "3 ."), others="4")


def test_only_what_is_in_doubt_has_a_picture() -> None:
    image = np.full((60, 80, 3), 200, np.uint8)
    numbers = (number("1", 5, (0, 0, 0)), number("7?", 30, (0, 0, 1)), number("2", 50, None, 0.79))
    (row,), others = (
        (
            found := page_of(image, Reading("", 0, 0.0, (80, 60), (), numbers, tables=((1, 2),)))
        ).tables[0],
        found.others,
    )
    assert row[0].picture == b""
    for each in (row[1], others[0]):
        drawn = cv2.imdecode(np.frombuffer(each.picture, np.uint8), cv2.IMREAD_COLOR)
        assert drawn.shape[0] == PICTURE_HEIGHT_PX


def test_a_picture_of_a_number_at_the_rim_is_cut_there() -> None:
    image = np.full((30, 12, 3), 200, np.uint8)
    reading = Reading("", 0, 0.0, (12, 30), (), (number("7", 5, None, 0.5),))
    assert page_of(image, reading).others[0].picture.startswith(b"\x89PNG")


def test_the_sink_hands_pages_on() -> None:
    taken: list[TablePage] = []
    with TableSink(taken.append) as sink:
        sink.write(Frame(np.zeros((6, 8, 3), np.uint8)), Reading("b.png", 0, 0.0, (8, 6)))
    assert taken == [TablePage("b.png", ())]


# CSV.


def text_of(*pages: TablePage, with_source: bool = False) -> str:
    return csv_bytes(pages, with_source).decode()


def test_no_number_is_an_empty_file() -> None:
    assert text_of(page()) == ""


def test_csv_has_the_rows_of_the_page() -> None:
    assert text_of(page(grid("12 . 7", ". 007 -3"))) == "12,,7\n,007,-3\n"


def test_an_empty_line_parts_tables_and_what_stands_in_none_comes_last() -> None:
    found = page(grid("1 2", "3 4"), grid("5 6"), others="7 8")
    assert text_of(found) == "1,2\n3,4\n\n5,6\n\n7\n8\n"


def test_a_row_without_numbers_is_no_empty_line() -> None:
    assert text_of(page(grid("1", ".", "2"))) == '1\n""\n2\n'


def test_several_pictures_are_named_in_the_first_column() -> None:
    pages = page(grid("1 2", "3 .")), page(source="b.jpg"), page(others="4", source="c,d.jpg")
    assert text_of(*pages, with_source=True) == ('a.jpg,1,2\na.jpg,3,\n\nb.jpg,\n\n"c,d.jpg",4\n')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-12", "-12"),
        ("-7.5", "-7.5"),
        ("-1,234.56", "-1,234.56"),
        ("80?1", "80?1"),
        ("-?2", "-?2"),
        ("007", "007"),
        ("12/05/2026", "12/05/2026"),
        ("84-33", "84-33"),
        ("-84-33", "'-84-33"),
        ("-12/4", "'-12/4"),
        ("-1:2", "'-1:2"),
    ],
)
def test_texts_stay_unless_a_spreadsheet_would_calculate(text: str, expected: str) -> None:
    assert list(csv.reader(io.StringIO(text_of(page(grid(text)))))) == [[expected]]


@pytest.mark.parametrize("name", ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg"])
def test_no_name_is_a_formula(name: str) -> None:
    line = text_of(page(grid("1"), source=name), with_source=True)
    assert line == f"./{name},1\n"


def test_a_name_that_is_no_utf8_keeps_its_bytes() -> None:
    assert csv_bytes([page(grid("1"), source="a\udcff.jpg")], True) == b"a\xff.jpg,1\n"


# Workbooks.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", (12.0, "0")),
        ("0", (0.0, "0")),
        ("-12", (-12.0, "0")),
        ("7.50", (7.5, "0.00")),
        ("3,1", (3.1, "0.0")),
        ("0.5", (0.5, "0.0")),
        ("1,234.56", (1234.56, "#,##0.00")),
        ("1,234,567", (1234567.0, "#,##0")),
        ("123456789012345", (123456789012345.0, "0")),
        ("1234567890123456", None),
        ("007", None),
        ("00", None),
        ("-0", None),
        ("1,234", None),
        ("80?", None),
        ("12:30", None),
        ("84-33", None),
    ],
)
def test_a_number_is_one_where_a_spreadsheet_shows_it_as_it_was_written(
    text: str, expected: tuple[float, str] | None
) -> None:
    assert spreadsheet_number(text, value_of(text)) == expected


def test_what_a_thousand_is_follows_who_wrote_it() -> None:
    assert spreadsheet_number("1,234", Decimal(1234)) == (1234.0, "#,##0")
    assert spreadsheet_number("1,234", Decimal("1.234")) == (1.234, "0.000")


def test_a_table_is_a_sheet_and_its_doubts_are_another() -> None:
    book = book_of(workbook_bytes([page(grid("12 . 7.5", ". 007 -3"))]))
    assert book.sheetnames == ["Table", "Check"]
    assert shown(book["Table"]) == [[12, None, 7.5], [None, "007", -3]]
    assert book["Table"]["C1"].number_format == "0.0"
    assert shown(book["Check"]) == [["Cell", "Text", "Confidence", "Picture"]]


def test_several_tables_have_a_sheet_each() -> None:
    book = book_of(workbook_bytes([page(grid("1"), grid("2"), others="3")]))
    assert book.sheetnames == ["Table 1", "Table 2", "Other numbers", "Check"]


@pytest.mark.parametrize("others", ["", "1 2"])
def test_a_page_without_tables_has_its_numbers_below_each_other(others: str) -> None:
    book = book_of(workbook_bytes([page(others=others)]))
    assert book.sheetnames == ["Numbers", "Check"]
    found = [row[0] for row in shown(book["Numbers"]) if row[0] is not None]
    assert found == [int(text) for text in others.split()]


def test_several_pictures_are_on_one_sheet() -> None:
    pages = [page(grid("1 2", "3 4")), page(source="b.jpg"), page(grid("=a"), source="=c.jpg")]
    book = book_of(workbook_bytes(pages, with_source=True))
    assert book.sheetnames == ["Tables", "Check"]
    assert shown(book["Tables"]) == [
        ["a.jpg", 1, 2],
        ["a.jpg", 3, 4],
        [None, None, None],
        ["b.jpg", None, None],
        [None, None, None],
        ["=c.jpg", "=a", None],
    ]
    assert {cell.data_type for row in book["Tables"].iter_rows() for cell in row} <= {"n", "s"}


@pytest.mark.parametrize("text", ["=1+1", "-84-33", "+5", "80?", "007", "12/05", "1,234"])
def test_texts_are_texts(text: str) -> None:
    found = book_of(workbook_bytes([page(grid(text))]))["Table"]["A1"]
    assert (found.value, found.data_type, found.number_format) == (text, "s", "@")


def test_what_is_in_doubt_is_coloured_and_listed_with_its_picture() -> None:
    unsure = Cell("41", Decimal(41), 0.75, PNG)
    table = ((cell("12"), cell("8?")), (unsure, cell("7")))
    data = workbook_bytes([TablePage("a.jpg", (table,))])
    book = book_of(data)
    grounds = [[c.fill.fgColor.rgb[2:] for c in row] for row in book["Table"].iter_rows()]
    assert grounds == [["000000", "F8C4AC"], ["FFE0B0", "000000"]]
    assert shown(book["Check"])[1:] == [["B1", "8?", 0.99, None], ["A2", "41", 0.75, None]]
    assert book["Check"]["A2"].hyperlink.location == "'Table'!B1"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        media = [name for name in parts.namelist() if "media" in name]
        # One file for both, since they are the same; each floats over a cell of its own.
        assert drawing.count("<xdr:pic>") == 2
        assert [parts.read(name) for name in media] == [PNG]
        assert "richData" not in "".join(parts.namelist())


def test_doubts_of_several_sheets_name_theirs() -> None:
    found = workbook_bytes([page(grid("1?"), grid("2?"))])
    assert [row[0] for row in shown(book_of(found)["Check"])] == [
        "Cell",
        "Table 1!A1",
        "Table 2!A1",
    ]


# Files.


@pytest.mark.parametrize("name", ["a.ods", "a", "a.xls", "a.CSVX"])
def test_a_name_says_what_is_written(name: str) -> None:
    with pytest.raises(UsageError, match=r"end it in \.csv, \.xlsx, or in / for a folder"):
        check_table_name(Path(name))


@pytest.mark.parametrize("name", ["a.csv", "a.XLSX", "b/c.xlsx"])
def test_names_of_tables(name: str) -> None:
    check_table_name(Path(name))


def test_a_missing_package_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(DependencyError, match=r"pip install 'camdigits\[xlsx\]'"):
        check_table_name(Path("a.xlsx"))
    check_table_name(Path("a.csv"))


def test_files_are_written_when_their_pictures_are_there(tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    with TableFiles() as files:
        files.add(first, page(grid("1")))
        files.add(first, page(grid("2")))
        assert not first.exists()
        files.add(second, page(grid("3")))
        assert first.read_text() == "a.jpg,1\n\na.jpg,2\n"
        assert not second.exists()
    assert second.read_text() == "3\n"
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_nothing_is_written_without_a_picture(tmp_path: Path) -> None:
    TableFiles().close()
    assert not list(tmp_path.iterdir())


def test_a_file_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "1.csv"
    files = TableFiles()
    files.add(path, page(grid("1")))
    path.write_text("mine")
    with pytest.raises(OutputError, match="appeared meanwhile"):
        files.close()
    files.close()
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]
