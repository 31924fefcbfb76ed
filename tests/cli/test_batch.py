"""``camdigits batch``: the same bytes as ``run``, and a batch that goes on."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from camdigits.cli import main
from tests.cli.pages import TEXT, page, write_clip, write_page
from tests.support.media import write_image, write_video

GOOD = ("a.png", "deep/a.png", "deep/clip.mp4")
BAD = ("cut.avi", "text.png")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of good and bad files."""
    folder = tmp_path_factory.mktemp("media")
    (folder / "deep").mkdir()
    write_page(folder / "a.png")
    write_page(folder / "deep" / "a.png")
    write_clip(folder / "deep" / "clip.mp4")
    whole = write_video(folder / "whole.avi", [page()] * 40, 15, "mjpeg").read_bytes()
    (folder / "whole.avi").unlink()
    (folder / "cut.avi").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "text.png").write_text("no picture")
    return folder


def read_journal(out: Path) -> list[dict]:
    """Return the journal's lines about sources."""
    lines = map(json.loads, (out / "batch.jsonl").read_text().splitlines())
    return [line for line in lines if line["type"] == "source"]


@pytest.mark.parametrize("records", [(), ("--records", "both")], ids=["default", "both"])
def test_records_have_the_bytes_that_run_writes(
    records: tuple[str, ...], media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(media)

    assert main(["batch", *GOOD, *BAD, "--out", str(tmp_path / "out"), *records]) == 3

    for name in (*GOOD, "cut.avi"):
        alone = tmp_path / "alone.jsonl"
        main(["run", name, "--output-records", str(alone), "--force", *records])
        assert alone.read_bytes()
        assert (tmp_path / "out" / "records" / f"{name}.jsonl").read_bytes() == alone.read_bytes()
    assert not (tmp_path / "out" / "records" / "text.png.jsonl").exists()


def test_bad_sources_are_named_and_the_rest_is_read(
    media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(media)

    assert main(["batch", *GOOD, *BAD, "gone.mp4", "--out", str(tmp_path)]) == 3

    told, errors = capsys.readouterr()
    assert told.startswith("6 sources: 3 done, 1 damaged, 2 unreadable; ")
    assert {line.split(":")[1].strip() for line in errors.splitlines()} == {*BAD, "gone.mp4"}
    rows = {row["source"]: row for row in csv.DictReader((tmp_path / "summary.csv").open())}
    assert {name: row["exit_reason"] for name, row in rows.items()} == {
        **dict.fromkeys(GOOD, "done"),
        "cut.avi": "damaged",
        "text.png": "unreadable",
        "gone.mp4": "unreadable",
    }
    assert rows["deep/clip.mp4"]["distinct_numbers"] == TEXT
    assert (rows["deep/clip.mp4"]["frames"], rows["deep/clip.mp4"]["duration_s"]) == ("20", "1.267")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "batch.jsonl",
        "records",
        "summary.csv",
    ]


def test_what_is_finished_is_not_read_again(
    media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(media), "--out", str(tmp_path)]
    assert main(command) == 3
    first, before = read_journal(tmp_path), (tmp_path / "summary.csv").read_bytes()

    assert main(command) == 3

    assert read_journal(tmp_path) == first
    assert (tmp_path / "summary.csv").read_bytes() == before
    told, errors = capsys.readouterr()
    assert "5 sources: 3 done, 1 damaged, 1 unreadable; 5 of them before; " in told
    assert all(errors.count(name) == 2 for name in BAD)
    assert errors.count("(before; --retry-failed reads it again)") == len(BAD)


def test_failed_ones_are_read_again_if_asked_for(media: Path, tmp_path: Path) -> None:
    command = ["batch", str(media), "--out", str(tmp_path)]
    assert main(command) == 3

    assert main([*command, "--retry-failed"]) == 3

    again = [Path(line["source"]).name for line in read_journal(tmp_path)[5:]]
    assert sorted(again) == sorted(BAD)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    pages = [write_page(tmp_path / name) for name in ("a.png", "b.png")]
    command = ["batch", *map(str, pages), "--out", str(tmp_path / "out")]
    assert main(command) == 0
    os.utime(pages[1], ns=(0, 1))

    assert main(command) == 0
    assert [Path(line["source"]).name for line in read_journal(tmp_path / "out")[2:]] == ["b.png"]

    assert main([*command, "--rotate", "180"]) == 0
    assert len(read_journal(tmp_path / "out")) == 5


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("in/a.png", "in/a.png"),
        ("in", "in/deep/a.png"),
        ("*/*.png", "in/a.png"),
        ("*/deep/*.png", "in/deep/a.png"),
    ],
)
def test_what_could_not_be_read_at_first_has_no_row_once_it_was(
    source: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in/deep").mkdir(parents=True)
    command = ["batch", source, "other/*.png", "--out", "out"]
    assert main(command) == 3
    assert rows_of(Path("out")) == {source: "unreadable", "other/*.png": "unreadable"}

    write_page(Path(file))
    assert main(command) == 3
    assert rows_of(Path("out")) == {file: "done", "other/*.png": "unreadable"}

    write_page(Path("other.png"))
    assert main(["batch", "other.png", "--out", "out"]) == 0
    assert rows_of(Path("out")) == {
        file: "done",
        "other/*.png": "unreadable",
        "other.png": "done",
    }


def rows_of(out: Path) -> dict[str, str]:
    """Return how the reading of each source in a batch's table ended."""
    rows = csv.DictReader((out / "summary.csv").open())
    return {row["source"]: row["exit_reason"] for row in rows}


def test_sources_are_listed_in_a_file(
    media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(media)
    (tmp_path / "list").write_text("a.png\ndeep\n")

    assert main(["batch", "--from", str(tmp_path / "list"), "--out", str(tmp_path / "out")]) == 0

    sources = {line["source"] for line in read_journal(tmp_path / "out")}
    assert sources == set(GOOD)


def test_a_batch_of_nothing_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", "--out", str(tmp_path)]) == 2
    assert "nothing to read" in capsys.readouterr().err


def test_a_region_outside_one_picture_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_page(tmp_path / "page.png")
    write_clip(tmp_path / "clip.mp4")
    roi = ["--roi", "5000,0,100,100"]

    assert main(["batch", str(tmp_path), "--out", str(tmp_path / "out"), *roi]) == 3

    assert {line["exit_reason"] for line in read_journal(tmp_path / "out")} == {"unreadable"}
    assert capsys.readouterr().err.count("5000") == 2


@pytest.mark.parametrize("out", ["a.txt", "a.txt/out"])
def test_a_file_in_place_of_the_folder_is_named(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("mine")

    assert main(["batch", "a.png", "--out", out]) == 1

    told = f"camdigits: {tmp_path / 'a.txt'} is a file and no folder: write elsewhere\n"
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize(
    "name", ["summary.csv", "batch.jsonl", "records/a.png", "unfinished/a.png"]
)
def test_a_source_is_not_replaced_by_what_is_read_in_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write_page(tmp_path / "page.png").rename(tmp_path / name)
    before = (tmp_path / name).read_bytes()

    assert main(["batch", str(tmp_path / name), "--out", str(tmp_path)]) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert "is read and would be written over: name another folder than" in line
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("name", ["summary.csv", "records/page.png.jsonl"])
def test_files_of_others_are_not_replaced(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "page.png")
    theirs = tmp_path / "out" / name
    theirs.parent.mkdir(parents=True)
    theirs.write_text("precious")

    for _ in range(2):
        assert main(["batch", "page.png", "--out", "out"]) == 1

    lines = capsys.readouterr().err.splitlines()
    assert all("exists and is of no batch that can go on" in line for line in lines)
    assert theirs.read_text() == "precious"
    theirs.unlink()
    assert main(["batch", "page.png", "--out", "out"]) == 0


def test_a_picture_that_is_reduced_too_far_says_so_here_and_in_the_journal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = write_image(tmp_path / "huge.png", np.full((5000, 5000), 220, np.uint8))
    small = write_page(tmp_path / "small.png")
    out = tmp_path / "out"
    assert main(["batch", str(huge), str(small), "--out", str(out), "--fast"]) == 0
    note = f"{huge}: 5000x5000 pixels were reduced 5.2 times to be read"
    assert capsys.readouterr().err.count(f"camdigits: {note}") == 1
    told = {line["source"]: line.get("note") for line in read_journal(out)}
    assert told[str(huge)].startswith(note)
    assert told[str(small)] is None
    assert main(["batch", str(huge), str(small), "--out", str(out), "--fast"]) == 0
