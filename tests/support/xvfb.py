"""A screen of our own to open real windows on, and a hand that presses keys there.

A test module that uses the fixture ``screen`` imports `screen_fixture`; its tests are marked
``window``.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

_PROGRAMS = ("Xvfb", "xdotool", "import")
_PATIENCE_S = 200.0
_PAINTING_S = 3.0
_CLIENT_MESSAGE = 33


def wait_until(is_so: Callable[[], object], what: str, patience_s: float = _PATIENCE_S) -> None:
    """Return as soon as something is so; fails after a time that a loaded machine keeps."""
    give_up = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > give_up:
            pytest.fail(f"waited {patience_s:.0f} s in vain for {what}")
        time.sleep(0.05)


class _ClientMessage(ctypes.Structure):
    """Xlib's XClientMessageEvent, padded to the size of XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


@dataclass(frozen=True, slots=True)
class Screen:
    """A running X display, without a window manager until one is started with `manage`."""

    display: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a child process whose windows go to this screen."""
        inherited = {key: value for key, value in os.environ.items() if key != "XAUTHORITY"}
        return {**inherited, "DISPLAY": self.display}

    def windows(self, title: str) -> list[str]:
        """Return the ids of the visible windows whose title contains `title`."""
        found = self._xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found.split()

    def wait_for(self, title: str, child: subprocess.Popen[str]) -> str:
        """Return the id of a window as soon as it is there; fails if the child ends before."""
        give_up = time.monotonic() + _PATIENCE_S
        while time.monotonic() < give_up and child.poll() is None:
            windows = self.windows(title)
            if windows:
                self._see_it_painted(windows[0])
                return windows[0]
            time.sleep(0.1)
        child.kill()
        pytest.fail(f"no window {title!r}: rc {child.returncode}, {child.communicate()}")

    def _see_it_painted(self, window: str) -> None:
        """Wait until a window is painted.

        Without a window manager Qt misses now and then that a window is mapped, and never paints
        it; it does when the window is mapped again.
        """
        x, y, width, height = self.geometry(window)
        give_up, look_again = (time.monotonic() + wait_s for wait_s in (_PATIENCE_S, _PAINTING_S))
        while not self.picture()[y : y + height, x : x + width].any():
            if time.monotonic() > give_up:
                pytest.fail("the window stays black")
            if time.monotonic() > look_again:
                self._xdotool("windowunmap", "--sync", window, "windowmap", "--sync", window)
                look_again = time.monotonic() + _PAINTING_S
            time.sleep(0.05)

    def press(self, window: str, key: str) -> None:
        """Press a key by its X name ("q", "space", "Escape", "period") in a window."""
        self._xdotool("windowfocus", "--sync", window)
        self._xdotool("key", "--window", "0", key)

    def press_until(self, window: str, key: str, is_so: Callable[[], object]) -> None:
        """Press a key once and wait for what it does; OpenCV forgets a key that another follows."""
        self.press(window, key)
        wait_until(is_so, f"what {key} does")

    def shows(self, part: np.ndarray) -> bool:
        """Return whether a picture, ``(h, w, 3) uint8`` BGR, is on the screen in its size."""
        match = cv2.matchTemplate(self.picture(), part, cv2.TM_CCOEFF_NORMED)
        return float(match.max()) > 0.95

    def click(self, window: str, x: int, y: int) -> None:
        """Click with the left button, in pixels of the window."""
        self._xdotool("mousemove", "--window", window, str(x), str(y), "click", "1")

    def drag(self, window: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag with the left button from one place to another, in pixels of the window."""
        places = [["mousemove", "--window", window, str(x), str(y)] for x, y in (start, end)]
        self._xdotool(*places[0], "mousedown", "1")
        self._xdotool(*places[1])
        self._xdotool("mouseup", "1")

    def geometry(self, window: str) -> tuple[int, int, int, int]:
        """Return a window's x, y, width and height in pixels."""
        told = self._xdotool("getwindowgeometry", "--shell", window)
        values = dict(line.split("=") for line in told.split())
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))  # type: ignore[return-value]

    def place(self, window: str, geometry: tuple[int, int, int, int]) -> None:
        """Move and resize a window as its user would, and wait until that is done."""
        x, y, width, height = map(str, geometry)
        self._xdotool("windowsize", window, width, height, "windowmove", window, x, y)
        wait_until(lambda: self.geometry(window) == geometry, f"a window at {geometry}")

    def seen_at(self, window: str) -> tuple[int, int, int, int]:
        """Return where on the screen a window is seen, without its frame: x, y, width, height.

        `geometry` counts the frame of a window manager twice.
        """
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        root, other = ctypes.c_ulong(x11.XDefaultRootWindow(display)), ctypes.c_ulong()
        x, y = ctypes.c_int(), ctypes.c_int()
        found = (ctypes.byref(value) for value in (x, y, other))
        x11.XTranslateCoordinates(display, ctypes.c_ulong(int(window)), root, 0, 0, *found)
        x11.XCloseDisplay(display)
        return x.value, y.value, *self.geometry(window)[2:]

    def close(self, window: str) -> None:
        """Close a window as its close button does, by the window manager's message."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        event = _ClientMessage(type=_CLIENT_MESSAGE, window=int(window), format=32)
        event.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
        event.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
        x11.XSendEvent(display, ctypes.c_ulong(int(window)), 0, 0, ctypes.byref(event))
        x11.XCloseDisplay(display)

    def picture(self) -> np.ndarray:
        """Return what is on the screen, ``(H, W, 3) uint8`` BGR."""
        command = ["import", "-window", "root", "-display", self.display, "png:-"]
        png = subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE_S).stdout
        return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)

    def save(self, path: Path) -> None:
        """Write what is on the screen to an image file."""
        cv2.imwrite(str(path), self.picture())

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=check,
        )
        return done.stdout


@contextmanager
def manage(screen: Screen, program: str, *arguments: str, package: str) -> Iterator[None]:
    """Run a window manager on a screen; skips where it is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: {package})")
    manager = subprocess.Popen(
        [program, *arguments],
        env=screen.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _is_managed(screen), f"{program} to begin")
        assert manager.poll() is None
        yield
    finally:
        manager.terminate()
        manager.wait(_PATIENCE_S)


def _is_managed(screen: Screen) -> bool:
    """Return whether a window manager has told that it is there (EWMH)."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(screen.display.encode()))
    atom = x11.XInternAtom(display, b"_NET_SUPPORTING_WM_CHECK", 0)
    root = x11.XDefaultRootWindow(display)
    count = ctypes.c_int()
    x11.XListProperties.restype = ctypes.POINTER(ctypes.c_ulong)
    atoms = x11.XListProperties(display, ctypes.c_ulong(root), ctypes.byref(count))
    listed = [atoms[number] for number in range(count.value)]
    x11.XCloseDisplay(display)
    return atom in listed


@pytest.fixture(name="screen", scope="session")
def screen_fixture() -> Iterator[Screen]:
    """A display on a free number, gone after the tests; skips where a program is missing."""
    with start_screen() as (screen, _):
        yield screen


@contextmanager
def start_screen() -> Iterator[tuple[Screen, subprocess.Popen[bytes]]]:
    """Start a display on a free number, and give its server, too; skips where it cannot be."""
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (Debian: xvfb xdotool imagemagick)")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield Screen(f":{number}"), server
    finally:
        server.terminate()
        server.wait(_PATIENCE_S)
