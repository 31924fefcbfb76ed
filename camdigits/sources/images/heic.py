"""HEIC and AVIF photos, decoded by PyAV."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from av.video.stream import VideoStream

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceOpenError
from camdigits.sources.byte_reader import Reader
from camdigits.sources.images.heif_layout import Layout, assembled, layout_of
from camdigits.sources.images.image import ImageSource
from camdigits.sources.names import shown
from camdigits.sources.pixels import as_bgr, check_pixels
from camdigits.sources.videos.container import BgrConverter, open_container
from camdigits.support.pyav import UNDECODABLE

if TYPE_CHECKING:
    from camdigits.types import Image


def open_photo(data: bytes, name: str, max_pixels: int = MAX_PIXELS) -> ImageSource:
    """Return the photo that a HEIC or AVIF file holds, upright.

    Args:
        data: the whole file.
        name: as the user named it.
        max_pixels: a photo with more is refused.

    Raises:
        SourceOpenError: if it is damaged, too large, or of a form or codec that is not decoded.
    """
    layout = layout_of(data)
    if layout is None:
        raise SourceOpenError(
            f"{shown(name)}: this HEIC or AVIF photo is damaged or of a form that is not read; "
            "save it as JPEG"
        )
    check_pixels(layout.size_wh, name, max_pixels)
    layouts = [layout] if layout.alpha is None else [layout, layout.alpha]
    check_pixels(layouts[-1].size_wh, name, max_pixels)
    tiles = _decoded_tiles(data, layouts, name, max_pixels)
    wanted = len({item for each in layouts for item in each.tiles})
    if len(tiles) < wanted:
        raise SourceOpenError(
            f"{shown(name)}: {len(tiles)} of {wanted} parts of the photo could be "
            "decoded; copy it again or save it as JPEG"
        )
    return ImageSource(as_bgr(assembled(layout, tiles)), name)


def _decoded_tiles(
    data: bytes, layouts: Sequence[Layout], name: str, max_pixels: int
) -> dict[int, Image]:
    tiles: dict[int, Image] = {}
    wanted = {item for layout in layouts for item in layout.tiles}
    # Tiles reach beyond the photo by less than one of them on each side, so whole photos need no
    # more than this; a bomb may hold thousands of tiles, each as large as the limit allows.
    left = sum(4 * each.size_wh[0] * each.size_wh[1] + (1 << 22) for each in layouts)
    converter = BgrConverter()
    with open_container(Reader(io.BytesIO(data)), name) as container:
        streams = [
            stream
            for stream in container.streams.video
            if stream.id in wanted and stream.codec_context is not None
        ]
        for stream in streams:
            stream.codec_context.options = {"max_pixels": str(min(max_pixels, left))}
        for packet in container.demux(streams) if streams else ():
            try:
                for frame in cast("VideoStream", packet.stream).decode(packet):
                    left -= frame.width * frame.height
                    if left < 0:
                        raise SourceOpenError(
                            f"{shown(name)}: the parts of the photo are larger than the whole; "
                            "save it as JPEG"
                        )
                    tiles[packet.stream.id] = converter(frame)
            except UNDECODABLE:  # the caller counts what is missing
                continue
    return tiles
