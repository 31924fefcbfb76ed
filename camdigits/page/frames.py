"""Makes frames of the pictures of a program that has a loop of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.arrays import check_picture, found
from camdigits.types import Frame


def as_bgr(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a picture as ``(height, width, 3) uint8`` BGR.

    Args:
        image: ``(height, width, 3) uint8`` BGR, or ``(height, width) uint8`` grey.

    Raises:
        ValueError: if it is no array, or one of another shape or dtype.
    """
    pixels = check_picture(image)
    is_gray = pixels.ndim == 2 or pixels.shape[2] == 1
    return cast(NDArray[np.uint8], cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)) if is_gray else pixels


class FrameMaker:
    """Counts and times the pictures of one source.

    Args:
        is_still: each is a picture of its own, at no time.
        clock: returns seconds that never fall.
    """

    def __init__(self, is_still: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_still, self._clock = is_still, clock
        self._count, self._began_s, self._last_s = 0, clock(), 0.0

    def frame(self, image: NDArray[Any], time_s: float | None) -> Frame:
        """Return the next picture as a frame.

        Args:
            image: as `as_bgr` takes it.
            time_s: seconds, never falling; None takes the clock.

        Raises:
            ValueError: if the picture is none, or the time falls.
        """
        picture = as_bgr(image)
        if self._is_still:
            time_s = time_s or 0.0
        elif time_s is None:
            self._began_s = self._began_s if self._count else self._clock()
            time_s = max(self._last_s, self._clock() - self._began_s)
        if not isinstance(time_s, int | float | np.number) or not math.isfinite(time_s):
            raise ValueError(f"a time is a number of seconds, found {found(time_s)}")
        if not self._is_still and self._count and time_s < self._last_s:
            raise ValueError(
                f"times never fall, found {time_s:g} s after {self._last_s:g} s; each video needs "
                "a reader of its own"
            )
        self._last_s = float(time_s)
        self._count += 1
        return Frame(picture, self._count - 1, self._last_s)
