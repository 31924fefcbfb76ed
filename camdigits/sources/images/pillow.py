"""Pictures that OpenCV's wheel has no decoder for, decoded by Pillow.

Of TIFF these are grey of 2 and 4 bits, and ZSTD and LZMA compression.  Of animations Pillow
gives the pictures one by one.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image as PillowImage
    from PIL.ImageFile import ImageFile


def decoded_tiff(data: bytes) -> NDArray[Any] | None:
    """Return the first picture of a TIFF file, upright; None if it cannot be decoded.

    The caller has looked at its size.

    Returns:
        As `camdigits.sources.pixels.as_bgr` takes it.
    """
    # The class itself: `PIL.Image.open` has a limit of pixels of its own, the same for all.
    from PIL import ImageOps
    from PIL.TiffImagePlugin import TiffImageFile

    try:
        with TiffImageFile(io.BytesIO(data)) as picture:
            picture.load()
            return as_array(ImageOps.exif_transpose(picture))
    except Exception:  # whatever a damaged tag leads to
        return None


class Animation:
    """The pictures of an animation, as they are shown.

    Args:
        data: the whole file: GIF, APNG or WebP.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._picture: ImageFile | None = None

    def picture(self, index: int) -> NDArray[Any] | None:
        """Return a picture, from 0; None if it cannot be decoded.

        Those in order take the least time.

        Returns:
            As `camdigits.sources.pixels.as_bgr` takes it.
        """
        try:
            if self._picture is None:
                self._picture = _opener(self._data)(io.BytesIO(self._data))
            self._picture.seek(index)
            return as_array(self._picture)
        except Exception:  # whatever damaged data lead to
            self._picture = None
            return None


def _opener(data: bytes) -> type[ImageFile]:
    from PIL.GifImagePlugin import GifImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    if data.startswith(b"RIFF"):
        return WebPImageFile
    return GifImageFile if data.startswith(b"GIF") else PngImageFile


def as_array(picture: PillowImage) -> NDArray[Any]:
    """Return a picture as `camdigits.sources.pixels.as_bgr` takes it."""
    if picture.mode.startswith("I;16"):
        return np.asarray(picture).astype(np.uint16)
    if picture.mode in ("I", "F"):
        return np.asarray(picture)
    if picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    if picture.has_transparency_data:
        return cv2.cvtColor(np.asarray(picture.convert("RGBA")), cv2.COLOR_RGBA2BGRA)
    return cv2.cvtColor(np.asarray(picture.convert("RGB")), cv2.COLOR_RGB2BGR)
