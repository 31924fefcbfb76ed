"""A video for browsers: as fast as it was recorded, and its last frame until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable

from camdigits.cli.terminal.messages import say
from camdigits.types import Frame, Reading
from camdigits.web.streams.broadcast import Screen
from camdigits.window.playback import Playing

_SLICE_S = 0.1


class VideoScreen(Screen):
    """Shows a video to those who watch, as the window shows it to who sits there."""

    def begin(self) -> None:
        """Say that frames of another source follow."""
        self._playing = Playing()

    def write(self, frame: Frame, reading: Reading) -> None:
        """Show a frame when it is due."""
        time.sleep(self._playing.wait_s(frame.time_s))
        self.look(frame, reading)
        self._playing.shown(frame.time_s)

    def hold(self, is_over: Callable[[], bool]) -> None:
        """Keep the last frame for those who come to look."""
        say("the video has ended; browsers have its last frame and its numbers until Ctrl-C")
        self.note("the video has ended; this is its last picture")
        while not is_over():
            time.sleep(_SLICE_S)
