"""Which ink the next search of a frame looks for: of the polarity that was found, or of both."""

from __future__ import annotations

from collections.abc import Sequence

from camdigits.config import Polarity
from camdigits.page.choose import Detection

SINGLE = 2
"""So many searches in turn look for ink of the one polarity that was found before."""


class PolarityGuess:
    """Remembers what ink the frames of one stream showed.

    Attributes:
        polarity: of the ink to look for.
    """

    def __init__(self) -> None:
        self.polarity: Polarity = "auto"
        self._single = 0

    def found(self, detections: Sequence[Detection]) -> None:
        """Take the digits that a frame is known to show once it was searched."""
        self._single = 0 if self.polarity == "auto" else self._single + 1
        kinds: set[Polarity] = {"light" if each.is_light else "dark" for each in detections}
        is_one = len(kinds) == 1 and self._single < SINGLE
        self.polarity = kinds.pop() if is_one else "auto"

    def doubt(self) -> None:
        """Have both looked for the next time."""
        self.polarity = "auto"
