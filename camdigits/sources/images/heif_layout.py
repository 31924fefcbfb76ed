"""How the parts of a HEIC or AVIF photo make up the picture.

Phones store a photo as a grid of tiles, with the size, crop, turn and mirroring beside them
(ISO/IEC 23008-12).  FFmpeg decodes the tiles; putting them together is left to its users.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from camdigits.sources.images.heif_boxes import Items, read_items
from camdigits.sources.pixels import turned
from camdigits.support.resample import resample

if TYPE_CHECKING:
    from camdigits.types import Image

_CODED = (b"hvc1", b"av01", b"avc1", b"jpeg")
_CHANGES = (b"clap", b"irot", b"imir")
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a photo is put together.

    Attributes:
        tiles: item numbers of the coded pictures, row by row.
        columns: how many stand in a row.
        size_wh: the photo's size in pixels before the changes; tiles may reach beyond it.
        changes: in the order in which they apply: b"clap" with width, height and the offset of
            the crop's centre to the right and down; b"irot" with quarter turns counter-clockwise;
            b"imir" with what changes places: 0 for top and bottom, 1 for left and right.
        alpha: how the picture of what is opaque is put together; None if all is.
        is_premultiplied: the colours are multiplied with it.
    """

    tiles: tuple[int, ...]
    columns: int
    size_wh: tuple[int, int]
    changes: tuple[tuple[bytes, tuple[float, ...]], ...] = ()
    alpha: Layout | None = None
    is_premultiplied: bool = False


def layout_of(data: bytes) -> Layout | None:
    """Return how the main picture of a HEIC or AVIF file is put together.

    None if the file is damaged, or if its main picture is an overlay or variant of others, which
    no phone writes.

    Args:
        data: the whole file.
    """
    try:
        layout = _layout(read_items(data))
    except (struct.error, LookupError, ValueError, ZeroDivisionError):
        return None
    if layout is None or min(layout.size_wh + (layout.alpha or layout).size_wh) <= 0:
        return None
    return layout


def assembled(layout: Layout, tiles: dict[int, Image]) -> Image:
    """Return the photo, upright: ``(H, W, 3) uint8`` BGR, or ``(H, W, 4)`` BGRA if it has alpha.

    Args:
        layout: how it is put together.
        tiles: the decoded picture of each item that the layout names, ``(h, w, 3) uint8`` BGR;
            those of the photo are all of one size, and those of its alpha.
    """
    image = _joined(layout, tiles)
    if layout.alpha:
        image = _with_alpha(image, _joined(layout.alpha, tiles), layout.is_premultiplied)
    for kind, amounts in layout.changes:
        image = _changed(image, kind, amounts)
    return np.ascontiguousarray(image)


def _joined(layout: Layout, tiles: dict[int, Image]) -> Image:
    height, width = tiles[layout.tiles[0]].shape[:2]
    image: Image = np.full((layout.size_wh[1], layout.size_wh[0], 3), 255, np.uint8)
    for place, item in enumerate(layout.tiles):
        row, column = divmod(place, layout.columns)
        space = image[row * height :, column * width :][:height, :width]
        space[:] = tiles[item][: space.shape[0], : space.shape[1]]
    return image


def _with_alpha(image: Image, alpha: Image, is_premultiplied: bool) -> Image:
    height, width = image.shape[:2]
    weight = np.ascontiguousarray(alpha[:, :, 0])
    if weight.shape != (height, width):
        weight = resample(weight, (width, height))
    if is_premultiplied:
        whole = cv2.merge([weight, weight, weight])
        image = np.asarray(cv2.divide(image, whole, scale=255), np.uint8)
    return np.asarray(cv2.merge([image, weight]), np.uint8)


def _changed(image: Image, kind: bytes, amounts: tuple[float, ...]) -> Image:
    if kind == b"irot":
        return turned(image, round(-90 * amounts[0]))
    if kind == b"imir":
        # ISO/IEC 23008-12:2017 reads as if it named the axis; libheif, libavif and FFmpeg agree on
        # what 2022 says: 0 exchanges top and bottom.
        return np.asarray(cv2.flip(image, round(amounts[0])), np.uint8)
    width, height, right, down = amounts
    left = max(0, round((image.shape[1] - width) / 2 + right))
    top = max(0, round((image.shape[0] - height) / 2 + down))
    cropped = image[top : top + round(height), left : left + round(width)]
    return cropped if cropped.size else image


def _layout(items: Items) -> Layout | None:
    layout = _layout_of(items, items.primary)
    for item in items.auxiliary.get(items.primary, ()):
        if layout and dict(items.properties.get(item, [])).get(b"auxC", b"")[4:].startswith(_ALPHA):
            alpha = _layout_of(items, item)
            is_premultiplied = items.primary in items.premultiplied
            # What is done to the picture is done to both.
            alpha = alpha and replace(alpha, changes=())
            return replace(layout, alpha=alpha, is_premultiplied=is_premultiplied)
    return layout


def _layout_of(items: Items, main: int) -> Layout | None:
    properties = items.properties.get(main, [])
    changes = tuple((kind, _amounts(kind, data)) for kind, data in properties if kind in _CHANGES)
    if items.kinds[main] in _CODED:
        width, height = struct.unpack_from(">II", dict(properties)[b"ispe"], 4)
        return Layout((main,), 1, (width, height), changes)
    if items.kinds[main] != b"grid":
        return None
    grid, tiles = items.grids[main], items.parts[main]
    rows, columns = grid[2] + 1, grid[3] + 1
    width, height = struct.unpack_from(">II" if grid[1] & 1 else ">HH", grid, 4)
    if len(tiles) != rows * columns:
        return None
    return Layout(tiles, columns, (width, height), changes)


def _amounts(kind: bytes, content: bytes) -> tuple[float, ...]:
    if kind == b"irot":
        return (content[0] & 3,)
    if kind == b"imir":
        return (content[0] & 1,)
    return tuple(above / below for above, below in struct.iter_unpack(">iI", content[:32]))
