"""Changes small valid files into ones that are almost valid."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

_PNG = b"\x89PNG\r\n\x1a\n"
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**31,
    10**40,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "\x1b[2J\n",
    "\ud800",
    "9" * 5000,
    [],
    {},
    [[[[]]]],
    {"a": {}},
)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to eight changes, near the beginning more often than elsewhere."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if changed:
            rng.choice(_CHANGES)(changed, rng)
    if changed.startswith(_PNG) and rng.random() < 0.7:
        return _with_checksums(bytes(changed))
    return bytes(changed)


def mutated_json(text: bytes, rng: random.Random) -> bytes:
    """Return JSON in which one to three values were replaced, or that is none any more."""
    if rng.random() < 0.3:
        return mutated(text, rng)
    if rng.random() < 0.02:
        return b"[" * 100_000
    record = json.loads(text)
    for _ in range(rng.choice((1, 1, 2, 3))):
        record = _replaced(record, rng)
    return json.dumps(record).encode()


def _replaced(value: Any, rng: random.Random) -> Any:
    """Return the value with one of its parts replaced, or another value in place of it."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else list(range(len(value or ())))
        if isinstance(value, list)
        else []
    )
    if not keys or rng.random() < 0.15:
        return rng.choice(_VALUES)
    key = rng.choice(keys)
    changed = dict(value) if isinstance(value, dict) else list(value)
    if rng.random() < 0.15:
        del changed[key]
    else:
        changed[key] = _replaced(changed[key], rng)
    return changed


def _place(data: bytearray, rng: random.Random) -> int:
    size = len(data)
    return rng.randrange(min(size, 512) if rng.random() < 0.4 else size)


def _flip(data: bytearray, rng: random.Random) -> None:
    data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _byte(data: bytearray, rng: random.Random) -> None:
    data[_place(data, rng)] = rng.randrange(256)


def _number(data: bytearray, rng: random.Random) -> None:
    form = rng.choice((">H", "<H", ">I", "<I"))
    size = struct.calcsize(form)
    if len(data) >= size:
        place = min(_place(data, rng), len(data) - size)
        struct.pack_into(form, data, place, rng.choice(_EXTREMES) % (1 << 8 * size))


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[max(1, _place(data, rng)) :]


def _remove(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    del data[place : place + rng.choice((1, 2, 4, 16, 200))]


def _repeat(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    data[place:place] = data[place : place + rng.choice((1, 4, 16, 200))] * rng.choice((1, 2, 9))


def _noise(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    count = min(rng.choice((2, 8, 64)), len(data) - place)
    data[place : place + count] = rng.randbytes(count)


def _copy(data: bytearray, rng: random.Random) -> None:
    start, place = _place(data, rng), _place(data, rng)
    block = data[start : start + rng.choice((4, 16, 200))]
    data[place : place + len(block)] = block


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _byte,
    _byte,
    _number,
    _number,
    _cut,
    _remove,
    _repeat,
    _noise,
    _copy,
)


def _with_checksums(data: bytes) -> bytes:
    """Return a PNG whose chunks have the right checksums, so that decoders look at them."""
    changed, place = bytearray(data), len(_PNG)
    while place + 12 <= len(changed):
        (size,) = struct.unpack_from(">I", changed, place)
        end = place + 8 + size
        if end + 4 > len(changed):
            break
        struct.pack_into(">I", changed, end, zlib.crc32(changed[place + 4 : end]))
        place = end + 4
    return bytes(changed)
