"""The commands that show pages of forms: what they say, how they end, what is in the files then."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from benchmarks.form_layouts import exam_cover
from benchmarks.form_sheets import blank

from camdigits.cli import main
from camdigits.forms.loading import load_form
from camdigits.forms.tables.files import read_table, write_table
from tests.support.media import encoded
from tests.web.forms import made_stack


@contextmanager
def started(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run ``camdigits form``; give the process, and a client that has the token it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "camdigits", "form", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        address, _, token = process.stdout.readline().strip().partition("#token=")
        assert token, process.stderr.read()
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(
            base_url=address, headers=headers, timeout=100, trust_env=False
        ) as client:
            yield process, client
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for one process")
def test_ctrl_c_ends_a_review_and_loses_nothing(tmp_path: Path) -> None:
    stack = made_stack(tmp_path)
    with started("review", stack.table) as (process, client):
        assert client.post("v1/fields/1", json={"text": "13"}).json()["left"] == 2
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=100)

    assert process.returncode == 130
    assert said == f"{stack.table}: 1 of 3 fields looked at, 2 still to be looked at\n"
    assert "Traceback" not in told
    assert read_table(stack.table).doubt_count == 2


def test_a_review_ends_when_nothing_is_doubtful(tmp_path: Path) -> None:
    stack = made_stack(tmp_path)
    with started("review", tmp_path) as (process, client):
        for place, text in enumerate(("no", "13", "74")):
            client.post(f"v1/fields/{place}", json={"text": text})
        said, _ = process.communicate(timeout=100)

    assert process.returncode == 0
    assert said == f"{stack.table}: 3 of 3 fields looked at, nothing left to be looked at\n"


def test_a_form_is_drawn_beside_its_sheet(tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    sheet, output = tmp_path / "sheets" / "cover.png", tmp_path / "x.form.json"
    sheet.write_bytes(encoded(".png", blank(exam_cover())))
    field = {"name": "q1", "box": [420, 820, 200, 90], "kind": "number"}
    with started("new", sheet, "-o", output) as (process, client):
        client.put("v1/form", json={"fields": [field], "sums": [], "blank": True})
        client.post("v1/end")
        said, _ = process.communicate(timeout=100)

    assert process.returncode == 0
    assert said == f"wrote {output}: 1 field\n"
    assert '"picture": "sheets/cover.png"' in output.read_text()
    assert load_form(output).name == "x"


def test_a_table_without_doubts_needs_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camdigits.cli.options.server.WEB_PACKAGES", ("no_such_package",))
    stack = made_stack(tmp_path)
    assert main(["form", "review", str(stack.table)]) == 1
    assert capsys.readouterr().err == (
        "camdigits: reviewing forms needs no_such_package; install it with: "
        "pip install 'camdigits[web]'\n"
    )
    table = read_table(stack.table)
    for name, text in (("absent", "no"), ("q2", "13"), ("total", "74")):
        table = type(table)(table.form, (table.sheets[0].corrected(name, text),))
    write_table(stack.table, table, force=True)

    assert main(["form", "review", str(stack.table)]) == 0
    assert capsys.readouterr().out == f"{stack.table}: 1 sheet, nothing to be looked at\n"


def test_a_folder_without_tables_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    assert main(["form", "review", str(tmp_path)]) == 2
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"camdigits: left out: {tmp_path}/other.csv: not a table")
    assert last.startswith(f"camdigits: {tmp_path}: no table of camdigits form read is in")


def test_a_page_without_print_is_no_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "empty.png"
    sheet.write_bytes(encoded(".png", np.full((300, 200, 3), 255, np.uint8)))

    assert main(["form", "new", str(sheet), "-o", str(tmp_path / "x.form.json")]) == 2
    assert "too little print" in capsys.readouterr().err


def test_a_form_is_changed_where_it_is(tmp_path: Path) -> None:
    stack = made_stack(tmp_path)
    output = tmp_path / "cover.form.json"
    with started("edit", output) as (process, client):
        shown = client.get("v1/form").json()
        drawn = {"fields": shown["fields"][1:], "sums": [], "blank": True}
        assert client.put("v1/form", json=drawn).json() == {"faults": []}
        client.post("v1/end")
        said, _ = process.communicate(timeout=100)

    assert process.returncode == 0
    assert said == f"wrote {output}: {len(stack.form.fields) - 1} fields\n"
    assert load_form(output).fields == stack.form.fields[1:]
    assert load_form(output).picture == stack.form.picture
