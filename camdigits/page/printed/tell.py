"""Tells which numbers are printed: what the print detector says of digits, taken together.

All digits of a number are of one kind, and so is most of what stands on a page in one height.
Whatever is in doubt counts as written by hand: a number that is left out is worse than print that
is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camdigits.support.median import median
from camdigits.types import Digit, Number, Sign, Writing

CERTAIN = 6.0
"""Log-odds that no single digit goes beyond."""
OTHERS_WEIGHT = 1.25
"""What the other numbers of a page say of one, against its own digits..."""
REACH = 3.0
"""...none of them more than this, in log-odds..."""
ALIKE = 0.25
"""...and the less the more they differ in height, by the logarithm of its ratio: what is printed on
a form is of one height, and what is written into it of another."""
ALONE = 4
"""So many others that say nothing are there always: a few others have less of a say than many."""

Evidence = Mapping[int, float]
"""Log-odds that a digit is printed, by its `id` or track."""


def log_odds(probabilities: NDArray[np.float32]) -> list[float]:
    """Return probabilities as log-odds, none beyond `CERTAIN` either way."""
    least = 1 / (1 + math.exp(CERTAIN))
    p = np.clip(probabilities.astype(np.float64), least, 1 - least)
    odds: list[float] = np.log(p / (1 - p)).tolist()
    return odds


def printed_numbers(
    numbers: Sequence[Sequence[float]], heights_px: Sequence[float], threshold: float
) -> list[bool]:
    """Return for each number whether it is printed.

    Args:
        numbers: the log-odds of its digits that they are, of all numbers of a page.
        heights_px: usual height of the digits of each number, above 0.
        threshold: probability, 0 to 1, from which a number is printed.
    """
    if not numbers:
        return []
    own = np.array([sum(digits) / len(digits) for digits in numbers])
    sizes = np.log(np.array(heights_px, np.float64))
    alike = np.exp(-(((sizes[:, None] - sizes) / ALIKE) ** 2))
    np.fill_diagonal(alike, 0)
    others = alike @ np.clip(own, -REACH, REACH) / (alike.sum(axis=1) + ALONE)
    is_printed = own + OTHERS_WEIGHT * others >= math.log(threshold / (1 - threshold))
    return [bool(flag) for flag in is_printed]


def told(
    digits: tuple[Digit, ...],
    numbers: tuple[Number, ...],
    evidence: Evidence,
    threshold: float,
) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
    """Return the same digits and numbers, those that are printed told as such.

    Args:
        digits: in reading order.
        numbers: that they make.
        evidence: by the `id` of each digit of a number; what is not there is not known.
        threshold: as of `printed_numbers`.
    """
    known = [[evidence.get(id(digit), 0.0) for digit in number.digits] for number in numbers]
    heights_px = [median([digit.box.h for digit in number.digits]) for number in numbers]
    flags = printed_numbers(known, heights_px, threshold)
    if not any(flags):
        return digits, numbers
    printed = {
        id(digit): replace(digit, writing="print")
        for number, is_printed in zip(numbers, flags, strict=True)
        if is_printed
        for digit in number.digits
    }
    return tuple(printed.get(id(digit), digit) for digit in digits), tuple(
        replace(number, digits=tuple(printed[id(digit)] for digit in number.digits))
        if is_printed
        else number
        for number, is_printed in zip(numbers, flags, strict=True)
    )


def only(
    wanted: Writing | None, digits: tuple[Digit, ...], numbers: tuple[Number, ...]
) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
    """Leave out the digits and numbers of the other kind; None leaves out none."""
    if wanted is None:
        return digits, numbers
    return (
        tuple(digit for digit in digits if digit.writing == wanted),
        tuple(number for number in numbers if number.writing == wanted),
    )


def only_signs(
    wanted: Writing | None, signs: Iterable[Sign], digits: Sequence[Digit]
) -> tuple[Sign, ...]:
    """Leave out the signs whose nearest digit is of the other kind; None leaves out none."""
    if wanted is None or not digits:
        return tuple(signs)

    def nearest(sign: Sign) -> Digit:
        x, y = sign.box.center
        return min(digits, key=lambda digit: math.dist((x, y), digit.box.center))

    return tuple(sign for sign in signs if nearest(sign).writing == wanted)
