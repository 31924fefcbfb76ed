"""``camdigits run`` with its window, on a screen of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from camdigits.debugview import GROUND
from tests.cli.pages import TEXT, page, write_page
from tests.support.media import MjpegCamera
from tests.support.xvfb import Screen, screen_fixture  # noqa: F401

PATIENCE_S = 60

pytestmark = pytest.mark.window


def start(screen: Screen, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "camdigits", "run", *map(str, arguments)],
        env=screen.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_quitting_the_window_ends_the_run(screen: Screen, tmp_path: Path) -> None:
    first, second = write_page(tmp_path / "first.png"), write_page(tmp_path / "second.png")

    with start(screen, first, second, "--show") as process:
        window = screen.wait_for("camdigits", process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"{first}: {TEXT}\n"
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")


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
        screen.press(window, "d")
        give_up = time.monotonic() + PATIENCE_S
        while not has_legend(screen) and time.monotonic() < give_up:
            time.sleep(0.1)
        assert has_legend(screen)
        screen.press(window, "q")
        out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out, err) == (0, "", "")


def has_legend(screen: Screen) -> bool:
    """Return whether the ground of the debug view covers much of the screen."""
    return bool((screen.picture() == GROUND).all(axis=2).mean() > 0.02)
