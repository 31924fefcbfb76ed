"""``camdigits demo``: numbers on the terminal, a video in the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.cli.commands import demo
from tests.cli.pages import TEXT, write_clip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and a shorter clip than the bundled one."""
    monkeypatch.setattr(demo, "CLIP", write_clip(tmp_path / "short.mp4"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_clip_is_bundled_and_small() -> None:
    assert 0 < demo.CLIP.stat().st_size <= 1_000_000


def test_numbers_are_printed_and_the_video_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo"]) == 0
    captured = capsys.readouterr()
    assert captured.out.endswith(f" {TEXT}\n")
    assert captured.err == f"camdigits: the marked video is {folder}/camdigits-demo.mp4\n"
    assert [path.name for path in folder.iterdir()] == ["camdigits-demo.mp4"]


def test_a_video_that_is_there_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "camdigits-demo.mp4").write_bytes(b"mine")

    assert main(["demo"]) == 0
    assert capsys.readouterr().err.endswith("/camdigits-demo-2.mp4\n")
    assert (folder / "camdigits-demo.mp4").read_bytes() == b"mine"
    assert (folder / "camdigits-demo-2.mp4").stat().st_size > 0


def test_force_replaces_the_video(folder: Path) -> None:
    (folder / "camdigits-demo.mp4").write_bytes(b"mine")

    assert main(["demo", "--force"]) == 0
    assert [path.name for path in folder.iterdir()] == ["camdigits-demo.mp4"]
    assert (folder / "camdigits-demo.mp4").read_bytes() != b"mine"


def test_the_output_may_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "-o", "mine.webm"]) == 0
    assert capsys.readouterr().err.endswith("/mine.webm\n")
    assert (folder / "mine.webm").stat().st_size > 0


def test_a_named_output_that_exists_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.mp4").write_bytes(b"mine")

    assert main(["demo", "-o", "mine.mp4"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--force" in captured.err


def test_a_read_only_folder_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Permissions do not stop root, whom tests may run as.
    monkeypatch.setattr("os.access", lambda *_: False)

    assert main(["demo"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert str(folder) in line
    assert "-o" in line
