"""A region of the picture that is dragged with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from camdigits.drawing.text import INK, PAPER
from camdigits.types import Box

if TYPE_CHECKING:
    from camdigits.types import Image

SMALLEST_PX = 12
"""A drag that is shorter either way is a click."""


class Drag:
    """What the left mouse button does, from its press to its release; pixels of what is shown."""

    def __init__(self) -> None:
        self._start: tuple[int, int] | None = None
        self._end = (0, 0)

    @property
    def box(self) -> Box | None:
        """The box dragged so far; None if it is none or too small."""
        if self._start is None:
            return None
        (x, y), (other_x, other_y) = self._start, self._end
        width, height = abs(x - other_x), abs(y - other_y)
        if min(width, height) < SMALLEST_PX:
            return None
        return Box(min(x, other_x), min(y, other_y), width, height)

    def follow(self, event: int, x: int, y: int) -> Box | None:
        """Take a mouse event of OpenCV's.

        Returns:
            When the button is released the box that was dragged, of 1x1 if it was a click; None
            at any other time.
        """
        if event == cv2.EVENT_LBUTTONDOWN:
            self._start = self._end = (x, y)
        elif event == cv2.EVENT_MOUSEMOVE:
            self._end = (x, y)
        elif event == cv2.EVENT_LBUTTONUP and self._start is not None:
            self._end = (x, y)
            done = self.box or Box(*self._start, 1, 1)
            self._start = None
            return done
        return None


def outline(picture: Image, box: Box) -> None:
    """Draw a thin frame, in place, that shows on any ground."""
    for gap, colour in ((1, INK), (0, PAPER)):
        corner = box.x - gap, box.y - gap
        cv2.rectangle(picture, corner, (box.right + gap, box.bottom + gap), colour, 1)
