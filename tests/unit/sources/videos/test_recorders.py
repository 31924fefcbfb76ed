"""What recorders write, raw and in forms of their own, is found in folders by what it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from camdigits.batch.find import find
from camdigits.cli import main
from camdigits.sources import open_source
from camdigits.sources.resolve import expand
from tests.support.media import Extras, encoded, numbered_frames, read_number, write_video
from tests.support.recorders import as_dav, as_multipart, with_short_marks

COUNT = 6
QUIET = (("x265-params", "log-level=none"),)
PAL_WH = (720, 576)


def _dv(path: Path) -> bytes:
    write_video(path, numbered_frames(COUNT, PAL_WH), 25, "dvvideo", Extras(pix_fmt="yuv420p"))
    return path.read_bytes()


def _h264(path: Path) -> bytes:
    return with_short_marks(write_video(path, numbered_frames(COUNT), 25).read_bytes())


def _h265(path: Path) -> bytes:
    extras = Extras(options=QUIET)
    return with_short_marks(
        write_video(path, numbered_frames(COUNT), 25, "libx265", extras).read_bytes()
    )


def _dav(path: Path) -> bytes:
    extras = Extras(options=(("bf", "0"),))
    return as_dav(write_video(path, numbered_frames(COUNT), 25, "libx264", extras))


def _multipart(path: Path) -> bytes:
    return as_multipart([encoded(".jpg", frame) for frame in numbered_frames(COUNT)])


def _multipart_without_dashes(path: Path) -> bytes:
    return b"\r\n" + _multipart(path).replace(b"--frame", b"frame")


MAKERS: dict[str, Callable[[Path], bytes]] = {
    "raw.dv": _dv,
    "raw.h264": _h264,
    "raw.h265": _h265,
    "camera.dav": _dav,
    "saved.mjpeg": _multipart,
    "no dashes.mjpeg": _multipart_without_dashes,
}


@pytest.fixture(params=MAKERS)
def found_in(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder with one recording whose name says nothing."""
    data = MAKERS[request.param](tmp_path / request.param.replace(".dav", ".h264"))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "recording").write_bytes(data)
    return folder


def test_recording_is_found_in_a_folder_and_read(found_in: Path) -> None:
    [spec] = expand([str(found_in)])
    assert [file.name for file in find([str(found_in)])] == [spec.name]
    with open_source(spec) as source:
        assert not source.is_still
        frames = list(source)
    assert [read_number(frame.image) for frame in frames] == list(range(COUNT))
    times = [frame.time_s for frame in frames]
    assert times == pytest.approx([place / 25 for place in range(COUNT)], abs=0.002)


@pytest.mark.parametrize("name", ["a.dv", "a.dav", "a.mts", "a.h264"])
def test_what_is_called_a_recording_and_is_none_is_told(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"nothing that is known" * 40)
    assert main(["run", str(tmp_path), "--no-window"]) == 3
    assert f"{name}: is neither a picture nor a video" in capsys.readouterr().err
