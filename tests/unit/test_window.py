"""The window opens, obeys its keys, and is not tried where there is no screen."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.annotation import annotate
from camdigits.display import shown, with_help, with_status
from camdigits.drawing import text_mask
from camdigits.keys import KEYS, action_of, key_lines
from camdigits.screen import display_problem
from camdigits.types import Box, Digit, Number, Reading
from tests.support.xvfb import Screen, screen_fixture  # noqa: F401

TITLE = "camdigits test"

BOX = Box(100, 100, 60, 90)

PLAYER = """
import sys
import numpy as np
from camdigits.screen import display_problem
from camdigits.types import Box, Digit, Frame, Reading
from camdigits.window import Window

assert display_problem() is None, display_problem()
is_still = sys.argv[1] == "still"
count = 0
with Window("camdigits test") as window:
    while not window.closed and count < int(sys.argv[2]):
        image = np.full((480, 640, 3), 200, np.uint8)
        digit = Digit(Box(100, 100, 60, 90), count % 10, 0.99)
        reading = Reading("clip.mp4", count, count / 30, (640, 480), (digit,), is_still=is_still)
        window.write(Frame(image, count, count / 30), reading)
        count += 1
        print(count, flush=True)
    print("closed", window.closed)
"""


def reading_of(box: Box = BOX) -> Reading:
    return Reading("clip.mp4", 0, 0.0, (640, 480), (Digit(box, 0, 0.99),))


def play(
    display: Screen, kind: str, count: int, folder: Path, **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PLAYER, kind, str(count)],
        env=display.environment | environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_file(path: Path) -> None:
    give_up = time.monotonic() + 20
    while not path.exists() and time.monotonic() < give_up:
        time.sleep(0.05)


@pytest.mark.window
@pytest.mark.parametrize("key", ["q", "Escape"])
def test_key_ends_the_window_without_a_word_on_the_terminal(
    screen: Screen,
    tmp_path: Path,
    key: str,
):
    child = play(screen, "video", 10**9, tmp_path)
    screen.press(screen.wait_for(TITLE, child), key)
    out, err = child.communicate(timeout=20)
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
    _, err = child.communicate(timeout=20)
    assert (child.returncode, err) == (0, "")


@pytest.mark.window
def test_closing_the_window_by_mouse_ends_it(screen: Screen, tmp_path: Path):
    child = play(screen, "video", 10**9, tmp_path)
    window = screen.wait_for(TITLE, child)
    assert child.stdout is not None
    child.stdout.readline()
    screen.close(window)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, err) == (0, "")
    assert out.endswith("closed True\n")


@pytest.mark.window
def test_still_waits_for_a_key(screen: Screen, tmp_path: Path):
    child = play(screen, "still", 2, tmp_path)
    window = screen.wait_for(TITLE, child)
    time.sleep(0.5)
    assert child.poll() is None
    assert child.stdout is not None
    screen.press(window, "space")
    assert child.stdout.readline() == "1\n"
    screen.press(window, "n")
    out, _ = child.communicate(timeout=20)
    assert out == "2\nclosed False\n"


@pytest.mark.window
def test_pause_holds_the_frame_and_step_lets_one_through(
    screen: Screen,
    tmp_path: Path,
):
    child = play(screen, "video", 10**9, tmp_path)
    window = screen.wait_for(TITLE, child)
    screen.press(window, "space")
    time.sleep(0.5)
    before = screen.picture()
    time.sleep(0.3)
    assert np.array_equal(screen.picture(), before)
    screen.press(window, "period")
    time.sleep(0.5)
    assert not np.array_equal(screen.picture(), before)
    screen.press(window, "q")
    out, _ = child.communicate(timeout=20)
    assert out.endswith("closed True\n")


@pytest.mark.window
def test_save_writes_the_annotated_picture_under_a_free_name(
    screen: Screen,
    tmp_path: Path,
):
    (tmp_path / "camdigits-0001.png").write_text("precious")
    child = play(screen, "still", 1, tmp_path)
    window = screen.wait_for(TITLE, child)
    screen.press(window, "s")
    wait_for_file(tmp_path / "camdigits-0002.png")
    screen.press(window, "q")
    child.communicate(timeout=20)
    assert (tmp_path / "camdigits-0001.png").read_text() == "precious"
    saved = cv2.imread(str(tmp_path / "camdigits-0002.png"))
    assert saved.shape == (480, 640, 3)
    assert np.array_equal(saved, annotate(np.full((480, 640, 3), 200, np.uint8), reading_of()))


@pytest.mark.window
def test_interrupt_ends_a_paused_window(screen: Screen, tmp_path: Path):
    child = play(screen, "still", 1, tmp_path)
    screen.wait_for(TITLE, child)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
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
    monkeypatch.setattr("camdigits.screen._CONNECT_TIMEOUT_S", 0.2)
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


@pytest.mark.parametrize(
    ("size_wh", "expected_wh"),
    [
        ((640, 480), (640, 480)),
        ((1920, 1080), (1920, 1080)),
        ((120, 90), (480, 360)),
        ((5472, 3648), (1800, 1200)),
        ((6000, 100), (1920, 32)),
        ((1, 1), (360, 360)),
    ],
)
def test_shown_size_is_comfortable(size_wh: tuple[int, int], expected_wh: tuple[int, int]):
    image = np.full((size_wh[1], size_wh[0], 3), 200, np.uint8)
    picture = shown(image, Reading("", 0, 0.0, size_wh))
    assert picture.shape == (expected_wh[1], expected_wh[0], 3)


def test_boxes_follow_the_shown_size():
    image = np.full((90, 120, 3), 200, np.uint8)
    reading = Reading("", 0, 0.0, (120, 90), (Digit(Box(30, 40, 10, 20), 7, 0.99),))
    changed = (shown(image, reading) != 200).any(axis=2)
    assert not changed[160:240, 120:160].any()
    assert changed[160:240, 118].all()


def test_mirror_turns_the_picture_and_keeps_the_letters():
    image = np.full((480, 640, 3), 200, np.uint8)
    image[100:190, 100:160] = 0
    mirrored = shown(image, reading_of(Box(100, 100, 60, 90)), mirror=True)
    there = reading_of(Box(480, 100, 60, 90))
    assert np.array_equal(mirrored, annotate(np.ascontiguousarray(image[:, ::-1]), there))


def test_mirrored_number_reads_forward():
    digits = tuple(Digit(Box(100 + 60 * i, 200, 40, 60), i + 2, 0.99) for i in range(3))
    number = Number("234", Box(100, 200, 160, 60), 0.99, digits)
    image = np.full((480, 640, 3), 200, np.uint8)
    reading = Reading("", 0, 0.0, (640, 480), digits, (number,))
    strip = shown(image, reading, mirror=True)[150:196, 380:540, 2]
    places = [_column_of(text_mask(label, 24), strip) for label in "234"]
    assert places == sorted(places)


def _column_of(letter: np.ndarray, strip: np.ndarray) -> int:
    """Return where a letter is, in a strip whose ground has no red."""
    match = cv2.matchTemplate(strip, np.ascontiguousarray(letter), cv2.TM_CCORR_NORMED)
    assert match.max() > 0.95
    return int(match.argmax() % match.shape[1])


def test_status_line_is_below_the_picture():
    image = np.full((480, 640, 3), 200, np.uint8)
    with_line = with_status(image, "clip.mp4   640x480", "h: keys")
    assert np.array_equal(with_line[:480], image)
    assert (with_line[480:, :320] == 255).any()
    assert (with_line[480:, 560:] == 255).any()


def test_long_status_does_not_run_into_the_right_one():
    image = np.zeros((48, 200, 3), np.uint8)
    short, long = with_status(image, "", "h: keys"), with_status(image, "w" * 300, "h: keys")
    right = np.flatnonzero((short[48:] == 255).any(axis=(0, 2)))[0]
    assert np.array_equal(short[:, right - 2 :], long[:, right - 2 :])
    assert (long[48:, : right - 2] == 255).any()


@pytest.mark.parametrize("size_wh", [(640, 480), (1920, 1200), (1920, 32)])
def test_help_is_drawn_on_a_copy(size_wh: tuple[int, int]):
    image = np.full((size_wh[1], size_wh[0], 3), 200, np.uint8)
    with_keys = with_help(image)
    assert (image == 200).all()
    assert (with_keys > 200).any()


def test_every_key_has_one_meaning():
    codes = [code for key in KEYS for code in key.codes]
    assert len(codes) == len(set(codes))
    assert action_of(ord("q")) == "quit"
    assert action_of(ord("Q")) is None
    assert action_of(255) is None


def test_key_table_lists_every_key():
    assert len(key_lines()) == len(KEYS)
    assert key_lines()[0] == "q, Esc  quit"
