"""How far two sequences are apart."""

from __future__ import annotations

from collections.abc import Sequence


def edit_distance(one: Sequence[object], other: Sequence[object]) -> int:
    """Return the least number of insertions, deletions and replacements (Levenshtein, 1966)."""
    before = list(range(len(other) + 1))
    for row, item in enumerate(one, start=1):
        now = [row]
        for column, like in enumerate(other, start=1):
            change = before[column - 1] + (item != like)
            now.append(min(before[column] + 1, now[-1] + 1, change))
        before = now
    return before[-1]
