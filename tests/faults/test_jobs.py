"""Files read in child processes: the same bytes as without, and a crash takes one file only."""

from __future__ import annotations

import functools
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.jobs.child_processes import ChildDiedError, Children
from camdigits.jobs.files import FileRecords, read_file
from tests.cli.pages import TEXT, page, write_clip, write_page
from tests.cli.test_process import (
    PATIENCE_S,
    camdigits,
    camdigits_with,
    frame_count,
    start,
)
from tests.support.media import write_video
from tests.support.weights import copy_weights

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

FILES = ("a.png", "clip.mp4", "b.png", "missing.png", "cut.avi", "c.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name in ("a.png", "b.png", "c.png"):
        write_page(folder / name)
    write_clip(folder / "clip.mp4")
    whole = write_video(folder / "whole.avi", [page()] * 40, 15, "mjpeg").read_bytes()
    (folder / "cut.avi").write_bytes(whole[: len(whole) * 2 // 3])
    return folder


@functools.cache
def one_by_one(folder: Path, form: str) -> bytes:
    """Return what reading each file alone, in its own run and without children, prints."""
    printed = []
    for name in FILES:
        done = camdigits("run", folder / name, "--format", form, "--records", "both")
        printed += done.stdout.splitlines(keepends=True)[form == "csv" and len(printed) > 0 :]
    return b"".join(printed)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("jobs", [(), ("--jobs", "1"), ("--jobs", "3")], ids=" ".join)
def test_records_are_the_same_bytes_in_the_order_of_the_sources(
    jobs: tuple[str, ...], form: str, folder: Path
) -> None:
    files = [folder / name for name in FILES]

    done = camdigits("run", *files, *jobs, "--format", form, "--records", "both")

    assert done.returncode == 3
    assert done.stdout == one_by_one(folder, form)
    missing, cut = done.stderr.decode().splitlines()
    assert "missing.png: no such file" in missing
    assert "cut.avi: " in cut
    assert "frames read: the file is cut off" in cut


def test_marked_pictures_have_the_same_names_whoever_writes_them(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "again").mkdir()
    again = write_page(tmp_path / "again" / "a.png")
    files = (folder / "a.png", folder / "clip.mp4", again)

    assert camdigits("run", *files, "-o", tmp_path / "read").returncode == 0
    names = sorted(path.name for path in (tmp_path / "read").iterdir())
    assert names == ["a-2.png", "a.png", "clip.mp4"]
    assert frame_count(tmp_path / "read" / "clip.mp4") == 20


def test_once_writes_nothing_of_what_comes_after_the_number(folder: Path, tmp_path: Path) -> None:
    files = (folder / "a.png", folder / "b.png", folder / "clip.mp4")

    done = camdigits("run", *files, "--once", "-o", tmp_path / "read", "--jobs", "3")

    assert (done.returncode, done.stdout.decode()) == (0, f"{files[0]}: {TEXT}\n")
    assert [path.name for path in (tmp_path / "read").iterdir()] == ["a.png"]


def test_a_single_file_is_read_in_a_child_if_asked_for(folder: Path) -> None:
    done = camdigits("run", folder / "a.png", "--jobs", "2")

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"{folder / 'a.png'}: {TEXT}\n"


CRASHING = """
import ctypes, os, signal, sys
from camdigits.sources.images import image

def decode(data, name, *more):
    if "bad" in name:
        print("free(): invalid pointer", file=sys.stderr, flush=True)
        {crash}
    return decoded(data, name, *more)

decoded, image.ImageSource.decode = image.ImageSource.decode, decode
"""
"""Gives every child a decoder that crashes."""


@pytest.mark.parametrize(
    ("crash", "words"),
    [
        ("ctypes.string_at(0)", "its decoder crashed (SIGSEGV); convert it or leave it out"),
        ("os.abort()", "its decoder crashed (SIGABRT); convert it or leave it out"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed (SIGKILL), perhaps for want of mem"),
        ("os._exit(9)", "its decoder crashed (exit code 9)"),
    ],
    ids=["segfault", "abort", "killed", "exit"],
)
def test_a_decoder_that_crashes_takes_down_its_own_file_only(
    crash: str, words: str, tmp_path: Path
) -> None:
    files = [write_page(tmp_path / name) for name in ("1.png", "bad.png", "2.png", "3.png")]

    code = CRASHING.format(crash=crash)
    done = camdigits_with(code, tmp_path, "run", *files, "-o", tmp_path / "read")

    assert done.returncode == 3
    [line] = done.stderr.splitlines()
    assert line.startswith(f"camdigits: {files[1]}: ")
    assert words in line
    assert done.stdout == "".join(f"{file}: {TEXT}\n" for file in (files[0], *files[2:]))
    assert sorted(path.name for path in (tmp_path / "read").iterdir()) == [
        "1.png",
        "2.png",
        "3.png",
    ]


CRASHING_WEIGHTS = """
import os, signal
from camdigits.networks import litert

class Network(litert.Network):
    def __init__(self, model, *, name, **others):
        if "bad" in name:
            os.kill(os.getpid(), signal.SIGSEGV)
        super().__init__(model, name=name, **others)

litert.Network = Network
"""


@pytest.mark.parametrize("command", ["run", "evaluate"])
def test_weights_that_crash_their_runtime_are_one_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    weights, page = copy_weights(tmp_path / "bad"), write_page(tmp_path / "page.png")
    arguments = ["run", page] if command == "run" else ["evaluate", "--pages", tmp_path]

    done = camdigits_with(CRASHING_WEIGHTS, tmp_path, *arguments, "--weights", weights)

    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    opened = f"the process that opened {weights} crashed"
    assert line == f"camdigits: {opened} (SIGSEGV); use other weights"


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stop_signal_ends_the_children_and_finishes_outputs(
    number: signal.Signals, exit_code: int, tmp_path: Path
) -> None:
    clips = [write_clip(tmp_path / f"{place}.mp4", 900) for place in range(2)]
    records, read = tmp_path / "read.jsonl", tmp_path / "read"
    arguments = ("--output-records", records, "--records", "frames", "-o", read, "--jobs", "2")
    with start("run", *clips, *arguments) as process:
        assert process.stdout is not None
        assert TEXT.encode() in process.stdout.readline()
        children = children_of(process.pid)
        assert len(children) >= 2

        process.send_signal(number)
        _, told = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, told) == (exit_code, b"")
    await_end(children)
    lines = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    assert 0 < len(lines) < 1800
    assert not list(read.glob("*.partial*"))
    assert all(0 < frame_count(path) < 900 for path in read.iterdir())


def test_children_of_a_run_that_was_killed_end_too(tmp_path: Path) -> None:
    clips = [write_clip(tmp_path / f"{place}.mp4", 900) for place in range(2)]
    with start("run", *clips, "-o", tmp_path / "read", "--jobs", "2") as process:
        assert process.stdout is not None
        process.stdout.readline()
        children = children_of(process.pid)
        process.kill()

    await_end(children)
    assert all(0 < frame_count(path) < 900 for path in (tmp_path / "read").iterdir())


def children_of(process_id: int) -> list[int]:
    listed = Path(f"/proc/{process_id}/task/{process_id}/children")
    if not listed.exists():
        pytest.skip("this kernel does not list children")
    tasks = listed.parents[1].glob("*/children")
    return [int(word) for task in tasks for word in task.read_text().split()]


def await_end(processes: list[int]) -> None:
    """Wait until they have ended; multiprocessing's own helper ends a moment after the rest."""
    until_s = time.monotonic() + PATIENCE_S
    while any(map(is_running, processes)):
        assert time.monotonic() < until_s
        time.sleep(0.05)


def is_running(process_id: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return False


def test_show_and_jobs_exclude_each_other(folder: Path) -> None:
    done = camdigits("run", folder / "a.png", "--jobs", "1", "--show")

    assert done.returncode == 2
    assert b"--jobs reads them elsewhere" in done.stderr


def test_read_file_and_what_it_returns_can_be_pickled(folder: Path) -> None:
    read = pickle.loads(pickle.dumps(read_file))

    file: FileRecords = pickle.loads(pickle.dumps(read(folder / "cut.avi", records="frames")))

    assert isinstance(file.error, SourceDamagedError)
    assert [record["index"] for record in file.records] == list(range(len(file.records)))
    assert 0 < len(file.records) < 40
    assert read(folder / "a.png").records[0]["numbers"][0]["text"] == TEXT
    assert isinstance(read(folder / "missing.png").error, SourceOpenError)


def counted(task: int) -> Iterator[int]:
    yield from range(task)
    if task == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == 4:
        raise ValueError("four")


def test_children_deliver_in_order_and_survive_each_other() -> None:
    found, errors = [], []
    with Children(counted, jobs=2) as children:
        for outcome in children.map([2, 3, 4, 1]):
            try:
                for number in outcome:
                    found.append(number)
            except (ChildDiedError, ValueError) as error:
                errors.append(str(error))
    assert found == [0, 1, 0, 1, 2, 0, 1, 2, 3, 0]
    assert errors == ["SIGSEGV", "four"]


MASKED = """
import signal, sys

def masked(_):
    yield signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

if __name__ == "__main__":
    from camdigits.jobs.child_processes import Children

    children = Children(masked, 1)
    print(children.submit("task").result())
    children.close()
"""


def test_the_first_child_of_a_process_is_not_for_ctrl_c_either(tmp_path: Path) -> None:
    # Beside it Python (3.8 on) starts its resource tracker, which unblocks SIGINT (bpo-33613).
    (tmp_path / "masked.py").write_text(MASKED)

    done = subprocess.run(
        [sys.executable, str(tmp_path / "masked.py")], capture_output=True, text=True, timeout=100
    )

    assert (done.stdout, done.stderr) == ("[True]\n", "")


BROKEN_OFF = """
import gc, multiprocessing, time

def never(task):
    yield

if __name__ == "__main__":
    from camdigits.jobs.child_processes import Children

    gc.disable()
    children = Children(never, 1)
    future = children.submit(bytes(50_000_000))  # more than a pipe holds
    while not multiprocessing.active_children():
        time.sleep(0.01)
    children.close()
    future.error = future.exception()
    future.itself = future
    print(type(future.error).__name__)
    del future
    gc.collect()
"""


def test_a_task_that_was_broken_off_while_it_was_sent_leaves_nothing_to_print(
    tmp_path: Path,
) -> None:
    # Python 3.13.5 prints what goes wrong in freeing a file object, and -X dev before that.
    (tmp_path / "broken_off.py").write_text(BROKEN_OFF)

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", str(tmp_path / "broken_off.py")],
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert (done.stdout, done.stderr) == ("ChildDiedError\n", "")
