"""Finds out where a picture ends when others follow it without a break.

Known of PNG, BMP, WebP, TIFF and the binary portable maps PBM, PGM and PPM.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from camdigits.sources.images.tiff_layout import SIGNATURES

_PNG = b"\x89PNG\r\n\x1a\n"
_GAP = rb"(?:\s|#[^\n]*\n)+"
_MAP = re.compile(rb"P([456])" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})")
_MAXIMUM = re.compile(_GAP + rb"(\d{1,5})")
_MAP_BEGUN = re.compile(rb"P[456](?:\s|#)")
LEAST_BYTES = 16
"""What a picture has at least, and is told by."""
_HEADER_BYTES = 4096
"""Of a portable map, comments included."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of a value of each type of TIFF."""
_PLACES = {273: 279, 324: 325, 513: 514}
"""Tags that say where parts of a TIFF picture are, and those that say how long these are."""
_DIRECTORIES = (330, 34665, 34853)
_MOST_DIRECTORIES = 1000
_MOST_ENTRIES = 4096


class NotKnown(Exception):
    """It is not known where the picture ends, and will not be with more of it."""


class _Lacks(Exception):
    """More bytes are needed to go on; its argument says how many there must be."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a picture reaches.

    Attributes:
        size: bytes that it has at least.
        is_whole: it has just so many.
        place: where to go on looking.
    """

    size: int
    is_whole: bool = True
    place: int = 0


def picture_extent(data: bytes | bytearray, place: int = 0) -> Extent:
    """Return how far the first of one or more pictures reaches.

    Args:
        data: begins with it; more than it says it needs may be there, or less.
        place: of an earlier look at the same picture, which says where that went on.

    Raises:
        NotKnown: of other formats, and of damaged headers.
    """
    if len(data) < LEAST_BYTES:
        return Extent(LEAST_BYTES, is_whole=False)
    if data.startswith(_PNG):
        return _png_extent(data, place or len(_PNG))
    try:
        return Extent(_stated_end(data))
    except _Lacks as lack:
        return Extent(int(lack.args[0]), is_whole=False)


def _stated_end(data: bytes | bytearray) -> int:
    if data.startswith(b"BM"):
        return _bmp_end(data)
    if data.startswith(b"RIFF"):
        (size,) = struct.unpack_from("<I", data, 4)
        return int(8 + size + size % 2)
    if data.startswith(SIGNATURES[:2]):
        return _TiffExtent(data).end()
    return _map_end(data)


def _png_extent(data: bytes | bytearray, place: int) -> Extent:
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        if kind == b"IEND":
            return Extent(place + 12 + size)
        place += 12 + size
    return Extent(place + 8, is_whole=False, place=place)


def _bmp_end(data: bytes | bytearray) -> int:
    size, start = struct.unpack_from("<I4xI", data, 2)
    if size <= start or start < 26:  # some writers leave them out
        raise NotKnown
    return int(size)


def _map_end(data: bytes | bytearray) -> int:
    head = bytes(data[:_HEADER_BYTES])
    found = _MAP.match(head)
    if not found and not _MAP_BEGUN.match(head):
        raise NotKnown
    # What is cut off within a number has another one.
    if not found or found.end() == len(head):
        raise _Lacks(len(head) + 1) if len(head) < _HEADER_BYTES else NotKnown
    kind, width, height = int(found[1]), int(found[2]), int(found[3])
    if kind == 4:
        # One blank stands between header and pixels.
        return int(found.end()) + 1 + height * ((width + 7) // 8)
    maximum = _MAXIMUM.match(head, found.end())
    if not maximum or maximum.end() == len(head):
        raise _Lacks(len(head) + 1) if len(head) < _HEADER_BYTES else NotKnown
    values = width * height * (3 if kind == 6 else 1)
    return int(maximum.end()) + 1 + values * (2 if int(maximum[1]) > 255 else 1)


class _TiffExtent:
    """Looks through all that a classic TIFF file points to.

    Args:
        data: its beginning; `_Lacks` is raised for what lies beyond.
    """

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = data
        self._order = "<" if data.startswith(b"II") else ">"

    def end(self) -> int:
        """Return where the last part ends."""
        end, waiting, seen = 8, [self._value("I", 4)], set[int]()
        while waiting:
            place = waiting.pop()
            if not place or place in seen:
                continue
            seen.add(place)
            if len(seen) > _MOST_DIRECTORIES:
                raise NotKnown
            count = self._value("H", place)
            if not 0 < count <= _MOST_ENTRIES:
                raise NotKnown
            entries = place + 2
            end = max(end, entries + 12 * count + 4)
            tags: dict[int, tuple[int, ...]] = {}
            for entry in range(entries, entries + 12 * count, 12):
                tag, values, value_end = self._entry(entry)
                tags[tag], end = values, max(end, value_end)
            for where, how_long in _PLACES.items():
                pairs = zip(tags.get(where, ()), tags.get(how_long, ()), strict=False)
                end = max([end, *(start + length for start, length in pairs)])
            waiting += [place for tag in _DIRECTORIES for place in tags.get(tag, ())]
            waiting.append(self._value("I", entries + 12 * count))
        return end

    def _entry(self, place: int) -> tuple[int, tuple[int, ...], int]:
        """Return an entry's tag, its values where these count, and where they end."""
        self._must_have(place + 12)
        tag, kind, count = struct.unpack_from(self._order + "HHI", self._data, place)
        size = _SIZES.get(kind, 0) * count
        start = place + 8 if size <= 4 else self._value("I", place + 8)
        is_of_use = tag in _DIRECTORIES or tag in _PLACES or tag in _PLACES.values()
        values: tuple[int, ...] = ()
        if is_of_use and kind in (3, 4, 13):
            self._must_have(start + size)
            form = f"{self._order}{count}{'H' if kind == 3 else 'I'}"
            values = struct.unpack_from(form, self._data, start)
        return tag, values, start + size

    def _value(self, form: str, place: int) -> int:
        self._must_have(place + struct.calcsize(form))
        (value,) = struct.unpack_from(self._order + form, self._data, place)
        return int(value)

    def _must_have(self, size: int) -> None:
        if size > len(self._data):
            raise _Lacks(size)
