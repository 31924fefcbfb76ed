"""Transcript matching: a photo of digits that are known, and which of them is which.

What stands on the photo is looked for at several confidences, since handwriting that the network
does not know is read unsurely; that the count is right, line by line, says which one finds all
digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from camdigits.errors import DataError, UsageError
from camdigits.teaching.examples import Example

CONFIDENCES = (0.9, 0.7, 0.5, 0.3, 0.15)
"""Tried after the usual one; 0 to 1."""
LEAST_RIGHT = 1 / 2
"""Fewer digits read as the text says mean that the two do not belong together."""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A digit of the photo and what its owner wrote there.

    Attributes:
        example: the digit on the photo.
        label: what it is, 0 to 9.
        line: number of its line on the photo, from 1.
    """

    example: Example
    label: int
    line: int

    @property
    def is_right(self) -> bool:
        """It was read as what it is."""
        return self.example.label == self.label

    @property
    def probability(self) -> float:
        """What the classifier gives for the right label, 0 to 1."""
        return float(self.example.probabilities[self.label])


def parse_text(text: str) -> tuple[str, ...]:
    r"""Return the digits of a text line by line; spaces between them mean nothing.

    Args:
        text: digits and spaces; lines end with a newline, or with ``\n`` as it is typed.

    Raises:
        UsageError: if there is something else in it, or no digit.
    """
    lines = [line.split() for line in text.replace("\\n", "\n").splitlines()]
    joined = tuple("".join(words) for words in lines if words)
    if not joined or not all(line.isascii() and line.isdecimal() for line in joined):
        raise UsageError(f"the text {text!r} is not digits and spaces, such as '0123456789 2047'")
    return joined


def match(
    text: Sequence[str], look: Callable[[float], Sequence[Sequence[Example]]], usual: float
) -> list[Match]:
    """Say which digit of a photo is which of a text.

    Args:
        text: digits, line by line; a single line stands for any number of lines on the photo.
        look: returns the photo's digits from a confidence on, 0 to 1, line by line.
        usual: the first confidence to try.

    Returns:
        The digits in reading order; of several ways to find as many as the text has, the one of
        which most are read as the text says.

    Raises:
        DataError: if the photo has another number of digits, or plainly another text.
    """
    found = [look(confidence) for confidence in (usual, *CONFIDENCES)]
    tries = [_pair(text, lines) for lines in found if _problem(text, lines) is None]
    if not tries:
        raise DataError(f"{_problem(text, found[0])}; nothing was saved: correct the text or --roi")
    best = max(tries, key=_right)
    if _right(best) < LEAST_RIGHT * len(best):
        raise DataError(
            f"only {_right(best)} of {len(best)} digits look like the text; nothing was saved: is "
            f"it another photo, or is it turned (--rotate)?"
        )
    return best


def _problem(text: Sequence[str], lines: Sequence[Sequence[Example]]) -> str | None:
    """Return how the counts differ, None if they do not."""
    if len(text) == 1:
        count = sum(map(len, lines))
        return None if count == len(text[0]) else _differ("the photo", count, len(text[0]))
    if len(lines) != len(text):
        what = "line" if len(lines) == 1 else "lines"
        return f"the photo has {len(lines)} {what} of digits, the text {len(text)}"
    for place, (line, wanted) in enumerate(zip(lines, text, strict=True), 1):
        if len(line) != len(wanted):
            return _differ(f"line {place} of the photo", len(line), len(wanted))
    return None


def _differ(what: str, found: int, wanted: int) -> str:
    digits = "digit" if found == 1 else "digits"
    return f"{what} has {found} {digits} that can be made out, the text {wanted}"


def _pair(text: Sequence[str], lines: Sequence[Sequence[Example]]) -> list[Match]:
    labels = iter("".join(text))
    return [
        Match(example, int(next(labels)), place)
        for place, line in enumerate(lines, 1)
        for example in line
    ]


def _right(matches: Sequence[Match]) -> int:
    return sum(found.is_right for found in matches)
