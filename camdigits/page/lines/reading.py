"""Lines read as a sequence, beside the digits that were found on them.

Each run of digits is cut out as a strip, and the line reader says what it sees there.  Its
characters are matched to the digits by where they stand; what matches none is a mark, a sign, a
wall, or a digit that was not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.line_reader import FRAME_PX, LineReader, LineText, Token
from camdigits.networks.line_strips import DIGIT_PX, STRIP_HEIGHT, Line, cut_strip, line_of
from camdigits.networks.model_card import CHARACTERS, DIGITS
from camdigits.page.group import group_runs
from camdigits.types import Box, Digit

Plane = NDArray[np.uint8]

NEAR_PX = 3.0
"""A character this near to a digit's middle is that digit, however narrow it is; in columns."""
INK_LEVEL = 120
"""Value in a strip from which on a pixel belongs to a mark."""
MARK_REACH_PX = 12
"""How far from its middle a mark's ink may reach to either side, in columns."""

_BLANK = CHARACTERS.index("blank")


@dataclass(frozen=True, slots=True, eq=False)
class SeenDigit:
    """A digit that was found, and what the line reader sees in its place.

    Attributes:
        digit: as it was found.
        left: of its box, in columns of the strip.
        right: likewise.
        token: what the line reader sees there; None where it sees nothing.
        agreement: probability that the line reader gives its label, 0 to 1.
        rivals: what else it sees within the box, where no other digit was found.
    """

    digit: Digit
    left: float
    right: float
    token: Token | None
    agreement: float
    rivals: tuple[Token, ...] = ()

    @property
    def column(self) -> float:
        """Its middle, in columns of the strip."""
        return (self.left + self.right) / 2

    @property
    def is_confirmed(self) -> bool:
        """Whether the line reader sees the same digit."""
        return self.token is not None and self.token.name == str(self.digit.label)


@dataclass(frozen=True, slots=True, eq=False)
class ReadRun:
    """A run of digits as it was found and as it was read.

    Attributes:
        line: on which it stands.
        strip: ``(32, width) uint8``; see `camdigits.networks.line_strips`.
        digits: from left to right.
        others: characters in whose place no digit was found, from left to right.
        frames: ``(n, 25)``, the probability of every character in every frame.
        bounds: of the picture.
    """

    line: Line
    strip: Plane
    digits: tuple[SeenDigit, ...]
    others: tuple[Token, ...]
    frames: NDArray[np.float32]
    bounds: Box

    def heights(self, columns: float) -> float:
        """Return a distance in columns as a multiple of the digits' height."""
        return columns / DIGIT_PX

    def strongest(self, left: float, right: float) -> float:
        """Return how probable a mark, a sign or a wall is at most between two columns, 0 to 1."""
        first, last = int(left / FRAME_PX), int(np.ceil(right / FRAME_PX))
        between = self.frames[max(0, first) : last, len(DIGITS) : _BLANK]
        return float(between.sum(axis=1).max(initial=0.0))

    def box_of(self, token: Token) -> Box:
        """Return the box of a character's ink, in pixels of the picture."""
        middle = min(max(0, int(token.column)), self.strip.shape[1] - 1)
        left, right = self._extent(middle)
        ink = (self.strip[:, left : right + 1] >= INK_LEVEL).any(axis=1)
        rows = np.flatnonzero(ink) if ink.any() else np.array([0, STRIP_HEIGHT - 1])
        x, end = self.line.x(left), self.line.x(right + 1)
        middle_y = float(self.line.middle(np.array((x + end) / 2)))
        top, bottom = (
            middle_y + (row - STRIP_HEIGHT / 2) / self.line.scale
            for row in (int(rows[0]), int(rows[-1]) + 1)
        )
        left_px = min(max(0, round(x)), self.bounds.right - 1)
        top_px = min(max(0, round(top)), self.bounds.bottom - 1)
        right_px = min(max(left_px + 1, round(end)), self.bounds.right)
        bottom_px = min(max(top_px + 1, round(bottom)), self.bounds.bottom)
        return Box(left_px, top_px, right_px - left_px, bottom_px - top_px)

    def is_inked(self, left: float, right: float) -> bool:
        """Return whether ink leads from one column to another without a gap."""
        columns = self.strip[:, max(0, int(left)) : max(1, int(np.ceil(right)))]
        return bool(columns.size and (columns >= INK_LEVEL).any(axis=0).all())

    def _extent(self, middle: int) -> tuple[int, int]:
        """Return the first and the last column of the ink around one."""
        ink = np.asarray((self.strip >= INK_LEVEL).any(axis=0), np.bool_)
        for seen in self.digits:
            if not seen.left <= middle <= seen.right:
                ink[max(0, int(seen.left)) : int(seen.right) + 1] = False
        near = [at for at in range(middle - 3, middle + 4) if 0 <= at < len(ink) and ink[at]]
        start = min(near, key=lambda at: abs(at - middle), default=middle)
        left = right = start
        while left > max(0, middle - MARK_REACH_PX) and ink[left - 1]:
            left -= 1
        while right < min(len(ink) - 1, middle + MARK_REACH_PX) and ink[right + 1]:
            right += 1
        return left, right


def read_runs(
    plane: Plane, digits: Sequence[Digit], reader: LineReader, struck: Sequence[Box] = ()
) -> list[ReadRun]:
    """Read the lines that digits stand on.

    Args:
        plane: ``(height, width) uint8``, brightness of the picture.
        digits: that were found on it, boxes in its pixels; may be empty.
        reader: looks at all lines at once.
        struck: boxes in which characters are passed over.

    Returns:
        The runs in reading order.
    """
    runs = group_runs(digits)
    lines, strips = [], []
    for run in runs:
        boxes = [digit.box for digit in run]
        lines.append(line_of(boxes))
        strips.append(cut_strip(plane, lines[-1], boxes))
    texts = reader(strips) if strips else []
    bounds = Box(0, 0, plane.shape[1], plane.shape[0])
    return [
        align(run, line, strip, _within(text, line, bounds, struck), bounds)
        for run, line, strip, text in zip(runs, lines, strips, texts, strict=True)
    ]


def _within(text: LineText, line: Line, bounds: Box, struck: Sequence[Box]) -> LineText:
    """Leave out characters beyond the edges of the picture, where a strip goes on as they are.

    What is struck out is left out as well.
    """
    x = np.array([line.x(token.column) for token in text.tokens])
    y = line.middle(x)
    is_within = (x >= 0) & (x < bounds.right) & (y >= 0) & (y < bounds.bottom)
    for box in struck:
        is_within &= (x < box.x) | (x >= box.right) | (y < box.y) | (y >= box.bottom)
    kept = (token for token, is_in in zip(text.tokens, is_within.tolist(), strict=True) if is_in)
    return replace(text, tokens=tuple(kept))


def align(run: Sequence[Digit], line: Line, strip: Plane, text: LineText, bounds: Box) -> ReadRun:
    """Match what the line reader sees to the digits that were found.

    Args:
        run: the digits from left to right.
        line: on which they stand.
        strip: along the line.
        text: what the line reader sees there.
        bounds: of the picture.
    """
    spans = [(line.column(digit.box.x), line.column(digit.box.right)) for digit in run]
    pairs = sorted(
        (abs(token.column - (left + right) / 2) + (0 if token.name in DIGITS else 2), place, n)
        for place, (left, right) in enumerate(spans)
        for n, token in enumerate(text.tokens)
        if _is_on(token, (left, right))
    )
    matched: dict[int, int] = {}
    for _, place, n in pairs:
        if place not in matched and n not in matched.values():
            matched[place] = n
    rest = tuple(token for n, token in enumerate(text.tokens) if n not in matched.values())
    seen = tuple(
        SeenDigit(
            digit,
            *span,
            text.tokens[matched[place]] if place in matched else None,
            _agreement(text.frames, span, digit.label),
            tuple(token for token in rest if _is_on(token, span)),
        )
        for place, (digit, span) in enumerate(zip(run, spans, strict=True))
    )
    return ReadRun(line, strip, seen, rest, text.frames, bounds)


def _is_on(token: Token, span: tuple[float, float]) -> bool:
    """Return whether a character stands within the columns of a digit, however narrow it is."""
    return abs(token.column - sum(span) / 2) <= max((span[1] - span[0]) / 2, NEAR_PX)


def _agreement(frames: NDArray[np.float32], span: tuple[float, float], label: int) -> float:
    first, last = int(span[0] / FRAME_PX), int(np.ceil(span[1] / FRAME_PX))
    return float(frames[max(0, first) : max(last, first + 1), label].max(initial=0.0))
