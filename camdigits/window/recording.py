"""What the window writes into the current folder: single frames, and a video of what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from camdigits.drawing.annotation import annotate
from camdigits.errors import OutputError
from camdigits.sinks.base import Sink
from camdigits.support.output_file import write_whole
from camdigits.types import Frame, Reading

if TYPE_CHECKING:
    from camdigits.types import Image
    from camdigits.window.scene import Scene

_ENDINGS = (".png", "-read.png", ".json", ".mp4", ".partial.mp4")
_ASSUMED_INTERVAL_S = 1 / 30
"""Between the last frame of one source and the first of the next."""


def save_scene(scene: Scene) -> str:
    """Save the frame, the frame with its labels, and the record of what was read.

    Returns:
        What the three files' names begin with.

    Raises:
        OutputError: if one of them could not be written.
    """
    stem = _free_stem()
    marked = annotate(scene.upright, scene.upright_reading)
    record = next(scene.reading.records("frames"))
    write_whole(Path(f"{stem}.png"), _png(scene.frame.image))
    write_whole(Path(f"{stem}-read.png"), _png(marked))
    write_whole(Path(f"{stem}.json"), (json.dumps(record, indent=1) + "\n").encode())
    return stem


class Recording:
    """Starts and stops videos of what is shown, and says so in a few words."""

    def __init__(self, open_video: Callable[[Path], Sink] | None) -> None:
        """Record nothing yet.

        Args:
            open_video: returns the sink that writes a video to a file; None: there is none.
        """
        self._open_video = open_video
        self._recorder: Recorder | None = None

    @property
    def is_on(self) -> bool:
        """A video is being recorded."""
        return self._recorder is not None

    def toggle(self) -> str:
        """Start or stop, and return what happened."""
        try:
            if self._recorder is not None:
                path = self._recorder.path
                self.close()
                return f"saved {path}"
            if self._open_video is None:
                return "no video can be written here"
            self._recorder = Recorder(self._open_video)
            return f"recording to {self._recorder.path}"
        except OutputError as error:
            return str(error)

    def add(self, picture: Image, time_s: float) -> str | None:
        """Append a picture if a video is recorded; returns what went wrong, which ends it."""
        try:
            if self._recorder is not None:
                self._recorder.add(picture, time_s)
            return None
        except OutputError as error:
            self._recorder = None
            return str(error)

    def close(self) -> None:
        """Finish the video; a second call does nothing.

        Raises:
            OutputError: if it could not be finished.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()


class Recorder:
    """Writes what is shown to a video of its own."""

    def __init__(self, open_video: Callable[[Path], Sink]) -> None:
        """Choose a free name; the file is made with the first picture.

        Raises:
            OutputError: if no file can be made in the current folder.
        """
        self.path = Path(f"{_free_stem()}.mp4")
        self._sink = open_video(self.path)
        self._time_s = 0.0
        self._last_s: float | None = None
        self._count = 0

    def add(self, picture: Image, time_s: float) -> None:
        """Append a picture.

        Args:
            picture: ``(H, W, 3) uint8`` BGR.
            time_s: its frame's time in its source, in seconds; a smaller one than before means
                another source.

        Raises:
            OutputError: if it could not be written.
        """
        if self._last_s is not None:
            passed = time_s - self._last_s
            self._time_s += passed if passed > 0 else _ASSUMED_INTERVAL_S
        self._last_s = time_s
        size_wh = picture.shape[1], picture.shape[0]
        frame = Frame(picture, self._count, self._time_s)
        self._sink.write(frame, Reading("", self._count, self._time_s, size_wh, is_still=False))
        self._count += 1

    def close(self) -> None:
        """Finish the video; a second call does nothing.

        Raises:
            OutputError: if it could not be finished.
        """
        self._sink.close()


def _free_stem() -> str:
    """Return ``camdigits-0001``, or the next one that no file of ours has."""
    stems = (f"camdigits-{number:04}" for number in count(1))
    return next(stem for stem in stems if not any(Path(stem + end).exists() for end in _ENDINGS))


def _png(image: Image) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()
