"""Whole numbers: a digit that is less sure than was asked for stays in its number, as doubtful.

Left out, it would make the number another one that looks right.  What is asked for does not change
which digits make a number: asked for more, it is the same with a ``?`` for some of them, and it is
left out where there is one for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from camdigits.page.choose import Detection
from camdigits.page.written import written
from camdigits.types import Box, Digit, Number


def as_digits(detections: Sequence[Detection], min_confidence: float) -> list[Digit]:
    """Return what was detected as digits; those below the confidence asked for are doubtful."""
    return [
        Digit(d.box, d.label, d.confidence, is_doubtful=d.confidence < min_confidence)
        for d in detections
    ]


def struck_numbers(detections: Sequence[Detection], min_confidence: float) -> tuple[Number, ...]:
    """Return the numbers that were struck out, of which some digit is sure, from the top down.

    Args:
        detections: of one frame, in any order; those that were not struck out are left out.
        min_confidence: digits below are doubtful, 0 to 1.
    """
    groups: dict[Box, list[Digit]] = {}
    for each, digit in zip(detections, as_digits(detections, min_confidence), strict=True):
        if each.struck is not None:
            groups.setdefault(each.struck, []).append(digit)
    numbers = []
    for box in sorted(groups, key=lambda box: (box.y, box.x)):
        digits = tuple(sorted(groups[box], key=lambda digit: digit.box.x))
        confidence = min(digit.confidence for digit in digits)
        numbers.append(Number(written(digits, ()), box, confidence, digits))
    return tuple(n for n in numbers if not all(digit.is_doubtful for digit in n.digits))


def standing(detections: Sequence[Detection]) -> list[Detection]:
    """Return those that were not struck out."""
    return [each for each in detections if each.struck is None]


def whole_numbers(
    digits: tuple[Digit, ...], numbers: tuple[Number, ...]
) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
    """Leave out those numbers of which no digit is sure, and their digits.

    Args:
        digits: of one frame, in reading order; some may be doubtful.
        numbers: that they make.
    """
    if not any(digit.is_doubtful for digit in digits):
        return digits, numbers
    out = {id(d) for n in numbers if all(d.is_doubtful for d in n.digits) for d in n.digits}
    return (
        tuple(digit for digit in digits if id(digit) not in out),
        tuple(number for number in numbers if id(number.digits[0]) not in out),
    )


def is_reported(number: Number, min_confidence: float) -> bool:
    """Return whether a number is as sure as was asked for, or its text says where it is not."""
    return number.is_doubtful or number.confidence >= min_confidence


def asked_of_numbers(min_confidence: float, threshold: float) -> float:
    """Return the confidence that is asked of numbers whose digits are all sure enough.

    Who asks for no more than the weights do is told of doubtful numbers, too.

    Args:
        min_confidence: that was asked for, 0 to 1.
        threshold: from which on the weights call something a digit, 0 to 1.
    """
    return min_confidence if min_confidence > threshold else 0.0
