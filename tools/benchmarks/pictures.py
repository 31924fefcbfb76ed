"""Shows what was read, missed and misread, in colours that colour-blind people can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from imutils import build_montages
from numpy.typing import NDArray

from benchmarks.samples import Sample
from camdigits.scoring import LabelledBox, match
from camdigits.types import Box

Image = NDArray[np.uint8]
Color = tuple[int, int, int]

# BGR, of the palette of Okabe and Ito (Color universal design, 2008).
HIT: Color = (115, 158, 0)
MISSED: Color = (0, 159, 230)
FALSE: Color = (167, 121, 204)
WRONG: Color = (178, 114, 0)

_WHITE: Color = (255, 255, 255)

TILE_WH = (640, 480)
_CAPTION_PX = 22
_COLUMNS = 3


def draw_outcome(sample: Sample, read: Sequence[LabelledBox]) -> Image:
    """Return a tile with the picture and its digits.

    Hits have a thin box, misses a dashed one, false digits a crossed one, and wrong ones a thick
    one with the true and the read label; what counts neither way is not drawn.
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
    caption = f"{sample.name[:34]}  hit {hits} missed {missed} false {false} wrong {wrong}"
    cv2.putText(tile.image, caption, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _WHITE, 1)
    return tile.image


def write_sheet(path: Path, tiles: Sequence[Image]) -> None:
    """Write tiles side by side as one picture; nothing if there are none."""
    if not tiles:
        return
    rows = -(-len(tiles) // _COLUMNS)
    sheet = build_montages(list(tiles), TILE_WH, (_COLUMNS, rows))[0]
    cv2.imwrite(str(path), sheet)


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

    def write(self, text: str, above: Box, color: Color) -> None:
        (x, y), _ = self.corners(above)
        place = (x, max(_CAPTION_PX + 10, y - 3))
        cv2.putText(self.image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, _WHITE, 3)
        cv2.putText(self.image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, color, 1)


def _dashed(tile: Image, start: tuple[int, int], end: tuple[int, int], color: Color) -> None:
    for x in range(start[0], end[0], 6):
        for y in (start[1], end[1]):
            cv2.line(tile, (x, y), (min(x + 3, end[0]), y), color, 2)
    for y in range(start[1], end[1], 6):
        for x in (start[0], end[0]):
            cv2.line(tile, (x, y), (x, min(y + 3, end[1])), color, 2)
