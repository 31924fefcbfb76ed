"""What the frames of one video or camera say together: steady digits, numbers and events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from camdigits.announce import Announcer
from camdigits.choose import Detection
from camdigits.group import Links, group_numbers, links_of
from camdigits.sharpness import SharpnessGate
from camdigits.track import Tracker
from camdigits.types import Box, Digit, Event, Frame, Number

KEEP_SHARE = 0.75
"""A digit that was reported stays until its confidence is below this part of the threshold."""
MIN_INSIDE = 0.8
"""Part of a digit's box that must lie in the picture, else it has left it."""

Accepts = Callable[[str], bool]


class Follower:
    """Remembers what was tracked and announced; one follower per stream.

    Args:
        min_confidence: digits below are not reported, 0 to 1.
        accepts: says of a number's text whether the number is let through.
    """

    def __init__(self, min_confidence: float, accepts: Accepts | None = None) -> None:
        self._min_confidence, self._accepts = min_confidence, accepts
        self._tracker, self._announcer = Tracker(), Announcer()
        self._gate = SharpnessGate()
        self._shown: frozenset[int | None] = frozenset()
        self._links: Links = frozenset()

    def update(
        self, detections: Sequence[Detection], sharpness: float, frame: Frame
    ) -> tuple[tuple[Digit, ...], tuple[Number, ...], tuple[Event, ...]]:
        """Take the detections of the next frame.

        Args:
            detections: of the frame, in any order, boxes in its pixels.
            sharpness: of the frame, as `camdigits.sharpness.sharpness` measures it.
            frame: as it was read.

        Returns:
            The digits and numbers in reading order, and the events that became certain.
        """
        is_sharp = self._gate.update(sharpness, frame.time_s)
        tracked = self._tracker.update(detections, frame.time_s, is_sharp)
        bounds = Box(0, 0, frame.image.shape[1], frame.image.shape[0])
        sure = [clip for digit in tracked if (clip := self._reported(digit, bounds))]
        self._shown = frozenset(digit.track for digit in sure)
        digits, numbers = group_numbers(sure, self._links)
        self._links = links_of(numbers)
        if self._accepts is not None:
            numbers = tuple(number for number in numbers if self._accepts(number.text))
        numbers, events = self._announcer.update(numbers, frame, self._tracker.seen, is_sharp)
        return digits, numbers, events

    def ask_for(self, min_confidence: float) -> None:
        """Report digits from this confidence on, 0 to 1; what was reported before has no grace."""
        if min_confidence != self._min_confidence:
            self._min_confidence, self._shown = min_confidence, frozenset()

    def restart(self, frame: Frame) -> tuple[Event, ...]:
        """Follow anew, since pixels are other places from this frame on; ids go on.

        Returns:
            That the numbers announced so far are gone; boxes in the pixels of before.
        """
        self._tracker.restart()
        self._gate = SharpnessGate()
        self._shown, self._links = frozenset(), frozenset()
        return self._announcer.end(frame)

    def _reported(self, digit: Digit, bounds: Box) -> Digit | None:
        """Return a digit cut to the picture; None if it is unsure, or left the picture."""
        share = KEEP_SHARE if digit.track in self._shown else 1.0
        is_inside = bounds.intersection(digit.box) >= MIN_INSIDE * digit.box.area
        if not is_inside or digit.confidence < share * self._min_confidence:
            return None
        return replace(digit, box=digit.box.clipped(bounds))
