"""Real windows under real window managers: one that puts frames round them, one that tiles."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdigits.window.screen import screen_area
from tests.support.xvfb import Screen, manage, start_screen, wait_until

TITLE = "camdigits places"
PATIENCE_S = 200
SCREEN_WH = 1280, 900

pytestmark = pytest.mark.window

OPENER = """
import sys
from pathlib import Path
import numpy as np
from camdigits.types import Frame, Reading
from camdigits.window.services import Services
from camdigits.window.window import Window

services = Services(place=Path("window.json"))
with Window("camdigits places", services=services) as window:
    for number, shape in enumerate(sys.argv[1:]):
        w, h = map(int, shape.split("x"))
        image = np.full((h, w, 3), 200, np.uint8)
        print(shape, flush=True)
        window.write(Frame(image, number, 0.0), Reading("photo", number, 0.0, (w, h), ()))
"""


@pytest.fixture(scope="module")
def framed() -> Iterator[Screen]:
    """A screen whose windows get frames."""
    with start_screen() as (screen, _), manage(screen, "openbox", package="openbox"):
        yield screen


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """A screen that its windows share."""
    settings = tmp_path_factory.mktemp("i3") / "config"
    settings.write_text("font pango:monospace 8\n")
    with (
        start_screen() as (screen, _),
        manage(screen, "i3", "-c", str(settings), package="i3-wm"),
    ):
        yield screen


class Opened:
    """A window with pictures of some shapes; each key shows the next."""

    def __init__(self, screen: Screen, folder: Path, *shapes: str) -> None:
        self._screen = screen
        self._child = subprocess.Popen(
            [sys.executable, "-c", OPENER, *shapes],
            env=screen.environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._window = screen.wait_for(TITLE, self._child)
        self._shown: list[str] = []
        self.next_shape()

    def next_shape(self) -> None:
        """Take note that the next picture is shown."""
        assert self._child.stdout is not None
        self._shown.append(self._child.stdout.readline().strip())

    def settled(self) -> tuple[int, int, int, int]:
        """Return where the window is once that does not change any more."""
        seen: list[tuple[int, int, int, int]] = []

        def is_settled() -> bool:
            seen.append(self._screen.seen_at(self._window))
            return len(seen) > 30 and len(set(seen[-30:])) == 1

        wait_until(is_settled, "a window that stays where it is")
        return seen[-1]

    def put(self, x: int, y: int, w: int, h: int) -> tuple[int, int, int, int]:
        """Move and resize the window as its user would; returns where it is then."""
        run = ["xdotool", "windowsize", self._window, str(w), str(h)]
        move = ["windowmove", self._window, str(x), str(y)]
        subprocess.run([*run, *move], env=self._screen.environment, check=True, timeout=PATIENCE_S)
        wait_until(lambda: self._screen.seen_at(self._window)[2:] == (w, h), "another size")
        return self.settled()

    def press(self, key: str) -> None:
        self._screen.press(self._window, key)

    def quit(self) -> None:
        self.press("q")
        _, errors = self._child.communicate(timeout=PATIENCE_S)
        assert (self._child.returncode, errors) == (0, "")


def test_window_that_was_moved_opens_there_five_times(framed: Screen, tmp_path: Path) -> None:
    opened = Opened(framed, tmp_path, "640x480")
    opened.settled()
    left = opened.put(200, 150, 640, 505)  # the shape of what is shown
    opened.quit()

    for _ in range(5):
        opened = Opened(framed, tmp_path, "640x480")
        assert opened.settled() == left
        opened.quit()


def test_alternating_shapes_neither_shrink_nor_leave_the_screen(
    framed: Screen, tmp_path: Path
) -> None:
    for _ in range(2):
        opened = Opened(framed, tmp_path, "1280x720", "600x1100", "1280x720", "600x1100")
        seen = [opened.settled()]
        for _ in range(3):
            opened.press("space")
            opened.next_shape()
            seen.append(opened.settled())
        opened.quit()
        assert [size[2:] for size in seen[:2]] == [size[2:] for size in seen[2:]]
        for x, y, w, h in seen:
            assert min(x, y) >= 0 and x + w <= SCREEN_WH[0] and y + h <= SCREEN_WH[1]
        assert seen[0][2] > 1000 and seen[1][3] > 700


def test_window_that_is_closed_at_once_stays_where_it_was_left(
    framed: Screen, tmp_path: Path
) -> None:
    kept = {"windows": {"1.3": [300, 200, 640, 505]}}
    (tmp_path / "window.json").write_text(json.dumps(kept))

    for _ in range(5):
        Opened(framed, tmp_path, "640x480").quit()

    assert json.loads((tmp_path / "window.json").read_text()) == kept


def test_manager_that_tiles_keeps_its_say(tiled: Screen, tmp_path: Path) -> None:
    kept = {"windows": {"1.3": [300, 200, 320, 252]}}
    (tmp_path / "window.json").write_text(json.dumps(kept))

    seen = []
    for _ in range(2):
        opened = Opened(tiled, tmp_path, "640x480", "600x1100")
        seen.append(opened.settled())
        opened.press("space")
        opened.next_shape()
        assert opened.settled() == seen[-1]
        opened.quit()

    assert seen[0] == seen[1] and seen[0][2] > 1200
    assert json.loads((tmp_path / "window.json").read_text()) == kept


def test_screen_is_as_large_as_it_is(framed: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", framed.display)
    area = screen_area()
    assert area is not None and area.as_list() == [0, 0, *SCREEN_WH]

    monkeypatch.delenv("DISPLAY")
    assert screen_area() is None
