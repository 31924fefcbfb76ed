"""Smooth boxes without visible lag: the One Euro filter.

G. Casiez, N. Roussel and D. Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy
Input in Interactive Systems" (CHI 2012).  A digit that rests is smoothed strongly, one that moves
hardly at all.  Where we differ: all coordinates of a box share one speed, and it is measured in
heights of the digit, so that one setting suits digits of every size.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MIN_CUTOFF_HZ = 1.5
"""Below this frequency a resting box follows its detections."""
SPEED_GAIN = 6.0
"""What each height a second of speed adds to that frequency, in hertz."""
SPEED_CUTOFF_HZ = 2.0
"""How fast the speed itself is measured."""


class BoxFilter:
    """The smoothed box of one track.

    Attributes:
        box: ``(4,) float64``, x and y of the middle, width and height, in pixels.
    """

    def __init__(self, box: Values) -> None:
        self.box = box
        self._speed: Values = np.zeros(4)

    def carry(self, box: Values) -> None:
        """Put the box where the motion of the picture took it; that is no movement of its own."""
        self.box = box

    def update(self, measured: Values, interval_s: float) -> None:
        """Take the next measured box.

        Args:
            measured: ``(4,) float64`` like `box`.
            interval_s: seconds since the last one, above 0.
        """
        height = max(float(self.box[3]), 1.0)
        difference = (measured - self.box) / height
        share = smoothing_share(SPEED_CUTOFF_HZ, interval_s)
        self._speed = self._speed + share * (difference / interval_s - self._speed)
        cutoff = MIN_CUTOFF_HZ + SPEED_GAIN * float(np.hypot(*self._speed[:2]))
        self.box = self.box + smoothing_share(cutoff, interval_s) * (measured - self.box)


def smoothing_share(cutoff_hz: float, interval_s: float) -> float:
    """Return what a new value weighs in a low-pass filter of first order, 0 to 1.

    Args:
        cutoff_hz: the filter's frequency, above 0.
        interval_s: seconds between values, above 0.
    """
    step = 2.0 * math.pi * cutoff_hz * interval_s
    return step / (step + 1.0)
