"""Is a frame as sharp as those before it?  Blurred ones have no say in what is read.

The measure is the energy of the second derivative over that of the first one where there are
edges: it falls with blur and hardly follows what the picture shows.  (After the survey of focus
measures by S. Pertuz, D. Puig and M. A. Garcia, Pattern Recognition 46, 2013.)
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.support.resample import average

MEMORY_S = 1.5
"""How long a frame says what is usual."""
STAY_S = 0.3
"""How often a frame that is like the one before counts."""
MIN_SHARE = 0.6
"""A frame below this part of the usual sharpness is blurred."""
USUAL_QUANTILE = 0.8
"""The usual sharpness is that of the frame which so many of the recent ones do not reach."""
_WIDTH = 640
_EDGE_SHARE, _LEAST_SHARE = 0.02, 0.0002
"""So much of the picture is looked at: where its edges are steepest.  Less are no edges."""
_LEAST_SLOPE = np.int16(32)
"""What is less steep is no edge: noise, of which a picture without edges is full, looks sharp."""
_EVERY = 7
_SCALE = 16.0


class SharpnessGate:
    """Compares the frames of one stream with those shortly before."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque()
        self._last: float | None = None

    def stay(self, time_s: float) -> None:
        """Take a frame that shows what the last one did, as sharp as that."""
        is_due = not self._recent or time_s - self._recent[-1][1] >= STAY_S
        if is_due and self._last is not None:
            self._remember(self._last, time_s)

    def update(self, sharpness: float, time_s: float) -> bool:
        """Return whether the next frame is as sharp as is usual at the moment.

        Args:
            sharpness: of the frame, as `sharpness` measures it.
            time_s: its time in seconds.
        """
        self._remember(sharpness, time_s)
        self._last = sharpness
        usual = float(np.quantile([value for value, _ in self._recent], USUAL_QUANTILE))
        return sharpness >= MIN_SHARE * usual

    def _remember(self, sharpness: float, time_s: float) -> None:
        while self._recent and not 0 <= time_s - self._recent[0][1] <= MEMORY_S:
            self._recent.popleft()
        self._recent.append((sharpness, time_s))


def sharpness(plane: NDArray[np.uint8]) -> float:
    """Measure how sharp a picture is.

    Args:
        plane: ``(height, width) uint8``, its brightness.

    Returns:
        A figure without unit, to be compared with others of the same scene; 0 without edges.
    """
    height, width = plane.shape
    scale = min(1.0, _WIDTH / width)
    size_wh = max(1, round(width * scale)), max(1, round(height * scale))
    small = average(plane, size_wh) if scale < 1 else plane
    gray = cv2.GaussianBlur(small, (3, 3), 0)
    across, down = cv2.spatialGradient(gray)
    slope = np.abs(across) + np.abs(down)
    # A part of the pixels tells well enough how steep the steepest are.
    sample = slope.ravel()[::_EVERY]
    steep_from = int((1.0 - _EDGE_SHARE) * (len(sample) - 1))
    steep = slope >= max(_LEAST_SLOPE, np.partition(sample, steep_from)[steep_from])
    if np.count_nonzero(steep) <= _LEAST_SHARE * steep.size:
        return 0.0
    bent = cv2.Laplacian(gray, cv2.CV_16S)[steep].astype(np.float64)
    sloped = slope[steep].astype(np.float64)
    return float(_SCALE * (bent @ bent) / (sloped @ sloped))
