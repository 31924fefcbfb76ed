"""``camdigits run --debug``: pictures that show how sources were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import pytest

from camdigits.cli import main
from camdigits.sinks.pictures import debug
from tests.cli.pages import TEXT, write_clip, write_page
from tests.support.media import MjpegCamera, numbered_frame


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_picture_gets_one(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    first, second = write_page(tmp_path / "a.jpg"), write_page(tmp_path / "other" / "a.png")
    why = tmp_path / "why"

    assert main(["run", str(first), str(second), "--debug", str(why)]) == 0

    out, err = capfd.readouterr()
    assert (out.count(TEXT), err) == (2, "")
    assert names_in(why) == ["a-debug-2.png", "a-debug.png"]
    assert cv2.imread(str(why / "a-debug.png")).shape[1] > 1600


def test_a_video_gets_one_a_second(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frame_count=25, fps=10)

    assert main(["run", str(clip), "--debug", str(tmp_path / "why")]) == 0

    expected = [f"clip-debug-{index:06}.png" for index in (0, 10, 20)]
    assert names_in(tmp_path / "why") == expected


def test_a_camera_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug, "EVERY_S", 0.0)
    monkeypatch.setattr(debug, "MOST", 2)
    with MjpegCamera([numbered_frame(0)], fps=50) as camera:
        arguments = ["run", camera.url, "--no-window", "--max-frames", "5"]
        assert main([*arguments, "--debug", str(tmp_path / "why")]) == 0

    assert len(names_in(tmp_path / "why")) == 2


def test_a_turned_part_is_shown_as_it_was_read(tmp_path: Path) -> None:
    source, why = write_page(tmp_path / "a.png"), tmp_path / "why"

    arguments = ["run", str(source), "--rotate", "90", "--roi", "0,0,100,200"]
    assert main([*arguments, "--debug", str(why)]) == 0

    # 200 pixels wide and 100 high on the side, so half as high as wide: 1600x800.
    height = cv2.imread(str(why / "a-debug.png")).shape[0]
    assert height < 1600


def test_the_folder_of_a_single_file_is_no_danger_to_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = write_page(tmp_path / "a-debug.png")
    before = source.read_bytes()
    arguments = ["run", str(source), "--debug", str(tmp_path)]

    assert main(arguments) == 0
    assert names_in(tmp_path) == ["a-debug-debug.png", "a-debug.png"]
    assert main(arguments) == 1
    assert "use --force" in capfd.readouterr().err
    assert main([*arguments, "--force"]) == 0

    assert source.read_bytes() == before


def test_marked_pictures_and_those_of_the_debug_view_share_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a-debug.png", "a.png"):
        write_page(tmp_path / "in" / name)
    out = str(tmp_path / "out")

    assert main(["run", str(tmp_path / "in"), "--debug", out, "-o", out]) == 0

    names = ["a-debug-2.png", "a-debug-debug.png", "a-debug.png", "a.png"]
    assert names_in(tmp_path / "out") == names
    marked = cv2.imread(str(tmp_path / "in" / "a.png")).shape
    assert cv2.imread(str(tmp_path / "out" / "a-debug.png")).shape == marked


@pytest.mark.parametrize("name", ["a-debug.png", "A-debug-000010.PNG"])
def test_a_source_is_not_replaced_by_what_tells_of_another(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = write_page(tmp_path / "a.png"), write_page(tmp_path / name)
    before = second.read_bytes()

    arguments = ["run", str(first), str(second), "--debug", str(tmp_path), "--force"]
    assert main(arguments) == 2

    [line] = capfd.readouterr().err.splitlines()
    assert f"would write over {second}, which is read, too" in line
    assert second.read_bytes() == before


@pytest.mark.parametrize("name", ["why.png", "why.csv"])
def test_a_folder_is_not_named_like_a_file(tmp_path: Path, capfd: Any, name: str) -> None:
    photo = write_page(tmp_path / "a.png")
    assert main(["run", str(photo), "--debug", str(tmp_path / name)]) == 2
    assert "name a folder" in capfd.readouterr().err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("make", "options", "code", "told"),
    [
        pytest.param("why/a-debug.png", [], 1, "use --force", id="exists"),
        pytest.param("why/a-debug.png", ["--force"], 0, "", id="replaced"),
        pytest.param("why", [], 1, "why is a file and no folder", id="a file"),
    ],
)
def test_nothing_is_replaced_unasked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    make: str | None,
    options: list[str],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "a.png")
    if make:
        (tmp_path / make).parent.mkdir(exist_ok=True)
        (tmp_path / make).write_text("mine")

    assert main(["run", "a.png", "--debug", "why", *options]) == code

    err = capfd.readouterr().err
    assert told in err
    assert len(err.splitlines()) == (code != 0)
    if make:
        assert ((tmp_path / make).read_bytes() == b"mine") == (code != 0)
