"""Finds the frames of an animated WebP (Google, WebP Container Specification)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEAD, _CHUNK_HEAD = 12, 8


@dataclass(frozen=True, slots=True)
class MovingWebp:
    """What an animated WebP holds.

    Attributes:
        data: the file up to the end of its last whole chunk, as one that was never longer.
        durations_s: how long each whole frame is shown, in seconds.
        is_cut: its end is missing.
    """

    data: bytes
    durations_s: tuple[float, ...]
    is_cut: bool


def moving_webp(data: bytes) -> MovingWebp:
    """Return the whole frames of a file that begins as an animated WebP does."""
    durations_s, place = [], _HEAD
    while place + _CHUNK_HEAD <= len(data):
        kind, size = struct.unpack_from("<4sI", data, place)
        end = place + _CHUNK_HEAD + size + size % 2
        if end > len(data):
            break
        if kind == b"ANMF" and size >= 16:
            low, high = struct.unpack_from("<HB", data, place + _CHUNK_HEAD + 12)
            durations_s.append((low | high << 16) / 1000)
        place = end
    (claimed,) = struct.unpack_from("<I", data, 4)
    is_cut = claimed + _CHUNK_HEAD > len(data)
    if is_cut:
        data = data[:4] + struct.pack("<I", place - _CHUNK_HEAD) + data[8:place]
    return MovingWebp(data, tuple(durations_s), is_cut)
