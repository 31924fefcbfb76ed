"""What holds for every sink.  A new sink is one line in `SINKS`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import OutputError
from camdigits.recognizer import Recognizer
from camdigits.sinks.base import Sink
from camdigits.sinks.pictures.containers import CONTAINERS
from camdigits.sinks.pictures.debug import DebugSink
from camdigits.sinks.pictures.image import IMAGE_SUFFIXES, ImageSink
from camdigits.sinks.pictures.pdf import PdfSink
from camdigits.sinks.pictures.video import VideoSink
from camdigits.sinks.records.opening import FORMATS, open_records, open_unique
from camdigits.types import Box, Digit, Frame, Number, Reading

inspect_picture = Recognizer().inspect


@dataclass(frozen=True, slots=True)
class Case:
    """A sink that writes one file.

    Attributes:
        suffix: of its file.
        open: takes the path and whether an existing file may be replaced.
    """

    suffix: str
    open: Callable[[Path, bool], Sink]


SINKS = {
    **{
        f"image {s}": Case(s, lambda path, force: ImageSink(path, force=force))
        for s in IMAGE_SUFFIXES
    },
    "pdf": Case(".pdf", lambda path, force: PdfSink(path, force=force)),
    **{f"video {s}": Case(s, lambda path, force: VideoSink(path, force=force)) for s in CONTAINERS},
    **{
        f"records {form}": Case(
            f".{form}", lambda path, force, form=form: open_records(path, form, force=force)
        )
        for form in FORMATS
    },
    **{
        f"unique {form}": Case(
            f".{form}", lambda path, force, form=form: open_unique(path, str, form, force)
        )
        for form in ("text", "csv")
    },
    "debug": Case(
        ".png",
        lambda path, force: DebugSink(path, lambda frame, _: inspect_picture(frame.image), force),
    ),
}


@pytest.fixture(params=SINKS.values(), ids=SINKS.keys())
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def path(case: Case, tmp_path: Path) -> Path:
    return tmp_path / f"out{case.suffix}"


def frame() -> Frame:
    image = np.full((48, 64, 3), 200, np.uint8)
    image.flags.writeable = False
    return Frame(image)


def reading(text: str = "") -> Reading:
    digits = tuple(Digit(Box(10 + 20 * i, 20, 10, 16), int(c), 0.9) for i, c in enumerate(text))
    numbers = (Number(text, Box(10, 20, 50, 16), 0.9, digits),) if text else ()
    return Reading("page.jpg", 0, 0.0, (64, 48), digits, numbers)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_sink_takes_what_the_protocol_says(case: Case, path: Path):
    sink = case.open(path, False)
    assert list(inspect.signature(sink.write).parameters) == ["frame", "reading"]
    sink.close()


@pytest.mark.parametrize("text", ["", "204"])
def test_frame_and_reading_are_written(case: Case, path: Path, text: str):
    with case.open(path, False) as sink:
        sink.write(frame(), reading(text))
    assert names(path.parent) == [path.name]
    assert path.stat().st_size > 0


def test_frame_is_not_written_to(case: Case, path: Path):
    shown = frame()
    with case.open(path, False) as sink:
        sink.write(shown, reading("204"))
    assert (shown.image == 200).all()


def test_sink_closes_twice(case: Case, path: Path):
    sink = case.open(path, False)
    sink.write(frame(), reading("7"))
    sink.close()
    first = path.read_bytes()
    sink.close()
    assert path.read_bytes() == first


def test_context_left_by_an_error_keeps_what_was_written(case: Case, path: Path):
    with pytest.raises(ZeroDivisionError), case.open(path, False) as sink:
        sink.write(frame(), reading("7"))
        raise ZeroDivisionError
    assert names(path.parent) == [path.name]
    assert path.stat().st_size > 0


def test_existing_file_is_kept_and_the_error_names_force(case: Case, path: Path):
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="--force"):
        case.open(path, False)
    assert path.read_bytes() == b"precious"


def test_existing_file_is_replaced_with_force(case: Case, path: Path):
    path.write_bytes(b"precious")
    with case.open(path, True) as sink:
        sink.write(frame(), reading("7"))
    assert names(path.parent) == [path.name]
    assert b"precious" not in path.read_bytes()


def test_missing_folder_is_told_before_anything_is_read(case: Case, tmp_path: Path):
    with pytest.raises(OutputError, match="there is no folder"):
        case.open(tmp_path / "missing" / f"out{case.suffix}", False)


@pytest.mark.parametrize("inside", ["a.txt", "a.txt/deeper"])
def test_file_in_place_of_the_folder_is_named(case: Case, tmp_path: Path, inside: str):
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(OutputError) as refused:
        case.open(tmp_path / inside / f"out{case.suffix}", True)
    assert str(refused.value) == f"{tmp_path / 'a.txt'} is a file and no folder: write elsewhere"


def test_folder_of_that_name_is_no_file_to_write(case: Case, path: Path):
    path.mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        case.open(path, True)


@pytest.mark.parametrize("name", ["-x", "%d %05d", "line\nbreak", "größe", "a'b\"c", "x" * 200])
def test_odd_names_are_names(case: Case, tmp_path: Path, name: str):
    path = tmp_path / f"{name}{case.suffix}"
    with case.open(path, False) as sink:
        sink.write(frame(), reading("7"))
    assert names(tmp_path) == [path.name]


def test_message_about_an_odd_name_is_one_line(case: Case, tmp_path: Path):
    path = tmp_path / f"line\nbreak\x1b[2J{case.suffix}"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError) as error:
        case.open(path, False)
    assert str(error.value).isprintable()
