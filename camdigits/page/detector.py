"""What readers of pictures and videos ask of who finds the digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.usual import Usual
from camdigits.config import Polarity, ReadConfig
from camdigits.page.candidate_scoring import ScoredCandidates
from camdigits.page.choose import Detection
from camdigits.page.group import Links
from camdigits.page.lines.numbers import LineReading
from camdigits.page.ruling.walls import BordersOf
from camdigits.types import Box, Digit

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a picture of which a part is searched by itself.

    Attributes:
        size_wh: its width and height in pixels.
        usual: what its digits are like.
    """

    size_wh: tuple[int, int]
    usual: Usual

    def share(self, part: Plane) -> float:
        """Return the longer side of a part as a share of that of the picture."""
        return float(max(part.shape)) / max(self.size_wh)


class Detector(Protocol):
    """Finds digits; what it is asked for may change between two pictures.

    Attributes:
        config: the settings.
        min_confidence: asked of numbers, 0 to 1; digits below are doubtful.
        threshold: confidence from which on something is called a digit, 0 to 1.
        print_threshold: probability from which a number is told to be printed, 0 to 1.
        read_s: how long the last picture took to read, in seconds; set by its reader.
    """

    config: ReadConfig
    min_confidence: float
    threshold: float
    print_threshold: float
    read_s: float | None

    def search(
        self,
        gray: Plane,
        *,
        fast: bool = False,
        polarity: Polarity | None = None,
        show: Callable[[ScoredCandidates], object] | None = None,
        usual: Usual | None = None,
    ) -> list[Detection]:
        """Find the digits of one upright picture by its brightness.

        Args:
            gray: ``(height, width) uint8`` luma, 0 black to 255 white.
            fast: look less closely.
            polarity: of the ink that is looked for; None takes what the settings say.
            show: called with all that might have been digits, of large pictures part by part.
            usual: what its digits are like, if a frame before has shown that.

        Returns:
            The digits, those in doubt as well, in no particular order; boxes are in pixels of the
            picture.
        """
        ...

    def search_part(
        self,
        gray: Plane,
        around: Surroundings,
        polarity: Polarity | None = None,
        highest_px: float = math.inf,
    ) -> list[Detection]:
        """Find the digits of a part of a video's frame.

        Args:
            gray: ``(height, width) uint8`` luma of the part, 0 black to 255 white.
            around: what is known of the frame.
            polarity: of the ink that is looked for; None takes what the settings say.
            highest_px: no digit there is higher, in pixels of the part.

        Returns:
            The digits, those in doubt as well, in no particular order; boxes are in pixels of the
            part.  Digits that its edges cut may be missing.
        """
        ...

    def read_lines(
        self,
        gray: Plane,
        digits: Sequence[Digit],
        borders: BordersOf,
        before: Links = frozenset(),
        struck: Sequence[Box] = (),
    ) -> LineReading:
        """Join the digits of a picture to numbers by what stands on their lines.

        Args:
            gray: as it was searched.
            digits: that were found on it, in any order.
            borders: tells what walls and combs say of some of them.
            before: which tracks stood side by side in the frame before.
            struck: boxes in which characters are passed over.
        """
        ...

    def detect_print(self, gray: Plane, boxes: Sequence[Box]) -> NDArray[np.float32]:
        """Return how probable it is that each digit of a picture is printed.

        Args:
            gray: as it was searched.
            boxes: of the digits, in its pixels.

        Returns:
            ``(n,) float32`` in 0-1.
        """
        ...
