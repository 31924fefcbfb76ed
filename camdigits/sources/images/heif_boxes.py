"""Reads the description of the items in a HEIC or AVIF file (ISO/IEC 14496-12 and 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BOXES = 100_000
"""Of one parent.  A photo of 200 megapixels has 817 items."""


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a file: coded pictures, grids made of them, and what belongs to them.

    Attributes:
        primary: number of the main picture.
        kinds: four letters of each item.
        parts: the items that another is made of, in order.
        auxiliary: the items that belong to another, as its alpha does.
        premultiplied: items whose colours are multiplied with their alpha.
        properties: of each item, in the order in which they apply: four letters and content.
        grids: content of the items that are grids.
    """

    primary: int
    kinds: dict[int, bytes]
    parts: dict[int, tuple[int, ...]]
    auxiliary: dict[int, tuple[int, ...]]
    premultiplied: frozenset[int]
    properties: dict[int, list[tuple[bytes, bytes]]]
    grids: dict[int, bytes]


def read_items(data: bytes) -> Items:
    """Return the items of a file.

    Args:
        data: the whole file.

    Raises:
        KeyError, IndexError, ValueError, struct.error: if it is damaged.
    """
    meta = dict(_boxes(dict(_boxes(data))[b"meta"][4:]))
    kinds = _kinds(meta[b"iinf"])
    references = meta.get(b"iref", bytes(4))
    places = _Places(meta[b"iloc"], data, meta.get(b"idat", b""))
    return Items(
        primary=_number(meta[b"pitm"], 4, 4 if meta[b"pitm"][0] else 2),
        kinds=kinds,
        parts=_references(references, b"dimg"),
        auxiliary=_turned_round(_references(references, b"auxl")),
        premultiplied=frozenset(_references(references, b"prem")),
        properties=_properties(dict(_boxes(meta[b"iprp"]))),
        grids={item: places.content(item) for item, kind in kinds.items() if kind == b"grid"},
    )


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield four letters and content of the boxes that stand side by side in `data`."""
    start = 0
    for _ in range(MAX_BOXES):
        if start + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        size = size or len(data) - start
        if size < head:
            raise ValueError("a box is shorter than its own head")
        yield kind, data[start + head : start + size]
        start += size


def _number(data: bytes, start: int, size: int) -> int:
    if start + size > len(data):
        raise ValueError("a number stands beyond the end")
    return int.from_bytes(data[start : start + size], "big")


def _kinds(content: bytes) -> dict[int, bytes]:
    kinds: dict[int, bytes] = {}
    for kind, entry in _boxes(content[8 if content[0] else 6 :]):
        if kind == b"infe" and entry[0] >= 2:
            size = 4 if entry[0] > 2 else 2
            kinds[_number(entry, 4, size)] = entry[6 + size : 10 + size]
    return kinds


def _references(content: bytes, wanted: bytes) -> dict[int, tuple[int, ...]]:
    """Return the items that each item refers to in one of the senses that there are."""
    size = 4 if content[0] else 2
    return {
        _number(entry, 0, size): tuple(
            _number(entry, size + 2 + place * size, size)
            for place in range(_number(entry, size, 2))
        )
        for kind, entry in _boxes(content[4:])
        if kind == wanted
    }


def _turned_round(references: dict[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    turned: dict[int, tuple[int, ...]] = {}
    for item, others in references.items():
        for other in others:
            turned[other] = (*turned.get(other, ()), item)
    return turned


def _properties(boxes: dict[bytes, bytes]) -> dict[int, list[tuple[bytes, bytes]]]:
    known = list(_boxes(boxes[b"ipco"]))
    content = boxes[b"ipma"]
    item_size = 4 if content[0] else 2
    index_size = 2 if content[3] & 1 else 1
    found: dict[int, list[tuple[bytes, bytes]]] = {}
    place = 8
    for _ in range(min(_number(content, 4, 4), MAX_BOXES)):
        item, count = _number(content, place, item_size), _number(content, place + item_size, 1)
        place += item_size + 1
        # The highest bit says that readers must know the property; 0 stands for none.
        highest = 1 << 8 * index_size - 1
        indices = [
            _number(content, place + n * index_size, index_size) % highest for n in range(count)
        ]
        found[item] = [known[index - 1] for index in indices if index]
        place += count * index_size
    return found


class _Places:
    """Where the content of each item stands.

    Args:
        content: of the box that says so.
        data: the whole file.
        aside: content of the box that holds small items.
    """

    def __init__(self, content: bytes, data: bytes, aside: bytes) -> None:
        self._content, self._data, self._aside = content, data, aside
        self._extents: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        self._read()

    def content(self, item: int) -> bytes:
        """Return the content of an item."""
        method, extents = self._extents[item]
        store = self._aside if method == 1 else self._data
        return b"".join(store[start : start + size] for start, size in extents)

    def _read(self) -> None:
        version = self._content[0]
        offset_size, length_size = divmod(self._content[4], 16)
        base_size, index_size = divmod(self._content[5], 16)
        item_size = 4 if version == 2 else 2
        place = 6 + item_size
        for _ in range(min(_number(self._content, 6, item_size), MAX_BOXES)):
            fields = (item_size, 2 if version else 0, 2, base_size, 2)
            item, method, _, base, count = self._take(place, fields)
            place += sum(fields)
            extent = (index_size if version else 0, offset_size, length_size)
            extents = []
            for _ in range(count):
                _, offset, length = self._take(place, extent)
                extents.append((base + offset, length))
                place += sum(extent)
            self._extents[item] = (method & 15, extents)

    def _take(self, place: int, sizes: tuple[int, ...]) -> list[int]:
        numbers = []
        for size in sizes:
            numbers.append(_number(self._content, place, size))
            place += size
        return numbers
