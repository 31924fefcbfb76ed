"""Where the pictures of the debug view go, and what draws them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.sink_wrappers import HeldSink
from camdigits.errors import UsageError
from camdigits.page.view import View
from camdigits.recognizer import Recognizer
from camdigits.sinks.base import Sink
from camdigits.support.printable import printable
from camdigits.types import Frame, Reading

# Most runs draw nothing.
if TYPE_CHECKING:
    from camdigits.page.inspection import Inspection
    from camdigits.sinks.pictures.folder import OutputFolder
    from camdigits.types import Image

WINDOW_SIDE_PX, WINDOW_ROWS = 1000, 4
"""Size of the picture and rows of crops that suit a screen."""


class Debugging:
    """Tells how the frames of this run were read."""

    def __init__(self, recognizer: Recognizer, folder: Path | None, force: bool = False) -> None:
        """Create the folder, if one is wanted.

        Args:
            recognizer: what the frames are read with.
            folder: where pictures are written; None writes none.
            force: existing files may be replaced.

        Raises:
            UsageError: if the folder is named like a file.
            OutputError: if it is a file or cannot be created.
        """
        self._recognizer, self._force = recognizer, force
        self._folder: OutputFolder | None = None
        if folder is None:
            return
        from camdigits.sinks.pictures.folder import OutputFolder
        from camdigits.sinks.pictures.opening import PICTURE_SUFFIXES

        if folder.suffix.lower() in PICTURE_SUFFIXES and not folder.is_dir():
            raise UsageError(
                f"--debug writes several pictures, and {printable(str(folder))} is named like one "
                "file; name a folder"
            )
        self._folder = OutputFolder(folder, force)

    def path_for(self, source_name: str) -> Path | None:
        """Return where a source of that name is drawn, None if nothing is to be written."""
        if self._folder is None:
            return None
        from camdigits.sinks.pictures.folder import output_name

        stem, _ = output_name(source_name, is_still=True)
        return self._folder.free_path(f"{stem}-debug", ".png")

    def sink(self, path: Path | None) -> Sink | None:
        """Return the sink that draws a source into a file, None for None."""
        if path is None:
            return None
        from camdigits.sinks.pictures.debug import DebugSink

        return HeldSink(DebugSink(path, self.inspect, self._force))

    def inspect(self, frame: Frame, reading: Reading) -> Inspection:
        """Read a frame of a source once more, and return what happened."""
        config = self._recognizer.config
        view = View.of(frame.image, config, reading.rotate)
        return self._recognizer.inspect(
            view.cut(frame.image), fast=config.is_fast(reading.is_still)
        )

    def draw(self, frame: Frame, reading: Reading) -> Image:
        """Return the debug view of a frame of a source, at a size for the window."""
        from camdigits.drawing.debug_view import debug_picture

        return debug_picture(self.inspect(frame, reading), WINDOW_SIDE_PX, WINDOW_ROWS)
