"""Disturbance: what a frame shows beside the searched one, does it still move, or does it stay?

A stroke that was written, a sheet that was put down, a place that came to light stay as they are
and are to be searched.  A hand, a blur, a flicker go on changing: there is nothing to be read until
they rest.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.video.change.likeness import MOST_PX, excess
from camdigits.video.change.regions import JOIN_PX, joined_pieces

Plane = NDArray[np.uint8]

STAYS_S = 0.1
"""What has not changed for so long stays, in seconds."""
HIDES_S = 0.5
"""What has not changed for so long beside something that moves is no part of it, but was behind."""
RESTLESS_SHARE = 0.03
"""Part of what differs in one piece that may go on changing, by its edges' noise."""
SHADOW_PX = 8
"""Smaller pieces beside something that moves may come of it."""


class Disturbance:
    """Watches what differs over the frames since the last search.

    Attributes:
        is_alone: nothing moves beside what stays.
    """

    def __init__(self) -> None:
        self._before: Plane | None = None
        self._changed_s: NDArray[np.float64] | None = None
        self._restless: Plane | None = None
        self.is_alone = True

    @property
    def restless(self) -> Plane | None:
        """``(height, width) uint8`` of the searched frame, 255 where something goes on changing."""
        return self._restless

    def look(self, mask: Plane, soft: Plane, tolerance: Plane, time_s: float) -> bool:
        """Take what differs in the next frame; return whether some of it stays as it is.

        Args:
            mask: ``(height, width) uint8``, 255 where it differs from the searched frame.
            soft: ``(height, width) uint8``, it, moved to where the searched one stood.
            tolerance: by how much each pixel may differ, in grey levels.
            time_s: its time in seconds.
        """
        if self._before is None or self._changed_s is None:
            self._changed_s = np.full(mask.shape, -np.inf)
            changed = mask
        else:
            changed = excess(soft, self._before, tolerance)
        self._before = soft
        np.copyto(self._changed_s, time_s, where=changed > 0)
        part = _around(mask)
        differs, quiet_s = mask[part] > 0, time_s - self._changed_s[part]
        # With room for the rounding of time stamps.
        is_new = differs & (quiet_s < STAYS_S - 1e-6)
        count, pieces = cv2.connectedComponents(joined_pieces(mask[part]), connectivity=8)
        areas = np.bincount(pieces[differs], minlength=count)
        changing = np.bincount(pieces[is_new], minlength=count)
        is_restless = changing > np.maximum(MOST_PX, RESTLESS_SHARE * areas)
        is_restless[0] = False
        self._restless = np.zeros_like(mask)
        self._restless[part][is_restless[pieces] & (quiet_s < HIDES_S)] = 255
        # Shadows and light of what moves reach beyond it.
        self.is_alone = not is_restless.any()
        least_px = MOST_PX if self.is_alone else SHADOW_PX
        return bool(((areas > least_px) & ~is_restless).any())

    def calm(self) -> None:
        """Take that nothing differs in the next frame."""
        self._before = self._changed_s = self._restless = None


def _around(mask: Plane) -> tuple[slice, slice]:
    """Return the rows and columns in which a mask and what joins it lie."""
    x, y, w, h = cv2.boundingRect(mask)
    rows = slice(max(0, y - JOIN_PX), y + h + JOIN_PX)
    return rows, slice(max(0, x - JOIN_PX), x + w + JOIN_PX)
