"""The command as a whole: help, imports, errors and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

import camdigits
from camdigits import errors
from camdigits.cli import COMMANDS, main
from camdigits.cli.commands import doctor as some_command
from tests.cli.pages import TEXT, write_page

HEAVY = ("cv2", "numpy", "tensorflow", "keras", "av", "rich", "ai_edge_litert")


def raising(error: BaseException) -> Callable[[object], int]:
    def run(_args: object) -> int:
        raise error

    return run


def error_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def run_alone(arguments: list[str]) -> tuple[str, set[str]]:
    """Run a command in a fresh process; return its output and the modules that it loaded."""
    code = (
        "import json, sys\n"
        "from camdigits.cli import main\n"
        f"code = main({arguments})\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    exit_code, modules = json.loads(done.stderr)
    assert exit_code == 0
    return done.stdout, set(modules)


def existing(names: Iterable[str]) -> set[str]:
    """Return names of modules, none of which was renamed."""
    named = set(names)
    assert all(find_spec(name) for name in named)
    return named


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)], ids=" ".join
)
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    output, modules = run_alone(arguments)
    assert output
    assert not set(HEAVY) & modules


def test_help_of_all_commands_loads_none_of_them() -> None:
    _, modules = run_alone(["--help"])
    assert not existing(f"camdigits.cli.commands.{name}" for name in COMMANDS) & modules
    # Python 3.14's argparse loads it itself, for the colours of its help.
    assert "dataclasses" not in modules or sys.version_info >= (3, 14)


def test_a_photo_loads_only_what_it_needs(tmp_path: Path) -> None:
    output, modules = run_alone(["run", str(write_page(tmp_path / "page.png"))])
    assert output.endswith(f": {TEXT}\n")
    others = (
        "video.follower",
        "video.frame_loop",
        "jobs.child_processes",
        "drawing.annotation",
        "drawing.debug_view",
        "sources.live.camera",
        "sources.videos.video",
        "sinks.pictures.opening",
        "window.window",
    )
    assert not existing(f"camdigits.{name}" for name in others) & modules
    assert not {"multiprocessing", "concurrent", "logging", "csv", "importlib.resources"} & modules


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"camdigits {camdigits.__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"examples:\n  camdigits {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "which command?"),
        (["read"], "'read' is not a command"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["run", "--colour"], "unrecognized arguments: --colour (see"),
        (["run", "--bogus"], "unrecognized arguments: --bogus (see"),
        (["run", "--form", "csv"], "unrecognized arguments: --form"),
        (["--verison"], "unrecognized arguments: --verison; do you mean --version? (see"),
        (["run", "--outptu", "x"], "--outptu; do you mean --output? (see camdigits run --help)"),
        (["run", "--min-confidance=0.3"], "; do you mean --min-confidence? (see"),
        (["run", "-timeout", "5"], "; do you mean --timeout? (see"),
        (["run", "-quiet", "a.png"], "; do you mean --quiet? (see"),
        (["run", "-dash.jpeg"], "; for a file of that name type ./-dash.jpeg (see"),
        pytest.param(
            ["run", "--fast", "-1a.png"],
            "; for a file of that name type ./-1a.png (see",
            marks=pytest.mark.skipif(
                sys.version_info >= (3, 14), reason="Python 3.14 takes it for the file that it is"
            ),
        ),
        (
            ["teach", "-dash.jpeg", "--text", "1"],
            "; for a file of that name type ./-dash.jpeg (see",
        ),
        (["run", "-oa.png", "--timeout", "x"], "'x' is not a number of seconds from 0 on (see"),
        (["run", "--min-confidence", "-0.5"], "'-0.5' is not a number from 0 to 1 (see"),
        (["run", "--roi", "-5,0,10,10"], "'-5,0,10,10' is not X,Y,W,H in pixels, X and Y from 0"),
        (["run", "--format", "xml"], "invalid choice: 'xml'"),
        (["run", "--rotate", "45"], "argument --rotate: invalid choice"),
        (["run", "--roi", "1,2,3"], "'1,2,3' is not X,Y,W,H"),
        (["run", "--roi", "1,2,3,0"], "'1,2,3,0' is not X,Y,W,H"),
        (["run", "--min-confidence", "7"], "'7' is not a number from 0 to 1"),
        (["run", "--min-confidence", "nan"], "'nan' is not a number from 0 to 1"),
        (["run", "--max-frames", "0"], "'0' is not a whole number above 0"),
        (["run", "--show", "--no-window"], "not allowed with argument"),
        (["run", "-1"], "no camera -1"),
        (["run", "--records", "frames", "x.png"], "--records"),
        (["run", "gopher://x"], "gopher://x"),
        (["run", "a\nb", "--colour\n"], r"--colour\n"),
    ],
    ids=str,
)
def test_usage_errors_are_one_line_and_exit_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    [line] = error_lines(capsys)
    assert line.startswith("camdigits: ")
    assert words in line


def test_a_file_that_is_there_is_not_taken_for_a_short_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-v.png").touch()

    assert main(["run", "-v.png"]) == 2

    [line] = error_lines(capsys)
    assert "; for a file of that name type ./-v.png (see" in line


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.CamdigitsError("x"), 1),
        (errors.UsageError("x"), 2),
        (errors.SourceOpenError("x"), 3),
        (errors.SourceDamagedError("x"), 3),
        (errors.OutputError("x"), 1),
        (errors.WeightsError("x"), 1),
        (errors.DataError("x"), 1),
        (errors.DependencyError("x"), 1),
        (errors.NothingReadError("x"), 4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_known_errors_are_one_line_with_their_exit_code(
    error: errors.CamdigitsError,
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(some_command, "run", raising(error))

    assert main(["doctor"]) == exit_code
    assert error_lines(capsys) == ["camdigits: x"]


def test_ctrl_c_exits_130_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(KeyboardInterrupt()))

    assert main(["doctor"]) == 130
    assert error_lines(capsys) == []


def test_a_bug_is_one_line_that_says_how_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(ZeroDivisionError("by zero\nat all")))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert r"this is a bug: ZeroDivisionError: by zero\nat all" in line
    assert "-v" in line


def test_a_bug_shows_its_traceback_with_v(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(ZeroDivisionError("by zero")))

    assert main(["doctor", "-v"]) == 1
    lines = error_lines(capsys)
    assert lines[0] == "Traceback (most recent call last):"
    assert "this is a bug" in lines[-1]


def test_a_missing_system_library_names_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = "libGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(some_command, "run", raising(ImportError(message)))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert "libGL.so.1 is missing" in line
    assert "apt install libgl1 libglib2.0-0" in line


def test_a_file_that_fails_is_named_without_the_number_of_its_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = PermissionError(13, "Permission denied", "/closed/a.jpg")
    monkeypatch.setattr(some_command, "run", raising(error))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert line == "camdigits: /closed/a.jpg: Permission denied (add -v to see where)"


def test_half_an_opencv_says_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = AttributeError("module 'cv2' has no attribute 'ROTATE_90_CLOCKWISE'")
    monkeypatch.setattr(some_command, "run", raising(error))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert "pip uninstall -y opencv-python opencv-python-headless" in line


def test_an_attribute_of_our_own_that_is_missing_is_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(AttributeError("no attribute 'cv2'")))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert "this is a bug" in line


def test_a_missing_package_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(ModuleNotFoundError("No module named 'av'")))

    assert main(["doctor"]) == 1
    [line] = error_lines(capsys)
    assert "No module named 'av'" in line
    assert "pip" in line


def test_a_reader_that_goes_away_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(some_command, "run", raising(BrokenPipeError()))

    assert main(["doctor"]) == 0
    assert error_lines(capsys) == []
