"""Annotated stills, alone and in folders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from camdigits.drawing.annotation import annotate
from camdigits.errors import OutputError, UsageError
from camdigits.sinks.pictures.folder import OutputFolder, output_name
from camdigits.sinks.pictures.image import IMAGE_SUFFIXES, ImageSink
from camdigits.sinks.pictures.opening import open_picture_sink
from camdigits.sinks.pictures.video import VideoSink
from camdigits.sources import open_source
from camdigits.types import Box, Digit, Frame, Reading

IMAGE = np.full((240, 320, 3), 200, np.uint8)
READING = Reading("page", 0, 0.0, (320, 240), (Digit(Box(100, 100, 40, 60), 7, 0.99),))


@dataclass
class Named:
    """A source as sinks see it before its frames come."""

    name: str
    is_still: bool = True
    is_live: bool = False
    fps: float | None = None
    frame_count: int | None = None

    def __iter__(self) -> Iterator[Frame]:
        raise NotImplementedError

    def close(self) -> None: ...

    def __enter__(self) -> Named:
        return self

    def __exit__(self, *_: Any) -> None: ...


def stored(path: Path) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("suffix", [*IMAGE_SUFFIXES, ".PNG"])
def test_annotated_picture_is_stored(tmp_path: Path, suffix: str):
    path = tmp_path / f"out{suffix}"
    with ImageSink(path) as sink:
        sink.write(Frame(IMAGE), READING)
    assert abs(stored(path).astype(int) - annotate(IMAGE, READING)).mean() < 2


def test_sink_without_a_frame_leaves_nothing(tmp_path: Path):
    ImageSink(tmp_path / "out.png").close()
    assert not list(tmp_path.iterdir())


def test_later_frame_replaces_the_first(tmp_path: Path):
    with ImageSink(tmp_path / "out.png") as sink:
        sink.write(Frame(IMAGE), READING)
        sink.write(Frame(np.zeros_like(IMAGE)), Reading("page", 1, 0.0, (320, 240)))
    assert stored(tmp_path / "out.png").max() == 0


@pytest.mark.parametrize("name", ["out", "out.gif", "out.png.txt"])
def test_unknown_suffix_lists_the_known_ones(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match=r"\.png, \.jpg"):
        ImageSink(tmp_path / name)


def test_source_is_not_overwritten_even_with_force(tmp_path: Path):
    path = tmp_path / "page.png"
    path.write_bytes(b"precious")
    (tmp_path / "link.png").symlink_to(path)
    with pytest.raises(OutputError, match="source itself"):
        ImageSink(tmp_path / "link.png", force=True, source=path)


def test_picture_that_its_format_cannot_hold_is_an_error_and_leaves_nothing(tmp_path: Path):
    wide = np.zeros((1, 17_000, 3), np.uint8)
    with ImageSink(tmp_path / "out.webp") as sink, pytest.raises(OutputError, match=r"out\.png"):
        sink.write(Frame(wide), Reading("", 0, 0.0, (17_000, 1)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("output", "is_still", "kind"),
    [
        ("out.png", True, ImageSink),
        ("out.JPG", True, ImageSink),
        ("out.mp4", False, VideoSink),
        ("out.webm", False, VideoSink),
        ("out.mp4", True, VideoSink),
    ],
)
def test_suffix_chooses_the_sink(tmp_path: Path, output: str, is_still: bool, kind: type):
    assert isinstance(open_picture_sink(tmp_path / output, Named("in", is_still)), kind)


@pytest.mark.parametrize(
    ("output", "is_still", "message"),
    [
        ("out", True, r"\.png.*\.mp4"),
        ("out.gif", False, r"\.png.*\.mp4"),
        ("out.png", False, r"clip\.avi does not fit into the image .*\.mp4"),
    ],
)
def test_suffix_that_does_not_fit(tmp_path: Path, output: str, is_still: bool, message: str):
    with pytest.raises(UsageError, match=message):
        open_picture_sink(tmp_path / output, Named("clip.avi", is_still))


def test_picture_sink_spares_the_source(tmp_path: Path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="source itself"):
        open_picture_sink(path, Named(str(path), is_still=False), force=True)


@pytest.mark.parametrize(
    ("source", "is_still", "expected"),
    [
        ("scans/page.jpg", True, "page.jpg"),
        ("page.JPEG", True, "page.JPEG"),
        ("page.heic", True, "page.png"),
        ("page", True, "page.png"),
        ("clip.avi", False, "clip.mp4"),
        ("archive.tar.webm", False, "archive.tar.mp4"),
        ("0", False, "0.mp4"),
        ("/dev/video2", False, "video2.mp4"),
        ("-", False, "stdin.mp4"),
        ("-", True, "stdin.png"),
        ("http://user:secret@10.0.0.7:8080/cam/1?token=abc", False, "10.0.0.7_cam_1.mp4"),
        ("rtsp://camera", False, "camera.mp4"),
        ("rtsp://user:a/b@camera/1", False, "camera_1.mp4"),
    ],
)
def test_output_is_named_after_its_source(source: str, is_still: bool, expected: str):
    assert "".join(output_name(source, is_still)) == expected


def folder_of(folder: Path, *sources: str, force: bool = False) -> list[str]:
    output = OutputFolder(folder, force)
    for source in sources:
        with output.open(Named(source)) as sink:
            sink.write(Frame(IMAGE), READING)
    return sorted(entry.name for entry in folder.iterdir())


def test_same_names_get_numbers(tmp_path: Path):
    sources = ["a/scan.jpg", "b/scan.jpg", "c/SCAN.JPG", "a/scan-2.jpg"]
    assert folder_of(tmp_path / "out", *sources) == sorted(
        ["scan.jpg", "scan-2.jpg", "SCAN-3.JPG", "scan-2-2.jpg"]
    )


def test_folder_keeps_files_of_earlier_runs(tmp_path: Path):
    folder_of(tmp_path, "a/scan.jpg")
    with pytest.raises(OutputError, match="--force"):
        folder_of(tmp_path, "a/scan.jpg")
    assert folder_of(tmp_path, "a/scan.jpg", force=True) == ["scan.jpg"]


def test_folder_that_holds_the_sources_spares_them(tmp_path: Path):
    path = tmp_path / "scan.jpg"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="source itself"):
        folder_of(tmp_path, str(path), force=True)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("file", "{}/file is a file and no folder: write elsewhere"),
        ("file/out", "{}/file is a file and no folder: write elsewhere"),
        ("file/deep/out", "{}/file is a file and no folder: write elsewhere"),
        ("missing/out", "there is no folder {}/missing: create it or write elsewhere"),
        ("x" * 300, "cannot create the folder {}/" + "x" * 300 + ": File name too long"),
    ],
)
def test_folder_that_cannot_be(tmp_path: Path, name: str, line: str):
    (tmp_path / "file").write_text("precious")
    with pytest.raises(OutputError) as refused:
        OutputFolder(tmp_path / name)
    assert str(refused.value) == line.format(tmp_path)


def test_picture_that_its_form_cannot_hold_is_one_clear_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    """OpenCV writes lines of its own to the terminal."""
    wide = Frame(np.full((2, 20_000, 3), 200, np.uint8))
    with pytest.raises(OutputError, match=r"20000x2 pixels does not fit into a \.webp .*\.png"):
        ImageSink(tmp_path / "wide.webp").write(wide, Reading("page", 0, 0.0, (20_000, 2)))
    assert capfd.readouterr().err == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp", ".TIFF"])
@pytest.mark.parametrize("aspect", [98 / 204, 0.9608, 16 / 11, 2.0, 1.0])
def test_shape_of_the_pixels_is_kept(tmp_path: Path, suffix: str, aspect: float):
    path = tmp_path / f"out{suffix}"
    with ImageSink(path) as sink:
        sink.write(Frame(IMAGE, pixel_aspect=aspect), READING)
    with open_source(path) as source:
        (frame,) = source
    assert frame.pixel_aspect == pytest.approx(aspect, rel=0.005)
    assert frame.size_wh == (320, 240)
