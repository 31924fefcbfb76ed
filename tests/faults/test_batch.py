"""A batch whose readers, machines or own process die."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.pages import TEXT, write_clip, write_page
from tests.cli.test_process import COMMAND, HEADLESS, PATIENCE_S, camdigits, start
from tests.faults.test_jobs import await_end, children_of
from tests.support.readers import attempts
from tests.support.xvfb import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def batch(*arguments: object) -> subprocess.Popen[str]:
    """Start a batch whose readers begin with `READER`."""
    return subprocess.Popen(
        [*COMMAND, "batch", *map(str, arguments)],
        env=HEADLESS | {"PYTHONPATH": os.environ["PYTHONPATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(out: Path) -> list[str]:
    """Return the stems of the sources in the journal."""
    journal = out / "batch.jsonl"
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [Path(it["source"]).stem for it in map(json.loads, lines) if it["type"] == "source"]


def assert_read_as_alone(files: list[Path], out: Path, folder: Path) -> None:
    """Compare records with those of runs of single files, byte for byte."""
    for file in files:
        alone = folder / "alone.jsonl"
        assert camdigits("run", file, "--output-records", alone, "--force").returncode == 0
        records = out / "records" / f"{str(file).lstrip('/')}.jsonl"
        assert records.read_bytes() == alone.read_bytes()


def test_a_file_that_kills_its_reader_twice_is_set_aside(reader: Path, tmp_path: Path) -> None:
    pages = [write_page(tmp_path / f"{name}.png") for name in ("1", "bad", "once", "2")]
    out = tmp_path / "out"

    process = batch(*pages, "--out", out, "--jobs", 2)
    told, errors = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 3
    assert told.startswith("4 sources: 3 done, 1 crashed; ")
    [line] = errors.splitlines()
    assert line == (
        f"camdigits: {pages[1]}: its decoder crashed (SIGSEGV); convert it or leave it out"
    )
    assert sorted(attempts(reader)) == ["1", "2", "bad", "bad", "once", "once"]
    assert_read_as_alone([pages[0], *pages[2:]], out, tmp_path)
    assert not (out / "unfinished").exists()

    again = batch(*pages, "--out", out)
    assert "(before; --retry-failed reads it again)" in again.communicate(timeout=PATIENCE_S)[1]
    assert again.returncode == 3
    assert attempts(reader).count("bad") == 2


def test_a_batch_that_was_killed_goes_on(reader: Path, tmp_path: Path) -> None:
    pages = [write_page(tmp_path / f"{name}.png") for name in ("1", "2", "held", "3", "4")]
    out = tmp_path / "out"
    process = batch(*pages, "--out", out, "--jobs", 1)
    wait_until(lambda: "held" in attempts(reader), "the held page")
    process.kill()
    process.wait(PATIENCE_S)
    assert finished(out) == ["1", "2"]

    (reader / "go").touch()
    process = batch(*pages, "--out", out)
    told, errors = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, errors) == (0, "")
    assert told.startswith("5 sources: 5 done; 2 of them before; ")
    assert sorted(finished(out)) == ["1", "2", "3", "4", "held"]
    assert attempts(reader)[:2] == ["1", "2"]
    assert not {"1", "2"} & set(attempts(reader)[2:])
    assert_read_as_alone(pages, out, tmp_path)
    with (out / "summary.csv").open() as table:
        assert [row["distinct_numbers"] for row in csv.DictReader(table)] == [TEXT] * 5
    assert sorted(path.name for path in out.iterdir()) == ["batch.jsonl", "records", "summary.csv"]


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stop_signal_leaves_what_is_finished(
    number: signal.Signals, exit_code: int, tmp_path: Path
) -> None:
    page, out = write_page(tmp_path / "page.png"), tmp_path / "out"
    clips = [write_clip(tmp_path / f"{place}.mp4", 900) for place in range(2)]
    with start("batch", page, *clips, "--out", out, "--jobs", "2") as process:
        wait_until(lambda: finished(out), "the first file")
        children = children_of(process.pid)
        assert children

        process.send_signal(number)
        told = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, *told) == (exit_code, b"", b"")
    await_end(children)
    # Which file is the first one is for the machine to say.
    names = sorted(finished(out))
    assert 0 < len(names) < 3
    assert sorted(path.name for path in out.iterdir()) == ["batch.jsonl", "records", "summary.csv"]
    kept = (out / "records").rglob("*.jsonl")
    assert sorted(Path(path.stem).stem for path in kept) == names
    with (out / "summary.csv").open() as table:
        assert sorted(Path(row["source"]).stem for row in csv.DictReader(table)) == names


def test_a_full_disk_ends_the_batch_and_it_goes_on_later(tmp_path: Path) -> None:
    page, out = write_page(tmp_path / "1.png"), tmp_path / "out"
    (out / "records").mkdir(parents=True)
    (out / "records" / "tmp").write_text("in the way")

    done = camdigits("batch", page, "--out", out)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert b"cannot write " in line
    assert finished(out) == []
    (out / "records" / "tmp").unlink()
    assert camdigits("batch", page, "--out", out).returncode == 0
