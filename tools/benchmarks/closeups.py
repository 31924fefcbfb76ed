"""Renders digits that fill their picture: cut out closely, enlarged from MNIST, drawn in an app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.rulings import Digits
from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import LabelledBox, Truth
from camdigits.training.pages import camera
from camdigits.training.pages.ground.grounds import GROUNDS
from camdigits.training.pages.writing.glyphs import make_glyph
from camdigits.training.pages.writing.inks import Pen, lay_ink, take_pen
from camdigits.types import Box

Plane = NDArray[np.uint8]
Cover = NDArray[np.float32]

HEIGHTS_PX = (60.0, 1000.0)
MARGINS = (0.0, 0.2)
"""Least and most ground on each side, as a share of the digit's height."""
WIDTHS = (0.02, 0.24)
"""Finest and thickest pen, as a share of the digit's longer side."""
TIMES = (3, 10)
"""MNIST's pictures are enlarged so many times."""
_WAYS = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
_PENS = ("pencil", "ballpoint", "gel", "felt", "marker")
_LEAST_JPEG = 60
_FEW = (2, 3)
_NARROWEST = 0.15


def render_closeup(rng: np.random.Generator, digits: Digits, kind: str, name: str) -> Sample:
    """Render one picture; the same generator state and digits give the same bytes.

    Args:
        rng: every choice comes from it.
        digits: what is written.
        kind: one of `CLOSEUPS`.
        name: of the picture.
    """
    image, boxes = CLOSEUPS[kind](rng, digits)
    number = "".join(str(label) for _, label in boxes)
    return Sample(name, image, Truth(tuple(boxes), numbers=(number,)))


def _alone(rng: np.random.Generator, digits: Digits) -> tuple[Plane, list[LabelledBox]]:
    return _filled(rng, digits, 1)


def _few(rng: np.random.Generator, digits: Digits) -> tuple[Plane, list[LabelledBox]]:
    return _filled(rng, digits, int(rng.integers(_FEW[0], _FEW[1] + 1)))


def _filled(
    rng: np.random.Generator, digits: Digits, count: int
) -> tuple[Plane, list[LabelledBox]]:
    """Return so many digits on some ground, with hardly more around them."""
    height = float(np.exp(rng.uniform(*np.log(HEIGHTS_PX))))
    width = float(np.exp(rng.uniform(*np.log(WIDTHS))))
    covers, labels = [], []
    for place in rng.integers(0, len(digits.images), count).tolist():
        tall = height * rng.uniform(0.85, 1.0) if count > 1 else height
        covers.append(_drawn(rng, digits.images[place], width, tall))
        labels.append(int(digits.labels[place]))
    margin = np.rint(rng.uniform(*MARGINS, 4) * height).astype(int)
    rows = max(cover.shape[0] for cover in covers)
    sheet = [np.zeros((rows, margin[0]), np.float32)]
    boxes: list[LabelledBox] = []
    for cover, label in zip(covers, labels, strict=True):
        if boxes:
            sheet.append(np.zeros((rows, round(rng.uniform(0.08, 0.35) * height)), np.float32))
        top = int(rng.integers(0, rows - cover.shape[0] + 1))
        left = sum(part.shape[1] for part in sheet)
        boxes.append((Box(left, margin[1] + top, cover.shape[1], cover.shape[0]), label))
        sheet.append(np.pad(cover, ((top, rows - top - cover.shape[0]), (0, 0))))
    whole = np.pad(np.hstack(sheet), ((margin[1], margin[3]), (0, margin[2])))
    return _taken(rng, np.asarray(whole, np.float32), width), boxes


def _drawn(rng: np.random.Generator, digit: Plane, width: float, height: float) -> Cover:
    """Return what a pen covers of the box of its ink, ``(h, w) float32`` in 0-1."""
    likeness = float(rng.uniform(0.0, 0.6))
    side = 28 * 8
    glyph = make_glyph(digit, 0, width, likeness, np.zeros((side, side), np.float32))
    x, y, _, h = cv2.boundingRect(glyph.outline.astype(np.int32)[:, None])
    scale = height / h
    move = np.array([[scale, 0, scale * (2 - x)], [0, scale, scale * (2 - y)]])
    size_wh = round(scale * (side + 4)), round(scale * (side + 4))
    field = cv2.warpAffine(glyph.field, move, size_wh, borderValue=1e3)
    cover = np.clip(0.5 - np.asarray(field, np.float32) * np.float32(scale), 0.0, 1.0)
    x, y, w, h = cv2.boundingRect((cover >= 0.5).astype(np.uint8))
    w = max(w, round(_NARROWEST * h)) if w < 3 else w
    return np.asarray(cover[y : y + h, x : x + w], np.float32)


def _taken(rng: np.random.Generator, cover: Cover, width: float) -> Plane:
    """Return the picture of ink on paper, board or card, or what a drawing program saves."""
    size_wh = cover.shape[1], cover.shape[0]
    if rng.random() < 0.3:
        return _in_app(rng, cover)
    names = list(GROUNDS)
    make_ground, pens = GROUNDS[names[rng.integers(len(names))]]
    kinds = pens or _PENS
    pen: Pen = replace(take_pen(rng, kinds[rng.integers(len(kinds))]), width=width)
    scene = lay_ink(rng, make_ground(rng, size_wh), cover, pen)
    light = camera.even_light(rng, size_wh, rng.uniform(0.05, 0.35))
    if rng.random() < 0.2:
        light = light * camera.edge_shadow(rng, size_wh)
    return camera.take_picture(rng, scene, light, camera.Camera(blur_px=(0.4, 1.2)))


def _in_app(rng: np.random.Generator, cover: Cover) -> Plane:
    """Return lines of one colour on another, now and then compressed."""
    ground, ink = rng.uniform(200, 255, 3), rng.uniform(0, 90, 3)
    if rng.random() < 0.4:
        ground, ink = ink, ground
    scene = ground + cover[..., None] * (ink - ground)
    image = np.asarray(np.rint(scene), np.uint8)
    return _compressed(rng, image) if rng.random() < 0.5 else image


def _enlarged(rng: np.random.Generator, digits: Digits) -> tuple[Plane, list[LabelledBox]]:
    """Return a picture of MNIST as large as people send it, light on dark or the other way."""
    place = int(rng.integers(0, len(digits.images)))
    side = 28 * int(rng.integers(TIMES[0], TIMES[1] + 1))
    way = _WAYS[rng.integers(len(_WAYS))]
    large = np.asarray(cv2.resize(digits.images[place], (side, side), interpolation=way), np.uint8)
    box = Box(*cv2.boundingRect((large >= 128).astype(np.uint8)))
    plane = large if rng.random() < 0.5 else 255 - large
    image = np.repeat(plane[..., None], 3, axis=2)
    image = _compressed(rng, image) if rng.random() < 0.5 else image
    return image, [(box, int(digits.labels[place]))]


def _compressed(rng: np.random.Generator, image: Plane) -> Plane:
    quality = int(rng.integers(_LEAST_JPEG, 97))
    _, stored = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)


CLOSEUPS: dict[str, Callable[[np.random.Generator, Digits], tuple[Plane, list[LabelledBox]]]] = {
    "alone": _alone,
    "enlarged": _enlarged,
    "few": _few,
}
"""What renders each kind: one digit, a picture of MNIST, two or three digits."""
