"""Draws how a picture was read: masks, candidates, and the crops that the classifier saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from camdigits.drawing.text import PAPER, Colour, put_mask, text_mask

if TYPE_CHECKING:
    from camdigits.ink.binarize import InkMask
    from camdigits.page.inspection import Inspection
    from camdigits.types import Box, Image

GROUND: Colour = (40, 40, 40)
DIGIT: Colour = (178, 114, 0)
# Okabe and Ito's palette without the blue of the digits, the most frequent reason in grey: its
# boxes are the many that have nothing to do with digits.
REASONS: tuple[Colour, ...] = (
    (150, 150, 150),
    (0, 94, 213),
    (0, 159, 230),
    (167, 121, 204),
    (233, 180, 86),
    (66, 228, 240),
    (115, 158, 0),
)

_LETTER_PX = 11
_GAP_PX = 8
_ROW_PX = 22
_CROP_PX = 56
_CELL_WH = _CROP_PX + 6, _CROP_PX + 22
_SMALLEST_MARKED_PX = 14
_SIDE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What became of candidates: a reason with its short code and colour."""

    code: str
    colour: Colour
    text: str
    count: int


def debug_picture(inspection: Inspection, side_px: int = 1600, crop_rows: int = 16) -> Image:
    """Draw what happened on the way from a picture to its digits.

    On the left stands the picture, with the digits in blue and the rejected candidates in thin
    boxes with the letter of their reason.  On the right stand the reasons and the ink masks, and
    below them the crops as the classifier saw them, each with the label that is most probable and
    its probability in percent: the digits first, then the others, the most probable first.

    Args:
        inspection: of one picture.
        side_px: longer side of the picture as it is drawn.
        crop_rows: rows of crops at most; what does not fit is counted.

    Returns:
        ``(H, W, 3) uint8`` BGR.
    """
    verdicts = inspection.verdicts()
    known = _known(verdicts)
    picture = _marked(inspection, verdicts, known, side_px)
    side = _column(
        [_legend(list(known.values())), _masks(inspection.masks, picture.shape[0], side_px)]
    )
    top = _row([picture, side])
    crops = _crops(inspection, verdicts, known, (top.shape[1], crop_rows))
    return _column([top, crops])


def _known(verdicts: Sequence[str]) -> dict[str, _Verdict]:
    """Return what there is to say of this picture's candidates, by reason, digits first."""
    counts = Counter(verdicts)
    known = {"": _Verdict("", DIGIT, "digits", counts.pop("", 0))}
    for place, (reason, count) in enumerate(sorted(counts.items(), key=lambda one: -one[1])):
        code = chr(ord("a") + place % 26)
        known[reason] = _Verdict(code, REASONS[place % len(REASONS)], reason, count)
    return known


def _marked(
    inspection: Inspection, verdicts: Sequence[str], known: dict[str, _Verdict], side_px: int
) -> Image:
    scale = side_px / max(inspection.image.shape[:2])
    canvas = _resized(inspection.image, scale)
    # The many that look like no digit at all go below the others.
    rejected = {
        (candidate.box, reason): None
        for candidate, reason in zip(inspection.candidates, verdicts, strict=True)
        if reason
    }
    for box, reason in sorted(rejected, key=lambda one: -known[one[1]].count):
        verdict = known[reason]
        (left, top), corner = _corners(box, scale)
        cv2.rectangle(canvas, (left, top), corner, verdict.colour, 1)
        if corner[1] - top >= _SMALLEST_MARKED_PX:
            put_mask(canvas, text_mask(verdict.code, 7), (left + 2, top + 2), verdict.colour)
    for detection in inspection.detections:
        (left, top), corner = _corners(detection.box, scale)
        cv2.rectangle(canvas, (left - 1, top - 1), corner, DIGIT, 2)
        label = text_mask(f"{detection.label}", _LETTER_PX)
        height, width = label.shape
        base = max(height + 4, top - 1)
        cv2.rectangle(canvas, (left - 2, base - height - 4), (left + width + 2, base), DIGIT, -1)
        put_mask(canvas, label, (left, base - height - 2), PAPER)
    return canvas


def _legend(verdicts: Sequence[_Verdict]) -> Image:
    lines = [text_mask(f"{one.count} {one.text}", _LETTER_PX) for one in verdicts]
    width = max(line.shape[1] for line in lines) + 2 * _ROW_PX
    canvas = _blank(width, _ROW_PX * len(lines) + _GAP_PX)
    for place, (verdict, line) in enumerate(zip(verdicts, lines, strict=True)):
        y = place * _ROW_PX + _GAP_PX
        cv2.rectangle(canvas, (0, y - 2), (_ROW_PX - 6, y + 13), verdict.colour, -1)
        if verdict.code:
            put_mask(canvas, text_mask(verdict.code, 9), (4, y + 1), (0, 0, 0))
        put_mask(canvas, line, (_ROW_PX + 4, y), PAPER)
    return canvas


def _masks(masks: Sequence[InkMask], height_px: int, side_px: int) -> Image:
    """Draw the masks in two columns that take a share of the picture's width."""
    width = round(side_px * _SIDE_SHARE / 2)
    rows = -(-len(masks) // 2)
    height = max(width // 3, round(0.8 * height_px / max(1, rows)))
    tiles = [_mask_tile(mask, (width, height)) for mask in masks]
    return _column([_row(tiles[start : start + 2]) for start in range(0, len(tiles), 2)])


def _mask_tile(mask: InkMask, size_wh: tuple[int, int]) -> Image:
    height, width = mask.ink.shape
    name = f"{mask.polarity} ink, {width}x{height}{'' if mask.has_lines else ', without lines'}"
    scale = min(size_wh[0] / width, (size_wh[1] - _ROW_PX) / height)
    caption = _blank(size_wh[0], _ROW_PX)
    put_mask(caption, text_mask(name, 9), (0, 8), PAPER)
    return _column([caption, _resized(np.dstack([mask.ink] * 3), scale)])


def _crops(
    inspection: Inspection,
    verdicts: Sequence[str],
    known: dict[str, _Verdict],
    width_and_rows: tuple[int, int],
) -> Image:
    columns, rows = max(1, width_and_rows[0] // _CELL_WH[0]), width_and_rows[1]
    confidence = inspection.probabilities.max(axis=1, initial=0)
    order = sorted(
        range(len(verdicts)), key=lambda place: (verdicts[place] != "", -confidence[place])
    )
    shown, left = order[: columns * rows], len(order) - columns * rows
    cells = [_cell(inspection, place, known[verdicts[place]]) for place in shown]
    strip = [_row(cells[start : start + columns], 0) for start in range(0, len(cells), columns)]
    if left > 0:
        note = _blank(columns * _CELL_WH[0], _ROW_PX)
        put_mask(note, text_mask(f"and {left} less probable ones", _LETTER_PX), (2, 4), PAPER)
        strip.append(note)
    return _column(strip)


def _cell(inspection: Inspection, place: int, verdict: _Verdict) -> Image:
    cell = _blank(*_CELL_WH)
    crop = cv2.resize(
        inspection.crops[place], (_CROP_PX, _CROP_PX), interpolation=cv2.INTER_NEAREST
    )
    cell[2 : 2 + _CROP_PX, 2 : 2 + _CROP_PX] = crop[..., None]
    cv2.rectangle(cell, (0, 0), (_CROP_PX + 3, _CROP_PX + 3), verdict.colour, 2)
    probabilities = inspection.probabilities[place]
    label = f"{probabilities.argmax()} {100 * float(probabilities.max()):.0f}%"
    put_mask(cell, text_mask(label, 9), (2, _CROP_PX + 8), PAPER)
    if verdict.code:
        put_mask(cell, text_mask(verdict.code, 9), (_CROP_PX - 8, _CROP_PX + 8), verdict.colour)
    return cell


def _blank(width: int, height: int) -> Image:
    return np.full((height, width, 3), GROUND, np.uint8)


def _row(parts: Sequence[Image], gap_px: int = _GAP_PX) -> Image:
    """Put pictures side by side, their upper edges on one line."""
    turned = [part.transpose(1, 0, 2) for part in parts]
    return np.ascontiguousarray(_column(turned, gap_px).transpose(1, 0, 2))


def _column(parts: Sequence[Image], gap_px: int = _GAP_PX) -> Image:
    """Put pictures below each other, their left edges on one line."""
    parts = [part for part in parts if part.size]
    if not parts:
        return np.zeros((0, 0, 3), np.uint8)
    width = max(part.shape[1] for part in parts)
    return np.vstack(list(_padded(parts, width, gap_px)))


def _padded(parts: Sequence[Image], width: int, gap_px: int) -> Iterator[Image]:
    for place, part in enumerate(parts):
        if place:
            yield _blank(width, gap_px)
        canvas = _blank(width, part.shape[0])
        canvas[:, : part.shape[1]] = part
        yield canvas


def _resized(image: Image, scale: float) -> Image:
    """Return a new picture at another size, at least one pixel wide and high."""
    size_wh = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cast("Image", cv2.resize(image, size_wh, interpolation=how).copy())


def _corners(box: Box, scale: float) -> tuple[tuple[int, int], tuple[int, int]]:
    scaled = box.scaled(scale)
    return (scaled.x, scaled.y), (scaled.right, scaled.bottom)
