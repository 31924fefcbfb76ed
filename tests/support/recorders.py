"""Makes what recorders and cameras write that FFmpeg has no writer for."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import av


def with_short_marks(stream: bytes) -> bytes:
    """Return raw H.264 or H.265 whose parts begin with three bytes, 00 00 01, instead of four."""
    return stream.replace(b"\0\0\0\1", b"\0\0\1")


def as_multipart(jpegs: Iterable[bytes]) -> bytes:
    """Return JPEG pictures as a camera sends them over HTTP, with a boundary at the end."""
    head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
    return b"".join(head % len(jpeg) + jpeg + b"\r\n" for jpeg in jpegs) + b"--frame\r\n"


def as_dav(video: Path) -> bytes:
    """Return an H.264 video without B-frames as Dahua's recorders write it."""
    parts = []
    with av.open(str(video)) as file:
        stream = file.streams.video[0]
        rate = round(float(stream.guessed_rate or 25))
        size = bytes((0x80, 0, stream.width // 8, stream.height // 8))
        for number, packet in enumerate(p for p in file.demux(stream) if p.size):
            more = size + bytes((0x81, 0, 2, rate))  # 2 is H.264
            data = bytes(packet)
            length = 24 + len(more) + len(data) + 8
            kind = 0xFD if packet.is_keyframe else 0xFC
            head = b"DHAV" + bytes((kind, 0, 0, 0)) + struct.pack("<II", number, length)
            head += struct.pack("<IHB", 0x5A00_0000, number * 1000 // rate, len(more))
            head += bytes((sum(head) & 255,))
            parts.append(head + more + data + b"dhav" + struct.pack("<I", length))
    return b"".join(parts)
