"""Renders labelled pages of handwritten digits as a camera would see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.pages import camera
from camdigits.training.pages.clutter import draw_clutter
from camdigits.training.pages.ground.mirrors import mirror_lamps, smear
from camdigits.training.pages.ground.sheets import Sheet, lay_sheet, make_ground
from camdigits.training.pages.styles import STYLES, Style
from camdigits.training.pages.varied import render_varied
from camdigits.training.pages.writing.drawing import GlyphSupply, draw_words, is_inside
from camdigits.training.pages.writing.inks import Pen, lay_ink, take_pen
from camdigits.training.pages.writing.layout import Area, Handwriting, Word, baselines, write_lines
from camdigits.training.pages.writing.strikes import STRUCK
from camdigits.types import Box

KINDS: tuple[str, ...] = tuple(STYLES)
"""The kinds of pages that `render_page` makes."""

_SMALLEST_PX = 64
# Ink closer than this to the picture's edge would be cut by blur and compression.


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A picture with its truth.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR.
        digits: the box of each digit's ink, right to a pixel, and its label, in reading order.
        numbers: the numbers as they are written, in reading order.
        marks: the box and sign, or letters, of what else is written.
        walls: the ends of the lines of tables, ``(n, 2, 2) float64``, (x, y) in pixels.
    """

    image: NDArray[np.uint8]
    digits: tuple[tuple[Box, int], ...]
    numbers: tuple[str, ...]
    marks: tuple[tuple[Box, str], ...] = ()
    walls: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2, 2)))

    @property
    def struck(self) -> tuple[Box, ...]:
        """The boxes of what were digits before they were struck out."""
        return tuple(box for box, sign in self.marks if sign == STRUCK)


def render_page(
    rng: np.random.Generator,
    digits: NDArray[np.uint8],
    labels: NDArray[np.integer],
    kind: str,
    size_wh: tuple[int, int] = (1280, 720),
) -> Page:
    """Render one page; the same generator state and digits give the same bytes.

    Args:
        rng: every choice comes from it.
        digits: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0, at least one: what is written.
        labels: ``(n,)``, 0 to 9.
        kind: one of `KINDS`.
        size_wh: (width, height) of the picture in pixels, at least 64x64.

    Raises:
        ValueError: if the kind is unknown or the picture too small.
        DataError: if digits and labels do not fit each other.
    """
    _check(digits, labels, kind, size_wh)
    style = STYLES[kind]
    if style.text != "numbers":
        page = Page(*render_varied(rng, (digits, labels), style, size_wh))
        return _cut_out(rng, page) if style.tight else page
    sheet = lay_sheet(rng, style.on_desk, size_wh)
    handwriting = _take_handwriting(rng, style, sheet, size_wh)
    area = _writing_area(rng, sheet, handwriting, style.on_desk)
    lines = baselines(handwriting, area)
    pen = take_pen(rng, style.pens[rng.integers(len(style.pens))])
    scene = make_ground(rng, style, sheet, size_wh, lines)
    scene = smear(rng, scene) if style.mirrors else scene
    wanted = int(rng.integers(style.digits[0], style.digits[1] + 1))
    used = _choose_lines(rng, lines, handwriting, area, wanted)
    supply = GlyphSupply(rng, digits, labels, pen)
    words = _take_words(write_lines(rng, supply, handwriting, area, used), wanted, sheet, size_wh)
    cover, truth, marks = draw_words(words, sheet.homography, size_wh)
    if style.clutter:
        strewn = cv2.warpPerspective(draw_clutter(rng, sheet.size_wh), sheet.homography, size_wh)
        cover = np.maximum(cover, np.asarray(strewn, np.float32) / np.float32(255.0))
    for each, covered in _by_turns(rng, style, (pen, cover), words, sheet):
        scene = lay_ink(rng, scene, covered, each)
    scene = mirror_lamps(rng, scene, truth) if style.mirrors else scene
    image = camera.take_picture(rng, scene, _shine(rng, style, size_wh), style.camera)
    return Page(image, truth, tuple(word.digits for word in words), marks)


def _by_turns(
    rng: np.random.Generator,
    style: Style,
    first: tuple[Pen, camera.FloatImage],
    words: list[Word],
    sheet: Sheet,
) -> list[tuple[Pen, camera.FloatImage]]:
    """Return the pens of a page, each with what it covers: the first alone, or all by turns."""
    if style.most_pens == 1:
        return [first]
    count = int(rng.integers(1, style.most_pens + 1))
    kinds = (style.pens[rng.integers(len(style.pens))] for _ in range(count - 1))
    pens = [first[0], *(take_pen(rng, kind) for kind in kinds)]
    height, width = first[1].shape
    covers = (
        draw_words(words[place::count], sheet.homography, (width, height))[0]
        for place in range(count)
    )
    return list(zip(pens, covers, strict=True))


def _cut_out(rng: np.random.Generator, page: Page) -> Page:
    """Return one number of a page, cut out closely; the page if there is none."""
    if not page.numbers:
        return page
    place = int(rng.integers(len(page.numbers)))
    start = sum(len(number) for number in page.numbers[:place])
    digits = page.digits[start : start + len(page.numbers[place])]
    whole = digits[0][0]
    for box, _ in digits[1:]:
        whole = whole.union(box)
    height, width = page.image.shape[:2]
    # Now and then the knife takes a little of the ink.
    margin = (rng.exponential(0.12, 4) - 0.03) * whole.h
    left, top = max(0, int(whole.x - margin[0])), max(0, int(whole.y - margin[1]))
    right = min(width, int(whole.right + margin[2]) + 1)
    bottom = min(height, int(whole.bottom + margin[3]) + 1)
    bounds = Box(0, 0, right - left, bottom - top)
    moved = (
        (Box(box.x - left, box.y - top, box.w, box.h).clipped(bounds), label)
        for box, label in digits
    )
    image = np.ascontiguousarray(page.image[top:bottom, left:right])
    return Page(image, tuple(moved), (page.numbers[place],))


def _check(
    digits: NDArray[np.uint8], labels: NDArray[np.integer], kind: str, size_wh: tuple[int, int]
) -> None:
    if kind not in STYLES:
        raise ValueError(f"unknown kind of page {kind!r}; the kinds are {', '.join(KINDS)}")
    if min(size_wh) < _SMALLEST_PX:
        raise ValueError(f"a page is at least 64x64 pixels, found {size_wh[0]}x{size_wh[1]}")
    if digits.ndim != 3 or digits.shape[1:] != (28, 28) or digits.dtype != np.uint8:
        raise DataError(f"digits must be (n, 28, 28) uint8, found {digits.shape} {digits.dtype}")
    if len(digits) == 0 or labels.shape != (len(digits),):
        raise DataError(f"found {len(digits)} digits and labels of shape {labels.shape}")


def _take_handwriting(
    rng: np.random.Generator, style: Style, sheet: Sheet, size_wh: tuple[int, int]
) -> Handwriting:
    ratio = min(size_wh[0] / 1280.0, size_wh[1] / 720.0) if style.scales else 1.0
    # Even in the logarithm: a page twice as large has its digits twice as large.
    height = float(np.exp(rng.uniform(*np.log(style.height_px)))) * ratio / sheet.scale
    return style.handwriting(
        height_px=height,
        slant=float(np.clip(rng.normal(0.05, 0.08), -0.15, 0.25)),
        slope=float(rng.normal(0.0, 0.006)),
        line_gap=rng.uniform(*style.line_gap),
        touches=style.touches,
    )


def _writing_area(
    rng: np.random.Generator, sheet: Sheet, handwriting: Handwriting, on_desk: bool
) -> Area:
    """Return a column of the sheet, inside its edges and those of the picture."""
    width, height = sheet.size_wh
    margin = 0.4 * handwriting.height_px
    inset = 0.01 if on_desk else 0.09
    left, right = inset * width + margin, (1.0 - inset) * width - margin
    # Never so narrow that the longest number might find no line to stand on.
    narrow = min(1.0, 1.3 * handwriting.word_length[1] * handwriting.height_px / (right - left))
    column = (right - left) * rng.uniform(max(narrow, 0.4), 1.0)
    left += rng.uniform(0.0, 1.0) * (right - left - column)
    return left, inset * height + margin, left + column, (1.0 - inset) * height - margin


def _choose_lines(
    rng: np.random.Generator, lines: list[float], handwriting: Handwriting, area: Area, wanted: int
) -> list[float]:
    """Choose where on the page writing begins, so that about as many digits as wanted fit."""
    length = sum(handwriting.word_length) / 2.0
    advance = length * (0.75 + sum(handwriting.digit_gap) / 2.0) + sum(handwriting.word_gap) / 2.0
    in_a_line = max(1.0, length * (area[2] - area[0]) / (advance * handwriting.height_px))
    needed = int(np.ceil(wanted / in_a_line))
    return lines[int(rng.integers(0, max(0, len(lines) - needed) + 1)) :]


def _take_words(
    words: Iterator[Word], wanted: int, sheet: Sheet, size_wh: tuple[int, int]
) -> list[Word]:
    """Take words that lie wholly in the picture until there are as many digits as wanted."""
    taken: list[Word] = []
    missing = wanted
    while missing > 0 and (word := next(words, None)) is not None:
        if is_inside(word, sheet.homography, size_wh):
            taken.append(word)
            missing -= len(word.strokes)
    return taken


def _shine(rng: np.random.Generator, style: Style, size_wh: tuple[int, int]) -> camera.FloatImage:
    light = camera.even_light(rng, size_wh, rng.uniform(*style.camera.falloff))
    if style.light == "half" or (style.light != "even" and rng.random() < 0.7):
        light = light * camera.edge_shadow(rng, size_wh)
    if style.light in ("shadow", "any") and rng.random() < 0.5:
        light = light * camera.blot_shadow(rng, size_wh)
    return light
