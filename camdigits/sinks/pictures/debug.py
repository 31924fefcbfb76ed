"""Writes how a picture was read: masks, candidates and crops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2

from camdigits.drawing.debug_view import debug_picture
from camdigits.page.inspection import Inspection
from camdigits.sinks.pictures.image import page_path
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import check_target, write_whole
from camdigits.types import Frame, Reading

EVERY_S = 1.0
"""Of a video or camera a frame is drawn when so much time has passed."""
MOST = 100
"""Pictures of one source at most; a camera has no end."""

Inspect = Callable[[Frame, Reading], Inspection]


class DebugSink(Closeable):
    """Draws a still; of a video or camera the first frame and then one a second, `MOST` at most."""

    def __init__(self, path: Path, inspect: Inspect, force: bool = False) -> None:
        """Check that the file may be written; it is created by `write`.

        Args:
            path: the file for a still, ``.png``; frames of a video get their index behind its stem,
                pages their number.
            inspect: reads a frame once more and tells what happened.
            force: existing files may be replaced.

        Raises:
            OutputError: if the file exists without `force` or has no folder.
        """
        check_target(path, force)
        self._path, self._inspect, self._force = path, inspect, force
        self._due_s = 0.0
        self._count = 0

    def write(self, frame: Frame, reading: Reading) -> None:
        """Draw the frame if it is time for one.

        Raises:
            OutputError: if the picture could not be written.
        """
        if not reading.is_still and (frame.time_s < self._due_s or self._count == MOST):
            return
        self._due_s = frame.time_s + EVERY_S
        self._count += 1
        path = self._path
        if not reading.is_still:
            path = path.with_name(f"{path.stem}-{frame.index:06}{path.suffix}")
            check_target(path, self._force)
        elif frame.page is not None:
            path = page_path(path, frame.page)
            check_target(path, self._force)
        _, data = cv2.imencode(path.suffix, debug_picture(self._inspect(frame, reading)))
        # A further still replaces the one before.
        write_whole(path, data.tobytes(), self._force or (self._count > 1 and path == self._path))
