"""Records come out whole, line by line, in the forms that are documented."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import OutputError
from camdigits.sinks.records.csv import COLUMNS, CsvSink
from camdigits.sinks.records.jsonl import JsonLinesSink
from camdigits.sinks.records.lines import LineFile
from camdigits.sinks.records.opening import FORMATS, RecordFormat, open_records
from camdigits.sinks.records.text import TextSink, clock
from camdigits.support.printable import printable
from camdigits.types import Box, Digit, Event, Frame, Number, Reading

FRAME = Frame(np.zeros((48, 64, 3), np.uint8))
BOX = Box(4, 5, 20, 10)


def number(text: str, number_id: int | None = None) -> Number:
    digits = tuple(Digit(BOX, int(label), 0.98765) for label in text)
    return Number(text, BOX, 0.98765, digits, number_id)


def still(source: str = "page.jpg", *texts: str) -> Reading:
    numbers = tuple(number(text) for text in texts)
    digits = tuple(digit for one in numbers for digit in one.digits)
    return Reading(source, 0, 0.0, (64, 48), digits, numbers)


def event(kind: str, text: str = "2047") -> Event:
    return Event(kind, 5, text, BOX, 0.98765, 96, 3.2)


def video(*events: Event) -> Reading:
    one = number("2047", 5)
    return Reading("clip.mp4", 96, 3.2, (64, 48), one.digits, (one,), events, is_still=False)


def text_of(*readings: Reading) -> str:
    stream = io.StringIO()
    with TextSink(stream) as sink:
        for reading in readings:
            sink.write(FRAME, reading)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (still("page.jpg"), "page.jpg:\n"),
        (still("page.jpg", "2047", "0381"), "page.jpg: 2047 0381\n"),
        (replace(still("scan.pdf", "2047"), page=3), "scan.pdf, page 3: 2047\n"),
        (replace(still("scan.pdf"), page=4), "scan.pdf, page 4:\n"),
        (still("a\nb\x1b[2J.jpg", "7"), "a\\nb\\x1b[2J.jpg: 7\n"),
        (still(os.fsdecode(b"\xff.jpg"), "7"), "\\xff.jpg: 7\n"),
        (still("größe.jpg", "7"), "größe.jpg: 7\n"),
        (video(), ""),
        (video(event("appeared")), "0:00:03.20 2047\n"),
        (video(event("changed", "2048")), "0:00:03.20 2048\n"),
        (video(event("gone")), ""),
        (video(event("gone"), event("appeared", "1")), "0:00:03.20 1\n"),
    ],
)
def test_text_lines(reading: Reading, expected: str):
    assert text_of(reading) == expected


def test_text_of_a_number_that_changes_says_what_it_was():
    readings = [video(event("appeared")), video(event("changed", "2041")), video(event("gone"))]
    assert text_of(*readings, video(event("changed", "2048"))) == (
        "0:00:03.20 2047\n0:00:03.20 2047 -> 2041\n0:00:03.20 2048\n"
    )


@pytest.mark.parametrize(
    ("time_s", "expected"),
    [
        (0.0, "0:00:00.00"),
        (3.2, "0:00:03.20"),
        (59.999, "0:01:00.00"),
        (3725.5, "1:02:05.50"),
        (360000.0, "100:00:00.00"),
    ],
)
def test_clock(time_s: float, expected: str):
    assert clock(time_s) == expected


def test_text_survives_a_stream_that_knows_ascii_only():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    TextSink(stream).write(FRAME, still("größe.jpg", "7"))
    assert raw.getvalue() == b"gr\\xf6\\xdfe.jpg: 7\n"


def test_json_lines_are_the_readings_records():
    stream = io.StringIO()
    reading = video(event("appeared"))
    with JsonLinesSink(stream, "both") as sink:
        sink.write(FRAME, reading)
    lines = stream.getvalue().splitlines()
    assert [json.loads(line) for line in lines] == list(reading.records("both"))
    assert " " not in stream.getvalue()


def test_names_that_are_no_utf8_survive_json_exactly(tmp_path: Path):
    name = os.fsdecode(b"\xff\xfe\n.jpg")
    path = tmp_path / "out.jsonl"
    with open_records(path, "jsonl") as sink:
        sink.write(FRAME, still(name, "7"))
    assert path.read_bytes().isascii()
    assert os.fsencode(json.loads(path.read_text())["source"]) == b"\xff\xfe\n.jpg"


def test_names_that_are_no_utf8_keep_their_bytes_in_a_csv_file(tmp_path: Path):
    path = tmp_path / "out.csv"
    with open_records(path, "csv") as sink:
        sink.write(FRAME, still(os.fsdecode(b"\xff.jpg"), "7"))
    assert path.read_bytes().splitlines()[1].startswith(b"\xff.jpg,0,")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_csv_on_standard_output_has_the_bytes_of_the_file(encoding: str, tmp_path: Path):
    raw, path = io.BytesIO(), tmp_path / "out.csv"
    printed = CsvSink(io.TextIOWrapper(raw, encoding, newline="\n"))
    with open_records(path, "csv") as sink:
        for name in (b"plain.jpg", b"\xff\n.jpg", b"plain.jpg"):
            for each in (sink, printed):
                each.write(FRAME, still(os.fsdecode(name), "7"))
    assert raw.getvalue() == path.read_bytes()


def test_csv_escapes_what_standard_output_cannot_take():
    raw = io.BytesIO()
    sink = CsvSink(io.TextIOWrapper(raw, "ascii"))
    sink.write(FRAME, still(os.fsdecode("größe".encode() + b"\xff"), "7"))
    assert b"\ngr\\xf6\\xdfe\\udcff,0," in raw.getvalue()


def table_of(*readings: Reading, records: str | None = None) -> list[list[str]]:
    stream = io.StringIO()
    with CsvSink(stream, records) as sink:
        for reading in readings:
            sink.write(FRAME, reading)
    return list(csv.reader(io.StringIO(stream.getvalue())))


def test_csv_without_a_frame_is_the_header():
    assert table_of() == [list(COLUMNS)]


def test_csv_has_a_row_for_each_number_of_a_still():
    rows = table_of(still("a,b.jpg", "2047", "38"))[1:]
    where = ["4", "5", "20", "10"]
    assert rows == [
        ["a,b.jpg", "0", "0.0", "", "", "2047", "0.9877", *where, "", "hand", *[""] * 4],
        ["a,b.jpg", "0", "0.0", "", "", "38", "0.9877", *where, "", "hand", *[""] * 4],
    ]


@pytest.mark.parametrize("name", ["a\nb.jpg", "a\rb.jpg", "a\r\nb.jpg", '"a"\n,b.jpg', "\n", " a"])
def test_csv_gives_back_any_name(name: str, tmp_path: Path):
    path = tmp_path / "out.csv"
    with open_records(path, "csv") as sink:
        sink.write(FRAME, still(name, "7"))
        sink.write(FRAME, still("next.jpg", "8"))
    with path.open(newline="", encoding="utf-8") as file:
        assert [row[0] for row in csv.reader(file)] == ["source", name, "next.jpg"]


def test_csv_lists_a_picture_on_which_nothing_was_read():
    assert table_of(still("blank.jpg"))[1:] == [["blank.jpg", "0", "0.0", *[""] * 14]]


def test_csv_names_the_page_whether_it_has_numbers_or_not():
    shown = table_of(*(replace(still("scan.pdf", *it), page=2) for it in ((), ("7",))))[1:]
    assert [row[COLUMNS.index("page")] for row in shown] == ["2", "2"]


def test_json_lines_tell_pages_apart_that_show_the_same():
    stream = io.StringIO()
    sink = JsonLinesSink(stream)
    for page in (1, 2, None, None):
        sink.write(FRAME, replace(still("scan.pdf", "7"), page=page))
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [record["page"] for record in records] == [1, 2, None, None]


def test_csv_rows_of_events_and_frames_share_their_columns():
    frame, appeared = table_of(video(event("appeared")), records="both")[1:]
    assert frame[3:6] == ["", "5", "2047"]
    assert appeared[3:6] == ["appeared", "5", "2047"]
    assert len(frame) == len(appeared) == len(COLUMNS)


@pytest.mark.parametrize("form", FORMATS)
def test_every_line_is_out_before_the_sink_is_closed(tmp_path: Path, form: str):
    path = tmp_path / "out"
    sink = open_records(path, form, "frames")
    for count in (1, 2):
        sink.write(FRAME, still("page.jpg", "7"))
        assert path.read_bytes().count(b"page.jpg") == count
        assert path.read_bytes().endswith(b"\n")
    sink.close()


@pytest.mark.parametrize("form", FORMATS)
def test_existing_records_are_kept_without_force(tmp_path: Path, form: str):
    path = tmp_path / "out"
    path.write_text("precious")
    with pytest.raises(OutputError, match="--force"):
        open_records(path, form)
    assert path.read_text() == "precious"
    with open_records(path, form, force=True) as sink:
        sink.write(FRAME, still("page.jpg", "7"))
    assert "precious" not in path.read_text()


def test_records_go_to_a_device(tmp_path: Path):
    with open_records(Path(os.devnull), "jsonl") as sink:
        sink.write(FRAME, still("page.jpg", "7"))


def test_standard_output_stays_open(capsys: pytest.CaptureFixture[str]):
    for _ in range(2):
        with open_records(None) as sink:
            sink.write(FRAME, still("page.jpg", "7"))
    assert capsys.readouterr().out == "page.jpg: 7\n" * 2


class ClosedPipe(io.StringIO):
    def write(self, text: str, /) -> int:
        raise BrokenPipeError


def test_closed_pipe_is_left_to_the_caller():
    with pytest.raises(BrokenPipeError):
        TextSink(ClosedPipe()).write(FRAME, still("page.jpg"))


def test_line_cut_by_a_full_disk_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "out.jsonl"
    sink = open_records(path, "jsonl")
    sink.write(FRAME, still("one.jpg", "7"))
    whole = path.read_bytes()

    class HalfFullFile:
        """Takes ten bytes more."""

        def __init__(self, file: io.FileIO) -> None:
            self._file = file
            self._room = 10

        def write(self, data: memoryview) -> int:
            if not self._room:
                raise OSError(28, "No space left on device")
            written = self._file.write(data[: self._room])
            self._room = 0
            return written

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    stream = sink._stream
    assert isinstance(stream, LineFile)
    monkeypatch.setattr(stream, "_file", HalfFullFile(stream._file))
    with pytest.raises(OutputError, match=r"No space left.*complete up to its last line"):
        sink.write(FRAME, still("two.jpg", "8"))
    sink.close()
    assert path.read_bytes() == whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("form", ["text", "csv"])
def test_a_full_device_is_named_and_never_removed(
    form: RecordFormat, monkeypatch: pytest.MonkeyPatch
):
    removed: list[Path] = []
    monkeypatch.setattr("camdigits.sinks.records.lines.remove_quietly", removed.append)
    with (
        pytest.raises(OutputError, match=r"^cannot write to /dev/full: No space left on device$"),
        open_records(Path("/dev/full"), form) as sink,
    ):
        sink.write(FRAME, still("one.jpg", "7"))
    assert removed == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain 7.jpg", "plain 7.jpg"),
        ("tab\there", "tab\\there"),
        ("bell\x07", "bell\\x07"),
        ("right\u202eleft", "right\\u202eleft"),
        ("C:\\scans\\7.jpg", "C:\\scans\\7.jpg"),
    ],
)
def test_printable_names(name: str, expected: str):
    assert printable(name) == expected


def test_what_stays_is_written_the_same_on_every_frame() -> None:
    first = video(event("appeared"))
    readings = [
        first,
        replace(first, index=97, time_s=3.233, events=()),
        replace(first, index=98, digits=first.digits[:2], numbers=(), events=()),
        replace(first, index=99, numbers=(), digits=(), source='a"digits":[],"numbers":[]}'),
        replace(first, index=100, numbers=(), digits=(), source="b"),
        replace(first, index=101, size_wh=(65, 48)),
        first,
    ]
    stream = io.StringIO()
    with JsonLinesSink(stream, "both") as sink:
        for reading in readings:
            sink.write(FRAME, reading)
    records = [record for reading in readings for record in reading.records("both")]
    alone = [json.dumps(record, separators=(",", ":")) for record in records]
    assert stream.getvalue().splitlines() == alone


@pytest.mark.parametrize(
    ("text", "confidence", "said"),
    [("20", 0.5, "20"), ("20", 0.49, "20?"), ("2?", 0.3, "2?"), ("20,00", 0.1, "20,00?")],
)
def test_text_marks_what_is_as_likely_wrong_as_right(text: str, confidence: float, said: str):
    digit = Digit(BOX, 2, 0.9)
    stream = io.StringIO()
    number = Number(text, BOX, confidence, (digit,))
    TextSink(stream).write(FRAME, Reading("a.jpg", 0, 0.0, (64, 48), (digit,), (number,)))
    assert stream.getvalue() == f"a.jpg: {said}\n"


def test_reduction_is_told_only_where_digits_may_be_missed():
    usual, lossy = Reading("a", 0, 0.0, (640, 480)), Reading("a", 0, 0.0, (9000, 9), reduced=5.625)
    (record,), (told,) = usual.records(), lossy.records()
    assert "reduced" not in record
    assert usual.note == ""
    assert told["reduced"] == 5.62
    assert "9000x9 pixels were reduced 5.6 times" in lossy.note
    assert "lower than 90 pixels" in lossy.note
    out = io.StringIO()
    for reading in (lossy, lossy):
        JsonLinesSink(out).write(FRAME, reading)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [told, told]
