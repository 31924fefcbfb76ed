"""Renders printed pages, some of them filled in by hand: forms, tables, keys, labels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages import camera
from camdigits.training.pages.ground.cells import Line, draw_lines
from camdigits.training.pages.ground.grounds import GROUNDS, wear
from camdigits.training.pages.ground.sheets import lay_freely
from camdigits.training.pages.ground.textures import surroundings
from camdigits.training.pages.printing.setting import printed_text, set_text
from camdigits.training.pages.printing.typefaces import Families, choose
from camdigits.training.pages.writing.drawing import draw_words, is_inside
from camdigits.training.pages.writing.inks import Pen, lay_ink, take_pen
from camdigits.training.pages.writing.layout import Area, Handwriting, Word, write_word
from camdigits.training.pages.writing.shapes import MixedSupply
from camdigits.types import Box

FloatImage = NDArray[np.float32]
Size = tuple[int, int]

_GROUNDS = (*["paper"] * 8, "note", "card", "security", "board")
_PENS = ("pencil", "ballpoint", "ballpoint", "gel", "felt", "marker")
_FILLED_SHARE = 0.65
_CAMERA = camera.Camera(
    blur_px=(0.4, 1.6), noise=(1.0, 6.0), exposure=(0.5, 1.05), jpeg=(50, 96), shake_px=(0.0, 1.5)
)


@dataclass(frozen=True, slots=True, eq=False)
class FormPage:
    """A picture with what is written and what is printed on it.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR.
        hand: box and label of every digit written by hand.
        printed: box and character of everything printed.
    """

    image: NDArray[np.uint8]
    hand: tuple[tuple[Box, int], ...]
    printed: tuple[tuple[Box, str], ...]


def render_form(
    rng: np.random.Generator,
    digits: NDArray[np.uint8],
    labels: NDArray[np.integer],
    families: Families,
    size_wh: Size,
) -> FormPage:
    """Render one printed page; the same generator state, digits and fonts give the same bytes.

    Args:
        rng: every choice comes from it.
        digits: ``(n, 28, 28) uint8`` in MNIST form, at least one: what is written by hand.
        labels: ``(n,)``, 0 to 9.
        families: the fonts of what is printed, at least one.
        size_wh: (width, height) of the picture in pixels.
    """
    fills = bool(rng.random() < 0.7)
    sheet = lay_freely(rng, fills, (0.0, 0.06), size_wh)
    make_ground, pens = GROUNDS[_GROUNDS[rng.integers(len(_GROUNDS))]]
    is_dark = (pens is not None and "white" in pens) or (pens is not None and "chalk" in pens)
    scene = wear(rng, make_ground(rng, size_wh))
    if not fills:
        scene = _lay_down(scene, surroundings(rng, size_wh), sheet.homography, sheet.size_wh)
    width, height = sheet.size_wh
    inset = 0.19 if fills else 0.03
    area = (inset * width, inset * height, (1 - inset) * width, (1 - inset) * height)
    pen = take_pen(rng, (pens or _PENS)[rng.integers(len(pens or _PENS))])
    layout = _Layout(rng, families, MixedSupply(rng, digits, labels, pen), sheet.scale, size_wh)
    fill = layout.cells if rng.random() < 0.25 else layout.lines
    printed, written, lines = fill(area)
    printed, written = (
        [word for word in words if word.strokes and is_inside(word, sheet.homography, size_wh)]
        for words in (printed, written)
    )
    ink = _printing_ink(rng, is_dark)
    cover, numbers, marks = draw_words(printed, sheet.homography, size_wh)
    cover = np.maximum(cover, draw_lines(tuple(lines), sheet.homography, size_wh))
    scene = lay_ink(rng, scene, cover, ink)
    cover, hand, _ = draw_words(written, sheet.homography, size_wh)
    scene = lay_ink(rng, scene, cover, pen)
    light = camera.even_light(rng, size_wh, rng.uniform(*_CAMERA.falloff))
    if rng.random() < 0.3:
        light = light * camera.edge_shadow(rng, size_wh)
    image = camera.take_picture(rng, scene, light, _CAMERA)
    letters = (*((box, str(label)) for box, label in numbers), *marks)
    return FormPage(image, hand, letters)


class _Layout:
    """Says what is printed and written where; all in pixels of the sheet."""

    def __init__(
        self,
        rng: np.random.Generator,
        families: Families,
        supply: MixedSupply,
        scale: float,
        size_wh: Size,
    ) -> None:
        self._rng, self._supply = rng, supply
        self._faces = [choose(rng, families) for _ in range(2)]
        ratio = min(size_wh[0] / 1280.0, size_wh[1] / 720.0) / scale
        large = 300.0 if rng.random() < 0.15 else 90.0
        self._height = max(14.0 / scale, float(np.exp(rng.uniform(*np.log((16, large))))) * ratio)
        self._look = float(rng.uniform(0.88, 1.12)), float(rng.exponential(0.04))
        self._filled = _share(rng)
        self._hand_height = self._height * float(np.exp(rng.uniform(-0.2, 0.7)))
        self._gaps = (0.0, 0.3) if rng.random() < 0.7 else (0.1, 0.8)
        self._slant = float(np.clip(rng.normal(0.08, 0.14), -0.25, 0.45))

    def lines(self, area: Area) -> tuple[list[Word], list[Word], list[Line]]:
        """Return text in lines, with fields that are filled in."""
        left, top, right, bottom = area
        printed: list[Word] = []
        written: list[Word] = []
        lines: list[Line] = []
        most = self._hand_height if self._filled else self._height
        step = max(self._height, most) * self._rng.uniform(1.3, 2.4)
        for y in np.arange(top + step, bottom, step):
            x = left + (self._rng.uniform(0, 3) * self._height if self._rng.random() < 0.3 else 0)
            while x < right:
                if self._rng.random() < self._filled:
                    word = self._written()
                    if self._rng.random() < 0.4:
                        end = x + float(word.outline()[:, 0].max()) + self._height
                        lines.append((x, float(y) + 2, end, float(y) + 2, 1))
                    target = written
                else:
                    word, target = self._printed(printed_text(self._rng)), printed
                if not word.strokes:
                    continue
                x, end = self._placed(word, target, x, float(y), right)
                if end > right or len(printed) + len(written) > 220:
                    break
        return printed, written, lines

    def _placed(
        self, word: Word, target: list[Word], x: float, y: float, right: float
    ) -> tuple[float, float]:
        """Put a word at the end of a line if it fits; return where the next begins, and its end."""
        end = x + float(word.outline()[:, 0].max())
        if end <= right:
            target.append(word.moved(x, y))
        return end + self._rng.uniform(0.3, 1.5) * self._height, end

    def cells(self, area: Area) -> tuple[list[Word], list[Word], list[Line]]:
        """Return a grid with something in its cells: a table, a calendar, keys, a puzzle."""
        left, top, right, bottom = area
        side = max(self._height, self._hand_height if self._filled else 0) * self._rng.uniform(
            1.3, 2.2
        )
        wide = side * self._rng.uniform(0.9, 2.5)
        thick = int(self._rng.integers(1, 4))
        columns, rows = int((right - left) // wide), int((bottom - top) // side)
        printed: list[Word] = []
        written: list[Word] = []
        is_single = self._rng.random() < 0.6
        for place in range(min(columns * rows, 220)):
            x, y = left + place % columns * wide, top + place // columns * side
            if self._rng.random() < 0.15:
                continue
            if self._rng.random() < self._filled:
                word, target = self._written(2), written
            else:
                text = str(self._rng.integers(10)) if is_single else printed_text(self._rng)
                word, target = self._printed(text), printed
            if not word.strokes or np.ptp(word.outline()[:, 0]) > wide:
                continue
            shift = (wide - float(np.ptp(word.outline()[:, 0]))) * self._rng.uniform(0.3, 0.6)
            target.append(word.moved(x + shift, y + 0.8 * side))
        lines: list[Line] = []
        if self._rng.random() < 0.7 and columns and rows:
            down, across = top + rows * side, left + columns * wide
            lines += [
                (left, top + n * side, across, top + n * side, thick) for n in range(rows + 1)
            ]
            lines += [
                (left + n * wide, top, left + n * wide, down, thick) for n in range(columns + 1)
            ]
        return printed, written, lines

    def _printed(self, text: str) -> Word:
        face = self._faces[int(self._rng.random() < 0.2)]
        return set_text(face, text, self._height, self._look)

    def _written(self, most: int = 6) -> Word:
        hand = Handwriting(self._hand_height, self._slant, 0.0, (1, most), self._gaps, (1, 2), 1.5)
        count = int(self._rng.integers(1, most + 1))
        return write_word(self._rng, [self._supply() for _ in range(count)], hand)


def _share(rng: np.random.Generator) -> float:
    """Return the share of what stands on a page that is written by hand."""
    return float(rng.uniform(0.1, 0.6)) if rng.random() < _FILLED_SHARE else 0.0


def _printing_ink(rng: np.random.Generator, is_dark: bool) -> Pen:
    """Return ink as a press, a laser or a thermal printer leaves it; light where all else is."""
    base = rng.uniform(0.8, 0.95) if is_dark else rng.uniform(0.03, 0.35)
    color = np.clip(base + rng.normal(0.0, 0.06 if rng.random() < 0.7 else 0.25, 3), 0.02, 0.97)
    return Pen(
        color=(float(color[0]), float(color[1]), float(color[2])),
        opacity=float(rng.uniform(0.7, 0.98)),
        width=0.1,
        likeness=0.0,
        grain=float(rng.uniform(0.0, 0.25)) if rng.random() < 0.8 else float(rng.uniform(0.3, 0.7)),
        unevenness=float(rng.uniform(0.0, 0.1)),
        is_chalk=is_dark,
    )


def _lay_down(
    ground: FloatImage, scene: FloatImage, homography: NDArray[np.float64], size_wh: Size
) -> FloatImage:
    """Return the scene with the sheet in it."""
    height, width = ground.shape[:2]
    whole = np.ones((size_wh[1], size_wh[0]), np.float32)
    inside = np.asarray(cv2.warpPerspective(whole, homography, (width, height)), np.float32)
    return np.asarray(scene + inside[..., None] * (ground - scene), np.float32)
