"""Corrected fields are offered to teaching, kept where that is asked for, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.cli import main
from camdigits.forms.tables.files import read_table, write_table
from camdigits.training.data.labelled_folder import read_labelled_folder
from tests.web.forms import Stack, made_stack
from tests.web.test_form_commands import started


def corrected(stack: Stack, **texts: str) -> None:
    """Write into the table what a person said of some fields, and accept the rest as it is."""
    table = read_table(stack.table)
    sheet = table.sheets[0]
    fields = tuple(
        field.corrected(texts[field.name])
        if field.name in texts
        else replace(field, state="read", why="")
        for field in sheet.fields
    )
    write_table(stack.table, replace(table, sheets=(replace(sheet, fields=fields),)), force=True)


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return made_stack(tmp_path)


def files(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("[0-9]/*.png"))


def test_a_review_offers_what_was_corrected_and_keeps_nothing(stack: Stack, tmp_path: Path) -> None:
    with started("review", stack.table) as (process, client):
        for place, text in enumerate(("no", "13", "74")):
            client.post(f"v1/fields/{place}", json={"text": text})
        said, told = process.communicate(timeout=100)

    assert process.returncode == 0
    assert said == f"{stack.table}: 3 of 3 fields looked at, nothing left to be looked at\n"
    assert told.splitlines()[-1] == (
        "camdigits: up to 4 digits of 2 corrected fields can be taught: the same command with "
        "--teach keeps them"
    )
    assert not (tmp_path / "data").exists()


def test_a_review_keeps_the_digits_where_it_is_asked_to(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    with started("review", stack.table, "--teach", folder) as (process, client):
        for place, text in enumerate(("no", "13", "74")):
            client.post(f"v1/fields/{place}", json={"text": text})
        said, told = process.communicate(timeout=100)

    assert process.returncode == 0
    assert said.splitlines()[1:] == [
        f"kept 4 digits of 2 corrected fields in {folder}, 4 of them new; "
        f"camdigits train --teach {folder} learns them"
    ]
    assert "looking for the corrected digits on 1 sheet" in told
    assert "can be taught" not in told
    assert files(folder) == ["1", "3", "4", "7"]
    assert "sheet" not in "".join(path.name for path in folder.rglob("*"))
    assert sorted(read_labelled_folder(folder).digits.labels) == [1, 3, 4, 7]


def test_a_table_that_is_done_is_taught_without_a_page(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected(stack, q1="7", q2="13", absent="no")
    command = ["form", "review", str(stack.table), "--teach"]
    folder = tmp_path / "data" / "camdigits" / "teach"

    assert main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{stack.table}: 1 sheet, nothing to be looked at",
        f"kept 3 digits of 2 corrected fields in {folder}, 3 of them new; camdigits train --teach "
        "learns them",
    ]
    assert main(command) == 0
    assert "kept 3 digits of 2 corrected fields" in (said := capsys.readouterr().out)
    assert "0 of them new" in said
    assert files(folder) == ["1", "3", "7"]


def test_the_last_word_on_a_field_counts(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for text in ("18", "13"):
        corrected(stack, q2=text)
        assert main(["form", "review", str(stack.table), "--teach", str(folder)]) == 0

    assert files(folder) == ["1", "3"]


def test_what_is_not_certain_is_left_out_and_told(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected(stack, q1="7", q2="135", q3="7", date="1.2.2026")
    folder = tmp_path / "mine"

    assert main(["form", "review", str(stack.table), "--teach", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"kept 1 digit of 1 corrected field in {folder}, 1 of them new; camdigits train --teach "
        f"{folder} learns them",
        "left out 3 fields of 10 digits: it is not certain which ink is which digit",
    ]
    assert files(folder) == ["7"]


def test_a_sheet_that_changed_teaches_nothing_and_is_told(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected(stack, q1="7")
    image = cv2.imread(str(stack.sheet))
    cv2.imwrite(str(stack.sheet), cv2.rotate(image, cv2.ROTATE_180))

    assert main(["form", "review", str(stack.table), "--teach", str(tmp_path / "mine")]) == 3
    told = capsys.readouterr()
    assert "sheet.jpg: was changed since it was read; read the sheets anew" in told.err
    assert told.out.splitlines()[1:] == [
        "left out 1 field of 1 digit: it is not certain which ink is which digit"
    ]
    assert not (tmp_path / "mine").exists()


def test_nothing_corrected_keeps_nothing(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected(stack, absent="no")

    assert main(["form", "review", str(stack.table), "--teach", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "no corrected field has digits, and nothing was kept"
    ]
    assert not (tmp_path / "mine").exists()


def test_a_table_behind_teach_is_no_folder(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["form", "review", str(stack.table), "--teach", str(stack.table)]) == 2
    assert capsys.readouterr().err == (
        f"camdigits: --teach {stack.table} is a file; name a folder, or write --teach behind the "
        "tables\n"
    )
