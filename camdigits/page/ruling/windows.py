"""Windows beside digits: what stands between each and the next, at one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median

BAND, BEYOND = 12, 18
"""Rows of a window that its digits are high, and rows above and below."""
ROWS = BAND + 2 * BEYOND
COLUMNS = 24
"""Columns of a window to the digits' height, or up to half as many more."""
REACH = 1.9
"""How far a window reaches where no digit follows, in heights."""
MAX_GAP, MAX_RISE, MAX_HEIGHT_RATIO = 1.9, 0.6, 2.6
"""Between a digit and the next one on its line; as in `camdigits.page.group`, but wider."""
STROKE = 9
"""Columns that a line is thinner than."""
RAIL = 7
"""Rows that a line across is thinner than."""
ENDS = 2
"""Rows of the digits, at their top and bottom, where a line across may stand."""
FINE = 1.5
"""Pixels to a column up to which each pixel has one."""
STEPS = 3
"""Most pixels side by side of which the darkest counts as a column."""

Plane = NDArray[np.uint8]
Values = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Where windows lie; arrays have a row for each.

    Attributes:
        digit: place of the digit it belongs to.
        follower: place of the next digit on its line; -1 where none follows.
        is_before: it lies left of its digit, of which the line begins there.
        left, top: of the window, in pixels.
        step_x, step_y: pixels to a column and to a row.
        columns: how many it has.
    """

    digit: Places
    follower: Places
    is_before: Flags
    left: Values
    top: Values
    step_x: Values
    step_y: Values
    columns: Places

    def __getitem__(self, rows: Places) -> Windows:
        return Windows(*(getattr(self, name)[rows] for name in self.__slots__))

    def __len__(self) -> int:
        return len(self.digit)

    @classmethod
    def beside(cls, boxes: Values) -> Windows:
        """Return a window to the right of every digit, and one to the left of the first of a line.

        Args:
            boxes: ``(n, 4)``, x, y, w, h in pixels.
        """
        follower = followers_of(boxes)
        first = np.flatnonzero(~np.isin(np.arange(len(boxes)), follower))
        digit = np.concatenate([np.arange(len(boxes)), first])
        is_before = np.arange(len(digit)) >= len(boxes)
        follower = np.where(is_before, -1, follower[digit])
        x, y, w, h = boxes[digit].T
        next_x, next_y, next_w, next_h = boxes[np.where(follower < 0, digit, follower)].T
        top, bottom = np.minimum(y, next_y), np.maximum(y + h, next_y + next_h)
        high = bottom - top
        right = np.where(follower < 0, x + w + REACH * high, next_x + next_w / 2)
        left = np.where(is_before, x - REACH * high, x)
        right[is_before] = (x + w / 2)[is_before]
        step_x, step_y = high / COLUMNS, high / BAND
        # Pixel by pixel where that is nearly so many: none is passed over, and no gap closed.
        step_x = np.where(step_x < FINE, np.minimum(step_x, 1.0), step_x)
        columns = np.ceil((right - left) / step_x).astype(np.intp)
        return cls(digit, follower, is_before, left, top - BEYOND * step_y, step_x, step_y, columns)

    def are_lined(self, gray: Plane, least: float, share: float) -> Flags:
        """Mark the windows that show something right above their digits and right below.

        Most show blank paper there, and need not be looked at closely.

        Args:
            gray: ``(height, width) uint8`` luma.
            least: grey levels of what is seen.
            share: of the digits' own contrast that it has at least.
        """
        middle = BEYOND + BAND // 2
        ends = [BEYOND - 2, BEYOND - 1, BEYOND + BAND, BEYOND + BAND + 1]
        rows = np.array([*ends, middle - 2, middle + 2])
        seen = self.sampled(gray, rows, np.zeros(len(self), np.bool_)).astype(np.float32)
        ink = np.ptp(seen[:, len(ends) :], axis=2).max(axis=1)
        seen = seen[:, : len(ends)].reshape(len(self), 2, 2, -1)
        # Beside a line the paper is seen, and from a rail to the row above or below it.
        across = np.ptp(seen.mean(axis=2), axis=2)
        down = np.abs(seen[:, :, 0] - seen[:, :, 1]).max(axis=2)
        floor = np.maximum(least, share * ink)[:, None]
        are_lined: Flags = (np.maximum(across, down) >= floor).all(axis=1)
        return are_lined

    def strokes(self, gray: Plane, is_light: Flags) -> Plane:
        """Return what is darker than its sides, or brighter where the ink is light.

        Args:
            gray: ``(height, width) uint8`` luma.
            is_light: ``(n,)``.

        Returns:
            ``(n, ROWS, widest) uint8`` grey levels; 0 beyond a window's columns.
        """
        height = max(1, round(median(self.step_y)))
        dark = self.sampled(cast(Plane, cv2.blur(gray, (1, height))), np.arange(ROWS), is_light)
        strokes = darker_than_sides(dark)
        # At both ends a wall runs into the rails of its cell, which are dark from side to side.
        rails = darker_than_above(dark)
        inner = slice(BEYOND + ENDS, BEYOND + BAND - ENDS)
        rails[:, inner] = 0
        np.maximum(strokes, rails, out=strokes)
        y = self._y(np.arange(ROWS))
        is_out = (y < 0) | (y >= gray.shape[0])
        is_beyond = np.arange(dark.shape[2]) >= self.columns[:, None, None]
        strokes[is_out[:, :, None] | is_beyond] = 0
        return strokes

    def _y(self, rows: Places) -> Values:
        return self.top[:, None] + (rows + 0.5) * self.step_y[:, None]

    def sampled(self, gray: Plane, rows: Places, is_light: Flags) -> Plane:
        """Return rows of the windows, inverted where ink is light.

        Of the pixels of a column it takes the darkest; a window's last column goes on beyond it.

        Args:
            gray: ``(height, width) uint8`` luma.
            rows: which, from 0 on.
            is_light: ``(n,)``.

        Returns:
            ``(n, rows, widest) uint8``.
        """
        height, width = gray.shape
        widest = int(self.columns.max())
        across = np.minimum(np.arange(widest), self.columns[:, None] - 1)
        start = np.clip(self._y(rows).astype(np.int32), 0, height - 1)[:, :, None] * width
        dark = np.full((len(self), len(rows), widest), 255, np.uint8)
        steps = int(np.clip(np.ceil(median(self.step_x)), 1, STEPS))
        flat, invert = gray.ravel(), np.where(is_light, 255, 0).astype(np.uint8)[:, None, None]
        for part in range(steps):
            x = self.left[:, None] + (across + (part + 0.5) / steps) * self.step_x[:, None]
            columns = np.clip(x.astype(np.int32), 0, width - 1)[:, None, :]
            np.minimum(dark, flat[start + columns] ^ invert, out=dark)
        return dark


def darker_than_sides(windows: Plane) -> Plane:
    """Return how much darker pixels are than what is left and right of them.

    Args:
        windows: ``(n, rows, columns) uint8``, ink dark.
    """
    # One below the other they are one picture, of which no row has to do with another.
    stacked = windows.reshape(-1, windows.shape[2])
    return _blackhat(stacked, (STROKE, 1)).reshape(windows.shape)


def darker_than_above(windows: Plane) -> Plane:
    """Return how much darker pixels are than what is above and below them; see the other."""
    beside = windows.transpose(1, 0, 2)
    found = _blackhat(beside.reshape(len(beside), -1), (1, RAIL))
    return found.reshape(beside.shape).transpose(1, 0, 2)


def _blackhat(plane: Plane, size_wh: tuple[int, int]) -> Plane:
    kernel = np.ones(size_wh[::-1], np.uint8)
    found = cv2.morphologyEx(plane, cv2.MORPH_BLACKHAT, kernel, borderType=cv2.BORDER_REPLICATE)
    return cast(Plane, found)


def followers_of(boxes: Values) -> Places:
    """Return for each digit the next one on its line, as a place; -1 where there is none.

    Args:
        boxes: ``(n, 4)``, x, y, w, h in pixels.
    """
    x, y, w, h = boxes.T
    mean = np.add.outer(h, h) / 2
    gap = np.subtract.outer(x, x + w).T
    ahead = np.subtract.outer(x + w / 2, x + w / 2).T
    rise = np.abs(np.subtract.outer(y + h / 2, y + h / 2))
    is_alike = np.maximum.outer(h, h) <= MAX_HEIGHT_RATIO * np.minimum.outer(h, h)
    fits = (ahead > 0) & (gap <= MAX_GAP * mean) & (rise <= MAX_RISE * mean) & is_alike
    nearest: Places = np.where(fits, ahead, np.inf).argmin(axis=1)
    nearest[~fits.any(axis=1)] = -1
    return nearest
