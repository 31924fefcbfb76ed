"""The median, without the start-up time of NumPy's.

`numpy.median` imports masked arrays at its first call, which takes a tenth of the time in which a
photo is read from a cold start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def median(values: ArrayLike) -> float:
    """Return the middle value, or the mean of the two in the middle.

    Args:
        values: numbers of any shape, at least one; none of them is NaN.
    """
    ordered = np.sort(values, axis=None)
    count = len(ordered)
    return (float(ordered[(count - 1) // 2]) + float(ordered[count // 2])) / 2
