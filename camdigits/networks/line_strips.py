"""Strips: lines of writing cut out of a picture, levelled, of one height, ink bright on dark.

A strip shows the line that digits stand on and a little beyond both ends, so that a minus before
and a decimal behind are seen.  Brightness is told as the judge's views tell it: the ground at one
level, the digits' ink at another, whatever pen, light and polarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.support.resample import average, interpolate
from camdigits.types import Box

STRIP_HEIGHT = 32
"""Height of a strip in pixels."""
DIGIT_PX = 18
"""Height of the line's digits in a strip, in pixels."""
REACH = 1.6
"""How far a strip goes beyond the first and the last digit, as a multiple of their height."""
WINDOW = 160
"""Width of what the network looks at, in pixels; longer strips are looked at piece by piece."""
STEP = 104
"""From one piece to the next."""
GROUND, INK = 64, 192
"""Values of the ground and of the digits' ink in a strip."""
MIN_CONTRAST = 6.0
"""Grey levels between ground and ink from which on ink is brought to its value."""
MAX_SLOPE = 0.6
_FIRM_SPAN = 1.5
# Digits this far apart, in heights, say half of what the slope is; fewer let it be level.

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line of writing runs, in pixels of the picture.

    Attributes:
        left: where its strip begins.
        right: where its strip ends.
        y: height of its middle at `left`.
        slope: pixels down per pixel to the right.
        height: usual height of its digits.
    """

    left: float
    right: float
    y: float
    slope: float
    height: float

    @property
    def scale(self) -> float:
        """Pixels of the strip for each pixel of the picture."""
        return DIGIT_PX / self.height

    @property
    def width(self) -> int:
        """Width of the strip in its pixels, at least 1."""
        return max(1, round((self.right - self.left) * self.scale))

    def middle(self, x: Values) -> Values:
        """Return the height of the line's middle at each x."""
        return self.y + self.slope * (x - self.left)

    def column(self, x: float) -> float:
        """Return the strip's column, as a real number, for an x in the picture."""
        return (x - self.left) * self.scale

    def x(self, column: float) -> float:
        """Return the x in the picture for a column of the strip."""
        return self.left + column / self.scale

    def rise(self, x: float, y: float) -> float:
        """Return how far below the middle a point stands, as a multiple of the digits' height."""
        return float((y - self.y - self.slope * (x - self.left)) / self.height)


def line_of(boxes: Sequence[Box]) -> Line:
    """Return the line that digits stand on.

    Args:
        boxes: of the digits, at least one, from left to right.
    """
    numbers = np.array([box.as_list() for box in boxes], np.float64)
    height = median(numbers[:, 3])
    x, y = numbers[:, 0] + numbers[:, 2] / 2, numbers[:, 1] + numbers[:, 3] / 2
    slope = _slope(x, y, height)
    level = median(y - slope * x)
    left = float(numbers[:, 0].min()) - REACH * height
    right = float((numbers[:, 0] + numbers[:, 2]).max()) + REACH * height
    return Line(left, right, level + slope * left, slope, height)


def _slope(x: Values, y: Values, height: float) -> float:
    """Return the median slope between any two digits that are not on top of each other."""
    first, second = np.triu_indices(len(x), 1)
    run = x[second] - x[first]
    far = np.abs(run) > 0.5 * height
    if not far.any():
        return 0.0
    slope = median((y[second] - y[first])[far] / run[far])
    span = float(np.ptp(x)) / height
    slope *= span**2 / (span**2 + _FIRM_SPAN**2)
    return min(max(slope, -MAX_SLOPE), MAX_SLOPE)


def cut_strip(plane: Plane, line: Line, boxes: Sequence[Box]) -> Plane:
    """Return the strip along a line.

    Args:
        plane: ``(height, width) uint8``, brightness of the picture.
        line: of the digits.
        boxes: the digits' boxes, at least one, whose ink sets the brightness.

    Returns:
        ``(32, line.width) uint8``: the ground at 64, the digits' ink at 192.
    """
    strip = _levelled(plane, line)
    spans = [(line.column(box.x), line.column(box.right)) for box in boxes]
    return _told_from_ground(strip, spans)


def _levelled(plane: Plane, line: Line) -> Plane:
    """Return what the picture shows along a line, each column shifted to level."""
    fine = 2 * line.scale
    x = np.asarray(line.left + (np.arange(2 * line.width) + 0.5) / fine, np.float64)
    middle = line.middle(x)
    reach = STRIP_HEIGHT / fine
    height, width = plane.shape
    left, right = _within(x[0] - 1, x[-1] + 2, width)
    top, bottom = _within(middle.min() - reach - 1, middle.max() + reach + 2, height)
    small, scale = _sized(plane[top:bottom, left:right], fine)
    columns = (x - left) * scale
    rows = (np.arange(2 * STRIP_HEIGHT) + 0.5 - STRIP_HEIGHT)[:, None] / fine + middle
    rows = (rows - top) * scale
    near = small[
        np.clip(rows.astype(np.int64), 0, small.shape[0] - 1),
        np.clip(columns.astype(np.int64), 0, small.shape[1] - 1),
    ]
    return average(np.ascontiguousarray(near), (line.width, STRIP_HEIGHT))


def _sized(part: Plane, scale: float) -> tuple[Plane, float]:
    """Return a part of the picture at about a scale, never smaller, and the scale it has then.

    By whole steps it is made smaller in a tenth of the time.
    """
    height, width = part.shape
    step = min(int(1 / scale), height, width) if scale < 1 else 1
    if step > 1:
        whole = np.ascontiguousarray(part[: height // step * step, : width // step * step])
        return average(whole, (width // step, height // step)), 1 / step
    if scale <= 1:
        return part, 1.0
    double = max(2, round(scale))
    return interpolate(np.ascontiguousarray(part), (width * double, height * double)), double


def _within(low: float, high: float, limit: int) -> tuple[int, int]:
    """Return a range of whole pixels of the picture, at least one of them."""
    start = min(max(0, int(low)), limit - 1)
    return start, min(max(start + 1, int(high) + 1), limit)


def _told_from_ground(strip: Plane, spans: Sequence[tuple[float, float]]) -> Plane:
    """Return a strip with its ground and ink at their values."""
    values = strip.astype(np.float32)
    difference = _ground(values) - values
    band = slice((STRIP_HEIGHT - DIGIT_PX) // 2, (STRIP_HEIGHT + DIGIT_PX) // 2)
    seen = []
    for left, right in spans:
        start = min(max(0, int(left)), strip.shape[1] - 1)
        seen.append(difference[band, start : max(start + 1, int(right + 1))])
    ordered = [np.sort(digit, axis=None) for digit in seen]
    dark = median([_level(digit, 0.92) for digit in ordered])
    light = -median([_level(digit, 0.08) for digit in ordered])
    if light > dark:
        difference, dark = -difference, light
    gain = (INK - GROUND) / max(dark, MIN_CONTRAST)
    return np.asarray(np.clip(np.rint(GROUND + difference * gain), 0, 255), np.uint8)


def _ground(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ground's brightness in each column: the middle one of the columns around."""
    columns = np.sort(values, axis=0)[STRIP_HEIGHT // 2 - 1 : STRIP_HEIGHT // 2 + 1].mean(axis=0)
    around = sliding_window_view(np.pad(columns, DIGIT_PX, mode="edge"), 2 * DIGIT_PX + 1)
    return np.asarray(np.sort(around, axis=1)[:, DIGIT_PX], np.float32)


def _level(ordered: NDArray[np.float32], share: float) -> float:
    """Return the value below which a share of the values lies, which rise."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def windows_of(width: int) -> list[int]:
    """Return where the pieces of a strip begin that are looked at, in its columns."""
    return [0, *range(STEP, max(0, width - WINDOW) + STEP, STEP)]


def stack_windows(strips: Sequence[Plane]) -> Plane:
    """Return the pieces of strips: ``(n, 32, 160) uint8``, strip by strip.

    What lies beyond a strip's end is ground.
    """
    starts = [(strip, start) for strip in strips for start in windows_of(strip.shape[1])]
    windows = np.full((len(starts), STRIP_HEIGHT, WINDOW), GROUND, np.uint8)
    for window, (strip, start) in zip(windows, starts, strict=True):
        piece = strip[:, start : start + WINDOW]
        window[:, : piece.shape[1]] = piece
    return windows
