"""What a program may name as a source, and what it is told of anything else."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

import cv2
import numpy as np

from camdigits.sources.base import Source
from camdigits.sources.resolve import SourceSpec
from camdigits.support.arrays import found

Streamed = str | int | PathLike[str] | SourceSpec | Source
"""A source as users name it, or one that is open."""


def checked_sources(sources: Streamed | Sequence[Streamed]) -> list[Streamed]:
    """Return the sources that are named, one or several.

    Raises:
        TypeError: if one is no source; it says what to do in its place.
    """
    if not isinstance(sources, list | tuple):
        return [_checked(sources)]
    return [_checked(each) for each in sources]


def _checked(source: object) -> Streamed:
    if isinstance(source, str | int | PathLike | SourceSpec):
        return source
    if all(hasattr(source, name) for name in ("name", "is_still", "__iter__", "__enter__")):
        return source  # type: ignore[return-value]
    raise TypeError(f"{found(source)} is no source: {_advice(source)}")


def _advice(source: object) -> str:
    if isinstance(source, cv2.VideoCapture):
        return (
            "give stream what you gave to cv2.VideoCapture, or read the frames of your own loop "
            'with reader("cam").read(frame)'
        )
    if isinstance(source, np.ndarray):
        return (
            "read(image) reads one picture, and the frames of your own loop are read with "
            'reader("cam").read(frame)'
        )
    return "give the index of a camera, the name of a file or folder, an address, or a list of them"
