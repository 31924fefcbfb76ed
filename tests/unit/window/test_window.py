"""The window opens, obeys its keys, and is not tried where there is no screen."""

from __future__ import annotations

import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from camdigits.drawing.text import PAPER, put_mask, text_mask
from camdigits.window.screen import display_problem
from tests.support.xvfb import Screen, screen_fixture, wait_until  # noqa: F401

TITLE = "camdigits test"

PATIENCE_S = 200

PLAYER = """
import sys
import time
from pathlib import Path
import numpy as np
from camdigits.window.screen import display_problem
from camdigits.types import Box, Digit, Frame, Reading
from camdigits.window.services import Services
from camdigits.window.window import Window

assert display_problem() is None, display_problem()
is_still, tells_shown = sys.argv[1] == "still", sys.argv[1] == "shown"

class Telling(Window):
    def look(self, frame, reading):
        super().look(frame, reading)
        if tells_shown:
            print(frame.index, flush=True)

count = 0
began_s = time.monotonic()
with Telling("camdigits test", services=Services(place=Path("window.json"))) as window:
    while not window.closed and count < int(sys.argv[2]):
        image = np.full((480, 640, 3), 200, np.uint8)
        digit = Digit(Box(100, 100, 60, 90), count % 10, 0.99)
        reading = Reading("clip.mp4", count, count / 30, (640, 480), (digit,), is_still=is_still)
        window.write(Frame(image, count, count / 30), reading)
        count += 1
        if not tells_shown:
            print(count, flush=True)
    print("took", time.monotonic() - began_s)
    print("closed", window.closed)
"""


def play(
    display: Screen, kind: str, count: int, folder: Path, **environment: str
) -> subprocess.Popen[str]:
    """Start a player that counts a frame when the next may come; a "shown" one when it is shown."""
    return subprocess.Popen(
        [sys.executable, "-c", PLAYER, kind, str(count)],
        env=display.environment | environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_of(child: subprocess.Popen[str]) -> queue.Queue[str]:
    """Return what the child prints, line by line as it comes."""
    lines: queue.Queue[str] = queue.Queue()

    def collect() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            lines.put(line)

    threading.Thread(target=collect, daemon=True).start()
    return lines


def drain(lines: queue.Queue[str]) -> list[str]:
    """Return what is there by now."""
    drained = []
    with suppress(queue.Empty):
        while True:
            drained.append(lines.get_nowait())
    return drained


def word(text: str) -> np.ndarray:
    """Return a word as the status line of a window 640 pixels wide shows it."""
    mask = text_mask(text, 11)
    part = np.full((*mask.shape, 3), 40, np.uint8)
    put_mask(part, mask, (0, 0), PAPER)
    return part


@pytest.mark.window
@pytest.mark.parametrize("key", ["q", "Escape"])
def test_key_ends_the_window_without_a_word_on_the_terminal(
    screen: Screen,
    tmp_path: Path,
    key: str,
):
    child = play(screen, "video", 10**9, tmp_path)
    screen.press(screen.wait_for(TITLE, child), key)
    out, err = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == 0
    assert out.endswith("closed True\n")
    assert err == ""


@pytest.mark.window
@pytest.mark.parametrize(
    "session",
    [
        {"XDG_SESSION_TYPE": "wayland"},
        {"XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "GNOME"},
        {"QT_QPA_PLATFORM": "wayland"},
    ],
)
def test_wayland_session_with_x_shows_the_window(
    screen: Screen, tmp_path: Path, session: dict[str, str]
):
    child = play(screen, "video", 10**9, tmp_path, **session)
    screen.press(screen.wait_for(TITLE, child), "q")
    _, err = child.communicate(timeout=PATIENCE_S)
    assert (child.returncode, err) == (0, "")


@pytest.mark.window
def test_closing_the_window_by_mouse_ends_it(screen: Screen, tmp_path: Path):
    child = play(screen, "video", 10**9, tmp_path)
    window = screen.wait_for(TITLE, child)
    assert child.stdout is not None
    child.stdout.readline()
    screen.close(window)
    out, err = child.communicate(timeout=PATIENCE_S)
    assert (child.returncode, err) == (0, "")
    assert out.endswith("closed True\n")


@pytest.mark.window
def test_still_waits_for_a_key(screen: Screen, tmp_path: Path):
    child = play(screen, "still", 2, tmp_path)
    window = screen.wait_for(TITLE, child)
    lines = lines_of(child)
    wait_until(lambda: screen.shows(word("reading")), "the status line")
    time.sleep(0.3)
    assert drain(lines) == []
    screen.press(window, "space")
    assert lines.get(timeout=PATIENCE_S) == "1\n"
    screen.press(window, "n")
    assert lines.get(timeout=PATIENCE_S) == "2\n"
    child.communicate(timeout=PATIENCE_S)


@pytest.mark.window
def test_pause_holds_the_frame_and_step_lets_one_through(screen: Screen, tmp_path: Path):
    child = play(screen, "shown", 10**9, tmp_path)
    window = screen.wait_for(TITLE, child)
    lines = lines_of(child)
    lines.get(timeout=PATIENCE_S)
    screen.press(window, "space")
    wait_until(lambda: screen.shows(word("paused")), "the pause")
    drain(lines)
    time.sleep(0.3)
    assert drain(lines) == []
    screen.press(window, "period")
    stepped = int(lines.get(timeout=PATIENCE_S))
    time.sleep(0.3)
    assert drain(lines) == []
    assert screen.shows(word("paused"))
    screen.press(window, "space")
    following = [int(lines.get(timeout=PATIENCE_S)) for _ in range(5)]
    assert following == [stepped + more for more in range(1, 6)]
    screen.press(window, "q")
    child.communicate(timeout=PATIENCE_S)


@pytest.mark.window
def test_video_is_shown_no_faster_than_its_times_say(screen: Screen, tmp_path: Path):
    child = play(screen, "video", 61, tmp_path)
    out, err = child.communicate(timeout=PATIENCE_S)
    assert err == ""
    took, _ = out.splitlines()[-2:]
    assert float(took.removeprefix("took ")) >= 2.0


@pytest.mark.window
def test_window_keeps_the_place_and_size_that_it_was_given(screen: Screen, tmp_path: Path):
    child = play(screen, "video", 10**9, tmp_path)
    window = screen.wait_for(TITLE, child)
    lines = lines_of(child)
    lines.get(timeout=PATIENCE_S)
    screen.place(window, (120, 80, 500, 420))
    while not lines.empty():
        lines.get()
    for _ in range(20):
        lines.get(timeout=PATIENCE_S)
    assert screen.geometry(window) == (120, 80, 500, 420)
    screen.press(window, "q")
    _, err = child.communicate(timeout=PATIENCE_S)
    assert err == ""


@pytest.mark.window
def test_window_opens_where_it_was_left(screen: Screen, tmp_path: Path):
    left = (120, 80, 640, 505)  # the shape of what is shown
    for moves in (True, False):
        child = play(screen, "video", 10**9, tmp_path)
        window = screen.wait_for(TITLE, child)
        lines = lines_of(child)
        for _ in range(30):  # nobody moves a window before it has settled
            lines.get(timeout=PATIENCE_S)
        if moves:
            screen.place(window, left)
        wait_until(lambda window=window: screen.geometry(window) == left, f"a window at {left}")
        for _ in range(30 + lines.qsize()):
            lines.get(timeout=PATIENCE_S)
        assert screen.geometry(window) == left
        screen.press(window, "q")
        _, err = child.communicate(timeout=PATIENCE_S)
        assert err == ""


@pytest.mark.window
def test_interrupt_ends_a_paused_window(screen: Screen, tmp_path: Path):
    child = play(screen, "still", 1, tmp_path)
    screen.wait_for(TITLE, child)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=PATIENCE_S)
    assert "KeyboardInterrupt" in err


def test_no_display_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "DISPLAY is not set" in str(display_problem())


def test_wayland_without_x_is_a_problem_that_can_be_mended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert "XWayland" in str(display_problem())


def test_display_that_does_not_answer_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":9876")
    assert "':9876'" in str(display_problem())


def test_display_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch):
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    monkeypatch.setenv("DISPLAY", f"127.0.0.1:{port - 6000}")
    monkeypatch.setattr("camdigits.window.screen._CONNECT_TIMEOUT_S", 0.2)
    with silent:
        assert "does not answer" in str(display_problem())


@pytest.mark.window
def test_running_display_is_no_problem(
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("DISPLAY", screen.display)
    assert display_problem() is None


def test_opencv_without_windows_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cv2.currentUIFramework", lambda: "")
    assert "opencv-python" in str(display_problem())


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_always_have_a_display(monkeypatch: pytest.MonkeyPatch, platform: str):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert display_problem() is None
