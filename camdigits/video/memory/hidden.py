"""What something that moves hides, such as a hand: it is known, but not seen.

Hidden digits are shown where they must be for a moment, since a blur passes, and then not any
more; when nothing hides them they are there again, with the numbers that they were part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from camdigits.types import Box, Digit, Number
from camdigits.video.border import EDGE
from camdigits.video.change.regions import Hides
from camdigits.video.track import HOLD_S, NO_TRACKS, Tracks

_ROUNDING_S = 1e-6
"""Room for the rounding of time stamps."""

Found = tuple[tuple[Digit, ...], tuple[Number, ...]]


@dataclass(frozen=True, slots=True)
class Occlusion:
    """Which tracks something is before, and which it is beside.

    Attributes:
        hidden: tracks of digits that are hidden, neither seen nor gone.
        beside: tracks of numbers that may go on where something is.
    """

    hidden: Tracks = NO_TRACKS
    beside: Tracks = NO_TRACKS


def beside(numbers: Sequence[Number], hides: Hides) -> Tracks:
    """Return the tracks of the numbers that have something to their left or right.

    Args:
        numbers: made of tracked digits.
        hides: says of a box whether something is there.
    """
    found: set[int] = set()
    for number in numbers:
        box, reach_px = number.box, round(EDGE * number.box.h)
        sides = (
            Box(box.x - reach_px, box.y, reach_px, box.h),
            Box(box.right, box.y, reach_px, box.h),
        )
        if any(hides(side) for side in sides):
            found.update(digit.track for digit in number.digits if digit.track is not None)
    return frozenset(found)


class Hidden:
    """Remembers since when each digit is hidden."""

    def __init__(self) -> None:
        self._since_s: dict[int, float] = {}

    def left(
        self,
        digits: tuple[Digit, ...],
        numbers: tuple[Number, ...],
        hidden: Tracks,
        time_s: float,
    ) -> Found:
        """Return digits and numbers without what has been hidden for too long.

        Args:
            digits: of one frame.
            numbers: made of them.
            hidden: tracks that something is before.
            time_s: time of the frame in seconds.
        """
        self._since_s = {track: self._since_s.get(track, time_s) for track in hidden}
        away = {
            track
            for track, since_s in self._since_s.items()
            if time_s - since_s > HOLD_S + _ROUNDING_S
        }
        if not away:
            return digits, numbers
        return (
            tuple(digit for digit in digits if digit.track not in away),
            tuple(n for n in numbers if not any(digit.track in away for digit in n.digits)),
        )
