"""Finds which digits of a page were struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.segment import Candidate
from camdigits.page.struck.glance import may_be_struck
from camdigits.page.struck.rules import is_scribble, striking
from camdigits.page.struck.strokes import HEIGHT_PX, StraightStroke, straight_strokes
from camdigits.support.median import median
from camdigits.support.resample import resample
from camdigits.types import Box

HELD = 0.85
"""Share of a digit's box from which on it is in another piece of ink..."""
LARGER = 0.25
"""...that shows more than the digit if its box is so much wider or higher, in its heights..."""
LARGEST = 16.0, 4.0
"""...and no wider and no higher than this, in heights of the digit."""
SAME = 0.5
"""From this intersection over union on light ink is the ground around dark ink, or within it, and
what was read as a digit is a scribble."""
PALE = 0.7
"""Contrast of the ends of a stroke at least, as a share of that of all its ink: lines of security
paper are paler."""
ENDS = np.concatenate([np.linspace(0.01, 0.1, 10), np.linspace(0.9, 0.99, 10)])
REACH = 0.45
"""How far from the line the middle of what it strikes out is at most, in heights."""
LEVEL = 110
"""Share of ink, of 255, from which on a pixel of the reduced piece is ink."""

Places = NDArray[np.intp]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ink that hangs together, with the digits that were found in it.

    Attributes:
        candidate: the ink.
        digits: places of the digits.
        height: of a digit, in pixels of the page.
    """

    candidate: Candidate
    digits: tuple[int, ...]
    height: float

    @property
    def scale(self) -> float:
        """How many pixels of the reduced ink a pixel of the page is."""
        return HEIGHT_PX / self.height

    def ink(self) -> NDArray[np.bool_]:
        """Return its ink, at a size at which a digit is `HEIGHT_PX` high."""
        box = self.candidate.box
        size_wh = max(1, round(box.w * self.scale)), max(1, round(box.h * self.scale))
        reduced: NDArray[np.bool_] = resample(self.candidate.ink, size_wh) >= LEVEL
        return reduced

    def is_inked(self, stroke: StraightStroke, shape: tuple[int, ...]) -> bool:
        """Return whether the ends of a stroke are no paler than the ink that it runs through.

        Args:
            stroke: of the reduced ink.
            shape: of that, (height, width).
        """
        place, contrast = self.candidate.place, self.candidate.mask.contrast
        to_mask = np.array([place.w / shape[1], place.h / shape[0]])
        step = stroke.end - stroke.start
        aside = np.array([-step[1], step[0]]) * stroke.bow
        arch = (4 * ENDS * (1 - ENDS))[:, None]
        points = stroke.start + ENDS[:, None] * step + arch * aside
        # The tip of a thin stroke may be beside its middle.
        normal = np.array([-step[1], step[0]]) / np.hypot(*step)
        points = (points[None] + np.multiply.outer([-1.5, 0.0, 1.5], normal)[:, None]) * to_mask
        columns, rows = np.moveaxis(np.rint(points).astype(np.intp), -1, 0)
        columns = np.clip(columns + place.x, 0, contrast.shape[1] - 1)
        rows = np.clip(rows + place.y, 0, contrast.shape[0] - 1)
        ends = np.sort(contrast[rows, columns].max(axis=0))
        return float(ends[len(ends) // 2]) >= PALE * self.candidate.contrast


def find_struck(
    candidates: Sequence[Candidate], digits: Sequence[int], labels: Sequence[int]
) -> list[Box | None]:
    """Return for each digit the box around what was struck out with it, and the strokes.

    Args:
        candidates: of all masks of one page.
        digits: places of the digits among them.
        labels: theirs, 0 to 9.

    Returns:
        None for those that were not struck out; boxes in pixels of the page.
    """
    struck: list[Box | None] = [None] * len(digits)
    them = [candidates[place] for place in digits]
    for piece in _pieces(candidates, them):
        places = _under_strokes(piece, them, labels)
        around = piece.candidate.box
        for place in places:
            around = around.union(struck[place] or them[place].box)
        for place in places:
            struck[place] = around
    return struck


def _pieces(candidates: Sequence[Candidate], digits: Sequence[Candidate]) -> list[Piece]:
    """Return the pieces of ink that may hold a stroke through digits that were found in them."""
    wholes = {id(each.whole or each): each.whole or each for each in candidates}
    pieces = _larger([each for each in wholes.values() if each.components == 1], digits)
    held: dict[int, list[int]] = {}
    is_likely = may_be_struck(digits)
    for place, digit in enumerate(digits):
        if digit.whole is not None or is_likely[place]:
            held.setdefault(id(digit.whole or digit), []).append(place)
    if pieces and digits:
        for place, column in np.argwhere(_shows_more(digits, pieces)).tolist():
            places = held.setdefault(id(pieces[column]), [])
            if place not in places:
                places.append(place)
    return [
        Piece(wholes[key], tuple(places), median([digits[place].box.h for place in places]))
        for key, places in held.items()
    ]


def _larger(pieces: list[Candidate], digits: Sequence[Candidate]) -> list[Candidate]:
    """Return the pieces that could show more than a digit, or show light ones as dark ink."""
    if not digits or any(digit.mask.polarity == "light" for digit in digits):
        return pieces
    least_w, least_h = (min(getattr(digit.box, side) for digit in digits) for side in "wh")
    least_w, least_h = least_w + LARGER * least_h, (1 + LARGER) * least_h
    return [each for each in pieces if each.box.w >= least_w or each.box.h >= least_h]


def _shows_more(digits: Sequence[Candidate], pieces: Sequence[Candidate]) -> NDArray[np.bool_]:
    """Return which pieces show digits with more ink: a row for each digit, a column for each."""
    own = np.array([each.box.as_list() for each in digits], np.float64)
    others = np.array([each.box.as_list() for each in pieces], np.float64)
    start = np.maximum(own[:, None, :2], others[None, :, :2])
    end = np.minimum((own[:, :2] + own[:, 2:])[:, None], (others[:, :2] + others[:, 2:])[None])
    shared = np.prod(np.maximum(end - start, 0.0), axis=2)
    area, areas = np.prod(own[:, 2:], axis=1)[:, None], np.prod(others[:, 2:], axis=1)[None]
    height = own[:, 3, None]
    more = (others[None, :, 2:] - own[:, None, 2:]).max(axis=2)
    shows = (shared >= HELD * area) & (more >= LARGER * own[:, 3, None])
    shows &= (others[None, :, 2] <= LARGEST[0] * height) & (
        others[None, :, 3] <= LARGEST[1] * height
    )
    is_light = [
        np.array([each.mask.polarity == "light" for each in them]) for them in (digits, pieces)
    ]
    ground = is_light[0][:, None] & ~is_light[1][None]
    same = shared >= SAME * (area + areas - shared)
    found: NDArray[np.bool_] = np.where(np.equal.outer(*is_light), shows, ground & same)
    return found


def _under_strokes(
    piece: Piece, digits: Sequence[Candidate], labels: Sequence[int]
) -> tuple[int, ...]:
    """Return the places of the digits that the strokes of a piece strike out."""
    ink = piece.ink()
    strokes = [each for each in straight_strokes(ink) if piece.is_inked(each, ink.shape)]
    strokes = striking(strokes, [labels[place] for place in piece.digits])
    if strokes:
        return tuple(n for n, digit in enumerate(digits) if _is_under(piece, strokes, digit))
    first = digits[piece.digits[0]]
    is_whole = len(piece.digits) == 1 and first.whole is None
    is_whole &= first.box.iou(piece.candidate.box) >= SAME
    return piece.digits if is_whole and is_scribble(ink) else ()


def _is_under(piece: Piece, strokes: Sequence[StraightStroke], digit: Candidate) -> bool:
    """Return whether a stroke runs through the middle of a digit."""
    around = piece.candidate.box
    if not around.intersection(digit.box):
        return False
    middle = (np.array(digit.box.center) - (around.x, around.y)) * piece.scale
    for stroke in strokes:
        step = stroke.end - stroke.start
        length = float(np.hypot(*step))
        along = float((middle - stroke.start) @ step) / length
        aside = float((middle - stroke.start) @ np.array([-step[1], step[0]])) / length
        if 0 <= along <= length and abs(aside) <= REACH * HEIGHT_PX:
            return True
    return False
