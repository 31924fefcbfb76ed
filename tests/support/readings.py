"""Readings and pictures with known content, without a recognizer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import Truth
from camdigits.types import Box, Digit, Number, Reading

SEVEN = Digit(Box(20, 30, 40, 60), 7, 0.9)
ONE = Digit(Box(80, 30, 12, 60), 1, 0.8)


def reading_of(*digits: Digit) -> Reading:
    """Return a reading of the picture in which each digit is a number."""
    numbers = [Number(str(d.label), d.box, d.confidence, (d,)) for d in digits]
    return Reading("", 0, 0.0, (200, 150), digits, tuple(numbers))


def picture() -> NDArray[np.uint8]:
    """Return ``(150, 200, 3) uint8``, all grey."""
    return np.full((150, 200, 3), 200, np.uint8)


def sample(truth: Truth) -> Sample:
    """Return the picture with a truth."""
    return Sample("one.png", picture(), truth)
