"""Writes HEIC photos as phones do: a grid of tiles, and how to crop and turn them."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import av
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

GRID = 100


def heic(
    tiles: Sequence[Image],
    columns: int,
    size_wh: tuple[int, int],
    changes: Sequence[tuple[bytes, int]] = (),
) -> bytes:
    """Return a HEIC file whose main picture is a grid.

    Args:
        tiles: ``(H, W, 3) uint8`` BGR, all of one even size of 64 or more, row by row.
        columns: how many stand in a row.
        size_wh: the photo's size; what the tiles have beyond it is not shown.
        changes: to be done in this order by whoever shows the photo: b"irot" with quarter turns
            counter-clockwise, b"imir" with 0 for top and bottom, 1 for left and right.
    """
    different = {id(tile): tile for tile in tiles}
    coded_of = {key: _coded(tile) for key, tile in different.items()}
    coded = [coded_of[id(tile)] for tile in tiles]
    height, width = tiles[0].shape[:2]
    grid = struct.pack(">BBBBHH", 0, 0, len(tiles) // columns - 1, columns - 1, *size_wh)
    properties = (
        _box(b"hvcC", coded[0][0])
        + _box(b"ispe", struct.pack(">III", 0, width, height))
        + _box(b"ispe", struct.pack(">III", 0, *size_wh))
        + b"".join(_box(kind, bytes([amount])) for kind, amount in changes)
    )
    numbers = range(1, len(tiles) + 1)
    uses = b"".join(struct.pack(">HBBB", item, 2, 0x81, 2) for item in numbers)
    turns = bytes(0x84 + place for place in range(len(changes)))
    uses += struct.pack(">HBB", GRID, 1 + len(changes), 3) + turns
    entries = b"".join(_entry(item, b"hvc1") for item in numbers) + _entry(GRID, b"grid")
    parts = struct.pack(f">HH{len(tiles)}H", GRID, len(tiles), *numbers)

    def meta(first: int) -> bytes:
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", struct.pack(">IH", 0, GRID))
            + _box(b"iinf", struct.pack(">IH", 0, len(tiles) + 1) + entries)
            + _box(b"iref", bytes(4) + _box(b"dimg", parts))
            + _box(
                b"iprp",
                _box(b"ipco", properties)
                + _box(b"ipma", struct.pack(">II", 0, len(tiles) + 1) + uses),
            )
            + _box(b"iloc", _places([len(data) for _, data in coded], first, len(grid)))
            + _box(b"idat", grid),
        )

    start = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    pictures = _box(b"mdat", b"".join(data for _, data in coded))
    return start + meta(len(start) + len(meta(0)) + 8) + pictures


def _coded(tile: Image) -> tuple[bytes, bytes]:
    """Return the decoder's settings and the coded picture, as MP4 and Matroska store them."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        # With reordering, the decoding time of a first picture is now and then out of range.
        options = {"x265-params": "log-level=none:bframes=0", "crf": "4"}
        stream = container.add_stream("libx265", rate=1, options=options)
        stream.height, stream.width = tile.shape[:2]
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(tile, format="bgr24")
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with av.open(io.BytesIO(file.getvalue())) as container:
        stream = container.streams.video[0]
        return stream.codec_context.extradata, bytes(next(container.demux(stream)))


def _places(sizes: list[int], first: int, grid_bytes: int) -> bytes:
    head = struct.pack(">BBHBBH", 1, 0, 0, 0x44, 0, len(sizes) + 1)
    entries = b""
    for item, size in enumerate(sizes, 1):
        entries += struct.pack(">HHHHII", item, 0, 0, 1, first, size)
        first += size
    return head + entries + struct.pack(">HHHHII", GRID, 1, 0, 1, 0, grid_bytes)


def _entry(item: int, kind: bytes) -> bytes:
    return _box(b"infe", struct.pack(">BxxxHH4sx", 2, item, 0, kind))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content
