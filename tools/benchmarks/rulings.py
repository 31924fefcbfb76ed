"""Renders combs, tables and grids of single digits, ruled and filled in many ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import LabelledBox, Truth
from camdigits.types import Box

FINE = 4
"""Pages are drawn so many times as large as they are photographed: lines of half a pixel."""
PAPER_WH = (900, 640)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Digits:
    """What is written: ``(n, 28, 28) uint8`` in MNIST form, and ``(n,)`` labels."""

    images: NDArray[np.uint8]
    labels: NDArray[np.integer]


@dataclass(slots=True)
class Paper:
    """A page while it is drawn; lengths are pixels of the photo.

    Attributes:
        height: of a digit.
        line: thickness of its lines.
        wobble: of lines drawn by hand; 0 for printed ones.
        ink: how dark what is written is, 0 to 1.
        grey: how dark its lines are, 0 to 1.
    """

    rng: np.random.Generator
    digits: Digits
    height: float
    line: float
    wobble: float
    ink: float
    grey: float
    cover: NDArray[np.uint8] = field(init=False)
    lines: NDArray[np.uint8] = field(init=False)
    boxes: list[tuple[Values, int]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        size = PAPER_WH[1] * FINE, PAPER_WH[0] * FINE
        self.cover, self.lines = np.zeros(size, np.uint8), np.zeros(size, np.uint8)

    def draw(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line, straight or by hand."""
        along = np.linspace(0.0, 1.0, 9)[:, None]
        points = np.array(start) + along * (np.array(end) - np.array(start))
        points += self.wobble * self.rng.normal(0.0, 1.0, points.shape)
        fine = np.rint(points * FINE * 8).astype(np.int32)[:, None]
        width = max(1, round(self.line * FINE))
        cv2.polylines(self.lines, [fine], False, 255, width, cv2.LINE_AA, 3)

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw the four edges of a cell."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            self.draw(start, end)

    def write(self, middle: tuple[float, float], room: float, count: int = 1) -> str:
        """Write digits side by side around a place, within a width, and return their text."""
        picked = self.rng.integers(len(self.digits.images), size=count)
        height = self.height * self.rng.uniform(0.88, 1.08)
        crops = [self._crop(int(place), height) for place in picked]
        gap = 0.14 * height * FINE
        width = sum(crop.shape[1] for crop in crops) + gap * (count - 1)
        squeeze = min(1.0, room * FINE / width)
        x, y = middle[0] * FINE - squeeze * width / 2, middle[1] * FINE
        for crop, place in zip(crops, picked.tolist(), strict=True):
            size_wh = max(2, round(crop.shape[1] * squeeze)), max(2, round(crop.shape[0] * squeeze))
            ink = cv2.resize(crop, size_wh, interpolation=cv2.INTER_AREA)
            left, top = round(x), round(y - size_wh[1] / 2)
            there = self.cover[top : top + size_wh[1], left : left + size_wh[0]]
            np.maximum(there, ink[: there.shape[0], : there.shape[1]], out=there)
            corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(size_wh)
            label = int(self.digits.labels[place])
            self.boxes.append(((corners + np.array([left, top])) / FINE, label))
            x += squeeze * (crop.shape[1] + gap)
        return "".join(str(int(self.digits.labels[place])) for place in picked)

    def _crop(self, place: int, height: float) -> NDArray[np.uint8]:
        image = self.digits.images[place]
        rows, columns = np.flatnonzero((image > 60).any(1)), np.flatnonzero((image > 60).any(0))
        ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        factor = height * FINE / max(len(rows), 0.6 * len(columns))
        size_wh = max(3, round(ink.shape[1] * factor)), max(3, round(ink.shape[0] * factor))
        large = cv2.resize(ink, size_wh, interpolation=cv2.INTER_CUBIC)
        return np.where(large > 105, 255, 0).astype(np.uint8)


def render_ruling(rng: np.random.Generator, digits: Digits, kind: str, name: str) -> Sample:
    """Render one page of `RULINGS`; the same generator state and digits give the same page."""
    height = float(np.exp(rng.uniform(np.log(20), np.log(44))))
    by_hand = kind == "tables" and rng.random() < 0.35
    paper = Paper(
        rng=rng,
        digits=digits,
        height=height,
        line=max(1.2, rng.uniform(0.04, 0.09) * height) if by_hand else rng.uniform(0.5, 4.0),
        wobble=0.02 * height if by_hand else 0.0,
        ink=rng.uniform(0.6, 0.92),
        grey=rng.uniform(0.55, 0.9) if by_hand else rng.uniform(0.22, 0.95),
    )
    RULINGS[kind](paper)
    return _photograph(paper, name)


def _combs(paper: Paper) -> None:
    """Draw one to three strips of boxes, a digit each, the last ones now and then empty."""
    rng, h = paper.rng, paper.height
    form = rng.choice(["joined", "joined", "apart", "ticks"])
    pitch, tall = h * rng.uniform(1.0, 1.8), h * rng.uniform(1.3, 2.0)
    inset = rng.uniform(0.04, 0.16) * pitch if form == "apart" else 0.0
    y = 60 + rng.uniform(0.0, 60.0)
    for _ in range(int(rng.integers(1, 4))):
        most = int((PAPER_WH[0] - 130) // pitch)
        count = min(most, int(rng.choice([4, 6, 8, 8, 8, 10])))
        filled = count - (int(rng.integers(1, 3)) if rng.random() < 0.3 else 0)
        x = 50 + rng.uniform(0.0, max(1.0, PAPER_WH[0] - 120 - count * pitch))
        _strip(paper, form, (x, y), (pitch, tall), count, inset)
        room = pitch - 2 * inset - 0.14 * h
        text = ""
        for cell in range(filled):
            off = rng.normal(0.0, 0.05, 2) * h
            middle = x + (cell + 0.5) * pitch + off[0], y + tall / 2 + off[1]
            text += paper.write(middle, room)
        paper.numbers.append(text)
        y += tall + h * rng.uniform(1.0, 2.5)
        if y + tall > PAPER_WH[1] - 60:
            break


def _strip(
    paper: Paper,
    form: str,
    corner: tuple[float, float],
    cell: tuple[float, float],
    count: int,
    inset: float,
) -> None:
    (x, y), (pitch, tall) = corner, cell
    right, bottom = x + count * pitch, y + tall
    if form == "apart":
        for n in range(count):
            paper.box(x + n * pitch + inset, y, x + (n + 1) * pitch - inset, bottom)
        return
    paper.draw((x, bottom), (right, bottom))
    tick = bottom - paper.height * paper.rng.uniform(0.25, 0.5) if form == "ticks" else y
    if form == "joined":
        paper.draw((x, y), (right, y))
    for n in range(count + 1):
        paper.draw((x + n * pitch, tick), (x + n * pitch, bottom))


def _tables(paper: Paper) -> None:
    """Draw a table of narrow cells with one to three digits each, or single boxes apart."""
    rng, h = paper.rng, paper.height
    if rng.random() < 0.2:
        _boxes(paper)
        return
    digits_of = rng.choice([1, 2, 2, 3], size=int(rng.integers(2, 8)))
    if digits_of.max() == 1:
        digits_of[int(rng.integers(len(digits_of)))] = 2
    widths = h * (0.35 + digits_of * rng.uniform(0.75, 1.0))
    edges = 50 + np.concatenate([[0.0], np.cumsum(widths)])
    edges = edges[edges < PAPER_WH[0] - 60]
    tall, y = h * rng.uniform(1.35, 2.0), 60.0
    rows = min(int(rng.integers(2, 7)), int((PAPER_WH[1] - 130) // tall))
    form = rng.choice(["all", "all", "open", "columns"])
    ends = slice(1, -1) if form == "open" and len(edges) > 2 else slice(None)
    for edge in edges[ends]:
        paper.draw((edge, y), (edge, y + rows * tall))
    for row in range(rows + 1) if form != "columns" else ():
        paper.draw((edges[0], y + row * tall), (edges[-1], y + row * tall))
    for row in range(rows):
        for column, wide in enumerate(np.diff(edges).tolist()):
            if rng.random() < 0.12:
                continue
            most = int(digits_of[column])
            count = most if rng.random() < 0.7 else int(rng.integers(1, most + 1))
            off = rng.normal(0.0, 0.05, 2) * h
            middle = edges[column] + wide / 2 + off[0], y + (row + 0.5) * tall + off[1]
            paper.numbers.append(paper.write(middle, wide - 0.16 * h, count))


def _boxes(paper: Paper) -> None:
    """Draw boxes apart from each other, with a number of one to three digits in each."""
    rng, h = paper.rng, paper.height
    y = 60.0
    while y + 2 * h < PAPER_WH[1] - 60:
        x = 50 + rng.uniform(0.0, 2.0) * h
        while True:
            count = int(rng.integers(1, 4))
            wide, tall = h * (0.4 + 0.85 * count), h * rng.uniform(1.4, 1.8)
            if x + wide > PAPER_WH[0] - 60:
                break
            paper.box(x, y, x + wide, y + tall)
            paper.numbers.append(paper.write((x + wide / 2, y + tall / 2), wide - 0.2 * h, count))
            x += wide + h * rng.uniform(0.4, 1.5)
        y += 1.8 * h + h * rng.uniform(0.5, 1.5)


def _grids(paper: Paper) -> None:
    """Draw a sudoku or a score sheet: a digit each in many of its cells."""
    rng, h = paper.rng, paper.height
    side = h * rng.uniform(1.2, 1.9)
    wide = side if rng.random() < 0.6 else h * rng.uniform(1.0, 2.2)
    columns = min(9, int((PAPER_WH[0] - 130) // wide))
    rows = min(9, int((PAPER_WH[1] - 130) // side))
    if rng.random() < 0.5:
        columns, rows = min(columns, int(rng.integers(3, 9))), min(rows, int(rng.integers(2, 6)))
    x, y, filled = 55.0, 60.0, rng.choice([0.4, 0.7, 1.0])
    for n in range(columns + 1):
        paper.draw((x + n * wide, y), (x + n * wide, y + rows * side))
    for n in range(rows + 1):
        paper.draw((x, y + n * side), (x + columns * wide, y + n * side))
    for row in range(rows):
        for column in range(columns):
            if rng.random() < filled:
                off = rng.normal(0.0, 0.05, 2) * h
                middle = x + (column + 0.5) * wide + off[0], y + (row + 0.5) * side + off[1]
                paper.numbers.append(paper.write(middle, wide - 0.16 * h))


RULINGS: dict[str, Callable[[Paper], None]] = {"combs": _combs, "tables": _tables, "grids": _grids}
"""The kinds of pages that `render_ruling` makes."""


def _photograph(paper: Paper, name: str) -> Sample:
    """Return a page as a camera sees it: tilted, in perspective, soft, noisy, in uneven light."""
    rng, size = paper.rng, np.array(PAPER_WH, np.float64)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size
    turn = np.deg2rad(rng.uniform(-5.0, 5.0)) if rng.random() < 0.8 else 0.0
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    seen = (corners - size / 2) @ rotation * 0.93 + size / 2
    seen += rng.uniform(-0.025, 0.025, (4, 2)) * size * (rng.random() < 0.6)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    fine = np.diag([FINE, FINE, 1.0]) @ matrix @ np.diag([1 / FINE, 1 / FINE, 1.0])
    large = PAPER_WH[0] * FINE, PAPER_WH[1] * FINE
    ink, lines = (
        cv2.resize(cv2.warpPerspective(plane, fine, large), PAPER_WH, interpolation=cv2.INTER_AREA)
        for plane in (paper.cover, paper.lines)
    )
    dark = np.maximum(ink / 255 * paper.ink, lines / 255 * paper.grey)
    light = rng.uniform(175, 245) * np.linspace(1.0, rng.uniform(0.8, 1.0), PAPER_WH[0])
    scene = cv2.GaussianBlur(light * (1 - dark), (0, 0), rng.uniform(0.3, 0.9))
    scene = np.clip(scene + rng.normal(0.0, rng.uniform(0.5, 3.0), scene.shape), 0, 255)
    image = cv2.cvtColor(scene.astype(np.uint8), cv2.COLOR_GRAY2BGR)
    digits = tuple(_seen(box, label, matrix) for box, label in paper.boxes)
    return Sample(name, image, Truth(digits, numbers=tuple(paper.numbers)))


def _seen(corners: Values, label: int, matrix: Values) -> LabelledBox:
    seen = cv2.perspectiveTransform(corners[None].astype(np.float64), matrix)[0]
    left, top = (int(side) for side in seen.min(axis=0))
    right, bottom = (int(side) + 1 for side in seen.max(axis=0))
    return Box(left, top, max(1, right - left), max(1, bottom - top)), label
