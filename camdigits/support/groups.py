"""What hangs together, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def connected(touches: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """Yield the places of what hangs together, by their first.

    Args:
        touches: ``(n, n)``, symmetric: which two do.
    """
    left = np.ones(len(touches), np.bool_)
    for start in range(len(touches)):
        if left[start]:
            group = np.zeros(len(touches), np.bool_)
            edge = np.array([start])
            while len(edge):
                group[edge] = True
                edge = np.flatnonzero(touches[edge].any(axis=0) & ~group)
            left &= ~group
            yield np.flatnonzero(group)
