"""Every command of the README and of docs/ runs: on small files, cameras on loopback."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.cli import COMMANDS, main
from camdigits.networks.classifier import bundled_weights
from camdigits.sources import opening
from camdigits.sources.live import capture, devices
from tests.cli.pages import PAGE_WH, TEXT, page, write_clip, write_page
from tests.support.digits import needs_train_extra, teach_quickly, trained_folder, write_npz
from tests.support.docs import (
    DOCS,
    PAGES,
    README,
    ROOT,
    code_lines,
    commands,
    python_blocks,
    read,
    without_comment,
)
from tests.support.documents import scanned
from tests.support.filled_forms import filled, write_form
from tests.support.media import MjpegCamera

LIVE = re.compile(r"camdigits run($| [0-9]| rtsp:| http:| logitech)")
TRAINING = ("train", "evaluate", "export", "adopt")
TELLS = {
    "run": TEXT,
    "serve": "http",
    "batch": "2 sources: 2 done; ",
    "demo": "2047",
    "teach": "4 of 4 digits were read rightly",
    "evaluate": "1 of 1 numbers wholly right",
    "doctor": "",
}
"""What the commands that read print."""


def arguments_of(command: str) -> list[str]:
    """Return what follows ``camdigits`` in a line, which may be the last part of a pipe."""
    words = shlex.split(command)
    return words[len(words) - words[::-1].index("camdigits") :]


def is_training(command: str) -> bool:
    return arguments_of(command)[0] in TRAINING and "--pages" not in command


FORMS = [line for line in commands() if arguments_of(line)[0] == "form"]
READING = [line for line in commands() if not is_training(line) and line not in FORMS]
TRAINED = [line for line in commands() if is_training(line)]


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Play a page to whoever opens a camera or a stream, for as long as it is looked at."""
    open_stream = capture.open_stream
    with MjpegCamera([page()] * 20, fps=20) as player:
        monkeypatch.setattr(
            capture, "open_camera", lambda _, name, *__: open_stream(player.url, name)
        )
        monkeypatch.setattr(
            opening, "_open_address", lambda spec, *_: open_stream(player.url, spec.name)
        )
        found = {"logitech": [Path("/dev/video0")]}
        monkeypatch.setattr(devices, "find_named", lambda part: found.get(part, []))
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    write_page(tmp_path / "photo.jpg")
    (tmp_path / "scan.pdf").write_bytes(scanned([page()] * 3))
    write_clip(tmp_path / "clip.mp4")
    (tmp_path / "scans").mkdir()
    for name in ("1.png", "2.png"):
        write_page(tmp_path / "scans" / name)
    (tmp_path / "photos").mkdir()
    write_page(tmp_path / "photos" / "page.jpg")
    truth = {"page.jpg": {"digits": [], "numbers": [TEXT], "size": PAGE_WH}}
    (tmp_path / "photos" / "truth.json").write_text(json.dumps(truth))
    return tmp_path


def use_bundled_weights(arguments: list[str]) -> None:
    """Have a command read with weights that are there, in place of those of a training."""
    if "--weights" in arguments:
        place = arguments.index("--weights") + 1
        if arguments[place] != "bundled":
            arguments[place] = str(bundled_weights())


def test_pages_show_every_command():
    shown = {arguments_of(line)[0] for line in commands()}
    text = "".join(map(read, PAGES))
    assert [
        name for name in COMMANDS if name not in shown and f"`camdigits {name}`" not in text
    ] == []


def test_no_command_is_left_out():
    lines = [without_comment(line) for page in PAGES for line in code_lines(page)]
    calls = {line for line in lines if re.search(r"\bcamdigits( |$)", line)}
    assert calls == set(commands())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    """End a server when it has begun."""
    web = pytest.importorskip("camdigits.web.server.web_server", reason="needs camdigits[web]")
    monkeypatch.setattr(web.WebServer, "wait", lambda *_: None)
    monkeypatch.setattr(
        "camdigits.cli.live.video_screen.VideoScreen.hold", lambda self, is_over: None
    )


@pytest.mark.parametrize("command", READING)
def test_reading_command_runs(command, folder, camera, monkeypatch, capsys, request):
    arguments = arguments_of(command)
    if "serve" in command:
        request.getfixturevalue("server")
        arguments += ["--port", "0"]
    if LIVE.match(command):
        arguments += ["--max-frames", "30"]
    use_bundled_weights(arguments)
    with (folder / "clip.mp4").open() as clip:
        monkeypatch.setattr("sys.stdin", clip)
        assert main(arguments) == 0
    told = capsys.readouterr().out
    assert TELLS[arguments[0]] in told
    for place, argument in enumerate(arguments):
        if argument == "-o":
            assert (folder / arguments[place + 1]).exists()


@pytest.mark.parametrize("command", FORMS)
def test_form_command_runs(command, folder, server, capsys):
    form = write_form(folder, "exam cover")
    shutil.copy(folder / "blank.png", folder / "cover.jpg")
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(folder / "scans" / name), filled("scan", 1, "exam cover").image)
    arguments = arguments_of(command)
    if arguments[1] == "new":
        code = main(arguments)
        # Nobody draws a field on the page.
        assert code == (0 if "--field" in arguments else 1)
        assert ("http" in capsys.readouterr().out) == (code == 1)
        return
    form.rename(folder / "cover.form.json")
    if arguments[1] == "review":
        read = ["form", "read", "scans", "--form", "cover.form.json", "--table", "marks.xlsx"]
        assert main(read) == 0
    assert main(arguments) == 0
    assert list(folder.glob("marks.*"))


def lend_fonts(folder: Path) -> Path:
    """Return a folder of fonts as the print detector learns from; skip where there is none."""
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"))
    if not fonts or not hasattr(cv2, "FontFace"):
        pytest.skip("needs a font file and OpenCV 5")
    for part in ("learn", "validate", "test"):
        (folder / "fonts" / part / "family").mkdir(parents=True)
        shutil.copy(fonts[0], folder / "fonts" / part / "family")
    return folder / "fonts"


def lend_network(path: Path) -> None:
    """Put a network of somebody else where a command names one."""
    if path.suffix == ".onnx":
        pytest.importorskip("onnxruntime", reason="comes with the onnx extra")
        shutil.copy(ROOT / "tests" / "golden" / "networks" / "pytorch.onnx", path)
    else:
        weights = str(trained_folder() / "lenet.keras")
        assert main(["export", "json-h5", "--weights", weights, "--out", str(path.parent)]) == 0


def with_options(arguments: list[str], options: list[str]) -> list[str]:
    """Return arguments with options and their values in place of those that are there."""
    kept, given = list(arguments), dict(zip(options[::2], options[1::2], strict=True))
    for option in given:
        if option in kept:
            place = kept.index(option)
            del kept[place : place + 2]
    return kept + options


@needs_train_extra
@pytest.mark.train
@pytest.mark.parametrize("command", TRAINED)
def test_training_command_runs(command, folder, monkeypatch, capsys):
    write_npz(folder / "mnist.npz")
    arguments = arguments_of(command)
    use_bundled_weights(arguments)
    quick = ["--limit", "100", "--epochs", "1"]
    if "--teach" in arguments:
        teach_quickly(monkeypatch)
        monkeypatch.setenv("XDG_DATA_HOME", str(folder))
        assert main(["teach", "photo.jpg", "--text", TEXT]) == 0
    elif {"--judge", "--lines", "--print"} & set(arguments):
        arguments = with_options(arguments, ["--pages", "16", "--epochs", "1"])
    elif arguments[0] == "train":
        arguments = with_options(arguments, quick)
    if "--print" in arguments:
        arguments[arguments.index("--fonts") + 1] = str(lend_fonts(folder))
    if "--teacher" in arguments:
        taught_by = Path(arguments[arguments.index("--teacher") + 1]).stem
        teacher = ["--architecture", taught_by, "--recipe", "plain", "--data", "mnist.npz"]
        assert main(["train", *teacher, *quick, "--as-is"]) == 0
    if arguments[0] == "adopt":
        lend_network(folder / arguments[1])
    if arguments[0] != "export" and "--data" not in arguments:
        arguments += ["--data", "mnist.npz"]
    if arguments[0] == "train":
        arguments.append("--as-is")
    assert main(arguments) == 0
    assert capsys.readouterr().out
    made = {"train": "**/*.tflite", "evaluate": "mnist.npz", "export": "camdigits-export/*/*.h5"}
    made["adopt"] = "camdigits-adopted/*.json"
    assert list(folder.glob(made[arguments[0]]))


def test_request_of_a_program_is_answered(folder):
    serving = pytest.importorskip("tests.web.serving", reason="needs camdigits[web]")
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    (command,) = [line for page in PAGES for line in code_lines(page) if "curl " in line]
    with serving.serving() as served:
        request = command.replace("http://127.0.0.1:8765/", served.url)
        assert request != command
        asked = subprocess.run(
            [*shlex.split(request), "--noproxy", "*"], capture_output=True, check=True, timeout=100
        )
    assert [number["text"] for number in json.loads(asked.stdout)["numbers"]] == [TEXT]


def test_python_example_runs(folder, capsys):
    (code,) = python_blocks(README)
    assert len(code.strip().splitlines()) <= 12
    exec(compile(code, "README.md", "exec"), {})
    told = capsys.readouterr().out
    assert f"['{TEXT}']" in told
    assert f"appeared {TEXT}" in told
    assert (folder / "read.jpg").exists()


class Capture:
    """A camera of OpenCV that shows a page for a while."""

    def __init__(self, *_: object) -> None:
        self._left = 30

    def read(self) -> tuple[bool, np.ndarray | None]:
        time.sleep(0.04)
        self._left -= 1
        return self._left > 0, page() if self._left > 0 else None


def test_loop_of_your_own_runs(monkeypatch, capsys):
    (code,) = python_blocks(DOCS / "python.md")
    shown = []
    monkeypatch.setattr(cv2, "VideoCapture", Capture)
    monkeypatch.setattr(cv2, "imshow", lambda _, image: shown.append(image.shape))
    monkeypatch.setattr(cv2, "waitKey", lambda _: -1)
    exec(compile(code, "python.md", "exec"), {})
    assert f"appeared {TEXT}" in capsys.readouterr().out
    assert shown == [page().shape] * 29


def test_python_on_the_pages_is_run():
    assert {each.name for each in PAGES if python_blocks(each)} == {"README.md", "python.md"}
