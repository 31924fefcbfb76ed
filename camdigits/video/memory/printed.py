"""What was found out about each track of a video: whether its digit is printed.

A digit is looked at a few times, in the first frames that are searched and sharp; what was said
then goes with its track.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from camdigits.page.printed.tell import log_odds
from camdigits.types import Box, Digit
from camdigits.video.track import NO_TRACKS, Tracks

LOOKS = 3
"""How often a digit is looked at."""

Ask = Callable[[Sequence[Box]], NDArray[np.float32]]
"""Returns how probable it is that what stands in boxes of the frame is printed, 0 to 1 each."""


class PrintMemory:
    """Remembers for one stream what each track is."""

    def __init__(self) -> None:
        self._said: dict[int, list[float]] = {}

    def look(
        self, digits: Sequence[Digit], is_sharp: bool, ask: Ask, resting: Tracks = NO_TRACKS
    ) -> dict[int, float]:
        """Return the log-odds that each digit is printed, by its `id`.

        Args:
            digits: of one frame, with their tracks.
            is_sharp: the frame has a say; else only what was never seen is looked at.
            ask: looks at the frame.
            resting: tracks elsewhere, which stay known.
        """
        tracks = {digit.track: digit for digit in digits if digit.track is not None}
        self._said = {
            track: said for track, said in self._said.items() if track in tracks or track in resting
        }
        enough = LOOKS if is_sharp else 1
        new = [
            digit
            for track, digit in tracks.items()
            if digit.seen == "searched" and len(self._said.get(track, ())) < enough
        ]
        if new:
            for digit, odds in zip(new, log_odds(ask([each.box for each in new])), strict=True):
                assert digit.track is not None
                self._said.setdefault(digit.track, []).append(odds)
        return {
            id(digit): sum(said) / len(said)
            for track, digit in tracks.items()
            if (said := self._said.get(track))
        }
