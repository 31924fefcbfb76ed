"""The fields of a sheet without what is printed in them, side by side on one picture.

Together they are read like a page: what is asked of the networks is asked once, and the digits of
one writer say what the others are like.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.forms.form import Field
from camdigits.forms.sheet.alignment import Placement, straightened
from camdigits.forms.sheet.reference import Plane, Reference, flattened, padded
from camdigits.forms.sheet.rulings import rulings_in
from camdigits.ink.binarize import InkMask, components
from camdigits.types import Box

FIELD_PX = 76
"""Height of a field in the picture that is read, in pixels."""
GAP_PX = 44
"""Between two fields there."""
WIDE_PX = 1500
"""Width of that picture; a wider field makes it wider."""
PAPER = 240
PRINTED = 215
"""Brightness of a form's paper, and that below which something is printed on it."""
USUAL_INK, LEAST_INK = 110.0, 14
"""Grey levels by which a pen is darker than paper, and those of the palest that is looked for."""
FEWEST_INKED = 40
"""Pixels of the smallest piece of ink that is a stroke: the dot of a tick has more."""
LEVELS = (30, 55)
"""Grey levels by which ink is darker than paper, at least."""
LOWEST_PX, REACH = 18, 1 / 8
"""Height of the lowest digit, and the neighbourhood that ink is told from ground by."""
MOST_SHIFT_PX, DARK, LEAST_GAIN = 8, 60.0, 2.0
"""How far print is looked for from where it is expected, the darkness at which more says nothing,
and grey levels by which it is to be darker there."""
LEAST_REST, MOSTLY = 20, 0.8
"""Grey levels by which rests of print are darker than paper, and the share that is beside print."""
ROOM_PX = 2
"""By so much print is taken to be wider than it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A field as it was cut out.

    Attributes:
        field: of the form.
        box: of the field in the mosaic, in its pixels.
        room: all that was cut out around it, likewise.
    """

    field: Field
    box: Box
    room: Box


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """The fields of a sheet side by side.

    Attributes:
        plane: ``(height, width) uint8``, paper at 240.
        crops: where each field is.
    """

    plane: Plane
    crops: tuple[Crop, ...]


def mosaic_of(
    reference: Reference, placement: Placement, plane: Plane, fields: Sequence[Field]
) -> Mosaic:
    """Return fields of a sheet side by side, without print.

    Args:
        reference: the form.
        placement: where the sheet lies in the picture.
        plane: ``(height, width) uint8``, brightness of the picture.
        fields: of the form.
    """
    parts = [cut_out(reference, placement, plane, field) for field in fields]
    wide = max([WIDE_PX, *(part.shape[1] + 2 * GAP_PX for part, _ in parts)])
    x, y, low = GAP_PX, GAP_PX, 0
    crops = []
    for (part, box), field in zip(parts, fields, strict=True):
        height, width = part.shape
        if x > GAP_PX and x + width + GAP_PX > wide:
            x, y, low = GAP_PX, y + low + GAP_PX, 0
        room = Box(x, y, width, height)
        crops.append(Crop(field, Box(x + box.x, y + box.y, box.w, box.h), room))
        x, low = x + width + GAP_PX, max(low, height)
    canvas = np.full((y + low + GAP_PX, wide), PAPER, np.uint8)
    for crop, (part, _) in zip(crops, parts, strict=True):
        room = crop.room
        canvas[room.y : room.bottom, room.x : room.right] = part
    return Mosaic(strengthened(canvas), tuple(crops))


def strengthened(plane: Plane) -> Plane:
    """Return a picture without print whose ink is as dark as a usual pen's, pale as it may be.

    Args:
        plane: ``(height, width) uint8``, paper at 240.
    """
    soft = cv2.GaussianBlur(plane, (0, 0), 0.8)
    darker = cv2.subtract(np.full_like(plane, PAPER), cast(Plane, soft))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        (darker >= LEAST_INK).astype(np.uint8), connectivity=8
    )
    # Grain, of which there is more in shadow, is as dark, but does not hang together.
    is_stroke = stats[:, cv2.CC_STAT_AREA] >= FEWEST_INKED
    is_stroke[0] = False
    inked = darker[is_stroke[labels]]
    if not len(inked):
        return plane
    level = float(np.percentile(inked, 75))
    if level >= USUAL_INK:
        return plane
    gain = USUAL_INK / level
    difference = PAPER - (plane if gain < 2 else soft).astype(np.float32)
    return np.asarray(np.clip(PAPER - gain * difference, 0, 255), np.uint8)


def masks_of(plane: Plane) -> Iterator[InkMask]:
    """Yield the ink of a picture without print, as generously and as strictly as makes sense.

    Args:
        plane: ``(height, width) uint8``, paper at 240.
    """
    soft = cast(Plane, cv2.GaussianBlur(plane, (0, 0), 0.7))
    contrast = cast(Plane, cv2.subtract(np.full_like(plane, PAPER), soft))
    for level in LEVELS:
        ink = np.where(contrast >= level, 255, 0).astype(np.uint8)
        yield InkMask(plane, ink, contrast, "dark", REACH, *components(ink), has_lines=False)


def cut_out(
    reference: Reference, placement: Placement, plane: Plane, field: Field
) -> tuple[Plane, Box]:
    """Return a field and what is around it without print, paper at 240, and its box there."""
    around = padded(field.box, reference.form)
    scale = FIELD_PX / field.box.h
    size_wh = max(8, round(around.w * scale)), max(8, round(around.h * scale))
    region = (around.x, around.y, around.w, around.h)
    inner = Box(
        round((field.box.x - around.x) * scale),
        round((field.box.y - around.y) * scale),
        max(1, round(field.box.w * scale)),
        FIELD_PX,
    )
    flat = _flat(straightened(placement, plane, region, size_wh))
    thin = printed_in(reference, around, size_wh, field)
    half = size_wh[0] // 2
    left, right = _shift(thin[:, :half], flat[:, :half]), _shift(thin[:, half:], flat[:, half:])
    if left != (0, 0) or right != (0, 0):
        # The borders of a box are at its ends, where what was found of each half holds.
        x, wider = left[0] / scale, (right[0] - left[0]) / scale
        down = (left[1] + right[1]) / 2 / scale
        moved = around.x + x, around.y + down, around.w + wider, around.h
        flat = _flat(straightened(placement, plane, moved, size_wh))
    side = 2 * ROOM_PX + 1
    printed = cv2.dilate(thin, np.ones((side, side), np.uint8))
    printed = cv2.bitwise_or(printed, rulings_in(flat, inner, PAPER))
    clean = cast(Plane, cv2.inpaint(flat, printed, 3, cv2.INPAINT_TELEA))
    clean = without_rests(clean, cast(Plane, cv2.dilate(printed, np.ones((7, 7), np.uint8))))
    return clean, inner


def without_rests(clean: Plane, near: Plane) -> Plane:
    """Return a field without what is left of its print.

    Args:
        clean: ``(height, width) uint8``, paper at 240.
        near: likewise, 255 where print stands or is near.
    """
    ink = np.where(clean < PAPER - LEAST_REST, 255, 0).astype(np.uint8)
    count, labels = cv2.connectedComponents(ink)
    if count < 2:
        return clean
    sizes = np.bincount(labels.ravel(), minlength=count)
    beside = np.bincount(labels[near > 0], minlength=count)
    is_rest = beside >= MOSTLY * sizes
    is_rest[0] = False
    return np.where(is_rest[labels], np.uint8(PAPER), clean)


def _flat(plane: Plane) -> Plane:
    return cast(Plane, cv2.convertScaleAbs(flattened(plane), alpha=PAPER / 255))


def _shift(printed: Plane, flat: Plane) -> tuple[int, int]:
    """Return by how many pixels print lies to the right of, and below, where it is expected.

    Args:
        printed: ``(height, width) uint8``, 255 where print is expected.
        flat: likewise, what is seen, paper at 240.
    """
    height, width = printed.shape
    reach = MOST_SHIFT_PX
    if min(height, width) <= 4 * reach or not printed[reach:-reach, reach:-reach].any():
        return 0, 0
    # Writing is no darker than print here, however dark it is.
    dark = np.minimum(PAPER - np.minimum(flat, PAPER).astype(np.float32), DARK)
    inner = printed[reach:-reach, reach:-reach].astype(np.float32) / np.float32(255)
    under = np.asarray(cv2.matchTemplate(dark, inner, cv2.TM_CCORR), np.float32) / inner.sum()
    _, best, _, place = cv2.minMaxLoc(under)
    if best < float(under[reach, reach]) + LEAST_GAIN:
        return 0, 0
    return place[0] - reach, place[1] - reach


def printed_in(
    reference: Reference, around: Box, size_wh: tuple[int, int], field: Field
) -> NDArray[np.uint8]:
    """Return 255 where a part of a form is printed: ``(height, width) uint8`` of that size.

    Where the form's picture is of a sheet that was filled in, only ruled lines at the field's rim
    are.
    """
    part = reference.plane[around.y : around.bottom, around.x : around.right]
    flat = flattened(cast(Plane, cv2.resize(part, size_wh, interpolation=cv2.INTER_CUBIC)))
    printed = np.where(flat < PRINTED, 255, 0).astype(np.uint8)
    if not reference.form.is_blank:
        scale = size_wh[1] / around.h
        x, y = (field.box.x - around.x) * scale, (field.box.y - around.y) * scale
        inner = Box(round(x), round(y), round(field.box.w * scale), round(field.box.h * scale))
        return rulings_in(flat, inner, 255)
    return printed
