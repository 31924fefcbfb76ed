"""Renders the varied kinds of pages: many grounds, texts, rulings, lights and surroundings each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages import camera
from camdigits.training.pages.clutter import draw_clutter
from camdigits.training.pages.ground.cells import Line, draw_lines, fill_table, line_ends
from camdigits.training.pages.ground.grounds import GROUNDS, haunt, wear
from camdigits.training.pages.ground.ledgers import fill_ledger
from camdigits.training.pages.ground.papers import rule
from camdigits.training.pages.ground.scenes import lamp_spot, lay_things, window_light
from camdigits.training.pages.ground.sheets import Sheet, cover_of_sheet, lay_freely
from camdigits.training.pages.ground.textures import no_page, surroundings
from camdigits.training.pages.styles import Style
from camdigits.training.pages.writing.drawing import draw_words, is_inside
from camdigits.training.pages.writing.forms import MarkWriter, mark_text
from camdigits.training.pages.writing.inks import Pen, lay_ink, take_pen
from camdigits.training.pages.writing.layout import (
    Area,
    Handwriting,
    Word,
    baselines,
    numbers_of_words,
)
from camdigits.training.pages.writing.shapes import MixedSupply
from camdigits.training.pages.writing.strikes import strike_some
from camdigits.training.pages.writing.texts import TEXTS, Writer, number_of, write_texts
from camdigits.types import Box

FloatImage = NDArray[np.float32]
Size = tuple[int, int]
Result = tuple[
    NDArray[np.uint8],
    tuple[tuple[Box, int], ...],
    tuple[str, ...],
    tuple[tuple[Box, str], ...],
    NDArray[np.float64],
]

# Ink closer than this to the picture's edge would be cut by blur and compression.
# Letters cost time and teach less than digits: no more texts than this on a page.
_MOST_TEXTS = 70
# Share of pages written so large that a common pen is a fine line against the digits.
_FINE_SHARE = 0.3
# What is written where the style leaves it open.
_ANY = ("plain", "plain", "strings", "sums", "words", "cells", "single")
# Texts that are written like others.
_LIKE = {"none": "letters", "struck": "plain"}
# Of a sheet that runs over the picture's edge, all writing may lie outside.
_TRIES = 6


def render_varied(
    rng: np.random.Generator,
    digits: tuple[NDArray[np.uint8], NDArray[np.integer]],
    style: Style,
    size_wh: Size,
) -> Result:
    """Render one page of a varied kind.

    Args:
        rng: every choice comes from it.
        digits: ``(n, 28, 28) uint8`` in MNIST form and ``(n,)`` labels.
        style: what the kind has in common.
        size_wh: (width, height) of the picture in pixels.

    Returns:
        The picture, the box and label of each digit, the numbers, the box and sign of each mark,
        and the ends of the lines of tables, ``(n, 2, 2) float64``.
    """
    is_full = bool(rng.random() < style.fills)
    sheet = lay_freely(rng, is_full, (style.least_tilt, style.tilt), size_wh, style.tip)
    make_ground, pens = GROUNDS[style.grounds[rng.integers(len(style.grounds))]]
    pen = _take_pen(rng, pens or style.pens)
    handwriting = _take_handwriting(rng, style, sheet, size_wh)
    area = _area(rng, sheet, is_full)
    writes = MarkWriter if style.text in ("marks", "ledger") else Writer
    writer = writes(rng, MixedSupply(rng, *digits, pen), pen, handwriting)
    fits = partial(is_inside, homography=sheet.homography, size_wh=size_wh)
    words, lines = _write_inside(rng, style, writer, area, fits)
    striking, strikes = pen, list[Word]()
    if style.text == "struck":
        striking = _take_pen(rng, pens or style.pens) if rng.random() < 0.35 else pen
        words, strikes = strike_some(rng, words, (striking, handwriting.height_px), fits)
    if style.text == "none" and rng.random() < 0.65:
        scene, words = no_page(rng, size_wh), []
    else:
        scene = _ruled(rng, style, sheet, make_ground(rng, size_wh), handwriting)
        scene = scene if is_full else _lay_down(rng, scene, surroundings(rng, size_wh), sheet)
    cover, truth, marks = draw_words(words, sheet.homography, size_wh)
    if style.ghosts:
        scene = haunt(rng, scene, cover)
    scene = _print_lines(rng, scene, draw_lines(lines, sheet.homography, size_wh), pen)
    if style.text == "none" and rng.random() < 0.3:
        cover = np.maximum(cover, draw_clutter(rng, size_wh).astype(np.float32) / np.float32(255))
    scene = lay_ink(rng, scene, cover, pen)
    strokes, _, others = draw_words(strikes, sheet.homography, size_wh)
    scene = lay_ink(rng, scene, strokes, striking) if strikes else scene
    scene = lay_things(rng, scene, truth) if rng.random() < style.things else scene
    image = camera.take_picture(rng, scene, _shine(rng, style, size_wh), style.camera)
    numbers = numbers_of_words(words)
    return image, truth, numbers, marks + others, line_ends(lines, sheet.homography)


def _take_handwriting(
    rng: np.random.Generator, style: Style, sheet: Sheet, size_wh: Size
) -> Handwriting:
    ratio = min(size_wh[0] / 1280.0, size_wh[1] / 720.0) if style.scales else 1.0
    height = float(np.exp(rng.uniform(*np.log(style.height_px)))) * ratio
    # Nothing larger than what a short number of it still fits on the sheet.
    height = max(12.0, min(height / sheet.scale, 0.4 * min(sheet.size_wh)))
    return style.handwriting(
        height_px=height,
        slant=float(np.clip(rng.normal(0.08, 0.14), -0.25, 0.45)),
        slope=float(rng.normal(0.0, 0.012)),
        line_gap=rng.uniform(*style.line_gap),
        touches=style.touches or bool(rng.random() < 0.15),
    )


def _area(rng: np.random.Generator, sheet: Sheet, fills: bool) -> Area:
    """Return where on the sheet writing stands: all of what is seen, or a part of it."""
    width, height = sheet.size_wh
    inset = 0.19 if fills else 0.03
    left, right = inset * width, (1.0 - inset) * width
    top, bottom = inset * height, (1.0 - inset) * height
    if rng.random() < 0.4:
        left += rng.uniform(0.0, 0.35) * (right - left)
        top += rng.uniform(0.0, 0.35) * (bottom - top)
    return left, top, right, bottom


def _write_inside(
    rng: np.random.Generator,
    style: Style,
    writer: Writer,
    area: Area,
    fits: Callable[[Word], bool],
) -> tuple[list[Word], tuple[Line, ...]]:
    """Return what is written on the sheet and seen in the picture, and the lines of its tables."""
    for _ in range(_TRIES):
        words, lines = _write(rng, style, writer, area)
        words = [word for word in words if fits(word)]
        if style.text == "none" or any(word.digits for word in words):
            break
    return words, lines


def _write(
    rng: np.random.Generator, style: Style, writer: Writer, area: Area
) -> tuple[list[Word], tuple[Line, ...]]:
    """Return what is written on the sheet, and the lines of its tables."""
    handwriting = writer.handwriting
    wanted = int(rng.integers(style.digits[0], style.digits[1] + 1))
    kind: str = style.text
    if kind == "any":
        kind = _ANY[rng.integers(len(_ANY))]
    if kind == "single":
        return [_single(rng, writer, area)], ()
    if kind == "cells":
        table = fill_table(rng, writer, handwriting, area, wanted)
        return list(table.words), table.lines
    if kind == "ledger":
        table = fill_ledger(rng, writer, handwriting, area, wanted)
        return list(table.words), table.lines
    make = mark_text if kind == "marks" else TEXTS[_LIKE.get(kind, kind)]

    def next_word() -> Word:
        if kind == "sums" and rng.random() < 0.12:
            return writer.fraction(number_of(rng, 1, 3), number_of(rng, 1, 3))
        return writer.write(make(rng))

    lines = baselines(handwriting, area) or [(area[1] + area[3] + handwriting.height_px) / 2.0]
    lines = lines[int(rng.integers(0, max(1, len(lines) // 2 + 1))) :]
    words: list[Word] = []
    for word in write_texts(rng, next_word, handwriting, area, lines):
        words.append(word)
        wanted -= len(word.digits)
        if len(words) >= _MOST_TEXTS or (wanted <= 0 and kind != "none"):
            break
    return words, ()


def _single(rng: np.random.Generator, writer: Writer, area: Area) -> Word:
    """Return one large digit in the middle of the area or near it."""
    written = writer.write("#")
    points = written.outline()
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    size = np.array([area[2] - area[0], area[3] - area[1]])
    place = np.array(area[:2]) + size * rng.uniform(0.3, 0.7, 2)
    return written.moved(*(place - middle))


def _take_pen(rng: np.random.Generator, kinds: tuple[str, ...]) -> Pen:
    """Return a pen of one of the kinds, thinner or thicker against the digits than usual."""
    pen = take_pen(rng, kinds[rng.integers(len(kinds))])
    width = pen.width * float(np.exp(rng.normal(-0.05, 0.3)))
    if rng.random() < _FINE_SHARE:
        width *= rng.uniform(0.25, 0.7)
    return replace(pen, width=float(np.clip(width, 0.018, 0.22)))


def _ruled(
    rng: np.random.Generator,
    style: Style,
    sheet: Sheet,
    ground: FloatImage,
    handwriting: Handwriting,
) -> FloatImage:
    """Return the ground worn, and ruled as the style says."""
    ground = wear(rng, ground)
    ruling = style.rulings[rng.integers(len(style.rulings))]
    if ruling == "none":
        return ground
    width, height = sheet.size_wh
    pitch = handwriting.height_px * (
        rng.uniform(1.0, 2.2) if ruling == "ruled" else rng.uniform(0.4, 1.6)
    )
    start = rng.uniform(0.0, pitch)
    lines = [[[0.0, y], [width, y]] for y in np.arange(start, height, pitch)]
    if ruling == "squared":
        lines += [[[x, 0.0], [x, height]] for x in np.arange(start, width, pitch)]
    if rng.random() < 0.3:
        margin = rng.uniform(0.2, 0.4) * width
        lines.append([[margin, 0.0], [margin, height]])
    return rule(rng, ground, np.array(lines, np.float64), sheet.homography)


def _lay_down(
    rng: np.random.Generator, sheet_ground: FloatImage, scene: FloatImage, sheet: Sheet
) -> FloatImage:
    """Return the scene with the sheet in it, its edge and the thin shadow that it throws."""
    height, width = sheet_ground.shape[:2]
    inside = cover_of_sheet(sheet, (width, height))
    offset = np.array([[1, 0, rng.uniform(-6, 6)], [0, 1, rng.uniform(0, 6)]], np.float64)
    soft = cv2.GaussianBlur(inside, (0, 0), rng.uniform(1.5, 6.0))
    shade = np.asarray(cv2.warpAffine(soft, offset, (width, height)), np.float32)
    under = scene * (1.0 - np.float32(rng.uniform(0.1, 0.6)) * shade)[..., None]
    return np.asarray(under + inside[..., None] * (sheet_ground - under), np.float32)


def _print_lines(
    rng: np.random.Generator, scene: FloatImage, cover: FloatImage, pen: Pen
) -> FloatImage:
    """Return the scene with the lines of tables: printed black, grey or in colour, or in ink."""
    if rng.random() < 0.3:
        return lay_ink(rng, scene, cover, pen)
    color = np.clip(rng.uniform(0.05, 0.7) + rng.normal(0.0, 0.08, 3), 0.03, 0.8)
    strength = np.float32(rng.uniform(0.5, 0.98)) * cover[..., None]
    return np.asarray(scene * (1.0 - strength * (1.0 - color.astype(np.float32))), np.float32)


def _shine(rng: np.random.Generator, style: Style, size_wh: Size) -> FloatImage:
    light = camera.even_light(rng, size_wh, rng.uniform(*style.camera.falloff))
    if style.light != "even" and rng.random() < 0.35:
        light = light * camera.edge_shadow(rng, size_wh)
    if style.light != "even" and rng.random() < 0.25:
        light = light * camera.blot_shadow(rng, size_wh)
    if rng.random() < 0.15:
        light = light * window_light(rng, size_wh)
    if rng.random() < 0.15:
        light = light * lamp_spot(rng, size_wh)
    # A camera opens up where several shadows fall together.
    return np.asarray(light * np.float32(max(1.0, 0.72 / float(light.mean()))), np.float32)
