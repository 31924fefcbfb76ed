"""Which ink the next search of a frame looks for: of the polarity that was found, or of both."""

from __future__ import annotations

from collections.abc import Sequence

from camdigits.config import Polarity
from camdigits.page.choose import Detection

FEWEST, MOST = 2, 8
"""So many searches in turn look for ink of the one polarity that was found before, at first and
later: each time that both were looked for and none of the other was found, twice as many."""


class PolarityGuess:
    """Remembers what ink the frames of one stream showed.

    Attributes:
        polarity: of the ink to look for.
    """

    def __init__(self) -> None:
        self.polarity: Polarity = "auto"
        self._single, self._singles = 0, FEWEST // 2

    def found(self, detections: Sequence[Detection]) -> None:
        """Take what a search of a whole frame found."""
        kinds: set[Polarity] = {"light" if each.is_light else "dark" for each in detections}
        if len(kinds) != 1:
            self.forget()
            return
        if self.polarity == "auto":
            self._single, self._singles = 0, min(2 * self._singles, MOST)
        else:
            self._single += 1
        self.polarity = kinds.pop() if self._single < self._singles else "auto"

    def doubt(self) -> None:
        """Have both looked for the next time."""
        self.polarity = "auto"

    def forget(self) -> None:
        """Take that the next frame may show anything."""
        self.polarity, self._singles = "auto", FEWEST // 2
