"""Notices streams that OpenCV opens, and then hands out pictures of that it never filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from camdigits.errors import SourceOpenError
from camdigits.sources.live.status import Capture


class Unwoven:
    """A stream that OpenCV shows nothing of, as of interlaced ones since 4.13, is opened by PyAV.

    What was never filled in is what the memory held before, black or an older picture, and it
    never changes. A stream that rests in truth loses nothing by being opened anew.

    Args:
        capture: opened by OpenCV.
        again: opens the same by PyAV, raising `SourceOpenError` where that fails.
    """

    def __init__(self, capture: Capture, again: Callable[[], Capture]) -> None:
        self._capture, self._again = capture, again
        self._second: tuple[bool, Any] | None = None
        self._is_seen = False

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture, at first for the one after it, too; see `Capture`."""
        if self._second is not None:
            read, self._second = self._second, None
            return read
        read = self._capture.read()
        if self._is_seen or not read[0]:
            return read
        self._is_seen = True
        self._second = self._capture.read()
        if not self._second[0] or not np.array_equal(read[1], self._second[1]):
            return read
        try:
            other = self._again()
        except SourceOpenError:
            return read
        self._capture.release()
        self._capture, self._second = other, None
        return other.read()

    def get(self, prop: int, /) -> float:
        """Return a property; see `Capture`."""
        return self._capture.get(prop)

    def release(self) -> None:
        """Give it back."""
        self._capture.release()
