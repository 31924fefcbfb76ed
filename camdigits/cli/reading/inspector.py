"""Reads frames once more, to show how they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from camdigits.page.orientation.view import View
from camdigits.recognizer import Recognizer
from camdigits.types import Frame, Reading

# Most runs draw nothing.
if TYPE_CHECKING:
    from camdigits.page.inspection import Inspection
    from camdigits.types import Image

WINDOW_SIDE_PX, WINDOW_ROWS = 1000, 4
"""Size of the picture and rows of crops that suit a screen."""


class Inspector:
    """Tells how the frames of this run were read."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def inspect(self, frame: Frame, reading: Reading) -> Inspection:
        """Read a frame of a source once more, and return what happened."""
        config = self._recognizer.config
        view = View.of(frame.image, config, reading.rotate, frame.pixel_aspect)
        return self._recognizer.inspect(
            view.cut(frame.image), fast=config.is_fast(reading.is_still)
        )

    def draw(self, frame: Frame, reading: Reading) -> Image:
        """Return the debug view of a frame of a source, at a size for the window."""
        from camdigits.drawing.debug_view import debug_picture

        return debug_picture(self.inspect(frame, reading), WINDOW_SIDE_PX, WINDOW_ROWS)
