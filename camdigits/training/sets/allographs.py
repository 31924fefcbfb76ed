"""Allographs: forms of digits that other people write, and MNIST, of one country, has few of.

Sevens with a bar through the stem, ones with a foot, and narrow writing whose loops nearly close
(Diem and others, "ICDAR 2013 Competition on Handwritten Digit Recognition", and Kusetogullari and
others, "ARDIS", 2019, show them).  They are made of MNIST's own digits and learnt beside those.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.ink.strokes import stroke_width_px
from camdigits.networks.mnist_form import SIDE, to_mnist_form
from camdigits.training.data.dataset import Digits

Image = NDArray[np.uint8]

GRID = 4
"""Grid points for one MNIST pixel, on which strokes are drawn."""
BARRED = 0.3
"""Sevens with a bar, to each seven."""
FOOTED = 0.15
"""Ones with a foot, to each one."""
MAX_TURN_DEG = 25
"""So far a seven that gets a bar is turned to the left at most."""
NARROW = 0.1
"""Narrow digits, to each digit that keeps its look when it is narrow."""
KEEP_THEIR_LOOK = (2, 3, 4, 5, 6, 7, 8, 9)
"""A narrow zero is a one; a narrow one is there already."""


def with_allographs(rng: np.random.Generator, digits: Digits) -> Digits:
    """Return digits, and after them some of them in forms that are rare among them.

    Args:
        rng: every choice comes from it.
        digits: in MNIST form; may lack any of the ten.

    Returns:
        About an eighth more than were given, in MNIST form.
    """
    has_ink = digits.images.any(axis=(1, 2))
    images = [digits.images]
    labels = [digits.labels]
    for change, share, which in (
        (_bar, BARRED, (7,)),
        (_foot, FOOTED, (1,)),
        (_narrow, NARROW, KEEP_THEIR_LOOK),
    ):
        places = np.flatnonzero(np.isin(digits.labels, which) & has_ink)
        for place in rng.permutation(places)[: round(share * len(places))]:
            images.append(to_mnist_form(change(rng, _enlarged(digits.images[place])))[None])
            labels.append(digits.labels[place : place + 1])
    return Digits(np.concatenate(images), np.concatenate(labels))


def _enlarged(digit: Image) -> Image:
    """Return a digit on the grid."""
    size = (SIDE * GRID, SIDE * GRID)
    return cast(Image, cv2.resize(digit, size, interpolation=cv2.INTER_CUBIC))


def _bar(rng: np.random.Generator, ink: Image) -> Image:
    """Set a seven upright, so that its roof slants, and bar its stem a little below the middle."""
    ink = _turned(ink, float(rng.uniform(0, MAX_TURN_DEG)))
    _, top, _, height = cv2.boundingRect(ink)
    row = top + round(height * float(rng.uniform(0.45, 0.68)))
    left, right = rng.uniform(0.12, 0.42, 2) * height
    return _stroke(rng, ink, row, (left, right), float(rng.normal(0, 0.15)))


def _turned(ink: Image, degrees: float) -> Image:
    """Turn it anticlockwise."""
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return cast(Image, cv2.warpAffine(ink, matrix, (width, height)))


def _foot(rng: np.random.Generator, ink: Image) -> Image:
    """Draw a line that the stem stands on."""
    _, top, _, height = cv2.boundingRect(ink)
    row = top + round(height * float(rng.uniform(0.9, 1.0)))
    left, right = rng.uniform(0.12, 0.45, 2) * height
    return _stroke(rng, ink, row, (left, right), float(rng.normal(0, 0.2)))


def _stroke(
    rng: np.random.Generator, ink: Image, row: int, reach: tuple[float, float], slope: float
) -> Image:
    """Draw a stroke across the stem in a row, from so far to the left of it to so far right."""
    row = min(row, ink.shape[0] - 1)
    while not ink[row].any():
        row -= 1
    middle = float(np.average(np.arange(ink.shape[1]), weights=ink[row]))
    (left, right), sixteenths = reach, 16
    ends = [
        (round(x * sixteenths), round((row + slope * (x - middle)) * sixteenths))
        for x in (middle - left, middle + right)
    ]
    thickness = max(1, round(stroke_width_px(ink) * float(rng.uniform(0.75, 1.1))))
    drawn = ink.copy()
    cv2.line(drawn, ends[0], ends[1], 255, thickness, cv2.LINE_AA, 4)
    return drawn


def _narrow(rng: np.random.Generator, ink: Image) -> Image:
    """Make a digit half as wide, strokes included: small loops close."""
    height, width = ink.shape
    size = (round(width * float(rng.uniform(0.3, 0.7))), height)
    return cast(Image, cv2.resize(ink, size, interpolation=cv2.INTER_AREA))
