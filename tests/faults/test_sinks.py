"""Sinks that lose their disk, their folder or their life in the middle of their work."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import av
import pytest

from camdigits.sinks.pictures.containers import CONTAINERS
from tests.cli.pages import TEXT, write_clip, write_page
from tests.cli.test_process import HEADLESS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits and signals")

WRITER = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from camdigits.errors import OutputError
from camdigits.sinks.pictures.image import ImageSink
from camdigits.sinks.records.opening import open_records
from camdigits.sinks.pictures.video import VideoSink
from camdigits.types import Frame, Reading

path, limit, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
noise = np.random.default_rng(0)
if path.suffix == ".jsonl":
    sink = open_records(path, "jsonl", "frames")
else:
    sink = ImageSink(path) if path.suffix == ".png" else VideoSink(path, fps=30)
try:
    with sink:
        for index in range(count):
            image = noise.integers(0, 255, (15, 20, 3), np.uint8).repeat(16, 0).repeat(16, 1)
            frame = Frame(image, index, index / 30)
            sink.write(frame, Reading("clip", index, index / 30, (320, 240)))
            print(index, flush=True)
except OutputError as error:
    print(error)
    sys.exit(error.exit_code)
"""
"""Writes so many frames of noise to a file that may grow to so many bytes; 0 is no limit."""


def writer(path: Path, limit: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(limit), str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


def written_to_the_limit(path: Path, limit: int) -> tuple[int, str]:
    """Return how many frames were taken, and the error."""
    child = writer(path, limit, 300)
    out, _ = child.communicate(timeout=200)
    *frames, error = out.splitlines()
    assert child.returncode == 1
    return len(frames), error


def frames_in(path: Path) -> int:
    """Return how many frames can be seen; the last of a cut file may be torn."""
    count = 0
    with suppress(av.error.InvalidDataError), av.open(str(path)) as file:
        for _ in file.decode(video=0):
            count += 1
    return count


@pytest.mark.parametrize("suffix", sorted(CONTAINERS))
def test_full_disk_stops_a_video_at_once_and_what_there_is_plays(tmp_path: Path, suffix: str):
    taken, error = written_to_the_limit(tmp_path / f"out{suffix}", 200_000)
    partial = tmp_path / f"out.partial{suffix}"
    assert list(tmp_path.iterdir()) == [partial]
    assert "File too large" in error
    assert f"{partial} plays and holds it up to 0:00:0" in error
    assert taken - 45 < frames_in(partial) <= taken + 1


def test_full_disk_leaves_nothing_of_a_video_that_never_began(tmp_path: Path):
    _, error = written_to_the_limit(tmp_path / "out.mp4", 100)
    assert error.endswith("nothing of it could be kept")
    assert not list(tmp_path.iterdir())


def test_full_disk_leaves_nothing_of_a_picture(tmp_path: Path):
    _, error = written_to_the_limit(tmp_path / "out.png", 500)
    assert "File too large" in error
    assert not list(tmp_path.iterdir())


def test_full_disk_leaves_whole_records(tmp_path: Path):
    taken, error = written_to_the_limit(tmp_path / "out.jsonl", 5000)
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert "complete up to its last line" in error
    assert [json.loads(line)["index"] for line in lines] == list(range(taken))


@pytest.mark.parametrize("suffix", sorted(CONTAINERS))
def test_killed_video_plays_and_takes_no_final_name(tmp_path: Path, suffix: str):
    child = writer(tmp_path / f"out{suffix}", 0, 10**9)
    assert child.stdout is not None
    for _ in range(150):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=200)
    partial = tmp_path / f"out.partial{suffix}"
    assert list(tmp_path.iterdir()) == [partial]
    assert frames_in(partial) > 80


def test_killed_records_are_whole_lines(tmp_path: Path):
    child = writer(tmp_path / "out.jsonl", 0, 10**9)
    assert child.stdout is not None
    for _ in range(50):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=200)
    data = (tmp_path / "out.jsonl").read_text()
    assert data.endswith("}\n")
    assert len([json.loads(line) for line in data.splitlines()]) >= 50


def test_folder_that_goes_away_is_an_error_in_one_line(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    child = writer(folder / "out.png", 0, 10**9)
    assert child.stdout is not None
    child.stdout.readline()
    folder.rename(tmp_path / "elsewhere")
    out, _ = child.communicate(timeout=200)
    assert child.returncode == 1
    assert out.splitlines()[-1].startswith(f"cannot write {folder / 'out.png'}: ")


def test_video_whose_folder_goes_away_is_no_success(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    child = writer(folder / "out.mp4", 0, 200)
    assert child.stdout is not None
    child.stdout.readline()
    folder.rename(tmp_path / "elsewhere")
    out, _ = child.communicate(timeout=200)
    assert child.returncode == 1
    assert out.splitlines()[-1].startswith(f"cannot write {folder / 'out.mp4'}: ")


def test_full_disk_leaves_no_empty_records(tmp_path: Path):
    taken, error = written_to_the_limit(tmp_path / "out.jsonl", 20)
    assert taken == 0
    assert error.endswith("File too large; nothing of it could be kept")
    assert not list(tmp_path.iterdir())


def test_records_are_no_program(tmp_path: Path):
    for path in (tmp_path / "new.jsonl", tmp_path / "old.jsonl"):
        writer(path, 0, 1).communicate(timeout=200)
        assert path.stat().st_mode & 0o111 == 0


RUN = [sys.executable, "-m", "camdigits", "run"]


def full_disk(command: list[str], kilobytes: int) -> subprocess.CompletedProcess[str]:
    """Run a command that may write so much to each file."""
    limited = f"ulimit -f {kilobytes} && exec {shlex.join(command)}"
    return subprocess.run(
        ["bash", "-c", limited], capture_output=True, text=True, env=HEADLESS, timeout=60
    )


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1")], ids=["here", "in a child"])
def test_full_disk_ends_a_run_with_one_line_and_leaves_what_plays(
    jobs: tuple[str, ...], tmp_path: Path
):
    clip = write_clip(tmp_path / "clip.mp4", 300)
    done = full_disk([*RUN, str(clip), "-o", str(tmp_path / "read.mp4"), *jobs], 20)
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"camdigits: cannot write {tmp_path / 'read.mp4'}: File too large; ")
    if "nothing of it could be kept" in line:
        assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4"]
    else:
        partial = tmp_path / "read.partial.mp4"
        assert f"{partial} plays and holds it up to 0:00:" in line
        assert frames_in(partial) > 0
        assert not (tmp_path / "read.mp4").exists()


def test_two_runs_cannot_write_the_same_records(tmp_path: Path):
    path = tmp_path / "out.jsonl"
    clip = write_clip(tmp_path / "clip.mp4", 600)
    arguments = [*RUN, str(clip), "--output-records", str(path), "--records", "frames", "--force"]
    with subprocess.Popen([*arguments, "--format", "jsonl"], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = subprocess.run(arguments, capture_output=True, text=True, timeout=200)
        first.terminate()
        first.communicate(timeout=200)
    assert second.returncode == 1
    assert second.stderr == (
        f"camdigits: {path} is being written by another run: name another file\n"
    )
    assert [json.loads(line)["index"] for line in path.read_text().splitlines()][:2] == [0, 1]


def test_two_runs_with_the_same_video_both_keep_theirs(tmp_path: Path):
    path = tmp_path / "out.mp4"
    first = writer(path, 0, 200)
    assert first.stdout is not None
    first.stdout.readline()
    first.send_signal(signal.SIGSTOP)
    second = writer(path, 0, 200)
    assert second.stdout is not None
    second.stdout.readline()
    first.send_signal(signal.SIGCONT)
    codes = []
    for child in (first, second):
        out, _ = child.communicate(timeout=200)
        codes.append((child.returncode, out.splitlines()[-1]))
    assert sorted(code for code, _ in codes) == [0, 1]
    [told] = [line for code, line in codes if code]
    assert "a file of that name appeared meanwhile" in told
    assert "plays and holds it up to" in told
    assert len(list(tmp_path.iterdir())) == 2
    assert all(frames_in(each) == 200 for each in tmp_path.iterdir())


def test_a_run_after_one_that_was_killed_works_and_reads_no_leftovers(tmp_path: Path):
    folder = tmp_path / "scans"
    folder.mkdir()
    write_page(folder / "a.png")
    child = writer(folder / "read.mp4", 0, 10**9)
    assert child.stdout is not None
    for _ in range(60):
        child.stdout.readline()
    child.kill()
    child.communicate(timeout=200)
    assert (folder / "read.partial.mp4").exists()

    done = subprocess.run([*RUN, str(folder)], capture_output=True, text=True, timeout=200)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{folder / 'a.png'}: {TEXT}\n"
    again = writer(folder / "read.mp4", 0, 5)
    again.communicate(timeout=200)
    assert again.returncode == 0
    assert frames_in(folder / "read.mp4") == 5


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("turned", [[], ["--rotate", "180"]], ids=["as it is", "turned"])
def test_a_video_whose_results_cannot_be_written_is_not_called_whole(tmp_path, turned):
    clip, marked = write_clip(tmp_path / "clip.mp4"), tmp_path / "marked.mp4"
    command = [sys.executable, "-m", "camdigits", "run", str(clip), "-o", str(marked)]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*command, *turned, "--format", "jsonl", "--records", "frames"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=200,
            env=HEADLESS,
        )
    partial = tmp_path / "marked.partial.mp4"
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"{marked} is not whole; {partial} plays and holds it up to" in ended.stderr
    assert not marked.exists()
    with av.open(str(partial)) as file:
        assert sum(1 for _ in file.decode(video=0)) > 0
