"""Finds the pictures of a TIFF file, classic or BigTIFF, and what each says of itself.

Adobe, TIFF Revision 6.0 (1992); BigTIFF as libtiff has it: wider offsets, all else alike.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC = 256, 257, 259, 262
"""Tags."""
MAX_DIRECTORIES = 10_001
MAX_ENTRIES = 4096

_SUBFILE, _OLD_SUBFILE = 254, 255
_REDUCED, _MASK = 1, 4
_OLD_REDUCED = 2
_FORMS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_READ = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32946, 34925, 50000})
"""Compressions that there is a decoder for: CCITT, LZW, JPEG, Deflate, PackBits, LZMA, ZSTD."""
_UNREAD = {
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy DNG JPEG",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}


@dataclass(frozen=True, slots=True)
class Directory:
    """What one picture of the file says of itself.

    Attributes:
        offset: of the directory in the file.
        tags: their whole numbers.
        following: where the next directory is said to stand; 0 if there is none.
    """

    offset: int
    tags: Mapping[int, tuple[int, ...]]
    following: int = 0

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) in pixels, 0 where it is not told."""
        return self._first(WIDTH), self._first(HEIGHT)

    @property
    def is_page(self) -> bool:
        """Whether it is a picture of its own, and no smaller copy or mask of another."""
        kind = self._first(_SUBFILE)
        return not kind & (_REDUCED | _MASK) and self._first(_OLD_SUBFILE) != _OLD_REDUCED

    @property
    def unread(self) -> str:
        """The name of its compression if there is no decoder for it, else ""."""
        compression = self._first(COMPRESSION, 1)
        if compression in _READ:
            return ""
        return _UNREAD.get(compression, f"compression {compression}")

    @property
    def is_negative(self) -> bool:
        """Whether its greys count from white."""
        return PHOTOMETRIC in self.tags and self._first(PHOTOMETRIC) == 0

    def _first(self, tag: int, default: int = 0) -> int:
        return self.tags.get(tag, (default,))[0]


def directories(data: bytes) -> Iterator[Directory]:
    """Yield the directories of a TIFF file in their order, as far as they are whole.

    Raises:
        struct.error: if the first is damaged.
    """
    if not data.startswith(SIGNATURES):
        return
    order, is_big = _form(data)
    (offset,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, 8 if is_big else 4)
    seen: set[int] = set()
    while offset and offset not in seen and len(seen) < MAX_DIRECTORIES:
        seen.add(offset)
        try:
            directory = _directory(data, offset, order, is_big)
        except (struct.error, OverflowError):
            if len(seen) == 1:
                raise struct.error("damaged") from None
            return
        yield directory
        offset = directory.following


def lacks_pictures(data: bytes, found: Sequence[Directory]) -> bool:
    """Return whether a file ends before a picture that it announces.

    Args:
        data: the file.
        found: all `directories` of it.
    """
    if not found or len(found) >= MAX_DIRECTORIES:
        return False
    offset = found[-1].following
    if not offset or any(each.offset == offset for each in found):
        return False
    order, is_big = _form(data)
    try:
        _directory(data, offset, order, is_big)
    except _NoDirectoryError:
        return False
    except (struct.error, OverflowError):
        return True
    return False


def beginning_with(data: bytes, directory: Directory) -> bytes:
    """Return a file in which a picture is the first, which is the one that decoders look at."""
    order, is_big = _form(data)
    place, form = (8, "Q") if is_big else (4, "I")
    offset = struct.pack(order + form, directory.offset)
    return data[:place] + offset + data[place + len(offset) :]


class _NoDirectoryError(struct.error):
    """What stands there is no directory."""


def _form(data: bytes) -> tuple[str, bool]:
    """Return the order of the bytes of whole numbers, and whether the file is a BigTIFF."""
    return "<" if data.startswith(b"II") else ">", 43 in data[2:4]


def _directory(data: bytes, offset: int, order: str, is_big: bool) -> Directory:
    counting, entry, inline = ("Q", "HHQ", 8) if is_big else ("H", "HHI", 4)
    (count,) = struct.unpack_from(order + counting, data, offset)
    if count > MAX_ENTRIES:
        raise _NoDirectoryError("too many entries")
    place, tags = offset + struct.calcsize(order + counting), {}
    for _ in range(count):
        tag, form, number = struct.unpack_from(order + entry, data, place)
        place += struct.calcsize(order + entry)
        if form in _FORMS and 0 < number <= 8:
            values = f"{order}{number}{_FORMS[form]}"
            start = place
            if struct.calcsize(values) > inline:
                (start,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, place)
            tags[tag] = struct.unpack_from(values, data, start)
        place += inline
    try:
        (following,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, place)
    except struct.error:  # cut off behind the last one
        following = 0
    return Directory(offset, tags, following)
