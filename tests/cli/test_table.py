"""``camdigits run --table``: tables of pictures in files, what is refused, what is told."""

from __future__ import annotations

import json
import os
import sys
from errno import EACCES
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pytest

from camdigits.cli import main
from camdigits.cli.reading.request import Request
from camdigits.cli.reading.table_writer import TableWriter
from camdigits.cli.terminal.reading_progress import SilentProgress
from camdigits.sinks.tables.pages import Cell, TablePage
from tests.cli.pages import TEXT, blank, page, write_clip
from tests.support.media import write_image, write_video


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def sheet(*filled: tuple[int, int]) -> np.ndarray:
    """Return a ruled table of 3 x 3 cells with the page's number in some of them."""
    image = np.full((640, 1000, 3), 225, np.uint8)
    small = cv2.resize(page(), (240, 90), interpolation=cv2.INTER_AREA)
    for row, column in filled:
        y, x = 80 + 160 * row + 35, 60 + 290 * column + 25
        part = image[y : y + 90, x : x + 240]
        np.minimum(part, small, out=part)
    for n in range(4):
        cv2.line(image, (60 + 290 * n, 80), (60 + 290 * n, 560), (90, 90, 90), 2)
        cv2.line(image, (60, 80 + 160 * n), (930, 80 + 160 * n), (90, 90, 90), 2)
    return image


FILLED = ((0, 0), (0, 2), (1, 1), (2, 0))
ROWS = [[TEXT, "", TEXT], ["", TEXT, ""], [TEXT, "", ""]]
CSV = "".join(",".join(row) + "\n" for row in ROWS)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_image(tmp_path / "sheet.png", sheet(*FILLED))


def test_a_table_comes_out_as_one(photo: Path, tmp_path: Path, capsys) -> None:
    path = tmp_path / "sheet.csv"
    assert main(["run", str(photo), "--table", str(path)]) == 0
    assert path.read_text() == CSV
    said = capsys.readouterr()
    assert said.out == f"{photo}: {TEXT} {TEXT} {TEXT} {TEXT}\n"
    assert said.err == ""


def test_records_say_in_which_cell_a_number_stands(photo: Path, capsys) -> None:
    assert main(["run", str(photo), "--format", "jsonl"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [number["cell"] for number in record["numbers"]] == [[0, *cell] for cell in FILLED]
    assert record["tables"] == [[3, 3]]


def test_a_workbook_has_numbers_to_calculate_with(photo: Path, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    assert main(["run", str(photo), "--table", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Table", "Check"]
    found = [[cell.value for cell in row] for row in book["Table"].iter_rows(1, 3, 1, 3)]
    assert found == [[int(text) if text else None for text in row] for row in ROWS]


@pytest.mark.parametrize("jobs", [[], ["--jobs", "2"]])
def test_several_pictures_go_to_one_file_that_names_them(
    photo: Path, tmp_path: Path, jobs: list[str]
) -> None:
    other = write_image(tmp_path / "b.png", page())
    path = tmp_path / "all.csv"
    assert main(["run", str(photo), str(other), "--table", str(path), *jobs]) == 0
    named = "".join(f"{photo},{line}\n" for line in CSV.splitlines())
    assert path.read_text() == f"{named}\n{other},{TEXT}\n"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_folder_gets_a_file_for_each_picture(photo: Path, tmp_path: Path, form: str) -> None:
    (tmp_path / "more").mkdir()
    other = write_image(tmp_path / "more" / "sheet.png", page())
    folder = tmp_path / "tables"
    args = ["run", str(photo), str(other), "--table", f"{folder}/", "--table-format", form]
    assert main(args) == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"sheet-2.{form}", f"sheet.{form}"]
    if form == "csv":
        assert (folder / "sheet.csv").read_text() == CSV
        assert (folder / "sheet-2.csv").read_text() == f"{TEXT}\n"
    assert main(args) == 1
    assert main([*args, "--force"]) == 0


def test_numbers_without_a_table_are_a_column_and_that_is_told(tmp_path: Path, capsys) -> None:
    photo, path = write_image(tmp_path / "page.png", page()), tmp_path / "t.csv"
    assert main(["run", str(photo), "--table", str(path)]) == 0
    assert path.read_text() == f"{TEXT}\n"
    said = capsys.readouterr().err
    assert said == (
        f"camdigits: {photo}: no rows and columns were found; its number is written as a single "
        "column\n"
    )


def test_quiet_says_nothing_of_it(tmp_path: Path, capsys) -> None:
    photo, path = write_image(tmp_path / "page.png", page()), tmp_path / "t.csv"
    assert main(["run", str(photo), "--table", str(path), "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_of_a_csv_file_is_told_how_much_is_in_doubt(
    photo: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr("camdigits.sinks.tables.pages.SURE", 1.1)
    path, book = tmp_path / "t.csv", tmp_path / "t.xlsx"
    assert main(["run", str(photo), "--table", str(path)]) == 0
    assert capsys.readouterr().err == (
        f"camdigits: {path}: 4 numbers are in doubt; t.xlsx would colour them\n"
    )
    assert main(["run", str(photo), "--table", str(path), "-q", "--force"]) == 0
    assert main(["run", str(photo), "--table", str(book)]) == 0
    assert capsys.readouterr().err == ""


def page_with(source: str, *confidences: float) -> TablePage:
    """Return the page of a table of one row, whose numbers are sure like that."""
    return TablePage(source, ((tuple(Cell("7", None, sure) for sure in confidences),),))


def test_doubts_are_told_of_each_file_once_it_is_written(tmp_path: Path, capsys) -> None:
    several, one, none = (tmp_path / f"{name}.csv" for name in ("several", "one", "none"))
    with TableWriter(Request([]), with_source=False, progress=SilentProgress()) as writer:
        writer.add(several, page_with("a.png", 0.95, 0.79))
        writer.add(several, page_with("b.png", 0.2, 0.8))
        assert capsys.readouterr().err == ""
        writer.add(one, page_with("c.png", 0.3))
        writer.add(none, page_with("d.png", 1.0))
        assert several.exists() and one.exists()
    assert capsys.readouterr().err == (
        f"camdigits: {several}: 2 numbers are in doubt; several.xlsx would colour them\n"
        f"camdigits: {one}: 1 number is in doubt; one.xlsx would colour it\n"
    )


def test_numbers_beside_a_table_come_behind_it(tmp_path: Path, capsys) -> None:
    image = np.full((940, 1000, 3), 225, np.uint8)
    image[:640] = sheet(*FILLED)
    image[760:850, 700:940] = cv2.resize(page(), (240, 90), interpolation=cv2.INTER_AREA)
    photo, path = write_image(tmp_path / "page.png", image), tmp_path / "t.csv"
    assert main(["run", str(photo), "--table", str(path)]) == 0
    assert path.read_text() == f"{CSV}\n{TEXT}\n"
    assert "1 number stands in no table, and in a column behind the last one" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--require"], 4)])
def test_nothing_read_is_an_empty_table(
    options: list[str], code: int, tmp_path: Path, capsys
) -> None:
    photo, path = write_image(tmp_path / "blank.png", blank()), tmp_path / "t.csv"
    assert main(["run", str(photo), "--table", str(path), *options]) == code
    assert path.read_bytes() == b""
    assert "no number was read, so its table is empty" in capsys.readouterr().err


def test_a_picture_that_is_turned_is_read_as_it_stands(tmp_path: Path) -> None:
    turned = np.ascontiguousarray(np.rot90(sheet(*FILLED)))
    photo, path = write_image(tmp_path / "turned.png", turned), tmp_path / "t.csv"
    assert main(["run", str(photo), "--rotate", "90", "--table", str(path)]) == 0
    assert path.read_text() == CSV


def test_what_does_not_match_leaves_its_cell_empty(photo: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert main(["run", str(photo), "--match", "99", "--table", str(path)]) == 0
    assert path.read_text() == ",,\n" * 3


def mixed(folder: Path) -> Path:
    """Return a folder with a page, and beside it a video and an animation."""
    folder.mkdir()
    write_clip(folder / "a.mp4", frame_count=3)
    write_video(folder / "b.gif", [page()] * 3, 15, "gif")
    write_image(folder / "a.png", page())
    return folder


def left_out(*paths: Path) -> str:
    return "".join(f"camdigits: {path}: a video has no table; left out\n" for path in paths)


@pytest.mark.parametrize(
    ("pattern", "jobs"), [("", []), ("/*", ["--jobs", "1"]), ("", ["--show"])], ids=str
)
def test_videos_of_a_folder_are_left_out(
    pattern: str, jobs: list[str], tmp_path: Path, capsys
) -> None:
    scans, path = mixed(tmp_path / "scans"), tmp_path / "t.csv"
    assert main(["run", f"{scans}{pattern}", "--table", str(path), "-q", *jobs]) == 3
    assert path.read_text() == f"{scans}/a.png,{TEXT}\n"
    said = capsys.readouterr()
    assert said.out == f"{scans}/a.png: {TEXT}\n"
    if jobs != ["--show"]:  # which complains that there is no display
        assert said.err == left_out(scans / "a.mp4", scans / "b.gif")


def test_a_video_of_a_folder_takes_no_name_and_no_output(tmp_path: Path, capsys) -> None:
    scans, tables, marked = mixed(tmp_path / "scans"), tmp_path / "tables", tmp_path / "marked"
    tables.mkdir()
    (tables / "b.txt").touch()
    assert main(["run", str(scans), "--table", f"{tables}/", "-o", str(marked), "-q"]) == 3
    assert (tables / "a.csv").read_text() == f"{TEXT}\n"
    assert sorted(path.name for path in tables.iterdir()) == ["a.csv", "b.txt"]
    assert [path.name for path in marked.iterdir()] == ["a.png"]


def test_a_folder_of_videos_alone_has_no_table(tmp_path: Path, capsys) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    clip = write_clip(scans / "a.mp4", frame_count=3)
    assert main(["run", str(scans), "--table", str(tmp_path / "t.csv"), "--require"]) == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", left_out(clip))
    assert not (tmp_path / "t.csv").exists()


# What is refused, before anything is read or written.


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["0"], "--table makes tables of pictures, and camera 0 is none", 2),
        (["clip.mp4"], "--table makes tables of pictures, and clip.mp4 is none", 2),
        (["sheet.png", "clip.mp4"], "and clip.mp4 is none", 2),
        ([".", "clip.mp4"], "and clip.mp4 is none", 2),
        (["sheet.png", "--table", "t.ods"], "cannot tell the form of a table from the name", 2),
        (
            ["sheet.png", "--table", "t.csv", "--table-format", "xlsx"],
            "t.csv is not what --table-format xlsx asks for; end the name in .xlsx",
            2,
        ),
        (["sheet.png", "--table", "t.XLSX", "--table-format", "csv"], "end the name in .csv", 2),
        (["sheet.png", "--table", "t"], "cannot tell the form of a table from the name", 2),
        (["sheet.png", "--table", ""], "the name is empty", 2),
        (["sheet.png", "--table", "old.csv"], "old.csv exists: use --force to replace it", 1),
        (["sheet.png", "--table", "no/t.csv"], "there is no folder no", 1),
        (["sheet.png", "--table", "old.csv/"], "old.csv is a file and no folder", 1),
        (["sheet.png", "--output-records", "t.csv"], "is both --output-records and --table", 2),
    ],
)
def test_what_cannot_be_is_refused(
    args: list[str], said: str, code: int, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    write_image(Path("sheet.png"), sheet(*FILLED))
    write_clip(Path("clip.mp4"), frame_count=3)
    Path("old.csv").write_text("mine")
    before = sorted(Path().iterdir())
    table = [] if "--table" in args else ["--table", "t.csv"]
    try:
        assert main(["run", *args, *table]) == code
    except SystemExit as end:
        assert end.code == code
    told = capsys.readouterr()
    assert said in told.err
    assert len([line for line in told.err.splitlines() if line.startswith("camdigits: ")]) <= 1
    assert told.out == ""
    assert sorted(Path().iterdir()) == before
    assert Path("old.csv").read_text() == "mine"


@pytest.mark.parametrize("length", [250, 255, 300, 5000])
def test_a_name_that_is_too_long_is_told_before_anything_is_read(
    length: int, photo: Path, tmp_path: Path, capsys
) -> None:
    before = sorted(tmp_path.iterdir())
    name = "x" * (length - 4) + ".csv"
    assert main(["run", str(photo), "--table", str(tmp_path / name)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("camdigits: cannot write ")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("target", ["t.csv", ""], ids=["file", "folder"])
def test_a_folder_that_may_not_be_written_is_told_before_anything_is_read(
    target: str, photo: Path, tmp_path: Path, capsys
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir(0o555)
    assert main(["run", str(photo), "--table", f"{folder}/{target}"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(": Permission denied\n")


def test_a_folder_that_takes_no_file_is_told_before_anything_is_read(
    photo: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    def touch(path: Path, exist_ok: bool = True) -> None:
        raise PermissionError(EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", touch)
    path = tmp_path / "t.csv"
    assert main(["run", str(photo), "--table", str(path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"camdigits: cannot write {path}: Permission denied\n")


def test_a_source_is_never_replaced(tmp_path: Path, capsys) -> None:
    photo = write_image(tmp_path / "page.png", page())
    picture = photo.rename(tmp_path / "page.csv")
    data = picture.read_bytes()
    assert main(["run", str(picture), "--table", str(picture), "--force"]) == 1
    assert "is the source itself" in capsys.readouterr().err
    assert picture.read_bytes() == data


def test_a_missing_package_is_told_before_anything_is_read(
    photo: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(["run", str(photo), "--table", str(tmp_path / "t.xlsx")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "camdigits: an .xlsx table needs XlsxWriter; install it with: "
        "pip install 'camdigits[xlsx]', or write a .csv\n"
    )


def test_a_form_may_be_that_of_the_name(photo: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.CSV"
    assert main(["run", str(photo), "--table", str(path), "--table-format", "csv"]) == 0
    assert path.read_text() == CSV


def test_a_form_goes_with_a_table(photo: Path, capsys) -> None:
    assert main(["run", str(photo), "--table-format", "xlsx"]) == 2
    assert "--table-format says what the files of --table FOLDER/ are" in capsys.readouterr().err


def test_a_missing_picture_does_not_keep_the_others_from_their_table(
    photo: Path, tmp_path: Path, capsys
) -> None:
    path = tmp_path / "t.csv"
    assert main(["run", str(tmp_path / "no.png"), str(photo), "--table", str(path)]) == 3
    assert path.read_text() == "".join(f"{photo},{line}\n" for line in CSV.splitlines())
