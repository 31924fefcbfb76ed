"""Where the window stands: as it was left with pictures of this shape, and on the screen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import cv2

from camdigits.types import Box
from camdigits.window.saved_geometry import SavedPlaces, shape_of

FIRST_WH = 1280, 800
"""The window is no larger until somebody makes it so."""
SETTLING_POLLS, SETTLING_S = 10, 0.3
"""For so long nothing changes once the window manager has put its frame round the window."""
_SEEN_POLLS = 3
"""For so many polls a place is looked at: windows that are dragged or filled pass through many."""
_MARGIN_XY = 8, 32
"""Left free for a frame whose size is not known, at the sides and on top."""
_MOST_FRAME_PX = 100
_TOLERANCE_PX = 2
"""What rounding does to the size of a picture that keeps its shape."""
_TRIES = 3


class Desk(Protocol):
    """What can be done to a window."""

    def move(self, x: int, y: int) -> None:
        """Put the upper left corner of its frame there."""
        ...

    def resize(self, w: int, h: int) -> None:
        """Give it this size inside its frame."""
        ...

    def rect(self) -> Box | None:
        """Return where its picture is on the screen, without margins; None if it is nowhere."""
        ...


class CvDesk:
    """An OpenCV window, by its title."""

    def __init__(self, title: str) -> None:
        self._title = title

    def move(self, x: int, y: int) -> None:
        """Put the upper left corner of its frame there."""
        cv2.moveWindow(self._title, x, y)

    def resize(self, w: int, h: int) -> None:
        """Give it this size inside its frame."""
        cv2.resizeWindow(self._title, w, h)

    def rect(self) -> Box | None:
        """Return where its picture is on the screen, without margins; None if it is nowhere."""
        with suppress(cv2.error, ValueError):
            x, y, w, h = cv2.getWindowImageRect(self._title)
            return Box(x, y, w, h)
        return None


class Placement:
    """Places a window, and remembers where its user puts it.

    Only what the user changed is kept.  Where a window manager chooses sizes itself (it tiles),
    nothing is.  Frames are not known to OpenCV: a window is moved, and when it has settled, the
    place of its picture tells how far the frame reaches.
    """

    def __init__(
        self,
        desk: Desk,
        saved: SavedPlaces,
        screen: Box | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with a window that shows nothing yet.

        Args:
            desk: the window.
            saved: where it was left before.
            screen: where it is to stay; None where that is not known.
            now: tells the time in seconds.
        """
        self._desk, self._saved, self._screen, self._now = desk, saved, screen, now
        self._left = saved.recall()
        self._moved: dict[str, Box] = {}
        self._stood: dict[str, Box] = {}
        self._frame = 0, 0
        self._wh: tuple[int, int] | None = None
        self._goal = Box(0, 0, 1, 1)
        self._is_goal_placed = self._is_sized_by_others = False
        self._asked: tuple[int, int] | None = None
        self._rect: Box | None = None
        self._seen: Box | None = None
        self._settled: Box | None = None
        self._polls, self._since_s, self._tries = 0, 0.0, 0

    def fit(self, wh: tuple[int, int]) -> None:
        """Size and place the window for the next picture.

        One that its user has sized stays as it is as long as pictures have the same shape.

        Args:
            wh: width and height of the picture, in pixels.
        """
        before, self._wh = self._wh, wh
        if before == wh:
            return
        if before is not None:
            self._leave(before)
            if _is_same_shape(before, wh) and shape_of(wh) in self._left:
                return
        known = self._left.get(shape_of(wh))
        self._place(self._size(wh, known), known or self._stood.get(shape_of(wh)) or self._standing)

    def look(self) -> None:
        """Note where the window is; call it often while it is seen and does not fill the screen."""
        rect = self._desk.rect()
        if rect is None or self._wh is None:
            return
        if rect != self._rect:
            self._rect, self._polls, self._since_s = rect, 0, self._now()
            return
        self._polls += 1
        if self._polls >= _SEEN_POLLS:
            self._seen = rect
        is_still = self._polls >= SETTLING_POLLS and self._now() - self._since_s >= SETTLING_S
        if self._settled is None and is_still:
            self._settle(rect)

    def keep(self) -> None:
        """Write where the user has put the window; call it before it is closed."""
        if self._wh is not None:
            self._leave(self._wh)
        self._saved.keep(self._moved)

    def _size(self, wh: tuple[int, int], known: Box | None) -> tuple[int, int]:
        """Return how large a picture of this size is shown: as it was left, or the first time."""
        w, h = wh
        scale = min(1.0, FIRST_WH[0] / w, FIRST_WH[1] / h)
        if known is not None:
            # Of the same area: fitted into the place, it would become smaller time after time.
            scale = math.sqrt(known.w * known.h / (w * h))
        if self._screen is not None:
            side, top = (max(each) for each in zip(_MARGIN_XY, self._frame, strict=True))
            free_h = self._screen.h - top - side
            scale = min(scale, (self._screen.w - 2 * side) / w, free_h / h)
        return max(1, round(w * scale)), max(1, round(h * scale))

    def _place(self, size: tuple[int, int], at: Box | None) -> None:
        """Give the window a size, and a place if there is a better one than any."""
        self._is_goal_placed = at is not None
        self._goal = Box(at.x if at else 0, at.y if at else 0, *size)
        self._desk.resize(*size)
        self._asked = None
        if at is not None:
            self._goal = self._on_screen(self._goal)
            self._move()
        self._settled, self._tries, self._is_sized_by_others = None, 0, False
        self._polls, self._since_s = 0, self._now()

    @property
    def _standing(self) -> Box | None:
        """Where the picture stands, or will once the window has settled; None for anywhere."""
        if self._settled is not None:
            return self._seen
        return self._goal if self._is_goal_placed else None

    def _settle(self, rect: Box) -> None:
        """Correct the place by the frame's size, or see that all is as it should be."""
        if not _is_same_size(rect, self._goal):
            self._is_sized_by_others, self._settled = True, rect
            return
        if self._asked is not None:
            x, y = rect.x - self._asked[0], rect.y - self._asked[1]
            if min(x, y) >= 0 and max(x, y) <= _MOST_FRAME_PX:
                self._frame = x, y
        if not self._is_goal_placed:
            self._goal = Box(rect.x, rect.y, self._goal.w, self._goal.h)
        self._goal = self._on_screen(self._goal)
        if (rect.x, rect.y) == (self._goal.x, self._goal.y) or self._tries >= _TRIES:
            self._settled = rect
            return
        self._is_goal_placed, self._tries, self._polls = True, self._tries + 1, 0
        self._since_s = self._now()
        self._move()

    def _move(self) -> None:
        self._asked = self._goal.x - self._frame[0], self._goal.y - self._frame[1]
        self._desk.move(*self._asked)

    def _leave(self, wh: tuple[int, int]) -> None:
        """Remember where the window is with pictures of this size."""
        settled, seen, shape = self._settled, self._seen, shape_of(wh)
        if settled is None or seen is None or self._is_sized_by_others:
            return
        self._stood[shape] = self._goal
        is_resized = not _is_same_size(seen, settled)
        if is_resized or (seen.x, seen.y) != (settled.x, settled.y):
            size = seen if is_resized else self._goal
            self._moved[shape] = self._left[shape] = Box(seen.x, seen.y, size.w, size.h)

    def _on_screen(self, box: Box) -> Box:
        """Return the nearest place where a picture of this size is seen, with its frame."""
        if self._screen is None:
            return box
        (left, top), screen = self._frame, self._screen
        x = min(box.x, screen.right - left - box.w)
        y = min(box.y, screen.bottom - left - box.h)
        return Box(max(x, screen.x + left), max(y, screen.y + top), box.w, box.h)


def _is_same_shape(one_wh: tuple[int, int], other_wh: tuple[int, int]) -> bool:
    """Return whether pictures of these sizes fill the same window, to a pixel or two."""
    difference = abs(one_wh[0] * other_wh[1] - one_wh[1] * other_wh[0])
    return difference <= _TOLERANCE_PX * max(*one_wh, *other_wh)


def _is_same_size(one: Box, other: Box) -> bool:
    return max(abs(one.w - other.w), abs(one.h - other.h)) <= _TOLERANCE_PX
