"""Notices streams that OpenCV opens, and then hands out pictures of that it never filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from camdigits.errors import SourceOpenError
from camdigits.sources.live.status import Capture

_BLACK = 0.5
"""Share of a picture's values above 0 up to which it may be one that was never filled in."""


class Unwoven:
    """A stream that OpenCV shows nothing of, as of interlaced ones since 4.13, is opened by PyAV.

    One that is black in truth loses nothing by that.

    Args:
        capture: opened by OpenCV.
        again: opens the same by PyAV, raising `SourceOpenError` where that fails.
    """

    def __init__(self, capture: Capture, again: Callable[[], Capture]) -> None:
        self._capture, self._again = capture, again
        self._is_seen = False

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; see `Capture`."""
        is_good, image = self._capture.read()
        if self._is_seen or not is_good or image is None:
            return is_good, image
        self._is_seen = True
        if np.count_nonzero(image) > _BLACK * image.size:
            return is_good, image
        try:
            other = self._again()
        except SourceOpenError:
            return is_good, image
        self._capture.release()
        self._capture = other
        return other.read()

    def get(self, prop: int, /) -> float:
        """Return a property; see `Capture`."""
        return self._capture.get(prop)

    def release(self) -> None:
        """Give it back."""
        self._capture.release()
