"""Products of matrices are those of NumPy, whatever their size."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.support import product as module
from camdigits.support.product import product


@pytest.mark.parametrize("shape", [(0, 3, 2), (1, 1, 1), (28, 250, 250), (7, 700, 900), (5, 0, 4)])
def test_product_is_that_of_numpy(shape: tuple[int, int, int]) -> None:
    rows, common, columns = shape
    values = np.random.default_rng(1)
    left = values.integers(0, 9, (rows, common)).astype(np.float32)
    right = values.integers(0, 9, (common, columns)).astype(np.float32)

    assert np.array_equal(product(left, right), left @ right)


def test_no_part_of_a_product_is_so_large_that_it_is_shared_between_threads() -> None:
    sizes: list[int] = []

    class Noted(np.ndarray):
        def __matmul__(self, other: np.ndarray) -> np.ndarray:
            sizes.append(self.size * other.shape[1])
            return np.asarray(self) @ np.asarray(other)

    left, right = np.ones((100, 300), np.float32).view(Noted), np.ones((300, 200), np.float32)
    product(left, right)

    assert sum(sizes) == 100 * 300 * 200
    assert max(sizes) <= module.ONE_THREAD
