"""What stands between neighbours on a line: whether it joins them to one number or parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from camdigits.networks.line_reader import Token
from camdigits.networks.model_card import DIGITS
from camdigits.page.group import Links as TrackLinks
from camdigits.page.group import group_numbers
from camdigits.page.lines.reading import ReadRun, SeenDigit
from camdigits.page.ruling.walls import Borders
from camdigits.types import Digit

POINTS = frozenset(".,:")
"""Marks that stand within numbers."""
DASHES = frozenset("-/")
"""Marks within dates and the like, and signs in sums."""
DECIMALS = frozenset(".,")
"""Marks that stand within the numbers of sums."""
DIVIDING = DASHES | {":"}
"""Marks that are signs in sums."""
OPERATORS = frozenset("+x÷=·")
"""Signs that make a sum of what stands on a line."""
APART = OPERATORS | {"(", ")", "other", "wall"}
"""What keeps the digits at its sides apart."""

CLEAR = frozenset("+x÷=")
"""Signs that are hardly taken for anything else."""
SURELY = 0.9
"""Others part digits that stand close from this confidence on."""

SEEN = 0.5
"""A character counts from this confidence on; below, it makes what stands there doubtful."""
TIGHT = 0.6
"""Widest gap from a point to the digits at its sides, as a multiple of the digits' height."""
TIGHT_DASH = 0.45
"""The same of a hyphen or a slash."""
DASH_ROOM, CLOSE_DASH = 0.2, 0.7
"""Between digits closer than so many heights a hyphen or a slash counts from this confidence on."""
ROOM = 0.45
"""Narrowest gap that a sign stands in, as a multiple of the digits' height."""
LETTER_GAP = 0.4
"""A letter no further than this behind a digit makes a formula of the line."""
DOUBT = 0.4
"""Confidence of a number in which a digit is missing, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """What stands between two digits: whether they are of one number, by which mark, how surely."""

    is_joined: bool
    confidence: float
    mark: Token | None = None


class Links:
    """Which digits could be of one number by how they stand, and what the ruling says of them."""

    def __init__(self, digits: Sequence[Digit], borders: Borders, before: TrackLinks) -> None:
        self._places = {id(digit): place for place, digit in enumerate(digits)}
        self._borders = borders
        _, grouped = group_numbers(digits, before, borders)
        self._linked = {
            (id(left), id(right)) for number in grouped for left, right in pairwise(number.digits)
        }

    def are_linked(self, left: SeenDigit, right: SeenDigit) -> bool:
        """Return whether two digits are neighbours in a number."""
        return (id(left.digit), id(right.digit)) in self._linked

    def border(self, left: SeenDigit, right: SeenDigit) -> Joint | None:
        """Return what the ruling says of two digits, None for nothing."""
        pair = self._places[id(left.digit)], self._places[id(right.digit)]
        if self._borders.joined[pair]:
            return Joint(True, 1.0)
        return Joint(False, 1.0) if self._borders.apart[pair] else None


def is_sum_line(run: ReadRun, row: Sequence[SeenDigit], others: Sequence[Token]) -> bool:
    """Return whether an operator stands on the line, or a letter right behind a digit: 4x."""
    sure = [token for token in others if token.confidence >= SEEN]
    letters = [token for token in sure if token.name == "other"]
    return any(token.name in OPERATORS for token in sure) or any(
        token.column - seen.right > 0
        and run.heights(token.column - token.width / 2 - seen.right) <= LETTER_GAP
        for seen in row
        for token in letters
    )


def joint_of(
    run: ReadRun,
    pair: tuple[SeenDigit, SeenDigit],
    others: Sequence[Token],
    is_linked: bool,
    is_sum: bool,
) -> Joint:
    """Decide whether two digits, neighbours on a line, are of one number."""
    left, right = pair
    between = [token for token in others if left.column < token.column < right.column]
    sure = [token for token in between if token.confidence >= SEEN]
    apart = [token.confidence for token in sure if _parts(token, is_linked)]
    if apart and is_linked and run.heights(right.left - left.right) < ROOM:
        return Joint(True, 1 - max(apart))
    if apart:
        return Joint(False, max(apart) if is_linked else 1.0)
    least = SEEN if run.heights(right.left - left.right) >= DASH_ROOM else CLOSE_DASH
    marks = [
        token
        for token in sure
        if token.name in POINTS or (token.name in DASHES and token.confidence >= least)
    ]
    missing = [token for token in sure if token.name in DIGITS]
    if len(marks) == 1 and not missing and _is_within(run, pair, marks[0], is_sum):
        return Joint(True, marks[0].confidence, marks[0])
    is_point = len(marks) == 1 and marks[0].name in (DECIMALS if is_sum else POINTS)
    if is_linked and is_point and not missing:
        return Joint(True, marks[0].confidence, marks[0])
    if marks and is_linked and missing:
        return Joint(True, min(DOUBT, 1 - max(token.confidence for token in missing)))
    if marks:
        return Joint(False, max(token.confidence for token in marks) if is_linked else 1.0)
    if not is_linked:
        return Joint(False, 1.0)
    doubt = run.strongest(left.column, right.column) if _stand_apart(pair) else 0.0
    return Joint(True, min(DOUBT, 1 - doubt) if missing else 1 - doubt)


def _parts(token: Token, is_linked: bool) -> bool:
    """Return whether a character parts the digits at its sides."""
    if token.name not in APART:
        return False
    return token.name in CLEAR or not is_linked or token.confidence >= SURELY


def _stand_apart(pair: tuple[SeenDigit, SeenDigit]) -> bool:
    return all(seen.token is None or seen.is_confirmed for seen in pair)


def _is_within(run: ReadRun, pair: tuple[SeenDigit, SeenDigit], mark: Token, is_sum: bool) -> bool:
    """Return whether a mark between two digits makes them one number."""
    if is_sum and mark.name in DIVIDING:
        return False
    limit = TIGHT_DASH if mark.name in DASHES else TIGHT
    gaps = mark.column - pair[0].right, pair[1].left - mark.column
    half = mark.width / 2
    return all(run.heights(gap - half) <= limit for gap in gaps)
