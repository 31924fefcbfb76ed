"""The window itself: it shows pictures, and hands on keys and the mouse."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress

import cv2

from camdigits.errors import DependencyError
from camdigits.support.context_manager import Closeable
from camdigits.types import Frame, Reading
from camdigits.window.controller import Controller
from camdigits.window.keys import plain_code
from camdigits.window.placement import CvDesk, Placement
from camdigits.window.playback import Playing
from camdigits.window.saved_geometry import SavedPlaces
from camdigits.window.screen import prepare_qt, screen_area
from camdigits.window.services import Services

# Without WINDOW_GUI_NORMAL Qt looks for fonts, which OpenCV's wheels lack, and complains on stderr.
_NORMAL_WINDOW = cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL
_WAIT_MS = 20


class Window(Closeable):
    """A window with the annotated frames; stills stay until a key is pressed.

    Only the main thread may use it, and only where `screen.display_problem` finds none.
    `q`, Esc and closing the window by mouse set `closed`; from then on `write` does nothing.
    """

    def __init__(self, title: str, mirror: bool = False, services: Services | None = None) -> None:
        """Open the window.

        Args:
            title: its name.
            mirror: show the picture as a mirror does; labels can be read all the same.
            services: what its keys need.

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
        self._title = title
        services = services or Services()
        self._controller = Controller(services, mirror)
        self._playing = Playing()
        self._placement = Placement(CvDesk(title), SavedPlaces(services.place), screen_area())
        self._is_full = self._was_visible = False
        self._mouse: list[tuple[int, int, int]] = []
        cv2.setMouseCallback(title, lambda event, x, y, *_: self._mouse.append((event, x, y)))

    @property
    def closed(self) -> bool:
        """The user wants to end."""
        return self._controller.closed

    def begin(self) -> None:
        """Say that frames of another source follow."""
        self._controller.settings.restore_region()
        self._playing.begin()

    def warn(self, text: str) -> None:
        """Show a line over the picture until the next frame, such as that the camera is lost.

        Args:
            text: the line; "" takes it away.
        """
        if text != self._controller.banner:
            self._controller.banner = text
            self._draw()

    def write(self, frame: Frame, reading: Reading) -> None:
        """Show a frame when it is due, and act on keys; returns when the next one may come.

        A frame of a video is shown no faster after the one before than its time says.  A still
        waits for a key, and so does any frame while the window is paused or taught in.
        """
        self._wait()  # for teaching that was begun while no frame came
        if not reading.is_still:
            self._hold(self._playing.wait_s(frame.time_s))
        self.look(frame, reading)
        self._playing.shown(frame.time_s)
        self._wait()

    def hold(self, is_over: Callable[[], bool]) -> None:
        """Keep the last frame of a video until a key lets it go; a still had its time already.

        Args:
            is_over: asked again and again; ends it, too.
        """
        self._controller.finish()
        self._draw()
        while self.is_waiting and not is_over():
            self.poll(_WAIT_MS)

    @property
    def is_waiting(self) -> bool:
        """The frame that is shown stays until a key is pressed."""
        return self._controller.is_waiting

    def look(self, frame: Frame, reading: Reading) -> None:
        """Show a frame, and act on keys, without waiting for one."""
        if self.closed:
            return
        self._controller.show(frame, reading)
        self._draw()
        self.poll()

    def correct(self, reading: Reading) -> None:
        """Show what is known by now of the frame that is shown."""
        if self._controller.correct(reading):
            self._draw()

    def poll(self, wait_ms: int = 1) -> None:
        """Act on a key, the mouse or the window's being closed; call it while no frame comes.

        Args:
            wait_ms: how long to wait for a key, in milliseconds, at least 1.
        """
        if self.closed:
            return
        is_changed = self._controller.press(plain_code(cv2.waitKeyEx(wait_ms)))
        events, self._mouse = self._mouse, []
        for event in events:
            is_changed = self._controller.follow_mouse(*event) or is_changed
        if is_changed or self._controller.is_stale:
            self._draw()
        if self._was_visible and not self._is_full:
            self._placement.look()
        self._look_if_closed()

    def close(self) -> None:
        """Finish a video that is being recorded and close the window; again it does nothing.

        Raises:
            OutputError: if the video could not be finished.
        """
        try:
            self._controller.close()
        finally:
            if self._title:
                self._placement.keep()
                with suppress(cv2.error):  # the user may have closed it by mouse
                    cv2.destroyWindow(self._title)
                cv2.waitKey(1)
                self._title = ""

    def _wait(self) -> None:
        if not self.is_waiting:
            return
        while self.is_waiting:
            self.poll(_WAIT_MS)
        self._playing.begin()

    def _hold(self, wait_s: float) -> None:
        """Keep the frame that is shown for so many seconds, or until it is let go after a pause."""
        due_s = time.monotonic() + wait_s
        while not self.closed and (left_s := due_s - time.monotonic()) > 0:
            self.poll(min(_WAIT_MS, math.ceil(1000 * left_s)))
            if self.is_waiting:
                self._wait()
                return

    def _draw(self) -> None:
        picture = None if self.closed else self._controller.picture()
        if picture is None:
            return
        if self._is_full != self._controller.full_screen:
            self._is_full = self._controller.full_screen
            mode = cv2.WINDOW_FULLSCREEN if self._is_full else cv2.WINDOW_NORMAL
            cv2.setWindowProperty(self._title, cv2.WND_PROP_FULLSCREEN, mode)
        if not self._is_full:
            self._placement.fit((picture.shape[1], picture.shape[0]))
        cv2.imshow(self._title, picture)

    def _look_if_closed(self) -> None:
        """Notice that the window was closed by mouse.

        Only a change from visible counts: GTK's windows report -1 all the time.
        """
        try:
            is_visible = cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:
            is_visible = False
        if self._was_visible and not is_visible:
            self._controller.closed = True
        self._was_visible = is_visible
