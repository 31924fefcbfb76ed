"""``camdigits run`` with its window, on a screen of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits import Recognizer
from camdigits.drawing.debug_view import GROUND
from camdigits.drawing.text import PAPER, put_mask, text_mask
from camdigits.window.display import shown_scale
from tests.cli.pages import PAGE_WH, TEXT, page, write_clip, write_page
from tests.cli.test_process import frame_count
from tests.support.media import MjpegCamera
from tests.support.xvfb import (  # noqa: F401
    Screen,
    screen_fixture,
    start_screen,
    wait_until,
)

PATIENCE_S = 200

pytestmark = pytest.mark.window


@contextmanager
def start(
    screen: Screen, *arguments: object, folder: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run the command, and end it if the test fails."""
    with subprocess.Popen(
        [sys.executable, "-m", "camdigits", "run", *map(str, arguments)],
        env=screen.environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_quitting_the_window_ends_the_run(screen: Screen, tmp_path: Path) -> None:
    first, second = write_page(tmp_path / "first.png"), write_page(tmp_path / "second.png")

    with start(screen, first, second, "--show") as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"{first}: {TEXT}\n"
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")


def test_a_video_stays_at_its_last_frame_until_it_is_let_go(screen: Screen, tmp_path: Path) -> None:
    clip, output = write_clip(tmp_path / "clip.mp4", 20), tmp_path / "read.mp4"

    with start(screen, clip, "--show", "-o", output) as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline().endswith(f" {TEXT}\n")
        wait_until(output.exists, "the marked video, which is done")
        wait_until(lambda: screen.shows(hint("q: end   h: keys")), "the last frame")
        assert process.poll() is None
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")


def test_time_is_over_at_the_last_frame_too(screen: Screen, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 20)

    with start(screen, clip, "--show", "--timeout", "20") as process:
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, err) == (0, "") and out.endswith(f" {TEXT}\n")


def hint(text: str) -> np.ndarray:
    """Return the end of the status line as a window for these pages shows it."""
    width = round(shown_scale(PAGE_WH) * PAGE_WH[0])
    mask = text_mask(text, min(16, max(11, width // 80)))
    part = np.full((*mask.shape, 3), 40, np.uint8)
    put_mask(part, mask, (0, 0), PAPER)
    return part


def test_a_camera_has_a_window_and_its_output_is_finished(screen: Screen, tmp_path: Path) -> None:
    output = tmp_path / "read.mp4"

    with (
        MjpegCamera([page()]) as camera,
        start(screen, camera.url, "--mirror", "-o", output) as process,
    ):
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline().endswith(f" {TEXT}\n")
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")
    assert output.stat().st_size > 0


def test_two_cameras_have_a_window_each_whose_keys_are_its_own(screen: Screen) -> None:
    with (
        MjpegCamera([page()]) as one,
        MjpegCamera([page()]) as other,
        start(screen, one.url, other.url) as process,
    ):
        ports = [camera.url.split(":")[2].split("/")[0] for camera in (one, other)]
        windows = [screen.wait_for(port, process) for port in ports]
        screen.press_until(windows[0], "q", lambda: not screen.windows(ports[0]))
        assert screen.windows(ports[1]) == [windows[1]] and process.poll() is None
        screen.press(windows[1], "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    # Whether a number was told by then is up to the machine.
    assert all("no number stood still" in line for line in err.splitlines())
    assert all(line.endswith(f" {TEXT}") for line in out.splitlines())


def test_no_window_opens_where_none_is_wanted(screen: Screen) -> None:
    with (
        MjpegCamera([page()]) as camera,
        start(screen, camera.url, "--no-window", "--once") as process,
    ):
        out, err = process.communicate(timeout=PATIENCE_S)
        assert screen.windows("camdigits") == []

    assert (process.returncode, err) == (0, "")
    assert out.endswith(f" {TEXT}\n")


def test_d_shows_how_a_picture_is_read(screen: Screen, tmp_path: Path) -> None:
    source = write_page(tmp_path / "photo.png")

    with start(screen, source, "--show") as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"{source}: {TEXT}\n"
        assert not has_legend(screen)
        screen.press_until(window, "d", lambda: has_legend(screen))
        screen.press_until(window, "d", lambda: not has_legend(screen))
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")


def has_legend(screen: Screen) -> bool:
    """Return whether the ground of the debug view covers much of the screen."""
    return bool((screen.picture() == GROUND).all(axis=2).mean() > 0.02)


def test_digits_are_taught_in_the_window(screen: Screen, tmp_path: Path) -> None:
    photo, folder = write_page(tmp_path / "page.png"), tmp_path / "teach"
    third = Recognizer().read(page()).digits[2].box
    x, y = map(round, third.center)

    def taught() -> list[str]:
        return sorted(path.parent.name for path in folder.glob("*/*.png"))

    with start(screen, photo, "--show", "--teach", folder) as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"{photo}: {TEXT}\n"
        wait_until(lambda: screen.shows(page()[y - 9 : y + 9, x - 9 : x + 9]), "the page")
        screen.click(window, x, y)
        for key, expected in (
            ("0", ["0"]),
            ("n", ["0", "none"]),
            ("Right", ["0", "none"]),
            ("5", ["0", "5", "none"]),
            ("BackSpace", ["0", "none"]),
        ):
            screen.press_until(window, key, lambda expected=expected: taught() == expected)
        screen.press(window, "Escape")
        screen.press_until(window, "q", lambda: process.poll() is not None)
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")
    for path in folder.glob("*/*.png"):
        assert cv2.imread(str(path)).shape == (28, 28, 3)
    assert len(list(folder.glob("around/*/*.png"))) == 2


def test_what_is_shown_is_recorded_and_saved(screen: Screen, tmp_path: Path) -> None:
    with MjpegCamera([page()]) as camera, start(screen, camera.url, folder=tmp_path) as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        process.stdout.readline()
        screen.press_until(window, "v", lambda: list(tmp_path.glob("*.partial.mp4")))
        screen.press_until(window, "s", lambda: list(tmp_path.glob("*.json")))
        screen.press(window, "q")
        _, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, err) == (0, "")
    assert not list(tmp_path.glob("*.partial*"))
    (video,) = tmp_path.glob("*.mp4")
    with av.open(str(video)) as recorded:
        assert len(list(recorded.decode(video=0))) >= 1


def test_a_display_that_dies_leaves_what_was_written(tmp_path: Path) -> None:
    clip, partial = write_clip(tmp_path / "clip.mp4", 900), tmp_path / "read.partial.mp4"
    with (
        start_screen() as (screen, server),
        start(screen, clip, "--show", "-o", tmp_path / "read.mp4") as process,
    ):
        screen.wait_for("camdigits", process)
        wait_until(lambda: partial.exists() and partial.stat().st_size > 4000, "some pictures")
        server.kill()
        _, errors = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, len(errors.splitlines())) == (1, 1)
    assert not (tmp_path / "read.mp4").exists()
    assert 0 < frame_count(partial) < 900
