"""Counts how well digits that were read match the truth of a page.

A hit has the right label, and its box overlaps the true one by an intersection over union of at
least `MIN_IOU`.  Pairs are matched greedily, best overlap first.  Truth that nobody can read
(clipped or printed digits) counts neither way, and where only a part of a picture has truth,
what was read outside that part is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from camdigits.measuring.truth import LabelledBox, Truth
from camdigits.types import Box

MIN_IOU = 0.4
"""The least overlap at which a digit that was read counts as found."""

# An unreadable digit is seldom boxed well, so less overlap takes a reading out of the count.
_MIN_IOU_IGNORED = 0.1


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one or several pages, of digits or of whole numbers; scores can be added.

    Attributes:
        truth: digits that there were to read.
        read: digits that were read, without those that count neither way.
        found: of these, how many lie on a true digit.
        hits: of these, how many have the right label.
    """

    truth: int = 0
    read: int = 0
    found: int = 0
    hits: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.truth + other.truth,
            self.read + other.read,
            self.found + other.found,
            self.hits + other.hits,
        )

    @property
    def false(self) -> int:
        """Digits that were read where there is none."""
        return self.read - self.found

    @property
    def missed(self) -> int:
        """True digits that were not found."""
        return self.truth - self.found

    @property
    def wrong(self) -> int:
        """True digits that were found and given another label."""
        return self.found - self.hits

    @property
    def mistakes(self) -> int:
        """Everything that was missed, wrong or false."""
        return self.missed + self.wrong + self.false

    @property
    def recall(self) -> float:
        """Hits among what there was to read, 0 to 1; 1 where there was nothing."""
        return self.hits / self.truth if self.truth else 1.0

    @property
    def precision(self) -> float:
        """Hits among what was read, 0 to 1; 1 where nothing was."""
        return self.hits / self.read if self.read else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision, 0 to 1; 1 for nothing read where nothing is."""
        count = self.truth + self.read
        return 2.0 * self.hits / count if count else 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """Which digits of a page were read, as places in the truth and in what was read.

    Attributes:
        pairs: (truth, read) of every true digit that was found, right label or not.
        missed: true digits that were not found.
        false: what was read where nothing is.
        ignored: what was read on unreadable digits or outside the region.
    """

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    false: tuple[int, ...]
    ignored: tuple[int, ...]


def match(truth: Truth, read: Sequence[LabelledBox]) -> Match:
    """Match what was read on one page with its truth, greedily, best overlap first."""
    inside = [j for j, (box, _) in enumerate(read) if _is_inside(box, truth.region)]
    true_boxes = [box for box, _ in truth.digits] + list(truth.ignored)
    count = len(truth.digits)
    taken: dict[int, int] = {}
    used: set[int] = set()
    overlaps = (
        (true_boxes[i].iou(read[j][0]), i, j) for i in range(len(true_boxes)) for j in inside
    )
    for overlap, i, j in sorted(overlaps, reverse=True):
        enough = MIN_IOU if i < count else _MIN_IOU_IGNORED
        if overlap >= enough and i not in taken and j not in used:
            taken[i] = j
            used.add(j)
    on_ignored = [j for i, j in taken.items() if i >= count]
    outside = set(range(len(read))) - set(inside)
    return Match(
        pairs=tuple(sorted((i, j) for i, j in taken.items() if i < count)),
        missed=tuple(i for i in range(count) if i not in taken),
        false=tuple(j for j in inside if j not in used),
        ignored=tuple(sorted(outside.union(on_ignored))),
    )


def score(truth: Truth, read: Sequence[LabelledBox]) -> Score:
    """Count one page."""
    matched = match(truth, read)
    hits = sum(truth.digits[i][1] == read[j][1] for i, j in matched.pairs)
    return Score(len(truth.digits), len(read) - len(matched.ignored), len(matched.pairs), hits)


def score_numbers(truth: Truth, numbers: Sequence[tuple[str, Box]]) -> Score:
    """Count the numbers of one page that were read whole, each text as often as it is there.

    Left out are those outside the region and those that stand on nothing but unreadable digits.

    Args:
        truth: of the page; where it names no number, nothing is counted.
        numbers: text and box of what was read.
    """
    if not truth.numbers:
        return Score()
    said = [text for text, box in numbers if is_counted(truth, box)]
    hits = (Counter(truth.numbers) & Counter(said)).total()
    return Score(len(truth.numbers), len(said), hits, hits)


def is_counted(truth: Truth, box: Box) -> bool:
    """Return whether a number counts that was read in a box; see `score_numbers`."""
    return _is_inside(box, truth.region) and not _is_unreadable(box, truth)


def total(scores: Iterable[Score]) -> Score:
    """Add pages up."""
    return sum(scores, Score())


def mean_f1(scores: Sequence[Score]) -> float:
    """Return the mean of the pages' own F1, 0 to 1; 1 where there are no pages."""
    return sum(one.f1 for one in scores) / len(scores) if scores else 1.0


def _is_unreadable(box: Box, truth: Truth) -> bool:
    """Return whether digits stand in a box, and all of them are unreadable."""
    bounds = box.x, box.y, box.right, box.bottom

    def is_within(digit: Box) -> bool:
        x, y = digit.center
        return bounds[0] <= x <= bounds[2] and bounds[1] <= y <= bounds[3]

    has_digit = any(is_within(digit) for digit, _ in truth.digits)
    return not has_digit and any(map(is_within, truth.ignored))


def _is_inside(box: Box, region: Box | None) -> bool:
    if region is None:
        return True
    x, y = box.center
    return region.x <= x <= region.right and region.y <= y <= region.bottom
