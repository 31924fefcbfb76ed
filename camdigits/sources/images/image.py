"""Single pictures, decoded by OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources.depth import eight_bits
from camdigits.sources.images.header import (
    exif_orientation,
    image_size,
    is_png_cut,
    lacks_end,
    portable_map_white,
    rare_form,
)
from camdigits.sources.images.png_layout import with_transparent_grey
from camdigits.sources.images.resolution import pixel_aspect
from camdigits.sources.images.tiff_layout import SIGNATURES, directories
from camdigits.sources.names import shown
from camdigits.sources.pixels import as_bgr, check_pixels, upright
from camdigits.support.context_manager import Closeable
from camdigits.support.stderr import discard_stderr
from camdigits.types import Frame

if TYPE_CHECKING:
    from camdigits.types import Image

JPEG_END = b"\xff\xd9"


class ImageSource(Closeable):
    """A picture: one frame with index 0 and time 0.

    Args:
        image: ``(H, W, 3) uint8`` BGR, upright.
        name: as the user named it.
        damage: what is wrong with the picture although it could be decoded, for the error that
            follows the frame; None if nothing is.
        pixel_aspect: width of a pixel over its height.
    """

    is_still = True
    is_live = False
    fps: float | None = None
    frame_count: int | None = 1

    def __init__(
        self, image: Image, name: str, damage: str | None = None, pixel_aspect: float = 1.0
    ) -> None:
        self.name, self._pixel_aspect = name, pixel_aspect
        self._image: Image | None = image
        self._damage = damage

    @classmethod
    def decode(cls, data: bytes, name: str, max_pixels: int = MAX_PIXELS) -> ImageSource:
        """Return the picture that an encoded file holds, upright as its EXIF data ask.

        Args:
            data: the whole file: JPEG, PNG, BMP, TIFF, WebP, PBM, PGM or PPM.
            name: as the user named it.
            max_pixels: a picture with more is refused.

        Raises:
            SourceOpenError: if it cannot be decoded or has more pixels than the limit.
        """
        _check_size(data, name, max_pixels)
        is_cut, rare = lacks_end(data), rare_form(data)
        # OpenCV gives no picture at all for a JPEG whose end is missing; with an end, what came
        # before the cut is decoded and the rest is grey.
        whole = data + JPEG_END if is_cut else data
        pixels = _decoded_rare(whole, rare, max_pixels) if rare else _decoded(whole)
        if pixels is None:
            raise SourceOpenError(f"{shown(name)}: {_undecoded(rare, is_cut)}")
        damage = "the file is cut off; the lower part of the picture is missing; copy it again"
        image = upright(as_bgr(pixels), exif_orientation(data))
        return cls(image, name, damage if is_cut else None, pixel_aspect(data))

    def __iter__(self) -> Iterator[Frame]:
        image, self._image = self._image, None
        if image is None:
            return
        yield Frame(image, pixel_aspect=self._pixel_aspect)
        if self._damage:
            raise SourceDamagedError(f"{shown(self.name)}: {self._damage}")

    def close(self) -> None:
        """Let the picture go; a second call does nothing."""
        self._image = None


def _check_size(data: bytes, name: str, max_pixels: int) -> None:
    size_wh = image_size(data)
    if size_wh is None:
        raise SourceOpenError(f"{shown(name)}: the picture's header is damaged; copy it again")
    check_pixels(size_wh, name, max_pixels)
    if is_png_cut(data):
        raise SourceOpenError(
            f"{shown(name)}: cannot decode the picture: the file is cut off; copy it again"
        )


def _undecoded(rare: str, is_cut: bool) -> str:
    if rare.endswith("in TIFF"):
        return f"there is no decoder for {rare}; save it as PNG"
    if rare and not is_cut:
        return f"there is no decoder for {rare}, or its data are damaged; save it as PNG"
    why = "the file is cut off" if is_cut else "its data are damaged"
    return f"cannot decode the picture: {why}; copy it again"


def _decoded_rare(data: bytes, form: str, max_pixels: int) -> NDArray[Any] | None:
    # Of such a TIFF OpenCV would make a black picture.
    from camdigits.sources.images.ffmpeg import decoded_by_ffmpeg

    return decoded_by_ffmpeg(data, form, max_pixels)


def _decoded(data: bytes) -> Image | None:
    """Return the pixels with 8 bits a colour, black being 0."""
    pixels = _pixels(data)
    if pixels is None:
        return None
    if not data.startswith(SIGNATURES):
        pixels = with_transparent_grey(pixels, data)
        return eight_bits(pixels, portable_map_white(data))
    # OpenCV turns greys of up to 8 bits that count from white; others it leaves.
    is_negative = pixels.dtype != np.uint8 and next(directories(data)).is_negative
    image = eight_bits(pixels)
    return np.asarray(cv2.bitwise_not(image), np.uint8) if is_negative else image


def _pixels(data: bytes) -> NDArray[Any] | None:
    # Unchanged keeps alpha and 16 bits, and leaves EXIF to us: read with colour, alpha is lost.
    with discard_stderr():
        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error:
            pixels = None
        # Of some damaged data OpenCV makes a black picture.
        if data.startswith(SIGNATURES) and (pixels is None or not pixels.any()):
            from camdigits.sources.images.pillow import decoded_tiff

            return decoded_tiff(data)
    return pixels
