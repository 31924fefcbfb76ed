"""Strips of rendered lines, cut as reading cuts them, with the characters that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.networks.line_strips import (
    DIGIT_PX,
    WINDOW,
    Line,
    cut_strip,
    line_of,
    stack_windows,
    windows_of,
)
from camdigits.networks.model_card import CHARACTERS
from camdigits.page.group import group_runs
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import Page, render_page
from camdigits.training.progress import Progress
from camdigits.types import Box, Digit

FRAME_PX = 2
"""Columns of a strip to each frame of the network's output."""
FRAMES = WINDOW // FRAME_PX
MOST = 32
"""Characters of a window at most."""
BLANK, UNCLEAR = CHARACTERS.index("blank"), -1
OTHER, WALL = CHARACTERS.index("other"), CHARACTERS.index("wall")

VARIANTS = 2
"""How often each line is cut, each time with other boxes."""
MISSED, TAKEN = 0.06, 0.3
"""Share of digits that reading misses, and of signs that it takes for digits, about."""
MIN_CONTRAST = 5.0, 0.08
"""Grey levels, and share of the ground's, that ink differs by where reading finds it, about."""
_LIKE_DIGITS = frozenset("+x/()")
_SAME = {"*": "x", "[": "(", "]": ")", "X": "x"}
# How far from the line's middle a character may stand, in digit heights.
_MAX_RISE = {"-": 0.4, "=": 0.45, ".": 0.85, ",": 0.95, ":": 0.45, "·": 0.4, "÷": 0.4}
_ANY_RISE = 0.55

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """Windows of strips with their characters.

    Attributes:
        images: ``(n, 32, 160) uint8``; see `camdigits.networks.line_strips`.
        texts: ``(n, 32) int8``, places in `CHARACTERS` from left to right, then `UNCLEAR`.
        frames: ``(n, 80) int8``, the character that each frame shows, `BLANK` between them,
            `UNCLEAR` at their sides.
    """

    images: Image
    texts: NDArray[np.int8]
    frames: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.images)

    @classmethod
    def joined(cls, parts: Sequence[Strips]) -> Strips:
        """Return all windows of some sets."""
        names = ("images", "texts", "frames")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True, slots=True)
class Character:
    """A character in a strip: its place in `CHARACTERS`, its middle and width in columns."""

    code: int
    middle: float
    width: float


def render_strips(
    digits: Digits, plan: Sequence[tuple[str, tuple[int, int]]], seed: int, progress: Progress
) -> Strips:
    """Render pages and cut their lines out.

    The same digits, plan and seed give the same strips.

    Args:
        digits: what is written on the pages.
        plan: kind and (width, height) of each page.
        seed: where chance comes from.
        progress: told after every page.
    """

    def look(number: int) -> Strips:
        rng = np.random.default_rng([seed, number])
        page = render_page(rng, digits.images, digits.labels, *plan[number])
        return strips_of(rng, page)

    parts = [_none()]
    with ThreadPoolExecutor(max_workers=2) as workers:  # OpenCV and NumPy let go of the lock
        for done, part in enumerate(workers.map(look, range(len(plan))), start=1):
            parts.append(part)
            progress.prepare(done, len(plan))
    return Strips.joined(parts)


def _none() -> Strips:
    return Strips(
        np.zeros((0, 32, WINDOW), np.uint8),
        np.zeros((0, MOST), np.int8),
        np.zeros((0, FRAMES), np.int8),
    )


def strips_of(rng: np.random.Generator, page: Page) -> Strips:
    """Return windows on the lines of a page, as a reading that errs here and there cuts them."""
    plane = np.asarray(cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY), np.uint8)
    seen = [box for box, _ in page.digits if is_seen(plane, box)]
    parts = [_none()]
    for _ in range(VARIANTS):
        for run in group_runs(_as_read(rng, page, seen)):
            boxes = [digit.box for digit in run]
            line = line_of(boxes)
            strip = cut_strip(plane, line, boxes)
            parts.append(_windows(strip, characters_on(line, page)))
    return Strips.joined(parts)


def is_seen(plane: Image, box: Box) -> bool:
    """Return whether a digit differs from its ground as much as those that reading finds.

    Args:
        plane: ``(height, width) uint8``.
        box: the digit's.
    """
    blurred = cv2.GaussianBlur(
        plane[box.y : box.bottom, box.x : box.right], (0, 0), max(0.5, box.h / 30)
    )
    dark, ground, light = np.percentile(blurred, (8, 50, 92))
    least, share = MIN_CONTRAST
    return bool(max(ground - dark, light - ground) >= max(least, share * ground))


def _as_read(rng: np.random.Generator, page: Page, seen: Sequence[Box]) -> list[Digit]:
    """Return the digits about as reading finds them: boxes shift, some are missed or wrong."""
    boxes = [box for box in seen if rng.random() >= MISSED]
    boxes += [box for box, sign in page.marks if sign in _LIKE_DIGITS and rng.random() < TAKEN]
    bounds = Box(0, 0, page.image.shape[1], page.image.shape[0])
    digits = []
    for box in boxes:
        shift = rng.normal(0.0, 0.03, 4) * box.h
        x, y = round(box.x + shift[0]), round(box.y + shift[1])
        w, h = max(1, round(box.w + shift[2])), max(1, round(box.h + shift[3]))
        digits.append(Digit(Box(x, y, w, h).clipped(bounds), 0, 1.0))
    return digits


def characters_on(line: Line, page: Page) -> list[Character]:
    """Return what stands in the strip along a line, from left to right."""
    found: list[Character] = []
    for box, name in [*((box, str(label)) for box, label in page.digits), *page.marks]:
        x, y = box.center
        name = _SAME.get(name, name)
        limit = _MAX_RISE.get(name, _ANY_RISE)
        low, high = line.column(box.x), line.column(box.right)
        if abs(line.rise(x, y)) > limit or high < 2 or low > line.width - 2:
            continue
        code = CHARACTERS.index(name) if name in CHARACTERS else OTHER
        if code != OTHER and not 0 <= (low + high) / 2 < line.width:
            continue
        low, high = max(low, 0.0), min(high, float(line.width))
        found.append(Character(code, (low + high) / 2, high - low))
    found += [Character(WALL, at, 2.0) for at in _walls(line, page.walls)]
    return sorted(found, key=lambda character: character.middle)


def _walls(line: Line, walls: NDArray[np.float64]) -> list[float]:
    """Return the columns in which lines of tables cross a strip from top to bottom."""
    columns = []
    for (x, y), (end_x, end_y) in walls:
        above, below = sorted([(line.rise(x, y), x), (line.rise(end_x, end_y), end_x)])
        if above[0] > -0.4 or below[0] < 0.4 or abs(end_x - x) > abs(end_y - y):
            continue
        share = -above[0] / (below[0] - above[0])
        column = line.column(above[1] + share * (below[1] - above[1]))
        if 1 <= column < line.width - 1:
            columns.append(column)
    return columns


def _windows(strip: Image, characters: Sequence[Character]) -> Strips:
    images = stack_windows([strip])
    texts = np.full((len(images), MOST), UNCLEAR, np.int8)
    frames = np.full((len(images), FRAMES), BLANK, np.int8)
    for row, start in enumerate(windows_of(strip.shape[1])):
        inside = [
            Character(each.code, each.middle - start, each.width)
            for each in characters
            if start <= each.middle < start + WINDOW
        ]
        # A letter after a letter is the same piece of writing.
        codes = [each.code for each in inside]
        codes = [
            code
            for place, code in enumerate(codes)
            if code != OTHER or place == 0 or codes[place - 1] != OTHER
        ]
        texts[row, : len(codes)] = codes[:MOST]
        _mark(frames[row], inside)
    return Strips(images, texts, frames)


def _mark(frames: NDArray[np.int8], characters: Sequence[Character]) -> None:
    """Write into frames, in place, which character each shows."""
    for each in characters:
        _fill(frames, each.middle, max(0.35 * each.width, 0.06 * DIGIT_PX), UNCLEAR)
    for each in characters:
        share = 0.42 if each.code == OTHER else 0.15
        _fill(frames, each.middle, share * each.width, each.code)


def _fill(frames: NDArray[np.int8], middle: float, half: float, code: int) -> None:
    """Fill the frames that a span covers, at least that in its middle."""
    first, last = round((middle - half) / FRAME_PX - 0.5), round((middle + half) / FRAME_PX - 0.5)
    frames[max(0, first) : max(0, last) + 1] = code
