"""Propagation of boxes to later frames: by a known motion, or by optical flow.

What was read on one frame is carried to the frames after it.  Where nobody tells the motion,
corners of the ink are followed from frame to frame (B. D. Lucas and T. Kanade, 1981, with the
pyramid of J.-Y. Bouguet), and the motion that they share moves all boxes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.page.written import written
from camdigits.support.median import median
from camdigits.types import Box, Digit, Frame, Mark, Number, Reading
from camdigits.video.motion import Motion, Values, fit_motion, middles_of

if TYPE_CHECKING:
    from camdigits.types import Image

MIN_INSIDE = 0.8
"""Part of a digit's box that must lie in the picture, else it has left it."""

Found = tuple[tuple[Digit, ...], tuple[Number, ...]]
WIDTH = 320
"""Corners are followed on pictures of this width in pixels."""
LONGEST = 256
"""Frames that are remembered until the reading of the first of them is known."""
MAX_CORNERS = 80
_QUALITY, _APART_PX = 0.05, 3
_WINDOW_WH, _LEVELS = (13, 13), 3

Points = NDArray[np.float32]


class Propagation:
    """What one frame showed; without motion it is given again as it is.

    Args:
        digits: in reading order, boxes in pixels.
        numbers: made of them.
    """

    def __init__(self, digits: Sequence[Digit], numbers: Sequence[Number]) -> None:
        self._digits = tuple(replace(digit, seen="followed") for digit in digits)
        marks = [mark.box for number in numbers for mark in number.marks]
        self._middles = middles_of([digit.box for digit in digits] + marks)
        places = {id(digit): place for place, digit in enumerate(digits)}
        self._members = [[places[id(digit)] for digit in number.digits] for number in numbers]
        self._numbers = tuple(
            replace(number, digits=tuple(self._digits[place] for place in members))
            for number, members in zip(numbers, self._members, strict=True)
        )

    @property
    def numbers(self) -> tuple[Number, ...]:
        """What it was made of."""
        return self._numbers

    def hidden_by(self, hides: Callable[[Box], bool]) -> frozenset[int]:
        """Return the tracks of the digits that something is before.

        Args:
            hides: says of a box of the frame whether something is before it.
        """
        return frozenset(
            digit.track for digit in self._digits if digit.track is not None and hides(digit.box)
        )

    def motion_to(self, digits: Sequence[Digit]) -> Motion | None:
        """Return how the picture moved to where its digits are now; None if they do not say.

        Args:
            digits: of a later frame, with their tracks.
        """
        places = {digit.track: place for place, digit in enumerate(self._digits)}
        shared = [digit for digit in digits if digit.track in places]
        if not shared:
            return None
        before = self._middles[[places[digit.track] for digit in shared]]
        return fit_motion(before, middles_of([digit.box for digit in shared]))

    def moved(self, motion: Motion, size_wh: tuple[int, int]) -> Found:
        """Return digits and numbers after the picture moved, without what left it.

        Args:
            motion: since the frame.
            size_wh: (width, height) of the picture in pixels.
        """
        if motion == Motion() or not self._digits:
            return self._digits, self._numbers
        edges, kept = _inside(motion.moved(self._middles), size_wh)
        rows, boxes = edges.tolist(), iter(edges.tolist()[len(self._digits) :])
        digits = [
            Digit(_box(row), o.label, o.confidence, o.track, "followed", o.is_doubtful, o.writing)
            if is_kept
            else None
            for o, row, is_kept in zip(self._digits, rows, kept.tolist(), strict=False)
        ]
        numbers = [
            _number(
                number,
                [(digits[place], rows[place]) for place in members],
                [replace(mark, box=_held(next(boxes))) for mark in number.marks],
            )
            for number, members in zip(self._numbers, self._members, strict=True)
        ]
        return (
            tuple(digit for digit in digits if digit is not None),
            tuple(number for number in numbers if number is not None),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A frame at a small size."""

    index: int
    gray: Image


class FlowPropagation:
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
        digits, numbers = Propagation(known.digits, known.numbers).moved(
            self._motion, known.size_wh
        )
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


def _inside(
    values: Values, size_wh: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return boxes cut to the picture, and which of them lie in it.

    Args:
        values: ``(n, 4)`` middles, widths and heights.
        size_wh: (width, height) of the picture in pixels.

    Returns:
        ``(n, 4)`` left, top, right and bottom in whole pixels, and ``(n,)``.
    """
    start = np.rint(values[:, :2] - values[:, 2:] / 2).astype(np.int64)
    size = np.maximum(1, np.rint(values[:, 2:])).astype(np.int64)
    first, last = np.maximum(start, 0), np.minimum(start + size, size_wh)
    shared = np.maximum(last - first, 0).prod(axis=1)
    return np.hstack([first, last]), shared >= MIN_INSIDE * size.prod(axis=1)


def _box(edges: Sequence[int]) -> Box:
    left, top, right, bottom = edges
    return Box(left, top, right - left, bottom - top)


def _held(edges: Sequence[int]) -> Box:
    """Return the box of a mark, at the picture's edge where it left before its digits."""
    left, top, right, bottom = edges
    x, y = max(0, min(left, right - 1)), max(0, min(top, bottom - 1))
    return Box(x, y, max(1, right - x), max(1, bottom - y))


def _number(
    number: Number, moved: list[tuple[Digit | None, list[int]]], marks: list[Mark]
) -> Number | None:
    """Return a number of those of its digits that did not leave; None if no sure one is left."""
    here = [(digit, edges) for digit, edges in moved if digit is not None]
    if all(digit.is_doubtful for digit, _ in here):
        return None
    digits = tuple(digit for digit, _ in here)
    left, top, right, bottom = zip(*(edges for _, edges in here), strict=True)
    box = _box((min(left), min(top), max(right), max(bottom)))
    those = _left(marks, [digit is not None for digit, _ in moved])
    for mark in those:
        box = box.union(mark.box)
    same = replace(number, box=box, digits=digits, marks=those)
    if len(digits) == len(number.digits):
        return same
    return replace(same, text=written(digits, those), value=None)


def _left(marks: list[Mark], is_here: list[bool]) -> tuple[Mark, ...]:
    """Return the marks of which neither neighbour left the picture, at their new places."""
    return tuple(
        replace(mark, place=sum(is_here[: mark.place]))
        for mark in marks
        if is_here[mark.place] and (mark.place == 0 or is_here[mark.place - 1])
    )


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
    """Return corners as boxes of one size, as `camdigits.video.motion` takes them."""
    size = np.full((len(points), 2), height)
    return np.hstack([points.astype(np.float64), size])
