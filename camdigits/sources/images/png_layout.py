"""What a PNG says of its colours that OpenCV does not heed (PNG Specification, third edition)."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY = 0


def with_transparent_grey(pixels: NDArray[Any], data: bytes) -> NDArray[Any]:
    """Return a grey PNG in which one grey is transparent as BGRA, others as they are.

    Programs that make PNG small save white ink on transparency so.

    Args:
        pixels: as OpenCV decodes it: ``(H, W)`` if it is grey.
        data: the whole file.
    """
    key = _transparent_grey(data) if pixels.ndim == 2 and data.startswith(SIGNATURE) else None
    if key is None:
        return pixels
    opaque = np.where(pixels == key, 0, np.iinfo(pixels.dtype).max).astype(pixels.dtype)
    return cv2.merge([pixels, pixels, pixels, opaque])


def _transparent_grey(data: bytes) -> int | None:
    """Return the grey as it is decoded; None if all are opaque."""
    bits, kind = data[24], data[25]
    place = len(SIGNATURE)
    while kind == _GREY and place + 10 <= len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        if name == b"tRNS":
            (grey,) = struct.unpack_from(">H", data, place + 8)
            # Less than 8 bits are spread over 8.
            return int(grey) * 255 // (2**bits - 1) if bits < 8 else int(grey)
        if name == b"IDAT":
            break
        place += 12 + size
    return None
