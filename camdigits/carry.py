"""Carries the boxes of the last reading to the frames that came after the one that was read.

What was read is a read old when it is known, and the picture went on.  Corners of the ink are
followed from frame to frame (B. D. Lucas and T. Kanade, 1981, with the pyramid of J.-Y. Bouguet),
and the motion that they share moves all boxes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.median import median
from camdigits.motion import Motion, Values, fit_motion
from camdigits.moving import Carried
from camdigits.types import Digit, Frame, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

WIDTH = 320
"""Corners are followed on pictures of this width in pixels."""
LONGEST = 256
"""Frames that are remembered until the reading of the first of them is known."""
MAX_CORNERS = 80
_QUALITY, _APART_PX = 0.05, 3
_WINDOW_WH, _LEVELS = (13, 13), 3

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A frame at a small size."""

    index: int
    gray: Image


class Carrier:
    """Remembers how the picture moved since the frame that was read last."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque(maxlen=LONGEST)
        self._reading: Reading | None = None
        self._before: Points = np.zeros((0, 2), np.float32)
        self._after = self._before
        self._motion = Motion()

    def see(self, frame: Frame) -> None:
        """Take the next frame that is shown; frames come in their order."""
        look = _Look(frame.index, _small(frame.image))
        if self._looks and self._looks[-1].gray.shape != look.gray.shape:
            self.forget()
        if self._looks:
            self._step(self._looks[-1].gray, look.gray)
        self._looks.append(look)

    def forget(self) -> None:
        """Start anew: what comes next does not follow from what was seen."""
        self._looks.clear()
        self._reading = None

    def begin(self, reading: Reading) -> None:
        """Take the reading of a frame that was seen; its boxes are carried from now on."""
        while self._looks and self._looks[0].index < reading.index:
            self._looks.popleft()
        self._reading, self._motion = None, Motion()
        if not self._looks or self._looks[0].index != reading.index:
            return
        self._reading = reading
        self._before = self._after = _corners(self._looks[0].gray, _scale(reading), reading.digits)
        for place in range(1, len(self._looks)):
            self._step(self._looks[place - 1].gray, self._looks[place].gray)

    def carried(self, frame: Frame, name: str) -> Reading:
        """Return what is known of a frame, which is the last one that was seen.

        Args:
            frame: the frame.
            name: of its source.

        Returns:
            The last reading with its boxes where they must be by now, without its events.
        """
        size_wh = frame.image.shape[1], frame.image.shape[0]
        if self._reading is None:
            return Reading(name, frame.index, frame.time_s, size_wh, is_still=False)
        if self._reading.index == frame.index:
            return self._reading
        known = replace(self._reading, index=frame.index, time_s=frame.time_s, events=())
        digits, numbers = Carried(known.digits, known.numbers).moved(self._motion, known.size_wh)
        return replace(known, digits=digits, numbers=numbers)

    def _step(self, last: Image, new: Image) -> None:
        """Follow the corners to the next frame; those that are lost are given up."""
        if self._reading is None or not len(self._after):
            return
        # OpenCV's own stubs do not know that it makes room for the result itself.
        followed, found, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
            last, new, self._after, None, winSize=_WINDOW_WH, maxLevel=_LEVELS
        )
        kept = found.ravel().astype(bool)
        self._before, self._after = self._before[kept], followed[kept]
        if len(self._after):
            heights = [digit.box.h for digit in self._reading.digits]
            scale, height = _scale(self._reading), median(heights)
            before, after = (_boxes(side / scale, height) for side in (self._before, self._after))
            self._motion = fit_motion(before, after)


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = min(1.0, WIDTH / width)
    size_wh = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA) if scale < 1 else image
    return cast("Image", cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))


def _scale(reading: Reading) -> float:
    return min(1.0, WIDTH / reading.size_wh[0])


def _corners(gray: Image, scale: float, digits: tuple[Digit, ...]) -> Points:
    """Return corners of the ink, ``(n, 2)`` x and y in pixels of `gray`."""
    mask = np.zeros_like(gray)
    for digit in digits:
        box = digit.box.scaled(scale)
        mask[max(0, box.y - 1) : box.bottom + 1, max(0, box.x - 1) : box.right + 1] = 255
    found = cv2.goodFeaturesToTrack(gray, MAX_CORNERS, _QUALITY, _APART_PX, mask=mask)
    if found is None:
        return np.zeros((0, 2), np.float32)
    return np.asarray(found, np.float32).reshape(-1, 2)


def _boxes(points: Points, height: float) -> Values:
    """Return corners as boxes of one size, as `camdigits.motion` takes them."""
    size = np.full((len(points), 2), height)
    return np.hstack([points.astype(np.float64), size])
