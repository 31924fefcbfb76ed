"""For scripts: a program for each number, one number alone."""

from __future__ import annotations

import json
import shlex
import sys
import threading
from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.sinks.command import AT_ONCE, CommandSink
from camdigits.types import Box, Digit, Event, Number, Reading
from tests.cli.pages import TEXT, write_clip, write_page
from tests.contracts.test_sinks import frame


def program(folder: Path, text: str) -> str:
    """Return the command of a Python program."""
    path = folder / "program.py"
    path.write_text(f"import json, os, pathlib, sys, time\n{text}")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(path))}"


def keeping(folder: Path) -> tuple[Path, str]:
    """Return a folder, and a program that keeps its arguments and its input there."""
    kept = folder / "kept"
    kept.mkdir()
    told = "json.dumps([sys.argv[1:], json.loads(sys.stdin.read())])"
    return kept, program(
        folder, f"pathlib.Path({str(kept)!r}, str(os.getpid())).write_text({told})"
    )


def read_back(kept: Path) -> list[tuple[list[str], dict[str, object]]]:
    return [tuple(json.loads(path.read_text())) for path in kept.iterdir()]


def number(text: str) -> Number:
    digits = tuple(
        Digit(Box(10 + 20 * i, 20, 10, 16), int(c), 0.9) for i, c in enumerate(text) if c.isdigit()
    )
    return Number(text, Box(10, 20, 50, 16), 0.9, digits)


def still(*texts: str) -> Reading:
    numbers = tuple(map(number, texts))
    digits = tuple(digit for each in numbers for digit in each.digits)
    return Reading("page.jpg", 0, 0.0, (640, 480), digits, numbers)


def test_a_program_gets_the_event_of_a_video(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, command = keeping(tmp_path)
    clip = write_clip(tmp_path / "clip.mp4")

    assert main(["run", str(clip), "--exec", f"{command} -- '{{}} ;touch x' $HOME"]) == 0
    [(arguments, record)] = read_back(kept)
    assert arguments == ["--", f"{TEXT} ;touch x", "$HOME"]  # no shell had it
    assert (record["type"], record["event"], record["text"]) == ("event", "appeared", TEXT)
    assert capsys.readouterr().out.endswith(f" {TEXT}\n")


def test_a_program_gets_each_number_of_a_picture_alone(tmp_path: Path) -> None:
    kept, command = keeping(tmp_path)
    with CommandSink([*shlex.split(command), "{}"], print) as sink:
        sink.write(frame(), still("204", "-12"))

    found = sorted(read_back(kept))
    assert [arguments for arguments, _ in found] == [["-12"], ["204"]]
    for (text,), record in found:
        [told] = record["numbers"]
        assert told["text"] == text and told["digits"] == list(range(len(text.strip("-"))))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sys.exit(3)", "for 204 ended with exit code 3"),
        ("os.kill(os.getpid(), 15)", "for 204 was ended by SIGTERM"),
        ("time.sleep(60)", "for 204 took longer than 0.5 s and was killed"),
        ("sys.stdin.close()", None),
    ],
)
def test_what_fails_is_told_and_ends_nothing(tmp_path: Path, text: str, told: str | None) -> None:
    lines: list[str] = []
    command = shlex.split(program(tmp_path, text))
    limit_s = 0.5 if "sleep" in text else 60
    with CommandSink(command, lines.append, limit_s) as sink:
        sink.write(frame(), still("204"))

    assert lines == ([] if told is None else [f"--exec {sys.executable} {told}"])


def test_few_run_at_once_and_all_have_run_in_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    here = f"pathlib.Path({str(folder)!r})"
    text = f"mine = {here} / (sys.argv[1] + '.now'); mine.touch(); time.sleep(0.2)\n"
    text += f"most = len(list({here}.glob('*.now'))); mine.rename(mine.with_suffix(f'.{{most}}'))"
    with CommandSink([*shlex.split(program(tmp_path, text)), "{}"], print, 60) as sink:
        sink.write(frame(), still(*map(str, range(10, 20))))

    at_once = [int(path.suffix[1:]) for path in folder.iterdir()]
    assert len(at_once) == 10 and max(at_once) <= AT_ONCE


def test_after_an_error_no_more_are_begun_and_what_was_not_run_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    begun = tmp_path / "begun"
    text = f"open({str(begun)!r}, 'w'); time.sleep(60)"
    sink = CommandSink(shlex.split(program(tmp_path, text)), lines.append, 60)
    with pytest.raises(KeyboardInterrupt), sink:
        sink.write(frame(), still(*map(str, range(10, 20))))
        while not begun.exists():
            threading.Event().wait(0.02)
        raise KeyboardInterrupt
    [line] = lines
    assert "was not run for " in line and line.endswith(" numbers: reading was ended")


def test_gone_numbers_run_nothing(tmp_path: Path) -> None:
    kept, command = keeping(tmp_path)
    events = [Event(kind, 1, "7", Box(1, 1, 9, 9), 0.9, 0, 0.0) for kind in ("changed", "gone")]
    reading = Reading("0", 0, 0.0, (640, 480), events=tuple(events), is_still=False)
    with CommandSink(shlex.split(command), print) as sink:
        sink.write(frame(), reading)

    [(_, record)] = read_back(kept)
    assert record["event"] == "changed"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("no-such-program {}", "there is no such program"),
        ("'sh", "no closing quotation"),
        (" ", "names no program"),
    ],
)
def test_a_command_that_cannot_be_run_is_refused_before_anything_is_read(
    command: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(write_page(tmp_path / "photo.png")), "--exec", command]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert line in err


def test_raw_is_the_number_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = str(write_page(tmp_path / "photo.png"))

    assert main(["run", photo, "--once", "--raw"]) == 0
    assert capsys.readouterr() == (TEXT, "")
    assert main(["run", photo, "--raw"]) == 2
    assert "add --once" in capsys.readouterr().err
    assert main(["run", photo, "--once", "--raw", "--format", "csv"]) == 2
    assert "--raw is text" in capsys.readouterr().err
