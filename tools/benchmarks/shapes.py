"""Renders pictures of unusual shape: long strips, large sheets, and pixels that are not square."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.rulings import Digits
from camdigits.measuring.pages import Sample
from camdigits.measuring.truth import LabelledBox, Truth
from camdigits.training.pages import render_page
from camdigits.types import Box

SHAPES = ("strip", "sheet", "aspect")
STRIPS_WH = ((11_200, 120), (300, 12_800), (8000, 160), (200, 9000), (6000, 400), (16_000, 100))
SHEETS_WH = ((7016, 9921), (9921, 7016), (9000, 7000), (6600, 9300))
ASPECTS = (98 / 204, 2.0, 6 / 11, 16 / 11, 196 / 204, 12 / 11, 4 / 3, 204 / 98)
"""Widths of a pixel over its height: faxes, aspect ratios of DV and broadcasts, HDV."""
HEIGHT_PX = (34.0, 62.0)
"""Of the digits on strips and sheets."""
ON_A_SHEET = 60
"""Numbers, wherever they come to stand."""
INK = (0.45, 0.9)
"""Share of the light that the pen of a strip or sheet swallows."""
_FAINT = 0.1
"""Share of its paper's brightness that a pixel may lack without being ink."""
_PALE = 0.35
"""Pens that swallow less are left out: made darker, they would show their page's noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A number: how much of the light it swallows, ``(h, w) float32`` in 0-1, and its digits."""

    cover: NDArray[np.float32]
    digits: tuple[LabelledBox, ...]


def render_shape(rng: np.random.Generator, digits: Digits, kind: str, place: int) -> Sample:
    """Render a picture of one of `SHAPES`; `place` chooses its size or aspect in turn."""
    name = f"{kind}-{place}"
    if kind == "aspect":
        return _stored(rng, digits, name, ASPECTS[place % len(ASPECTS)])
    sizes = STRIPS_WH if kind == "strip" else SHEETS_WH
    return _scan(rng, digits, name, sizes[place % len(sizes)])


def _stored(rng: np.random.Generator, digits: Digits, name: str, aspect: float) -> Sample:
    """Return a page of which columns or rows are stored closer than they are shown."""
    kind = ("plain", "rows", "ruled", "shadow")[int(rng.integers(4))]
    page = render_page(rng, digits.images, digits.labels, kind)
    height, width = page.image.shape[:2]
    size_wh = round(width / max(aspect, 1.0)), round(height * min(aspect, 1.0))
    image = cv2.resize(page.image, size_wh, interpolation=cv2.INTER_AREA)
    across, down = size_wh[0] / width, size_wh[1] / height
    boxes = tuple((_stretched(box, across, down), label) for box, label in page.digits)
    return Sample(name, np.asarray(image, np.uint8), Truth(boxes, numbers=page.numbers), aspect)


def _stretched(box: Box, across: float, down: float) -> Box:
    x, y = round(box.x * across), round(box.y * down)
    return Box(x, y, max(1, round(box.w * across)), max(1, round(box.h * down)))


def _scan(rng: np.random.Generator, digits: Digits, name: str, size_wh: tuple[int, int]) -> Sample:
    """Return numbers strewn over the paper of a scanner, none over another."""
    width, height = size_wh
    paper = np.full((height, width), rng.uniform(225, 250), np.float32)
    tilt = rng.uniform(-6, 6, 2)
    paper += np.linspace(0, tilt[0], width, dtype=np.float32)
    paper += np.linspace(0, tilt[1], height, dtype=np.float32)[:, None]
    cv2.blur(paper, (3, 3), paper)
    taken = np.zeros((height // 8 + 1, width // 8 + 1), np.bool_)
    boxes: list[LabelledBox] = []
    numbers: list[tuple[int, int, str]] = []
    supply = _numbers(rng, digits, float(np.exp(rng.uniform(*np.log(HEIGHT_PX)))))
    for _ in range(ON_A_SHEET):
        written = next(supply)
        high, wide = written.cover.shape
        for _ in range(20):
            x, y = (int(rng.integers(0, max(1, room))) for room in (width - wide, height - high))
            left, right = max(0, x - high) // 8, (x + wide + high) // 8 + 1
            spot = taken[y // 8 : (y + high) // 8 + 1, left:right]
            if not spot.any() and x + wide <= width and y + high <= height:
                break
        else:
            continue
        spot[:] = True
        paper[y : y + high, x : x + wide] *= 1 - written.cover
        boxes += [(Box(b.x + x, b.y + y, b.w, b.h), label) for b, label in written.digits]
        numbers.append((y, x, "".join(str(label) for _, label in written.digits)))
    paper += rng.normal(0, rng.uniform(1, 4), paper.shape).astype(np.float32)
    gray = np.clip(paper, 0, 255).astype(np.uint8)
    truth = Truth(tuple(boxes), numbers=tuple(text for _, _, text in sorted(numbers)))
    return Sample(name, cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR).astype(np.uint8), truth)


def _numbers(rng: np.random.Generator, digits: Digits, height_px: float) -> Iterator[Written]:
    """Yield numbers of one height and one ink, cut out of rendered pages."""
    ink = rng.uniform(*INK)
    while True:
        page = render_page(rng, digits.images, digits.labels, "rows")
        gray = cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
        start = 0
        for number in page.numbers:
            inked = page.digits[start : start + len(number)]
            start += len(number)
            scale = height_px / float(np.median([box.h for box, _ in inked]))
            written = _cut_out(gray, inked, scale)
            strength = float(np.percentile(written.cover, 95))
            if strength >= _PALE:
                yield replace(written, cover=np.minimum(written.cover * ink / strength, 0.95))


def _cut_out(gray: NDArray[np.uint8], inked: tuple[LabelledBox, ...], scale: float) -> Written:
    whole = inked[0][0]
    for box, _ in inked[1:]:
        whole = whole.union(box)
    margin = round(0.15 * whole.h)
    around = Box(whole.x - margin, whole.y - margin, whole.w + 2 * margin, whole.h + 2 * margin)
    around = around.clipped(Box(0, 0, gray.shape[1], gray.shape[0]))
    part = gray[around.y : around.bottom, around.x : around.right].astype(np.float32)
    size_wh = max(1, round(around.w * scale)), max(1, round(around.h * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    lacking = 1 - cv2.resize(part, size_wh, interpolation=way) / np.percentile(part, 75)
    cover = np.clip((lacking - _FAINT) / (1 - _FAINT), 0, 0.95).astype(np.float32)
    moved = ((Box(b.x - around.x, b.y - around.y, b.w, b.h), label) for b, label in inked)
    return Written(cover, tuple((_stretched(b, scale, scale), label) for b, label in moved))
