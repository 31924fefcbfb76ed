"""Shows what is read, as it is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from camdigits.annotation import annotate
from camdigits.closing import Closing
from camdigits.display import shown, with_help, with_status
from camdigits.errors import DependencyError, OutputError
from camdigits.keys import Action, action_of
from camdigits.screen import prepare_qt
from camdigits.sinks.image import write_image
from camdigits.types import Frame, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

# Without WINDOW_GUI_NORMAL Qt looks for fonts, which OpenCV's wheels lack, and complains on stderr.
_NORMAL_WINDOW = cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL
_FIRST_WH = 1280, 800
_WAIT_MS = 20
_NOTICE_S = 3.0


class Window(Closing):
    """A window with the annotated frames; stills stay until a key is pressed.

    Only the main thread may use it, and only where `camdigits.screen.display_problem` finds none.
    `q`, Esc and closing the window by mouse set `closed`; from then on `write` does nothing.

    Attributes:
        closed: the user wants to end.
        mirror: the picture is shown as a mirror shows it.
        read_s: how long the last read took in seconds, for the status line; None leaves it out.
    """

    def __init__(
        self, title: str, mirror: bool = False, debug: Callable[[], Image] | None = None
    ) -> None:
        """Open the window.

        Args:
            title: its name.
            mirror: show the picture as a mirror does; labels can be read all the same.
            debug: draws how the frame that was written last was read; None has no such view.

        Raises:
            DependencyError: if this OpenCV was built without windows.
        """
        prepare_qt()
        try:
            cv2.namedWindow(title, _NORMAL_WINDOW)
        except cv2.error as error:
            raise DependencyError(
                "this OpenCV cannot open windows: install opencv-python, or use --no-window"
            ) from error
        self.closed = False
        self.mirror = mirror
        self.read_s: float | None = None
        self._title = title
        self._paused = False
        self._waiting = False
        self._help = False
        self._debug, self._is_debugging = debug, False
        self._was_visible = False
        self._shown_wh = (0, 0)
        self._notice = ("", 0.0)
        self._rate = _Rate()
        self._current: tuple[Frame, Reading] | None = None
        self._actions: dict[Action, Callable[[], None]] = {
            "quit": self._quit,
            "pause": self._pause,
            "step": self._step,
            "save": self._save,
            "mirror": self._mirror,
            "debug": self._toggle_debug,
            "help": self._toggle_help,
        }

    def write(self, frame: Frame, reading: Reading) -> None:
        """Show a frame, and act on keys; returns when it is time for the next frame.

        A still waits for a key, and so does any frame while the window is paused.
        """
        if self.closed:
            return
        self._current = frame, reading
        self._rate.tick()
        self._waiting = reading.is_still or self._paused
        self._draw()
        self.poll(1)
        while self._waiting and not self.closed:
            self.poll(_WAIT_MS)

    def poll(self, wait_ms: int = 1) -> None:
        """Act on a key or on the window's being closed; call it while no frame comes.

        Args:
            wait_ms: how long to wait for a key, in milliseconds, at least 1.
        """
        if self.closed:
            return
        action = action_of(cv2.waitKey(wait_ms) & 0xFF)
        if action is not None:
            self._actions[action]()
            self._draw()
        self._look_if_closed()

    def close(self) -> None:
        """Close the window; a second call does nothing."""
        self.closed = True
        if self._title:
            with suppress(cv2.error):  # the user may have closed it by mouse
                cv2.destroyWindow(self._title)
            cv2.waitKey(1)
            self._title = ""

    def _draw(self) -> None:
        if self._current is None or self.closed:
            return
        frame, reading = self._current
        if self._is_debugging and self._debug is not None:
            picture = self._debug()
        else:
            picture = shown(frame.image, reading, self.mirror)
        if self._help:
            picture = with_help(picture)
        keys = "Space: next   h: keys" if reading.is_still else "h: keys"
        picture = with_status(picture, self._status(), keys)
        height, width = picture.shape[:2]
        if (width, height) != self._shown_wh:
            self._shown_wh = width, height
            scale = min(1.0, _FIRST_WH[0] / width, _FIRST_WH[1] / height)
            cv2.resizeWindow(self._title, round(width * scale), round(height * scale))
        cv2.imshow(self._title, picture)

    def _status(self) -> str:
        """Return source, size, rate and time a read, or what has just happened."""
        assert self._current is not None
        text, until = self._notice
        if time.monotonic() < until:
            return text
        reading = self._current[1]
        width, height = reading.size_wh
        parts = [ascii(Path(reading.source).name)[1:-1], f"{width}x{height}"]
        if not reading.is_still and self._rate.fps:
            parts.append(f"{self._rate.fps:.0f} fps")
        if self.read_s is not None:
            parts.append(f"{1000 * self.read_s:.0f} ms a read")
        if self._paused:
            parts.append("paused")
        return "   ".join(part for part in parts if part)

    def _look_if_closed(self) -> None:
        """Notice that the window was closed by mouse.

        Only a change from visible counts: GTK's windows report -1 all the time.
        """
        try:
            is_visible = cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:
            is_visible = False
        if self._was_visible and not is_visible:
            self.closed = True
        self._was_visible = is_visible

    def _quit(self) -> None:
        self.closed = True

    def _pause(self) -> None:
        if self._current is not None and not self._current[1].is_still:
            self._paused = not self._paused
        self._waiting = self._paused

    def _step(self) -> None:
        """Let one frame through."""
        if self._current is not None and not self._current[1].is_still:
            self._paused = True
        self._waiting = False

    def _mirror(self) -> None:
        self.mirror = not self.mirror

    def _toggle_debug(self) -> None:
        self._is_debugging = not self._is_debugging

    def _toggle_help(self) -> None:
        self._help = not self._help

    def _save(self) -> None:
        """Save the annotated frame, as it is in the source, in the current folder."""
        if self._current is None:
            return
        frame, reading = self._current
        _, data = cv2.imencode(".png", annotate(frame.image, reading))
        names = (Path(f"camdigits-{number:04}.png") for number in count(1))
        path = next(name for name in names if not name.exists())
        try:
            write_image(path, data.tobytes())
            self._tell(f"saved {path}")
        except OutputError as error:
            self._tell(str(error))

    def _tell(self, text: str) -> None:
        self._notice = text, time.monotonic() + _NOTICE_S


class _Rate:
    """How many frames a second come, averaged over about a second."""

    def __init__(self) -> None:
        self.fps: float | None = None
        self._last_s: float | None = None

    def tick(self) -> None:
        """Count a frame."""
        now = time.monotonic()
        if self._last_s is not None:
            interval = max(now - self._last_s, 1e-4)
            weight = min(1.0, interval)
            before = 1 / interval if self.fps is None else self.fps
            self.fps = before + weight * (1 / interval - before)
        self._last_s = now
