"""Forced alignment: which ink of a field is which digit of a text that is known to stand there.

A wrong label is worse than none, so that only fields are aligned whose ink falls apart into digits
in the same way whether the text is known or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.forms.language import ALPHABET, DIGITS, MARKS, any_of, chain
from camdigits.forms.reading.lattices import Ink, Probabilities
from camdigits.forms.reading.search import Lattice, Text
from camdigits.forms.sheet.reference import Plane

SAME = 0.7
"""Least intersection over union of two candidates that show the same digit."""
LEAST_DIGIT = 0.7
"""Least probability that each piece of ink is a digit at all, whichever."""
MARGIN = 0.5
"""Pixels kept around a digit on each side, as a share of its longer side."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownDigit:
    """A digit of a field, and what it is.

    Attributes:
        label: what it is, 0 to 9.
        crop: ``(28, 28) uint8`` in MNIST form, as the classifier saw it.
        around: ``(h, w, 3) uint8`` BGR, upright, without the form's print.
        probabilities: ``(10,)``, what reading says of it.
    """

    label: int
    crop: NDArray[np.uint8]
    around: NDArray[np.uint8]
    probabilities: Probabilities


def aligned(lattice: Lattice, inks: Sequence[Ink], text: str) -> list[tuple[int, int]]:
    """Return which candidate of a field is which digit of its text, from left to right.

    Args:
        lattice: what may stand in the field.
        inks: the candidates that it was made of.
        text: that stands there; its marks may stand anywhere, as they are missed often.

    Returns:
        Pairs of a candidate's place and what it is; none where that is not certain: where what
        the ink says by itself has digits elsewhere, where one hardly looks like a digit, or where
        more than half of them are others.
    """
    labels = [int(character) for character in text if character in DIGITS]
    if not labels or not set(text) <= ALPHABET:
        return []
    marks = any_of(MARKS, 0, None)
    parts = [part for label in labels for part in (any_of(frozenset(str(label))), marks)]
    free, forced = next(lattice.texts(), None), next(lattice.texts([chain(marks, *parts)]), None)
    if free is None or forced is None:
        return []
    told, places = _digits_of(free), _digits_of(forced)
    if len(told) != len(labels) or not all(
        inks[one].box.iou(inks[other].box) >= SAME for one, other in zip(told, places, strict=True)
    ):
        return []
    # The candidate that was read, whatever is said of it, so that a later word on it replaces this.
    if any(float(inks[place].probabilities.sum()) < LEAST_DIGIT for place in told):
        return []
    pairs = list(zip(told, labels, strict=True))
    right = sum(int(inks[place].probabilities.argmax()) == label for place, label in pairs)
    return pairs if right >= len(pairs) // 2 else []


def known(plane: Plane, ink: Ink, label: int) -> KnownDigit:
    """Return a candidate as a digit that is known.

    Args:
        plane: ``(height, width) uint8``, the mosaic.
        ink: the candidate.
        label: what it is, 0 to 9.
    """
    box = ink.box
    margin = round(MARGIN * max(box.w, box.h))
    top, left = max(0, box.y - margin), max(0, box.x - margin)
    around = plane[top : box.bottom + margin, left : box.right + margin]
    picture = np.asarray(cv2.cvtColor(around, cv2.COLOR_GRAY2BGR), np.uint8)
    return KnownDigit(label, ink.crop, picture, ink.probabilities)


def _digits_of(text: Text) -> list[int]:
    return [arc.ink for arc in text.arcs if arc.ink is not None]
