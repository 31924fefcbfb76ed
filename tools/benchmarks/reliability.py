"""Counts how often numbers are right that are said with a confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from camdigits.measuring.pages import Sample
from camdigits.measuring.scoring import is_counted
from camdigits.types import Number

if TYPE_CHECKING:
    from camdigits.measuring.pages import Read

EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Of the bins of confidence."""
SURE = 0.9
"""What is said with this confidence or more is counted by itself."""
HEADER = (
    "| set | numbers said |"
    + "".join(f" {low:g}-{high:g} |" for low, high in pairwise(EDGES))
    + f" {SURE:g} or more: said | right |\n|---|---:|{'---:|' * (len(EDGES) + 1)}"
)
Said = list[tuple[float, bool]]
"""Confidence of each number, and whether the page has it whole."""


def said(read: Read, samples: Iterable[Sample]) -> Said:
    """Read pictures whose numbers are known, and return what is said of them."""
    found: Said = []
    for sample in samples:
        if sample.truth.numbers:
            numbers = [n for n in read(sample.image).numbers if is_counted(sample.truth, n.box)]
            found += judged(numbers, sample.truth.numbers)
    return found


def judged(numbers: Sequence[Number], texts: Sequence[str]) -> Said:
    """Return which numbers of a page are among those that are written there, the surest first."""
    left = Counter(texts)
    found: Said = []
    for number in sorted(numbers, key=lambda number: -number.confidence):
        is_right = left[number.text] > 0
        left[number.text] -= is_right
        found.append((number.confidence, is_right))
    return found


def table_row(name: str, found: Said) -> str:
    """Return a set's line of the table that `HEADER` begins; cells are shares right."""
    cells = [name, str(len(found))]
    for low, high in pairwise(EDGES):
        last = high == EDGES[-1]
        right = [is_right for sure, is_right in found if low <= sure and (sure < high or last)]
        cells.append(f"{sum(right) / len(right):.2f} of {len(right)}" if right else "")
    sure = [is_right for confidence, is_right in found if confidence >= SURE]
    cells += [str(len(sure)), f"{sum(sure) / len(sure):.3f}" if sure else ""]
    return f"| {' | '.join(cells)} |"
