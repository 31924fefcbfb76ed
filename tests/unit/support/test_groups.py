"""What hangs together."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.support.groups import connected


@pytest.mark.parametrize(
    ("count", "pairs", "expected"),
    [
        (0, [], []),
        (1, [], [[0]]),
        (3, [], [[0], [1], [2]]),
        (4, [(0, 2), (2, 3)], [[0, 2, 3], [1]]),
        (5, [(1, 4), (0, 3)], [[0, 3], [1, 4], [2]]),
    ],
)
def test_groups_hang_together_through_others(
    count: int, pairs: list[tuple[int, int]], expected: list[list[int]]
) -> None:
    touches = np.eye(count, dtype=np.bool_)
    for one, other in pairs:
        touches[one, other] = touches[other, one] = True
    assert [group.tolist() for group in connected(touches)] == expected
