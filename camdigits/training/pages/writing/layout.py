"""Writes numbers line by line on a sheet, as one writer would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.writing.glyphs import MARK, Glyph
from camdigits.training.pages.writing.numbers import numbers_in

Range = tuple[float, float]
Points = NDArray[np.float64]
Area = tuple[float, float, float, float]

# MNIST made digits fit a square, so flat ones are low; people write them as high as the others,
# but not wider than this many heights.
_WIDEST = 1.1


@dataclass(frozen=True, slots=True)
class Handwriting:
    """How one writer writes on one page; gaps are fractions of the digits' height.

    Attributes:
        height_px: of the digits, in pixels of the sheet.
        slant: pixels to the right for each pixel up.
        slope: pixels down for each pixel to the right, of the lines.
        word_length: least and most digits of a number.
        digit_gap: between digits of a number; below 0 their boxes overlap.
        word_gap: between numbers.
        line_gap: from one baseline to the next.
        touches: gaps are measured from ink to ink instead of from box to box.
    """

    height_px: float
    slant: float
    slope: float
    word_length: tuple[int, int]
    digit_gap: Range
    word_gap: Range
    line_gap: float
    touches: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A digit at its place: ``affine`` is ``(2, 3) float64`` from its grid to the sheet."""

    glyph: Glyph
    affine: NDArray[np.float64]

    def outline(self) -> Points:
        """Return the edge of the ink: ``(n, 2) float64``, (x, y) on the sheet."""
        return np.asarray(self.glyph.outline @ self.affine[:, :2].T + self.affine[:, 2])

    def moved(self, x: float, y: float) -> Stroke:
        """Return the digit moved on the sheet."""
        affine = self.affine.copy()
        affine[:, 2] += (x, y)
        return Stroke(self.glyph, affine)


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One text at its place.

    Attributes:
        strokes: its digits and marks, from left to right.
        text: as it was written, gaps as spaces; None for digits alone.
        before: the digit in the cell to the left of a comb, whose number goes on with this one.
    """

    strokes: tuple[Stroke, ...]
    text: str | None = None
    before: Word | None = None

    @property
    def digits(self) -> str:
        """The digits, from left to right, without the marks between them."""
        labels = (stroke.glyph.label for stroke in self.strokes)
        return "".join(str(label) for label in labels if label != MARK)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers with their marks, from left to right."""
        return numbers_in(self.digits if self.text is None else self.text)

    def outline(self) -> Points:
        """Return the edge of all its ink: ``(n, 2) float64``, (x, y) on the sheet."""
        return np.concatenate([stroke.outline() for stroke in self.strokes])

    def moved(self, x: float, y: float) -> Word:
        """Return the number moved on the sheet."""
        return replace(self, strokes=tuple(stroke.moved(x, y) for stroke in self.strokes))


def numbers_of_words(words: Sequence[Word]) -> tuple[str, ...]:
    """Return the numbers of some words; the digits of a comb that stand side by side are one."""
    numbers: list[str] = []
    last: Word | None = None
    for word in words:
        if word.before is not None and word.before is last:
            numbers[-1] += word.digits
        else:
            numbers += word.numbers
        last = word
    return tuple(numbers)


def write_lines(
    rng: np.random.Generator,
    take_glyph: Callable[[], Glyph],
    handwriting: Handwriting,
    area: Area,
    lines: list[float],
) -> Iterator[Word]:
    """Yield numbers from left to right and line by line until the lines are full.

    Args:
        rng: where chance comes from.
        take_glyph: gives the next digit to write.
        handwriting: how it is written.
        area: (left, top, right, bottom) on the sheet, in pixels; nothing is written beyond.
        lines: the baselines to write on, in pixels from the sheet's top.
    """
    left, top, right, bottom = area
    height = handwriting.height_px
    for baseline in lines:
        x = left + rng.uniform(0.0, 1.5) * height
        slope = handwriting.slope + rng.normal(0.0, 0.004)
        while True:
            length = int(rng.integers(handwriting.word_length[0], handwriting.word_length[1] + 1))
            word = write_word(rng, [take_glyph() for _ in range(length)], handwriting)
            width = float(word.outline()[:, 0].max())
            if x + width > right:
                break
            placed = word.moved(x, baseline + slope * (x - (left + right) / 2.0))
            edge = placed.outline()[:, 1]
            if edge.min() >= top and edge.max() <= bottom:
                yield placed
            x += width + rng.uniform(*handwriting.word_gap) * height


def baselines(handwriting: Handwriting, area: Area) -> list[float]:
    """Return each line's baseline that the area has room for, in pixels from the sheet's top."""
    first = area[1] + 1.15 * handwriting.height_px
    return [
        float(y) for y in np.arange(first, area[3], handwriting.line_gap * handwriting.height_px)
    ]


def write_word(rng: np.random.Generator, glyphs: list[Glyph], handwriting: Handwriting) -> Word:
    """Return a number whose ink begins at x = 0 and stands on the baseline y = 0."""
    strokes: list[Stroke] = []
    for glyph in glyphs:
        stroke = Stroke(glyph, stand(rng, glyph, handwriting))
        gap = rng.uniform(*handwriting.digit_gap) * handwriting.height_px
        if strokes:
            shift = next_x(strokes[-1].outline(), stroke.outline(), handwriting.touches) + gap
            strokes.append(stroke.moved(shift, 0.0))
        else:
            strokes.append(stroke)
    word = Word(tuple(strokes))
    return word.moved(-float(word.outline()[:, 0].min()), 0.0)


def stand(rng: np.random.Generator, glyph: Glyph, handwriting: Handwriting) -> NDArray[np.float64]:
    """Return the affine map that sets a glyph on the baseline, at about x = 0."""
    height = handwriting.height_px * (1.0 + np.clip(rng.normal(0.0, 0.05), -0.15, 0.15))
    slant = handwriting.slant + rng.normal(0.0, 0.03)
    turn = rng.normal(0.0, 0.02)
    stretch = 1.0 + np.clip(rng.normal(0.0, 0.06), -0.15, 0.15)
    shear = np.array([[stretch, -slant], [0.0, 1.0]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = rotation @ shear
    points = glyph.outline @ linear.T
    size = np.ptp(points, axis=0)
    if glyph.frame is None:
        scale = height / max(float(size[1]), float(size[0]) / _WIDEST)
        foot = float(points[:, 1].max())
    else:
        scale, foot = height / glyph.frame[1], glyph.frame[0]
    shift = -scale * np.array([points[:, 0].min(), foot])
    shift[1] += rng.normal(0.0, 0.035) * height
    return np.column_stack([scale * linear, shift])


def next_x(before: Points, after: Points, touches: bool) -> float:
    """Return how far to move a digit to the right to make it begin where the last one ends."""
    apart = float(before[:, 0].max() - after[:, 0].min())
    if not touches:
        return apart
    rows = np.round(before[:, 1]).astype(int), np.round(after[:, 1]).astype(int)
    top = min(int(rows[0].min()), int(rows[1].min()))
    count = max(int(rows[0].max()), int(rows[1].max())) - top + 1
    right, left = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(right, rows[0] - top, before[:, 0])
    np.minimum.at(left, rows[1] - top, after[:, 0])
    shift = float(np.max(right - left))
    # A high and a low mark share no row.
    return shift if np.isfinite(shift) else apart
