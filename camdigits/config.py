"""Settings of the reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from camdigits.errors import UsageError
from camdigits.types import Box

Polarity = Literal["auto", "dark", "light"]
Rotation = Literal["auto", 0, 90, 180, 270]

POLARITIES: tuple[Polarity, ...] = ("auto", "dark", "light")
ROTATIONS: tuple[Rotation, ...] = ("auto", 0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class ReadConfig:
    """How pictures are read.

    Attributes:
        min_confidence: digits below are not reported, 0 to 1; None takes the threshold that the
            model card states.
        polarity: "dark" ink on light ground, "light" on dark, or "auto" for both.
        rotate: degrees that the picture is turned clockwise before reading: 0, 90, 180 or 270;
            "auto" chooses what makes the whole page read best.
        source_mirrored: the source shows a mirror image; it is turned right before reading.
        fast: look less closely, so that video keeps up; None does so for videos and cameras only.
        roi: only this part of the source picture is read, in its pixels; None reads all.
    """

    min_confidence: float | None = None
    polarity: Polarity = "auto"
    rotate: Rotation = 0
    source_mirrored: bool = False
    roi: Box | None = None
    fast: bool | None = None

    def __post_init__(self) -> None:
        if self.min_confidence is not None and not 0.0 <= self.min_confidence <= 1.0:
            raise UsageError(f"the confidence {self.min_confidence} is not between 0 and 1")
        if self.polarity not in POLARITIES:
            raise UsageError(f"polarity {self.polarity!r} is not one of {', '.join(POLARITIES)}")
        if self.roi is not None and not isinstance(self.roi, Box):
            raise UsageError(f"the region {self.roi!r} is not a Box(x, y, w, h)")
        if self.rotate not in ROTATIONS:
            raise UsageError(f"rotation {self.rotate!r} is not one of auto, 0, 90, 180, 270")
