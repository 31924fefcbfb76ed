"""A table of sheets is read back as it was written."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from camdigits.errors import DataError, OutputError
from camdigits.forms.readings import FieldReading, FormTable, SheetReading
from camdigits.forms.tables.files import read_table, write_table

OTHERS = (("7,58", 0.4), ("", 0.1))
CORNERS = ((0.0, 0.0), (10.5, 0.0), (10.0, 20.0), (-3.0, 19.0))


def table() -> FormTable:
    fields = (
        FieldReading("points", "007", "read", "", 0.98, (("001", 0.01),)),
        FieldReading(
            "price, net", "7,50", "doubtful", "may be 7,58", 0.51, (("7,58", 0.4), ("", 0.1))
        ),
        FieldReading("=sum", "12", "corrected"),
        FieldReading("absent", "unclear", "doubtful", "blackened", 0.5),
    )
    return FormTable(
        Path("forms/cover.json"),
        (
            SheetReading("a.pdf", fields, CORNERS, page=1),
            SheetReading("a.pdf", fields, CORNERS, page=2),
            SheetReading("film.mp4", fields, CORNERS, time_s=1.25, index=30),
        ),
    )


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_table_comes_back_as_it_was(name, tmp_path: Path):
    path = tmp_path / name
    write_table(path, table())

    assert read_table(path) == table()
    with pytest.raises(OutputError):
        write_table(path, table())


def test_a_workbook_that_another_program_saved_comes_back_as_it_was(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    write_table(path, table())
    openpyxl.load_workbook(path).save(path)

    assert read_table(path) == table()


def test_a_workbook_shows_numbers_as_numbers_and_the_rest_as_text(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    write_table(path, table())

    rows = list(openpyxl.load_workbook(path)["Forms"].iter_rows(values_only=True))

    assert rows[0] == (
        "sheet",
        "page",
        "time_s",
        "points",
        "price, net",
        "=sum",
        "absent",
        "doubtful",
    )
    assert rows[1] == ("a.pdf", 1, None, "007", 7.5, 12, "unclear", 2)


def test_columns_of_a_csv_are_those_of_the_form(tmp_path: Path):
    path = tmp_path / "t.csv"
    write_table(path, table())

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert rows[1]["sheet"], rows[1]["page"] == ("a.pdf", "2")
    assert (rows[0]["price, net"], rows[0]["price, net state"]) == ("7,50", "doubtful")
    assert rows[0]["price, net others"] == "7,58 0.400, empty 0.100"


def test_what_a_person_corrected_stays_so(tmp_path: Path):
    sheet = table().sheets[0].corrected("price, net", "7,58")
    path = tmp_path / "t.csv"
    write_table(path, FormTable(Path("f.json"), (sheet,)))

    field = read_table(path).sheets[0].fields[1]

    assert (field.text, field.state, field.confidence) == ("7,58", "corrected", 1.0)
    assert len(sheet.doubtful) == 1
    with pytest.raises(KeyError):
        sheet.corrected("nothing", "1")


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"sheet,page,time_s,doubtful\nx\n", b"\xff\xfe\x00"]
)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_another_file_is_no_table(content, name, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(DataError):
        read_table(path)


def test_a_table_of_another_kind_is_none(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    openpyxl.Workbook().save(path)

    with pytest.raises(DataError, match="no workbook that camdigits form read wrote"):
        read_table(path)
