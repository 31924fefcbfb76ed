"""Options that would be passed over in silence are refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from camdigits.cli import main
from tests.cli.pages import write_page


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    write_page(tmp_path / "scans" / "a.png")
    write_page(tmp_path / "scans" / "b.png")


def refused(arguments: str, capsys: Any) -> str:
    before = sorted(Path.cwd().rglob("*"))
    assert main(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert not out and len(err.splitlines()) == 1
    assert sorted(Path.cwd().rglob("*")) == before
    return str(err)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("table.csv", "--output-records table.csv"),
        ("read.jsonl", "--output-records read.jsonl"),
        ("read.txt", "--output-records read.txt"),
        ("table.XLSX", "--table table.XLSX"),
        ("marked.gif", "name a folder"),
        ("page.heic", "name a folder"),
    ],
)
@pytest.mark.parametrize("source", ["scans", "scans/*.png", "scans/a.png scans/b.png"])
def test_output_of_a_folder_is_not_named_like_a_file(
    source: str, name: str, instead: str, capsys: Any
) -> None:
    assert instead in refused(f"run {source} -o {name}", capsys)


def test_output_of_a_picture_tells_what_writes_records(capsys: Any) -> None:
    assert "--output-records a.csv" in refused("run scans/a.png -o a.csv", capsys)


def test_folder_may_be_called_like_a_file_if_a_slash_says_so(tmp_path: Path) -> None:
    assert main(["run", "scans", "-o", "marked.csv/", "--jobs", "1"]) == 0
    assert sorted(path.name for path in (tmp_path / "marked.csv").iterdir()) == ["a.png", "b.png"]


def test_folder_of_tables_is_not_named_like_another_file(capsys: Any) -> None:
    assert "named like one" in refused("run scans --table sheet.ods", capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        "run scans/a.png --roi 1,1,9,9 --roi 2,2,9,9",
        "run scans/a.png --output-records a.csv --output-records b.csv",
        "run scans/a.png -o a.jpg --output b.jpg",
        "run scans/a.png --min-confidence 0.3 --min-confidence 0.4",
        "batch scans --out one --out two",
        "teach scans/a.png --text 1 --text 2",
    ],
)
def test_option_that_is_given_twice_is_refused(arguments: str, capsys: Any) -> None:
    assert "is given twice; give it once" in refused(arguments, capsys)


def test_switches_that_contradict_are_refused(capsys: Any) -> None:
    said = refused("run scans/a.png --fast --no-fast", capsys)
    assert "--fast and --no-fast contradict" in said


def test_switches_and_verbosity_may_be_repeated() -> None:
    assert main(["run", "scans/a.png", "--fast", "--fast", "-q", "-q"]) == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--fps 10", "--size, --fps and --backend"),
        ("--size 640x480", "--size, --fps and --backend"),
        ("--backend v4l2", "--size, --fps and --backend"),
        ("--reconnect 3", "--reconnect, --stall and --frozen are for cameras and streams"),
        ("--stall 3", "--reconnect, --stall and --frozen are for cameras and streams"),
        ("--frozen 3", "--reconnect, --stall and --frozen are for cameras and streams"),
        ("--every 3", "--every and --insecure are for addresses"),
        ("--insecure", "--every and --insecure are for addresses"),
        ("--mirror", "--mirror mirrors the window"),
        ("--teach digits", "--teach is where the window keeps"),
    ],
)
@pytest.mark.parametrize("source", ["scans/a.png", "scans"])
def test_options_of_cameras_and_windows_are_refused_for_files(
    source: str, options: str, told: str, capsys: Any
) -> None:
    assert told in refused(f"run {source} {options}", capsys)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--format jsonl", "take --format csv"),
        ("--output-records a.jsonl", "take --format csv"),
        ("--format csv --records frames", "--records chooses among events and frames"),
        ("--once", "--once ends with the first number"),
    ],
)
def test_what_does_not_go_with_a_list_is_refused(options: str, told: str, capsys: Any) -> None:
    assert told in refused(f"run scans/a.png --unique {options}", capsys)


def test_options_of_cameras_are_refused_for_streams(capsys: Any) -> None:
    assert "--fps" in refused("run rtsp://127.0.0.1:1/a --no-window --fps 10", capsys)


def test_pause_between_looks_is_a_time(capsys: Any) -> None:
    told = "argument --every: '0' is not a number of seconds above 0"
    assert told in refused("run http://127.0.0.1:1/a --every 0", capsys)


def test_files_read_side_by_side_are_files(capsys: Any) -> None:
    assert "--jobs reads several files" in refused("run 0 --no-window --jobs 2", capsys)
