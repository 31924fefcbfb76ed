"""Cameras that go and come back, and several side by side."""

from __future__ import annotations

import csv
import json
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.cli.reading.source_files import may_be_live
from camdigits.sources.resolve import resolve
from tests.cli.pages import TEXT, page, write_page
from tests.cli.test_process import frame_count, start
from tests.support.media import MjpegCamera


@pytest.mark.parametrize("records", ["events", "frames"])
def test_a_camera_that_is_lost_and_comes_back_is_told_in_json_lines(records: str) -> None:
    arguments = ("--no-window", "--format", "jsonl", "--records", records, "--reconnect", "60")
    with MjpegCamera([page()]) as camera, start("run", camera.url, *arguments) as process:
        assert process.stdout is not None and process.stderr is not None
        told = (json.loads(line) for line in process.stdout)
        first = next(told)
        camera.stalled.set()
        lost = next(record for record in told if record["type"] == "status")
        camera.stalled.clear()
        back = next(record for record in told if record["type"] == "status")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        lines = process.stderr.read().decode().splitlines()

    assert [lost["event"], back["event"]] == ["lost", "back"]
    assert lost["source"] == back["source"] == first["source"] == camera.url
    assert first["time_s"] <= lost["time_s"] <= back["time_s"]
    assert back["index"] > lost["index"]
    assert lines == [f"camdigits: {lost['text']}", f"camdigits: {back['text']}"]
    assert "opening it again" in lost["text"] and " is back after " in back["text"]


def test_a_camera_that_is_lost_and_comes_back_is_a_row_of_csv_and_a_line_beside_text() -> None:
    arguments = ("--no-window", "--format", "csv", "--reconnect", "60")
    with MjpegCamera([page()]) as camera, start("run", camera.url, *arguments) as process:
        assert process.stdout is not None
        rows = csv.DictReader(line.decode() for line in process.stdout)
        assert next(rows)["text"] == TEXT
        camera.stalled.set()
        lost = next(row for row in rows if row["event"] == "lost")
        camera.stalled.clear()
        back = next(row for row in rows if row["event"] == "back")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143

    for row in (lost, back):
        assert row["source"] == camera.url and float(row["time_s"]) > 0
        assert not any(row[name] for name in ("id", "text", "confidence", "x", "page"))


def run(*arguments: object) -> int:
    return main(["run", *map(str, arguments), "--no-window"])


@pytest.fixture
def cameras() -> Iterator[tuple[MjpegCamera, MjpegCamera]]:
    with MjpegCamera([page()]) as one, MjpegCamera([page()]) as other:
        yield one, other


Two = tuple[MjpegCamera, MjpegCamera]


def test_two_cameras_are_read_side_by_side(cameras: Two, tmp_path: Path) -> None:
    urls = {camera.url for camera in cameras}
    folder = tmp_path / "read"
    arguments = ("--no-window", "--format", "jsonl", "-o", folder)
    with start("run", *urls, *arguments) as process:
        assert process.stdout is not None
        told = (json.loads(line) for line in process.stdout)
        seen = set()
        while seen != urls:  # each goes on while the other does
            record = next(told)
            assert (record["type"], record["text"]) == ("event", TEXT)
            seen.add(record["source"])
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130

    videos = sorted(folder.iterdir())
    assert len(videos) == 2 and all(path.suffix == ".mp4" for path in videos)
    assert all(frame_count(path) > 1 for path in videos)  # a busy machine reads few


def test_one_of_two_that_is_lost_keeps_the_other_going(
    cameras: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, there = cameras
    gone.close()

    assert run(gone.url, there.url, "--max-frames", 60) == 3
    out, err = capsys.readouterr()
    assert out.startswith(f"{there.url}: 0:00:0") and out.endswith(f" {TEXT}\n")
    [line] = err.splitlines()
    assert line.startswith(f"camdigits: {gone.url}: ")


def test_the_first_number_of_any_camera_ends_all(
    cameras: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    cameras[0].stalled.set()

    assert run(cameras[0].url, cameras[1].url, "--once", "--raw") == 0
    assert capsys.readouterr() == (TEXT, "")


def test_the_time_of_all_cameras_ends_together(
    cameras: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    for camera in cameras:
        camera.stalled.set()

    assert run(cameras[0].url, cameras[1].url, "--timeout", 1) in (3, 4)
    assert capsys.readouterr().out == ""


def test_files_are_read_before_a_camera_that_has_no_end(
    cameras: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = write_page(tmp_path / "photo.png")

    assert run(cameras[0].url, photo, "--max-frames", 60) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{photo}: {TEXT}"
    assert second.startswith(f"{cameras[0].url}: 0:00:0")


@pytest.mark.parametrize(
    ("sources", "options", "line"),
    [
        (map(str, range(9)), (), "9 cameras and streams are named, and 8 are read at a time"),
        (("0", "rtsp://a/1"), ("--serve",), "start camdigits run 0 --serve, and the same for"),
    ],
)
def test_too_many_cameras_are_refused_in_a_line(
    sources: Iterable[str],
    options: tuple[str, ...],
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", *sources, *options]) == 2
    [told] = capsys.readouterr().err.splitlines()
    assert line in told


@pytest.mark.parametrize(
    ("name", "is_live"),
    [
        ("0", True),
        ("rtsp://camera/a.mp4", True),
        ("http://camera/video", True),
        ("http://camera/live.m3u8?x=1", True),
        ("http://camera/video.mjpg", True),
        ("http://host/a.mp4", False),
        ("https://host/a.JPG?size=9", False),
        ("clip.mp4", False),
        ("-", False),
    ],
)
def test_what_may_have_no_end_is_told_by_its_name(name: str, is_live: bool) -> None:
    assert may_be_live(resolve(name)) is is_live
