"""``camdigits run`` as a process: pipes, signals, standard input, a camera on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from tests.cli.pages import TEXT, page, write_clip, write_page
from tests.support.media import MjpegCamera

COMMAND = [sys.executable, "-m", "camdigits"]
PATIENCE_S = 200
HEADLESS = {
    key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
}


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that takes far longer to read than to send a signal."""
    return write_clip(tmp_path_factory.mktemp("clip") / "long.mp4", frame_count=900, fps=15)


def camdigits(*arguments: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=HEADLESS,
        timeout=PATIENCE_S,
        check=False,
    )


def camdigits_with(code: str, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in a process whose children too begin with some code.

    Args:
        code: run as Python starts.
        folder: takes it, as `sitecustomize`.
        arguments: of the command.
    """
    (folder / "sitecustomize.py").write_text(code)
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=HEADLESS | {"PYTHONPATH": f"{folder}{os.pathsep}{Path.cwd()}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """Start the command; it has begun to read when its first line comes."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=HEADLESS,
    )


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_stop_signal_leaves_finished_outputs(
    number: signal.Signals, exit_code: int, long_clip: Path, tmp_path: Path
) -> None:
    video, records = tmp_path / "read.mp4", tmp_path / "read.jsonl"
    arguments = ("-o", video, "--output-records", records, "--records", "frames")
    with start("run", long_clip, *arguments) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith(f" {TEXT}\n".encode())

        process.send_signal(number)
        process.send_signal(number)
        _, error_text = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == exit_code
    assert error_text == b""
    lines = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    assert 0 < len(lines) < 900
    assert abs(frame_count(video) - len(lines)) <= 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["read.jsonl", "read.mp4"]


def test_list_of_a_camera_comes_once_ctrl_c_ends_it() -> None:
    arguments = ("--unique", "--no-window")
    with MjpegCamera([page()]) as camera, start("run", camera.url, *arguments) as process:
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        rest, error_text = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, error_text) == (130, b"")
    time, text = first.split()
    _, name, _, row = rest.decode().splitlines()
    assert (text, name) == (TEXT, f"{camera.url}: 1 number")
    assert row.split()[:3] == [TEXT, "1", time]


def test_a_reader_that_leaves_ends_the_run_quietly(long_clip: Path, tmp_path: Path) -> None:
    video = tmp_path / "read.mp4"
    arguments = ("--format", "jsonl", "--records", "frames", "-o", video)
    with start("run", long_clip, *arguments) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""

    assert 0 < frame_count(video) < 900


def test_help_into_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m camdigits --help | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_full_disk_behind_standard_output_is_one_line(tmp_path: Path) -> None:
    photo = write_page(tmp_path / "page.png")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "run", str(photo)], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert b"No space left" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["--help", "run --help", "doctor", "batch . --out read"])
def test_every_command_tells_of_a_full_disk_behind_standard_output(
    arguments: str, unbuffered: str, tmp_path: Path
) -> None:
    write_page(tmp_path / "page.png")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments.split()],
            cwd=tmp_path,
            env=HEADLESS | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
        )

    assert done.returncode == 1
    assert done.stderr == b"camdigits: cannot write to <stdout>: No space left on device\n"


@pytest.mark.parametrize("arguments", ["--version", "run --help", "doctor"])
def test_every_command_is_quiet_into_a_closed_pipe(arguments: str) -> None:
    with start(*arguments.split()) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert (process.wait(PATIENCE_S), process.stderr.read()) == (0, b"")


def test_lines_come_out_when_they_are_read(long_clip: Path) -> None:
    with start("run", long_clip, "--format", "jsonl", "--records", "frames") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["index"] == 0
        assert process.poll() is None
        process.kill()


def test_a_picture_comes_through_standard_input(tmp_path: Path) -> None:
    photo = write_page(tmp_path / "page.png")

    done = camdigits("run", "-", stdin=photo.read_bytes())

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == f"-: {TEXT}\n".encode()


def test_reading_imports_no_tensorflow(tmp_path: Path) -> None:
    photo = write_page(tmp_path / "page.png")
    code = (
        "import sys; from camdigits.cli import main; "
        f"main(['run', {str(photo)!r}]); "
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert TEXT.encode() in done.stdout


def test_a_camera_without_a_display_gives_text() -> None:
    with MjpegCamera([page()]) as camera:
        done = camdigits("run", camera.url, "--once")

    [line] = done.stderr.splitlines()
    assert b"no window: there is no display" in line
    assert done.stdout.split()[-1] == TEXT.encode()
    assert done.returncode == 0


def test_a_missing_camera_is_one_line() -> None:
    done = camdigits("run", "57", "--no-window")

    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


def test_a_stalled_camera_ends_at_once_on_ctrl_c() -> None:
    with MjpegCamera([page()]) as camera, start("run", camera.url, "--no-window") as process:
        assert process.stdout is not None
        process.stdout.readline()
        camera.stalled.set()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda it: it.name)
def test_a_lost_camera_ends_at_once_on_a_signal(number: signal.Signals) -> None:
    with MjpegCamera([page()]) as camera:
        arguments = ("run", camera.url, "--no-window", "--reconnect", "60")
        with start(*arguments) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            camera.stalled.set()
            assert b"opening it again for up to 60 s" in process.stderr.readline()
            process.send_signal(number)
            assert process.wait(30) == 128 + number


def frame_count(path: Path) -> int:
    """Return how many frames a video plays."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.mark.parametrize(
    ("arguments", "closed", "exit_code"),
    [("missing.png", "1", 3), ("missing.png", "2", 3), ("page.png", "2", 0)],
)
def test_closed_standard_stream_changes_no_exit_code(
    arguments: str, closed: str, exit_code: int, tmp_path: Path
) -> None:
    write_page(tmp_path / "page.png")

    done = with_closed(closed, "run", arguments, folder=tmp_path)

    assert done.returncode == exit_code
    assert "bug" not in done.stdout + done.stderr
    assert ("missing.png" in done.stderr) == (exit_code == 3 and closed == "1")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "page.png"),
        ("run", "page.png", "--format", "csv"),
        ("run", "page.png", "page.png", "--jobs", "2"),
        ("run", "--help"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_what_cannot_be_printed_is_one_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    write_page(tmp_path / "page.png")

    done = with_closed("1", *arguments, folder=tmp_path)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("camdigits: standard output is closed, and nothing can be printed")


def test_records_files_are_whole_up_to_what_cannot_be_printed(tmp_path: Path) -> None:
    write_page(tmp_path / "page.png")

    done = with_closed("1", "run", "page.png", "--output-records", "read.csv", folder=tmp_path)

    assert done.returncode == 1
    header, record = (tmp_path / "read.csv").read_text().splitlines(keepends=True)
    assert f",{TEXT}," in record and record.count(",") == header.count(",")
    assert record.endswith("\n")


def with_closed(closed: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, without one of its standard streams."""
    command = " ".join((f"'{sys.executable}'", "-m", "camdigits", *arguments, f"{closed}>&-"))
    return subprocess.run(
        command, shell=True, cwd=folder, env=HEADLESS, capture_output=True, text=True
    )
