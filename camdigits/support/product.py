"""Products of matrices in one thread.

OpenBLAS, which NumPy's wheels bring, shares all but small products between threads.  At the sizes
that reading needs that takes up to fifty times the processor time of one thread, most of it spent
waiting, and seconds where the cores are busy with something else.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

ONE_THREAD = 2**18
"""Multiplications of the largest product that OpenBLAS does in one thread."""

Number = TypeVar("Number", bound=np.floating[Any])


def product(left: NDArray[Number], right: NDArray[Number]) -> NDArray[Number]:
    """Return the product of two matrices, by some rows of the left one after the other.

    Args:
        left: ``(n, k)``.
        right: ``(k, m)``.

    Returns:
        ``(n, m)``.
    """
    rows = max(1, ONE_THREAD // max(1, right.size))
    if rows >= len(left):
        return left @ right
    return np.concatenate(
        [left[start : start + rows] @ right for start in range(0, len(left), rows)]
    )
