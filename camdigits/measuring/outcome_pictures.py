"""Shows what was read, missed and misread, in colours that colour-blind people can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from imutils import build_montages

from camdigits.drawing.text import Colour, put_mask, text_mask
from camdigits.measuring.pages import Outcome, Sample, measure
from camdigits.measuring.scoring import match
from camdigits.measuring.truth import LabelledBox
from camdigits.types import Box

if TYPE_CHECKING:
    from camdigits.measuring.pages import Read
    from camdigits.types import Image


# BGR, of the palette of Okabe and Ito (Colour universal design, 2008).
HIT: Colour = (115, 158, 0)
MISSED: Colour = (0, 159, 230)
FALSE: Colour = (167, 121, 204)
WRONG: Colour = (178, 114, 0)

_WHITE: Colour = (255, 255, 255)

TILE_WH = (640, 480)
_CAPTION_PX = 22
_LETTER_PX = 10
_COLUMNS = 3


def measure_and_draw(read: Read, sample: Sample) -> Outcome:
    """Read one picture, compare it with its truth, and draw what came of it."""
    outcome = measure(read, sample)
    return replace(outcome, drawing=draw_outcome(sample, outcome.read))


def draw_outcome(sample: Sample, read: Sequence[LabelledBox]) -> Image:
    """Return a tile with the picture and its digits.

    The caption counts them, each in its colour.  Hits have a thin box, misses a dashed one, false
    digits a crossed one, and wrong ones a thick one with the true and the read label; what counts
    neither way is not drawn.
    """
    tile = _Tile.of(sample.image)
    matched = match(sample.truth, read)
    wrong = 0
    for i, j in matched.pairs:
        true, label = sample.truth.digits[i][1], read[j][1]
        if true == label:
            cv2.rectangle(tile.image, *tile.corners(read[j][0]), HIT, 1)
        else:
            wrong += 1
            cv2.rectangle(tile.image, *tile.corners(read[j][0]), WRONG, 2)
            tile.write(f"{true}>{label}", read[j][0], WRONG)
    for i in matched.missed:
        _dashed(tile.image, *tile.corners(sample.truth.digits[i][0]), MISSED)
    for j in matched.false:
        cv2.rectangle(tile.image, *tile.corners(read[j][0]), FALSE, 2)
        cv2.line(tile.image, *tile.corners(read[j][0]), FALSE, 1)
        tile.write(str(read[j][1]), read[j][0], FALSE)
    hits, missed, false = len(matched.pairs) - wrong, len(matched.missed), len(matched.false)
    tile.caption(
        (ascii(sample.name)[1:-1][:34], _WHITE),
        (f"right {hits}", HIT),
        (f"missed {missed}", MISSED),
        (f"wrong {wrong}", WRONG),
        (f"false {false}", FALSE),
    )
    return tile.image


def outcome_sheet(tiles: Sequence[Image]) -> Image:
    """Return at least one tile side by side as one picture, ``uint8`` BGR."""
    rows = -(-len(tiles) // _COLUMNS)
    return cast("Image", build_montages(list(tiles), TILE_WH, (_COLUMNS, rows))[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Tile:
    """A picture fitted below a caption: ``image`` is drawn on, ``scale`` is what was done to it."""

    image: Image
    scale: float

    @classmethod
    def of(cls, picture: Image) -> _Tile:
        height, width = picture.shape[:2]
        scale = min(TILE_WH[0] / width, (TILE_WH[1] - _CAPTION_PX) / height)
        size_wh = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = np.zeros((TILE_WH[1], TILE_WH[0], 3), np.uint8)
        fitted = cv2.resize(picture, size_wh, interpolation=how)
        image[_CAPTION_PX : _CAPTION_PX + size_wh[1], : size_wh[0]] = fitted
        return cls(image, scale)

    def corners(self, box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
        left, right = (round(x * self.scale) for x in (box.x, box.right))
        top, bottom = (round(y * self.scale) + _CAPTION_PX for y in (box.y, box.bottom))
        return (left - 1, top - 1), (right, bottom)

    def caption(self, *parts: tuple[str, Colour]) -> None:
        """Write words side by side, each on its colour: the caption is the legend as well."""
        x = 4
        for text, colour in parts:
            mask = text_mask(text, _LETTER_PX)
            width = mask.shape[1]
            if colour != _WHITE:
                cv2.rectangle(self.image, (x - 4, 0), (x + width + 3, _CAPTION_PX - 4), colour, -1)
            put_mask(self.image, mask, (x, 4), _WHITE)
            x += width + 16

    def write(self, text: str, above: Box, colour: Colour) -> None:
        (x, y), _ = self.corners(above)
        place = (x, max(_CAPTION_PX + 10, y - 3))
        cv2.putText(self.image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, _WHITE, 3)
        cv2.putText(self.image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1)


def _dashed(tile: Image, start: tuple[int, int], end: tuple[int, int], colour: Colour) -> None:
    for x in range(start[0], end[0], 6):
        for y in (start[1], end[1]):
            cv2.line(tile, (x, y), (min(x + 3, end[0]), y), colour, 2)
    for y in range(start[1], end[1], 6):
        for x in (start[0], end[0]):
            cv2.line(tile, (x, y), (x, min(y + 3, end[1])), colour, 2)
