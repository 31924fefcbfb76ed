"""The parts of a batch: which files, where their records go, the journal and the table."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from camdigits.batch.file_work import FileSummary, Reads
from camdigits.batch.find import Found, find, read_list
from camdigits.batch.journal import Entry, Journal
from camdigits.batch.output_paths import RecordsPlaces
from camdigits.batch.summary_table import write_table
from camdigits.batch.weights import check_digests, digests
from camdigits.config import ReadConfig
from camdigits.errors import OutputError, SourceOpenError, UsageError, WeightsError
from tests.cli.pages import write_page
from tests.support.weights import copy_weights

DONE = FileSummary("done", frames=3, duration_s=1.5, numbers=("55", "7", "55"), read_s=0.25)


def names(files: Sequence[Found]) -> list[str]:
    return [file.name for file in files]


def test_a_folder_stands_for_all_media_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("in/10.png", "in/2.png", "in/deep/er/a.png", "in/.hidden/a.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        write_page(tmp_path / place)
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    monkeypatch.chdir(tmp_path)

    files = find(["in"])

    assert names(files) == ["in/2.png", "in/10.png", "in/deep/er/a.png"]
    assert files[0].path == tmp_path / "in" / "2.png"
    assert files[0].size == (tmp_path / "in" / "2.png").stat().st_size


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path) -> None:
    for place in ("in/closed/a.png", "in/open/a.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        write_page(tmp_path / place)
    (tmp_path / "in" / "closed").chmod(0)

    read, told = find([str(tmp_path / "in")])

    assert read.path == tmp_path / "in" / "open" / "a.png"
    assert told.why_not == f"{tmp_path}/in/closed: no permission to read it; change that with chmod"


def test_a_file_that_is_named_twice_is_meant_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)

    assert names(find(["a.png", "./a.png", str(tmp_path / "a.png"), "*.png"])) == ["a.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_what_leads_to_no_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    write_page(tmp_path / "a.png")
    names = ("missing.png", "empty", "pipe", "*.mp4", "x" * 300, "a.png/")
    named = [f"{tmp_path}/{name}" for name in names]

    files = find(named)

    assert [file.size for file in files] == [None] * 6
    assert [
        file.why_not.removeprefix(f"{name}: ") for file, name in zip(files, named, strict=True)
    ] == [
        "no such file; check the name",
        "the folder holds no pictures or videos",
        "it is no file; name a picture or a video",
        "nothing matches this pattern; check the name",
        "File name too long; check the name",
        "it is a file and no folder; leave out the / at the end",
    ]


@pytest.mark.parametrize("name", ["", "-", "rtsp://camera/live"])
def test_a_batch_reads_files_only(name: str) -> None:
    with pytest.raises(UsageError):
        find([name])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a.mp4\n\nb c.mp4", ["a.mp4", "b c.mp4"]),
        (b"a.mp4\r\nb.mp4\r\n", ["a.mp4", "b.mp4"]),
        (b"a.mp4\0new\nline.mp4\0", ["a.mp4", "new\nline.mp4"]),
        (b"no \xff text\n", [os.fsdecode(b"no \xff text")]),
    ],
)
def test_a_list_has_a_name_a_line_or_zero_bytes_between(
    content: bytes, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / "list").write_bytes(content)

    assert read_list(str(tmp_path / "list")) == expected


def test_a_missing_list_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceOpenError, match="No such file"):
        read_list(str(tmp_path / "list"))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("a.mp4", "records/a.mp4.jsonl"),
        ("cam1/a.mp4", "records/cam1/a.mp4.jsonl"),
        ("/mnt/tape/a.mp4", "records/mnt/tape/a.mp4.jsonl"),
        ("../other/a.mp4", "records/other/a.mp4.jsonl"),
        ("x" * 255, f"records/{'x' * 249}.jsonl"),
    ],
)
def test_records_lie_under_the_path_of_their_source(name: str, place: str) -> None:
    assert RecordsPlaces({}).of(name, Path("/w", name)).as_posix() == place


def test_no_two_sources_share_a_records_file() -> None:
    places = RecordsPlaces({"/old/a.mp4": Path("records/a.mp4.jsonl")})

    assert str(places.of("a.mp4", Path("/new/a.mp4"))) == "records/a.mp4-2.jsonl"
    assert str(places.of("A.MP4", Path("/new/A.MP4"))) == "records/A.MP4-3.jsonl"
    assert str(places.of("a.mov", Path("/new/a.mov"))) == "records/a.mov.jsonl"
    assert str(places.of("elsewhere/a.mp4", Path("/old/a.mp4"))) == "records/a.mp4.jsonl"


FILE = Found("clip.mp4", Path("/in/clip.mp4"), 1000, 5)
CHANGED = (
    Found("clip.mp4", Path("/in/clip.mp4"), 1001, 5),
    Found("clip.mp4", Path("/in/clip.mp4"), 1000, 6),
    Found("clip.mp4", Path("/out/clip.mp4"), 1000, 5),
)
READS = Reads(digests=(("lenet.tflite", "ab" * 32),))


def journal_with(folder: Path, summary: FileSummary = DONE) -> Path:
    """Write a journal of one file and its records, and return its path."""
    path, place = folder / "batch.jsonl", Path("records/clip.mp4.jsonl")
    (folder / "records").mkdir()
    (folder / place).touch()
    with Journal(path, READS) as journal:
        journal.add(FILE, summary, place)
    return path


def test_the_journal_knows_what_is_finished(tmp_path: Path) -> None:
    with Journal(journal_with(tmp_path), READS) as journal:
        entry = journal.finished(Found("./clip.mp4", Path("/in/clip.mp4"), 1000, 5))

        assert entry is not None
        assert (entry.file, entry.summary) == (FILE, DONE)
        assert [journal.finished(file) for file in CHANGED] == [None] * 3


@pytest.mark.parametrize(
    "reads",
    [
        Reads(digests=(("lenet.tflite", "cd" * 32),)),
        Reads(ReadConfig(rotate=180), digests=READS.digests),
        Reads(records="both", digests=READS.digests),
    ],
    ids=["weights", "settings", "records"],
)
def test_what_would_be_read_another_way_is_not_finished(reads: Reads, tmp_path: Path) -> None:
    with Journal(journal_with(tmp_path), reads) as journal:
        assert journal.finished(FILE) is None


def test_a_source_whose_records_are_gone_is_not_finished(tmp_path: Path) -> None:
    path = journal_with(tmp_path)
    (tmp_path / "records" / "clip.mp4.jsonl").unlink()

    with Journal(path, READS) as journal:
        assert journal.finished(FILE) is None


@pytest.mark.parametrize("cut", range(1, 40, 7))
def test_a_line_that_was_cut_costs_its_own_file_only(cut: int, tmp_path: Path) -> None:
    path = journal_with(tmp_path)
    with Journal(path, READS) as journal:
        journal.add(CHANGED[2], DONE, Path("records/2.jsonl"))
    path.write_bytes(path.read_bytes()[:-cut])

    with Journal(path, READS) as journal:
        assert list(journal.entries) == ["/in/clip.mp4"]
        journal.add(CHANGED[2], DONE, Path("records/2.jsonl"))

    kinds = [json.loads(line)["type"] for line in path.read_text().splitlines()]
    assert kinds == ["batch", "source", "batch", "batch", "source"]


def test_a_full_disk_cuts_no_line(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs POSIX limits")
    path = journal_with(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(path, READS) as journal:
        before = path.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
        try:
            with pytest.raises(OutputError, match="cannot write"):
                journal.add(CHANGED[0], DONE, Path("records/2.jsonl"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert path.read_bytes() == before
        journal.add(CHANGED[0], DONE, Path("records/2.jsonl"))

    with Journal(path, READS) as journal:
        assert journal.entries["/in/clip.mp4"].file == CHANGED[0]


@pytest.mark.parametrize(
    "text", ["no journal\n", "[]\n", '{"type":"source"}\n', "no end", "line\nno end", '{"type":"x']
)
def test_another_file_of_the_journals_name_is_left_alone(text: str, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_text(text)

    with pytest.raises(OutputError, match=r"is no journal of a batch \(line 1\)"):
        Journal(tmp_path / "batch.jsonl", READS)

    assert (tmp_path / "batch.jsonl").read_text() == text


def test_two_batches_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with (
        Journal(tmp_path / "batch.jsonl", READS),
        pytest.raises(OutputError, match="another batch is writing"),
    ):
        Journal(tmp_path / "batch.jsonl", READS)


def test_the_table_gives_back_any_name(tmp_path: Path) -> None:
    names = ["a\nb.mp4", "a\rb.mp4", 'a"\r\n,b.mp4']
    entries = [Entry(Found(name, Path("/in", name), 1, 1), "", DONE, None) for name in names]

    write_table(tmp_path / "summary.csv", entries)

    rows = list(csv.DictReader((tmp_path / "summary.csv").open(newline="")))
    assert sorted(row["source"] for row in rows) == sorted(names)


def test_the_table_has_a_row_a_file_in_natural_order(tmp_path: Path) -> None:
    bad = FileSummary("damaged", 'clip2.mp4: cut, "off"', 1)
    entries = [
        Entry(Found(name, Path("/in", name), 1, 1), "", summary, Path("records", name + ".jsonl"))
        for name, summary in (("clip10.mp4", DONE), ("clip2.mp4", bad))
    ]

    write_table(tmp_path / "summary.csv", entries)

    rows = list(csv.DictReader((tmp_path / "summary.csv").open(newline="")))
    assert [row["source"] for row in rows] == ["clip2.mp4", "clip10.mp4"]
    assert rows[0]["error"] == 'clip2.mp4: cut, "off"'
    assert (rows[1]["number_count"], rows[1]["distinct_numbers"]) == ("3", "55 7")
    assert rows[1]["records"] == "records/clip10.mp4.jsonl"
    assert [path.name for path in tmp_path.iterdir()] == ["summary.csv"]


def test_weights_are_told_by_their_content(tmp_path: Path) -> None:
    weights = copy_weights(tmp_path)
    begun_with = digests(weights)
    check_digests(weights, begun_with)

    weights.with_suffix(".json").write_text(weights.with_suffix(".json").read_text() + " ")
    check_digests.cache_clear()

    assert [name for name, _ in begun_with] == [
        "lenet.tflite",
        "lenet.json",
        "judge.tflite",
        "judge.json",
        "line.tflite",
        "line.json",
        "print.tflite",
        "print.json",
    ]
    with pytest.raises(WeightsError, match=r"lenet\.json on .* is another file"):
        check_digests(weights, begun_with)
