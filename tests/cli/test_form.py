"""``camdigits form``: a stack of forms becomes a table."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from camdigits.cli import main
from camdigits.forms.checks import meaning_of
from camdigits.forms.loading import load_form
from camdigits.forms.tables.files import read_table
from tests.support.filled_forms import filled, layout_of, write_form
from tests.support.media import write_video


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a form, and sheets of it."""
    made = tmp_path_factory.mktemp("forms")
    write_form(made)
    cv2.imwrite(str(made / "sheet.png"), filled("scan", 1).image)
    cv2.imwrite(str(made / "other.png"), filled("scan", 1, "delivery note").image)
    pages = [
        filled("scan", 1).image,
        filled("scan", 1, "delivery note").image,
        filled("photo", 2).image,
    ]
    first, *others = (Image.fromarray(page[..., ::-1]) for page in pages)
    first.save(made / "stack.pdf", save_all=True, append_images=others, resolution=200)
    return made


def run(folder: Path, *arguments: str) -> int:
    return main(["form", "read", *arguments, "--form", str(folder / "form.json")])


def test_a_pdf_becomes_a_table_and_the_other_form_is_told(folder, tmp_path, capsys):
    table = tmp_path / "marks.csv"

    code = run(folder, str(folder / "stack.pdf"), "--table", str(table), "--processes", "2")

    out, err = capsys.readouterr()
    assert code == 3
    assert "stack.pdf, page 2: no sheet of the form meter card is found" in err
    assert out.startswith(f"wrote {table}: 2 sheets, 14 fields, ")
    sheets = read_table(table).sheets
    assert [sheet.page for sheet in sheets] == [1, 3]
    form = load_form(folder / "form.json")
    for sheet, truth in zip(sheets, (filled("scan", 1), filled("photo", 2)), strict=True):
        for field in sheet.fields:
            fits = form.field(field.name)
            if field.state == "read":
                assert meaning_of(fits, field.text) == meaning_of(fits, truth.texts[field.name])
    assert sum(field.state == "read" for sheet in sheets for field in sheet.fields) >= 10


def test_the_blank_form_among_its_sheets_is_left_out(folder, capsys):
    assert run(folder, str(folder / "blank.png"), str(folder / "sheet.png")) == 0

    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert "blank.png: the form's own blank picture; left out" in err


def test_a_file_that_is_given_twice_is_read_once(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    assert run(folder, "sheet.png", str(folder / "sheet.png")) == 0

    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err == f"camdigits: {folder / 'sheet.png'}: given more than once; read once\n"


def test_of_a_damaged_picture_the_damage_alone_is_told(folder, tmp_path, capsys):
    whole = cv2.imencode(".jpg", filled("scan", 1).image)[1].tobytes()
    (tmp_path / "broken.jpg").write_bytes(whole[: len(whole) // 10])

    assert run(folder, str(tmp_path / "broken.jpg"), str(folder / "sheet.png")) == 3

    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err.count("\n") == 1
    assert "broken.jpg: the file is cut off" in err


@pytest.mark.skipif(os.name != "posix", reason="terminals of Windows have no process groups")
@pytest.mark.parametrize("table", [None, "marks.csv"])
def test_ctrl_c_ends_all_processes_with_one_line(table, folder, tmp_path):
    sheets = [tmp_path / f"{number}.png" for number in range(60)]
    for sheet in sheets:
        shutil.copy(folder / "sheet.png", sheet)
    (tmp_path / "0.png").write_bytes(b"no picture")  # is told while the others are read
    typed = [*map(str, sheets), "--form", str(folder / "form.json"), "--processes", "2"]
    typed += ["--table", str(tmp_path / table)] if table else []
    with subprocess.Popen(
        [sys.executable, "-m", "camdigits", "form", "read", *typed],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "0.png" in process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert process.returncode == 130
    assert err.count("\n") == 1
    assert err.startswith("camdigits: stopped")
    if table:
        assert err.endswith("; no table was written\n")
        assert out == ""
        assert not (tmp_path / table).exists()


def test_a_page_that_the_document_lacks_is_told_by_its_number(folder, tmp_path, capsys):
    path = tmp_path / "x.json"
    for sheet in ("stack.pdf", "blank.png"):
        typed = ["form", "new", str(folder / sheet), "-o", str(path), "--page", "9"]
        assert main([*typed, "--field", "a=number:9,9,90,90"]) == 2

        err = capsys.readouterr().err
        assert f"{folder / sheet} has no page 9; name another page" in err
        assert "--pages" not in err
    assert main([*typed[:-1], "0"]) == 2
    assert "--page 0: pages are counted from 1" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_limit_that_is_no_number_is_told(limit, folder, tmp_path, capsys):
    path = tmp_path / "form.json"
    text = (folder / "form.json").read_text("utf-8")
    path.write_text(text.replace('"kind": "decimal"', f'"kind": "decimal", "max": {limit}', 1))

    assert main(["form", "read", str(folder / "sheet.png"), "--form", str(path)]) == 2

    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert '"max" is ' in err


def test_a_workbook_is_written_too(folder, tmp_path):
    table = tmp_path / "marks.xlsx"

    assert run(folder, str(folder / "sheet.png"), "--table", str(table)) == 0

    assert len(read_table(table).sheets) == 1


def test_without_a_table_a_line_for_each_sheet_is_printed(folder, capsys):
    assert run(folder, str(folder / "sheet.png")) == 0

    out = capsys.readouterr().out
    assert out.startswith(f"{folder / 'sheet.png'}: meter ")
    assert out.count("\n") == 1


def test_another_form_alone_writes_no_table(folder, tmp_path, capsys):
    table = tmp_path / "marks.csv"

    assert run(folder, str(folder / "other.png"), "--table", str(table)) == 3

    assert "no sheet was read, and no table written" in capsys.readouterr().err
    assert not table.exists()


def test_a_table_that_exists_is_kept(folder, tmp_path, capsys):
    table = tmp_path / "marks.csv"
    table.write_text("mine")

    assert run(folder, str(folder / "sheet.png"), "--table", str(table)) == 1

    assert "use --force to replace it" in capsys.readouterr().err
    assert table.read_text() == "mine"
    assert run(folder, str(folder / "sheet.png"), "--table", str(table), "--force") == 0
    assert len(read_table(table).sheets) == 1


def test_sheets_held_before_a_camera_are_read_once_each(folder, tmp_path):
    wide = 1280
    stills = []
    for seed in (1, 3):
        image = filled("scan", seed).image
        stills.append(
            cv2.resize(image, (wide, round(image.shape[0] * wide / image.shape[1]) // 2 * 2))
        )
    moving = [np.roll(stills[0], 40 * n, axis=1) for n in range(1, 5)]
    shown = [stills[0]] * 10 + moving + [stills[1]] * 10
    write_video(tmp_path / "film.mp4", shown, fps=10)
    table = tmp_path / "marks.csv"

    assert run(folder, str(tmp_path / "film.mp4"), "--table", str(table)) == 0

    sheets = read_table(table).sheets
    assert len(sheets) == 2
    assert [sheet.time_s is not None and sheet.page is None for sheet in sheets] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["read", "nothing.png"], 3, "no such file"),
        (["read", "0"], 2, "forms are read from files"),
        (["read", "sheet.png", "--table", "t.txt"], 2, "cannot tell the form of a table"),
        (["read", "sheet.png", "--table", "sheet.png"], 2, "cannot tell the form of a table"),
        (["read", "sheet.png", "--processes", "0"], 2, "--processes 0 is not 1 to 64"),
        (["write"], 2, "'write' is no command of camdigits form"),
        ([], 2, "what is to be done with a form?"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(arguments, code, told, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    form = ["--form", "form.json"] if arguments[:1] == ["read"] else []

    assert main(["form", *arguments, *form]) == code

    assert told in capsys.readouterr().err


def test_each_fault_of_a_form_is_told(folder, tmp_path, capsys):
    path = tmp_path / "bad.json"
    path.write_text('{"schema": 1, "size": [1], "picture": "x.png", "fields": [{}]}')

    assert main(["form", "read", str(folder / "sheet.png"), "--form", str(path)]) == 2

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"camdigits: {path}: ") for line in lines)


def test_a_form_is_made_of_its_picture_and_fields(folder, tmp_path, capsys):
    path = tmp_path / "card.form.json"
    picture = folder / "blank.png"
    field = ["--field", "meter=comb/9:380,200,560,74", "--field", "new=tick:380,722,46,46"]

    assert main(["form", "new", str(picture), "-o", str(path), *field]) == 0

    assert capsys.readouterr().out == f"wrote {path}: 2 fields\n"
    form = load_form(path)
    assert form.name == "card"
    assert form.size_wh == layout_of().form.size_wh
    assert form.picture.resolve() == picture.resolve()
    assert [(each.name, each.kind, each.digits) for each in form.fields] == [
        ("meter", "comb", (9, 9)),
        ("new", "tick", None),
    ]
    assert main(["form", "new", str(picture), "-o", str(path)]) == 1
    assert "use --force" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("meter:1,2,3,4", "is not NAME=KIND:X,Y,W,H"),
        ("meter=comb:1,2,30,40", "for eight write meter=comb/8:1,2,30,40"),
        ("meter=number:1,2,3000,40", "--field: field meter: the box [1, 2, 3000, 40] lies outside"),
    ],
)
def test_a_field_that_is_none_is_told(field, told, folder, tmp_path, capsys):
    path = tmp_path / "x.json"

    assert main(["form", "new", str(folder / "blank.png"), "-o", str(path), "--field", field]) == 2

    assert told in capsys.readouterr().err
    assert not path.exists()


def test_a_picture_without_print_makes_no_form(tmp_path, capsys):
    cv2.imwrite(str(tmp_path / "white.png"), np.full((400, 300), 255, np.uint8))
    path = tmp_path / "x.json"

    assert main(["form", "new", str(tmp_path / "white.png"), "-o", str(path)]) == 2

    assert "too little print" in capsys.readouterr().err
    assert not path.exists()


def test_the_help_names_the_commands(capsys):
    assert main(["form", "--help"]) == 0

    out = capsys.readouterr().out
    assert "camdigits form read" in out
    assert "--table" in out
    assert json.dumps(out)


def test_rows_of_a_csv_have_a_column_for_each_field(folder, tmp_path):
    table = tmp_path / "marks.csv"
    run(folder, str(folder / "sheet.png"), "--table", str(table))

    with table.open(newline="", encoding="utf-8") as file:
        row = next(csv.DictReader(file))

    assert row["sheet"] == str(folder / "sheet.png")
    assert {field.name for field in layout_of().form.fields} <= row.keys()
    assert row["form"] == str(folder / "form.json")
