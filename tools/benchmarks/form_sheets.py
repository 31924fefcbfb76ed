"""Filled-in forms with their truth, scanned or photographed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.form_layouts import PRINT_SCALE, Layout
from benchmarks.form_texts import texts_for
from camdigits.forms.form import Field
from camdigits.training.pages import camera
from camdigits.training.pages.ground.papers import desk, paper
from camdigits.training.pages.writing.drawing import (
    GlyphSupply,
    draw_words,
    local_scale,
    project,
)
from camdigits.training.pages.writing.forms import MarkWriter
from camdigits.training.pages.writing.inks import Pen, lay_ink, take_pen
from camdigits.training.pages.writing.layout import Handwriting, Word

FloatImage = NDArray[np.float32]
Matrix = NDArray[np.float64]
Look = Literal["scan", "photo"]
LOOKS: tuple[Look, ...] = ("scan", "photo")

PHOTO_WH, SCAN_SCALE = (1560, 2080), 1.33
PENS = ("ballpoint", "gel", "felt", "pencil")
SCAN = camera.Camera(blur_px=(0.3, 0.7), noise=(0.5, 2.0), exposure=(0.9, 1.02), jpeg=(75, 95))
PHOTO = camera.Camera(blur_px=(0.5, 1.1), noise=(1.0, 4.0), exposure=(0.6, 1.0), jpeg=(75, 95))


@dataclass(frozen=True, slots=True, eq=False)
class FilledSheet:
    """A picture of a filled-in form.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR.
        texts: what stands in each field, by its name.
        homography: ``(3, 3) float64`` from the form to the picture, before it was bent.
    """

    image: NDArray[np.uint8]
    texts: Mapping[str, str]
    homography: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Handwritten digits: ``(n, 28, 28) uint8`` in MNIST form, and ``(n,)`` labels."""

    digits: NDArray[np.uint8]
    labels: NDArray[np.integer]


def fill_in(rng: np.random.Generator, layout: Layout, hands: Digits, look: Look) -> FilledSheet:
    """Return a form that somebody filled in; the same generator state gives the same picture."""
    homography, size_wh = _lay(rng, layout.form.size_wh, look)
    form = layout.form
    texts = texts_for(rng, form)
    pen = take_pen(rng, PENS[rng.integers(len(PENS))])
    cover = _written(rng, (layout, texts), (hands, pen), homography, size_wh)
    scene = _printed(rng, layout, homography, size_wh, look)
    scene = lay_ink(rng, scene, cover, pen)
    if look == "photo":
        scene = _bent(rng, scene)
    return FilledSheet(_seen(rng, scene, look), texts, homography)


def blank(layout: Layout) -> NDArray[np.uint8]:
    """Return the form as it is printed: ``(height, width, 3) uint8``, in its own pixels."""
    width, height = layout.form.size_wh
    small = cv2.resize(layout.print, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8)


def _lay(
    rng: np.random.Generator, form_wh: tuple[int, int], look: Look
) -> tuple[Matrix, tuple[int, int]]:
    """Return where the sheet lies in the picture, and the picture's size."""
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64) * form_wh
    if look == "scan":
        size_wh = round(form_wh[0] * SCAN_SCALE), round(form_wh[1] * SCAN_SCALE)
        turn, tip, reach = rng.normal(0.0, 0.012), 0.0, SCAN_SCALE
    else:
        is_wide = form_wh[0] > form_wh[1]
        size_wh = PHOTO_WH[::-1] if is_wide else PHOTO_WH
        fit = min(size_wh[0] / form_wh[0], size_wh[1] / form_wh[1])
        turn, tip, reach = rng.normal(0.0, 0.09), 0.05, fit * rng.uniform(0.8, 0.92)
        if rng.random() < 0.25:
            turn += np.pi / 2 * rng.integers(1, 4)
            reach *= min(form_wh) / max(form_wh)
    corners = (own - np.asarray(form_wh) / 2) * reach
    corners += rng.uniform(-tip, tip, (4, 2)) * np.asarray(form_wh) * reach
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = corners @ rotation
    if look == "photo":
        limit = 0.49 * np.asarray(size_wh)
        placed *= min(1.0, float(np.min(limit / np.abs(placed).max(axis=0))))
    placed += np.asarray(size_wh) / 2 + (rng.normal(0.0, 6.0, 2) if look == "scan" else 0.0)
    matrix = cv2.getPerspectiveTransform(own.astype(np.float32), placed.astype(np.float32))
    return np.asarray(matrix, np.float64), size_wh


def _printed(
    rng: np.random.Generator,
    layout: Layout,
    homography: Matrix,
    size_wh: tuple[int, int],
    look: Look,
) -> FloatImage:
    """Return the reflectance of the printed sheet in the picture, on a desk if it is a photo."""
    to_picture = homography @ np.diag([1 / PRINT_SCALE, 1 / PRINT_SCALE, 1.0])
    middle = np.asarray(layout.form.size_wh) / 2
    shrink = PRINT_SCALE / local_scale(homography, middle)
    soft = cv2.GaussianBlur(layout.print, (0, 0), max(0.3, 0.45 * shrink))
    shown = cv2.warpPerspective(soft, to_picture, size_wh, borderValue=255.0)
    share = np.asarray(shown, np.float32)[..., None] / np.float32(255.0)
    whole = np.full(layout.print.shape, 255, np.uint8)
    inside = cv2.warpPerspective(whole, to_picture, size_wh)
    inside_share = np.asarray(inside, np.float32)[..., None] / np.float32(255.0)
    color = (0.93, 0.95, 0.95) if look == "scan" or rng.random() < 0.6 else None
    sheet = paper(rng, size_wh, color) * share
    around = paper(rng, size_wh, (0.93, 0.95, 0.95)) if look == "scan" else desk(rng, size_wh)
    return np.asarray(around + inside_share * (sheet - around), np.float32)


def _written(
    rng: np.random.Generator,
    filled: tuple[Layout, Mapping[str, str]],
    writing: tuple[Digits, Pen],
    homography: Matrix,
    size_wh: tuple[int, int],
) -> FloatImage:
    """Return the part of each pixel that handwriting covers."""
    (layout, texts), (hands, pen) = filled, writing
    slant = float(np.clip(rng.normal(0.05, 0.08), -0.15, 0.25))
    size, gap = rng.uniform(0.5, 0.68), rng.uniform(0.02, 0.2)
    style = Handwriting(30.0, slant, 0.0, (1, 9), (gap, gap + 0.12), (0.5, 1.0), 1.8)
    words: list[Word] = []
    ticks = np.zeros((size_wh[1], size_wh[0]), np.uint8)
    for field in layout.form.fields:
        if field.kind == "tick":
            if texts[field.name] == "yes":
                _tick(rng, ticks, field, homography, pen)
            continue
        height = size * field.box.h
        wide = replace(pen, width=pen.width * min(1.0, 40.0 / height))
        own = replace(style, height_px=height)
        writer = MarkWriter(rng, GlyphSupply(rng, hands.digits, hands.labels, wide), wide, own)
        words += _in_field(rng, writer, field, texts[field.name])
    cover = draw_words(words, homography, size_wh)[0]
    return np.asarray(np.maximum(cover, ticks.astype(np.float32) / 255.0), np.float32)


def _in_field(rng: np.random.Generator, writer: MarkWriter, field: Field, text: str) -> list[Word]:
    """Return a text at its place in a field."""
    box = field.box
    if not text:
        return []
    if field.kind == "comb" and field.digits is not None:
        pitch = box.w / field.digits[1]
        cells = (field.digits[1] - len(text), *range(field.digits[1]))[1:][-len(text) :]
        placed = [
            _centred(rng, writer.write(digit), (box.x + (cell + 0.5) * pitch, pitch), field)
            for cell, digit in zip(cells, text, strict=True)
        ]
        return placed
    word = writer.write(text)
    width = float(word.outline()[:, 0].max())
    if width > 0.92 * box.w:
        writer.handwriting = replace(
            writer.handwriting, height_px=writer.handwriting.height_px * 0.92 * box.w / width
        )
        word = writer.write(text)
        width = float(word.outline()[:, 0].max())
    free = max(0.0, box.w - width)
    middle = box.x + width / 2 + rng.uniform(0.04, 0.5) * free
    return [_centred(rng, word, (middle, box.w), field)]


def _centred(
    rng: np.random.Generator, word: Word, place: tuple[float, float], field: Field
) -> Word:
    middle, room = place
    points = word.outline()
    center = (points.min(axis=0) + points.max(axis=0)) / 2
    size = np.ptp(points, axis=0)
    slack = np.maximum(0.0, np.array([room, field.box.h]) - size) / 2
    aside = (
        rng.normal(0.0, 0.25, 2) * slack
        if field.kind == "comb"
        else rng.normal(0, 0.3, 2)
        * (
            0.0,
            slack[1],
        )
    )
    # Now and then writing runs over the border.
    target = np.array([middle, field.box.y + field.box.h / 2]) + np.clip(aside, -20, 20)
    return word.moved(*(target - center))


def _tick(
    rng: np.random.Generator,
    canvas: NDArray[np.uint8],
    field: Field,
    homography: Matrix,
    pen: Pen,
) -> None:
    """Draw a tick or a cross into its box, and a little beyond."""
    box = field.box
    middle, side = np.array(box.center), min(box.w, box.h)
    if rng.random() < 0.5:
        lines = [[(-0.4, -0.4), (0.4, 0.4)], [(-0.4, 0.4), (0.4, -0.4)]]
    else:
        lines = [[(-0.35, 0.0), (-0.1, 0.38), (0.5, -0.6)]]
    thickness = max(1, round(pen.width * 42 * local_scale(homography, middle)))
    reach = side * rng.uniform(0.75, 1.25)
    shift = rng.normal(0.0, 0.06, 2) * side
    for line in lines:
        points = (
            np.array(line) * reach + middle + shift + rng.normal(0.0, 0.04, (len(line), 2)) * side
        )
        ends = np.round(project(homography, points) * 16).astype(np.int32)
        cv2.polylines(canvas, [ends[:, None]], False, 255, thickness, cv2.LINE_AA, 4)


def _bent(rng: np.random.Generator, scene: FloatImage) -> FloatImage:
    """Return a scene whose paper is not quite flat."""
    height, width = scene.shape[:2]
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32)[None, :]
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None]
    reach = rng.uniform(0.0, 0.006) * height
    angle, phase = rng.uniform(0.0, 2 * np.pi), rng.uniform(0.0, 2 * np.pi)
    wave = np.sin(2.2 * (x * np.cos(angle) + y * np.sin(angle)) + phase) * np.float32(reach)
    turn = rng.uniform(0.0, 2 * np.pi)
    map_x = (np.arange(width)[None, :] + wave * np.cos(turn)).astype(np.float32)
    map_y = (np.arange(height)[:, None] + wave * np.sin(turn)).astype(np.float32)
    bent = cv2.remap(scene, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, np.float32)


def _seen(rng: np.random.Generator, scene: FloatImage, look: Look) -> NDArray[np.uint8]:
    size_wh = (scene.shape[1], scene.shape[0])
    if look == "scan":
        light = np.ones(scene.shape[:2], np.float32)
        return camera.take_picture(rng, scene, light, SCAN)
    light = camera.even_light(rng, size_wh, rng.uniform(*PHOTO.falloff))
    if rng.random() < 0.35:
        light = light * camera.edge_shadow(rng, size_wh)
    elif rng.random() < 0.25:
        light = light * camera.blot_shadow(rng, size_wh)
    return camera.take_picture(rng, scene, light, PHOTO)
