"""How often a number is right that is as sure as its least sure part.

The least of its digits, marks and borders says which of two numbers is surer, but a number has many
parts, and all of them must be right.  What that amounts to was counted on rendered pages of nine
kinds (``tools/benchmark.py reliability``), and is told in place of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from camdigits.types import Number

LEAST = (0.0, 0.3, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Confidence of the least sure part of a number..."""
RIGHT = (0.0, 0.25, 0.5, 0.7, 0.78, 0.84, 0.9, 1.0)
"""...and the share of such numbers that are right, which never falls."""


def calibrated(numbers: tuple[Number, ...]) -> tuple[Number, ...]:
    """Return numbers with how often such ones are right for their confidence."""
    if not numbers:
        return numbers
    right = np.interp([number.confidence for number in numbers], LEAST, RIGHT).tolist()
    return tuple(replace(n, confidence=each) for n, each in zip(numbers, right, strict=True))
