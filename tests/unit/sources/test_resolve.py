"""What the user typed becomes single sources."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import UsageError
from camdigits.sources import SourceSpec, expand
from camdigits.sources.names import shown
from camdigits.sources.resolve import resolve
from tests.support.media import encoded, write_image

DOT = np.zeros((2, 2, 3), np.uint8)


def names(specs: list[SourceSpec]) -> list[str]:
    return [Path(spec.name).name for spec in specs]


def test_no_arguments_are_no_sources() -> None:
    assert expand([]) == []


@pytest.mark.parametrize(
    ("typed", "kind", "target"),
    [
        (0, "camera", 0),
        ("0", "camera", 0),
        ("12", "camera", 12),
        ("/dev/video2", "camera", "/dev/video2"),
        ("http://10.0.0.2/video", "stream", "http://10.0.0.2/video"),
        ("HTTPS://host/clip.mp4", "stream", "HTTPS://host/clip.mp4"),
        ("rtsp://user@host/1", "stream", "rtsp://user@host/1"),
        ("rtmp://host/live", "stream", "rtmp://host/live"),
        ("rtsps://host/live", "stream", "rtsps://host/live"),
        ("udp://@:5000", "stream", "udp://@:5000"),
        ("tcp://host:5000", "stream", "tcp://host:5000"),
        ("rtp://host:5000", "stream", "rtp://host:5000"),
        ("srt://host:5000", "stream", "srt://host:5000"),
        ("missing.m3u8", "file", "missing.m3u8"),
        ("-", "stdin", "-"),
        ("./0", "file", "0"),
        ("missing.mp4", "file", "missing.mp4"),
        ("clip%d.mp4", "file", "clip%d.mp4"),
        ("-clip.mp4", "file", "-clip.mp4"),
        ("C:/a:b.mp4", "file", "C:/a:b.mp4"),
    ],
)
def test_argument_names_one_source(typed: str | int, kind: str, target: str | int) -> None:
    (spec,) = expand([typed])
    assert (spec.kind, spec.target, spec.name) == (kind, target, str(typed))


@pytest.mark.parametrize("typed", ["-1", -1, "100", "99999999999", "ftp://host/clip.mp4"])
def test_camera_or_address_that_cannot_exist_is_a_usage_error(typed: str | int) -> None:
    with pytest.raises(UsageError) as error:
        expand([typed])
    assert "\n" not in str(error.value)


def test_folder_is_its_media_in_natural_order(tmp_path: Path) -> None:
    for name in ("10.png", "2.png", "1.png", ".hidden.png"):
        write_image(tmp_path / name, DOT)
    (tmp_path / "no suffix").write_bytes(encoded(".jpg", DOT))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "empty").touch()
    (tmp_path / "deeper").mkdir()
    write_image(tmp_path / "deeper" / "3.png", DOT)
    assert names(expand([tmp_path])) == ["1.png", "2.png", "10.png", "no suffix"]


def test_folder_keeps_what_is_called_like_a_picture_and_is_none(tmp_path: Path) -> None:
    """A copy that failed would else be missed by nobody."""
    write_image(tmp_path / "1.png", DOT)
    (tmp_path / "2.jpg").touch()
    (tmp_path / "3.MP4").write_bytes(bytes(1000))
    (tmp_path / "4.png").symlink_to("nowhere")
    (tmp_path / "5.png").mkdir()
    assert names(expand([tmp_path])) == ["1.png", "2.jpg", "3.MP4", "4.png"]


def test_folder_without_media_fails_only_when_it_is_opened(tmp_path: Path) -> None:
    assert expand([str(tmp_path)]) == [SourceSpec("file", str(tmp_path), str(tmp_path))]


def test_pattern_that_the_shell_left_is_expanded(tmp_path: Path) -> None:
    for name in ("b10.png", "b9.png", "a.png", ".b8.png"):
        write_image(tmp_path / name, DOT)
    assert names(expand([str(tmp_path / "b*.png")])) == ["b9.png", "b10.png"]


def test_pattern_without_matches_stays_as_it_is(tmp_path: Path) -> None:
    pattern = str(tmp_path / "*.png")
    assert [spec.name for spec in expand([pattern])] == [pattern]


def test_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    write_image(tmp_path / "page[1].png", DOT)
    write_image(tmp_path / "page1.png", DOT)
    assert names(expand([str(tmp_path / "page[1].png")])) == ["page[1].png"]


def test_bad_argument_does_not_hide_the_others(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", DOT)
    missing, good = str(tmp_path / "missing.png"), str(tmp_path / "1.png")
    assert [spec.name for spec in expand([missing, good, "0"])] == [missing, good, "0"]


def test_name_too_long_for_any_file_is_still_one_source() -> None:
    assert len(expand(["x" * 5000])) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", ""),
        ("päge 1.png", "päge 1.png"),
        ("two\nlines.png", r"two\nlines.png"),
        ("\x1b[31mred.png", r"\x1b[31mred.png"),
        (os.fsdecode(b"\xff.png"), r"\xff.png"),
        ("rtsp://me:secret@host/1", "rtsp://me:***@host/1"),
        ("http://host/a@b:c@d", "http://host/a@b:c@d"),
        ("http://host:8080/photo@2x.jpg", "http://host:8080/photo@2x.jpg"),
        ("http://[::1]:8080/a@2x.jpg", "http://[::1]:8080/a@2x.jpg"),
        ("rtsp://me:a@b@host:554/1", "rtsp://me:***@host:554/1"),
        ("rtsp://me:12/b?c#d@host/1", "rtsp://me:***@host/1"),
        ("https://me:a/b@host/1", "https://me:***@host/1"),
        ("rtsp://me@mail.org:secret@host/1", "rtsp://me@mail.org:***@host/1"),
        ("RTSP://me:@host", "RTSP://me:***@host"),
        ("http://h/snap?user=me&pwd=s3cret&ch=1", "http://h/snap?user=me&pwd=***&ch=1"),
        ("rtsp://me:two words@host/1", "rtsp://me:***@host/1"),
        ("http://NAME:PASSWORD@host/...", "http://NAME:PASSWORD@host/..."),
    ],
)
def test_name_is_shown_on_one_line_without_passwords(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_address_has_a_name_without_its_password_unless_it_is_kept() -> None:
    address = "rtsp://me:a@b/c@host/1"
    (spec,) = expand([address])
    assert (spec.target, spec.name) == (address, "rtsp://me:***@host/1")
    assert resolve(address).name == spec.name
    (kept,) = expand([address], keep_passwords=True)
    assert (kept.target, kept.name) == (address, address)


def test_naming_sources_loads_neither_opencv_nor_ffmpeg() -> None:
    code = (
        "import sys; from camdigits.sources import expand; expand(['0', 'missing.mp4', '-']);"
        "print([name for name in ('cv2', 'av', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pictures_are_read_without_ffmpeg(tmp_path: Path) -> None:
    write_image(tmp_path / "page.png", DOT)
    code = (
        "import sys; from camdigits.sources import open_source; open_source(sys.argv[1]);"
        "print('av' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "page.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
