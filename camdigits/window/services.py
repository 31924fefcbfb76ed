"""What a window is lent by whoever opens it: it knows of no files, weights or recognizers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from camdigits.config import ReadConfig
from camdigits.sinks.base import Sink
from camdigits.types import Frame, Reading

if TYPE_CHECKING:
    from camdigits.teaching.examples import Teacher
    from camdigits.types import Image

Draw = Callable[[Frame, Reading], "Image"]
"""Draws something about a frame of a source, ``(H, W, 3) uint8`` BGR."""


class Reader(Protocol):
    """Reads pictures; what keys change of its settings holds from the next picture on.

    Attributes:
        config: the settings.
        min_confidence: digits below are not reported, 0 to 1.
        read_s: how long the last picture took, in seconds; None before the first.
    """

    config: ReadConfig
    min_confidence: float
    read_s: float | None

    def read(self, image: Image) -> Reading:
        """Read one picture, ``(H, W, 3) uint8`` BGR."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the keys need; a key whose service is missing says so.

    Attributes:
        reader: what reads the frames that are shown.
        open_video: returns the sink that writes a video to a file.
        teacher: keeps what the user says of digits.
        draw_debug: draws how a frame was read.
        place: file that keeps where the window was left; None keeps nothing.
        note: stands in the status line, such as which weights read.
    """

    reader: Reader | None = None
    open_video: Callable[[Path], Sink] | None = None
    teacher: Teacher | None = None
    draw_debug: Draw | None = None
    place: Path | None = None
    note: str = ""
