"""Decides which sources are shown in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from camdigits.cli.messages import say
from camdigits.cli.wrappers import upright
from camdigits.closing import Closing
from camdigits.config import ReadConfig
from camdigits.sinks.base import Sink
from camdigits.sources.base import Source
from camdigits.types import Frame, Reading

if TYPE_CHECKING:
    from camdigits.types import Image
    from camdigits.window import Window

Showing = Literal["never", "live", "always"]
"""Sources that are shown: none, cameras and streams, or files as well."""


Draw = Callable[[Frame, Reading], "Image"]
"""Draws something about a frame of a source, ``(H, W, 3) uint8`` BGR."""


class Viewer(Closing):
    """Opens one window for all sources, when the first that is to be shown comes."""

    def __init__(
        self,
        showing: Showing,
        mirror: bool,
        config: ReadConfig,
        quiet: bool = False,
        debug: Draw | None = None,
    ) -> None:
        """Decide what is shown; no window is opened yet.

        Args:
            showing: which sources.
            mirror: show pictures as a mirror does.
            config: how pictures are read; they are shown turned the same way.
            quiet: do not say that there can be no window.
            debug: draws how a frame of a source was read; None has no such view.
        """
        self._showing, self._mirror = showing, mirror
        self._config, self._quiet = config, quiet
        self._debug, self._source_frame = debug, _SourceFrame()
        self._window: Window | None = None

    @property
    def is_closed(self) -> bool:
        """The user closed the window and wants to end."""
        return self._window is not None and self._window.closed

    def open(self, source: Source) -> Sink | None:
        """Return the sink that shows this source, None if it is not shown.

        Leaving the sink's context closes the window for all sources; leave that to the viewer's.
        """
        is_shown = self._showing == "always" or (self._showing == "live" and source.is_live)
        if is_shown and self._window is None:
            self._open_window()
        if not is_shown or self._window is None:
            return None
        return self._source_frame.kept(upright(self._window, self._config))

    def _open_window(self) -> None:
        # OpenCV aborts the process if it is asked for a window where there is no display.
        from camdigits.screen import display_problem

        problem = display_problem()
        if problem:
            self._showing = "never"
            if not self._quiet:
                say(f"no window: {problem}; going on with text only")
            return
        from camdigits.window import Window

        draw = self._debug
        debug = None if draw is None else lambda: draw(*self._source_frame.newest)
        self._window = Window("camdigits", self._mirror, debug)

    def close(self) -> None:
        """Close the window; a second call does nothing."""
        if self._window is not None:
            self._window.close()


class _SourceFrame:
    """Keeps the newest frame as it came from its source, before it is turned to be shown."""

    newest: tuple[Frame, Reading]

    def kept(self, sink: Sink) -> Sink:
        """Return a sink that keeps what it hands on."""
        return _KeepingSink(self, sink)


class _KeepingSink(Closing):
    def __init__(self, keeper: _SourceFrame, sink: Sink) -> None:
        self._keeper, self._sink = keeper, sink

    def write(self, frame: Frame, reading: Reading) -> None:
        self._keeper.newest = frame, reading
        self._sink.write(frame, reading)

    def close(self) -> None:
        self._sink.close()
