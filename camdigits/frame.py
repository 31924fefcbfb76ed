"""Pictures as sources give them: frames, and their brightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR; nobody writes to it.
        index: number of the frame in its source, from 0; frames that were dropped count.
        time_s: seconds since the source's first frame, from the stream's own timestamps,
            never falling; 0.0 for stills.
        page: number of the page in its document, from 1; None of what has no pages.
        pixel_aspect: width of a pixel over its height, as the picture is to be shown.
    """

    image: Image
    index: int = 0
    time_s: float = 0.0
    page: int | None = None
    pixel_aspect: float = 1.0

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]

    @property
    def luma(self) -> Luma | None:
        """The brightness of its pixels where the decoder gave it; None where only colours are."""
        return None

    @property
    def may_be_coloured(self) -> bool:
        """Whether its colours may say more than its brightness; False where a glance says no."""
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Luma:
    """How bright each pixel of a picture is, as decoders deliver it.

    Attributes:
        plane: ``(height, width) uint8``; nobody writes to it.
        is_full: 0 is black and 255 white; else 16 and 235, as usual in videos.
    """

    plane: Image
    is_full: bool = False
