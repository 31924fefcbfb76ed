"""Looks at arrays that programs hand over, and says what is wrong with them."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_picture(image: object, channels: tuple[int, ...] = (1, 3)) -> NDArray[np.uint8]:
    """Return an array if it can be a picture.

    Args:
        image: ``(height, width) uint8``, or ``(height, width, n) uint8``.
        channels: what n may be; 1 stands for no third axis, too.

    Raises:
        ValueError: if it is no array, or of another shape or dtype; it says what was found.
    """
    if not isinstance(image, np.ndarray):
        raise ValueError(f"an image is an array, found {found(image)}{_hint(image)}")
    is_flat = image.ndim == 2 and 1 in channels
    fits = is_flat or (image.ndim == 3 and image.shape[2] in channels)
    if image.dtype != np.uint8 or not fits:
        forms = ", ".join(f"(height, width, {each})" for each in channels if each > 1)
        raise ValueError(
            f"an image is {forms} or (height, width) of uint8, found {found(image)}{_hint(image)}"
        )
    if not image.size:
        raise ValueError(f"an image has at least one pixel, found {image.shape}")
    return image


def found(value: object) -> str:
    """Return what a value is, in few words however large it is."""
    if isinstance(value, np.ndarray):
        return f"{value.shape} of {value.dtype}"
    if value is None or isinstance(value, str | bytes | int | float):
        return reprlib.repr(value)
    kind = type(value)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"a {name}"


def _hint(image: Any) -> str:
    """Return what to do about the usual slips; "" about others."""
    if image is None:
        return "; OpenCV gives None where it could not read one: look at what it returned before"
    if isinstance(image, tuple) and len(image) == 2:
        return "; cv2.VideoCapture.read gives two values: ok, frame = capture.read()"
    if isinstance(image, str):
        return "; cv2.imread reads files, Recognizer.stream cameras and files"
    if not isinstance(image, np.ndarray):
        return "; numpy.asarray makes one of many things"
    if image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 4:
        return "; cv2.cvtColor(image, cv2.COLOR_BGRA2BGR) leaves out the transparency"
    if image.dtype.kind == "f":
        return "; if white is 1.0: (255 * image).astype(numpy.uint8)"
    if image.ndim == 3 and image.shape[0] in (1, 3) and image.shape[2] > 4:
        return "; numpy.moveaxis(image, 0, -1) puts the colours last"
    return ""
