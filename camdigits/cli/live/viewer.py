"""Decides which sources are shown in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from camdigits.cli.terminal.messages import say
from camdigits.errors import UsageError
from camdigits.sources.base import Source
from camdigits.sources.names import shown
from camdigits.support.context_manager import Closeable

if TYPE_CHECKING:
    from camdigits.sources.live.status import LiveStatus
    from camdigits.web.streams.broadcast import Screen
    from camdigits.window.services import Services
    from camdigits.window.window import Window

Showing = Literal["never", "live", "always"]
"""Sources that are shown: none, cameras and streams, or files as well."""


def check_served(source: Source) -> None:
    """Raise a `UsageError` for a picture: to browsers is shown what moves."""
    if source.is_still:
        raise UsageError(
            f"--serve shows cameras, streams and videos, and {shown(source.name)} is none; drop it "
            "on the page of camdigits serve"
        )


class Viewer(Closeable):
    """Opens one window for all sources, when the first that is to be shown comes."""

    def __init__(
        self,
        showing: Showing,
        mirror: bool,
        window_services: Callable[[], Services],
        quiet: bool = False,
        screen: Screen | None = None,
        *,
        title: str = "camdigits",
    ) -> None:
        """Decide what is shown; no window is opened yet.

        Args:
            showing: which sources.
            mirror: show pictures as a mirror does.
            window_services: returns what the window's keys need; called if there is a window.
            quiet: do not say that there can be no window.
            screen: shows them to browsers, in place of a window; closed with the viewer.
            title: the window's name.
        """
        self._showing, self._mirror = showing, mirror
        self._window_services, self._quiet = window_services, quiet
        self._window: Window | Screen | None = screen
        self._title = title
        self._is_live: bool | None = None
        self._is_served = screen is not None

    @property
    def is_closed(self) -> bool:
        """The user closed the window and wants to end."""
        return self._window is not None and self._window.closed

    def open(self, source: Source) -> Window | Screen | None:
        """Return the window that shows this source, None if it is not shown.

        It is a sink for files, and looks on while cameras and live streams are read.

        Leaving the sink's context closes the window for all sources; leave that to the viewer's.

        Raises:
            UsageError: if it is a picture, and browsers were to be shown it.
        """
        if self._is_served:
            check_served(source)
        is_shown = self._showing == "always" or (self._showing == "live" and source.is_live)
        if is_shown and self._window is None:
            self._open_window()
        if not is_shown or self._window is None:
            return None
        self._is_live = source.is_live
        self._window.begin()
        return self._window

    def wait(self, status: LiveStatus) -> None:
        """Keep the window alive while no picture comes, and show there why.

        Args:
            status: how the source is doing.
        """
        if self._window is not None:
            self._window.warn(status.text)
            self._window.poll()

    def hold(self, is_over: Callable[[], bool]) -> None:
        """Leave a video's last frame with whoever looks at it, until they end or let it go.

        Args:
            is_over: asked again and again; ends it, too.
        """
        if self._window is not None and self._is_live is False:
            self._window.hold(is_over)

    def tell(self, text: str) -> None:
        """Show why a source ended.

        Args:
            text: one line.
        """
        if self._window is not None:
            self._window.warn(text)

    def can_show(self) -> bool:
        """Return whether there can be a window; the first time that there can be none is told."""
        if self._showing == "never":
            return False
        # OpenCV aborts the process if it is asked for a window where there is no display.
        from camdigits.window.screen import display_problem

        problem = display_problem()
        if problem:
            self._showing = "never"
            if not self._quiet:
                say(f"no window: {problem}; going on with text only")
        return not problem

    def _open_window(self) -> None:
        if not self.can_show():
            return
        from camdigits.window.window import Window

        self._window = Window(self._title, self._mirror, self._window_services())

    def close(self) -> None:
        """Close the window; a second call does nothing."""
        if self._window is not None:
            self._window.close()
