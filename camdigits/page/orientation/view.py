"""Turning pictures for the reading, and boxes back again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.types import Box, Digit, Number, Reading

_ROTATIONS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """The part of a source picture that is read, turned as the user asked.

    Attributes:
        size_wh: (width, height) of the source picture in pixels.
        rotate: degrees clockwise, 0, 90, 180 or 270; after mirroring.
        mirrored: left and right change places.
        region: the part that is read, in source pixels, inside the picture.
    """

    size_wh: tuple[int, int]
    rotate: int
    mirrored: bool
    region: Box

    @classmethod
    def of(cls, image: Image, config: ReadConfig, rotate: int = 0) -> View:
        """Return the view that `config` asks of an image.

        Args:
            image: ``(height, width, ...) uint8``, the source picture.
            config: how it is read.
            rotate: degrees clockwise that were found, where the config leaves them open: "auto".

        Raises:
            UsageError: if the region of interest lies outside the image.
        """
        height, width = image.shape[:2]
        region = Box(0, 0, width, height)
        if config.roi is not None:
            if not config.roi.intersection(region):
                corner = f"{config.roi.x},{config.roi.y}"
                raise UsageError(
                    f"the region to read begins at {corner}, outside the picture, which measures "
                    f"{width}x{height} pixels; choose one inside"
                )
            region = config.roi.clipped(region)
        turned = rotate if config.rotate == "auto" else config.rotate
        return cls((width, height), turned, config.source_mirrored, region)

    @property
    def is_plain(self) -> bool:
        """Whether boxes of what is cut are in source pixels as they are."""
        return self.rotate == 0 and not self.mirrored and self.region.x == self.region.y == 0

    def cut(self, image: Image) -> Image:
        """Return the region of a source picture, turned; a view of its memory where possible."""
        part = self.region
        return self._turn(image[part.y : part.bottom, part.x : part.right])

    def upright(self, image: Image) -> Image:
        """Return the whole source picture, turned as the reading saw it."""
        return self._turn(image)

    def to_source(self, box: Box) -> Box:
        """Take a box of the cut picture back to source pixels."""
        region = self.region
        back = _unrotate(box, self.rotate, (region.w, region.h))
        x = region.w - back.right if self.mirrored else back.x
        return Box(region.x + x, region.y + back.y, back.w, back.h)

    def to_upright(self, box: Box) -> Box:
        """Take a box in source pixels to the picture that `upright` gives."""
        width, height = self.size_wh
        x = width - box.right if self.mirrored else box.x
        turned = Box(x, box.y, box.w, box.h)
        for _ in range(self.rotate // 90):
            turned = Box(height - turned.bottom, turned.x, turned.h, turned.w)
            width, height = height, width
        return turned

    def upright_reading(self, reading: Reading) -> Reading:
        """Return a reading whose boxes fit the picture that `upright` gives, to be drawn on it."""
        width, height = reading.size_wh
        size_wh = (height, width) if self.rotate in (90, 270) else (width, height)
        return replace(moved_reading(reading, self.to_upright), size_wh=size_wh, rotate=0)

    def _turn(self, image: Image) -> Image:
        turned = image[:, ::-1] if self.mirrored else image
        if self.rotate:
            turned = cv2.rotate(turned, _ROTATIONS[self.rotate])  # type: ignore[assignment]
        return turned


def moved_reading(reading: Reading, move: Callable[[Box], Box]) -> Reading:
    """Return a reading with what it shows elsewhere; the events stay."""
    digits, numbers = moved_numbers(reading.digits, reading.numbers, move)
    signs = tuple(replace(sign, box=move(sign.box)) for sign in reading.signs)
    _, struck = moved_numbers((), reading.struck, move)
    return replace(reading, digits=digits, numbers=numbers, signs=signs, struck=struck)


def moved_numbers(
    digits: tuple[Digit, ...], numbers: tuple[Number, ...], move: Callable[[Box], Box]
) -> tuple[tuple[Digit, ...], tuple[Number, ...]]:
    """Return digits and numbers with their boxes elsewhere; digits of numbers may be others."""
    own = (digit for number in numbers for digit in number.digits)
    moved = {id(digit): replace(digit, box=move(digit.box)) for digit in (*digits, *own)}
    return tuple(moved[id(digit)] for digit in digits), tuple(
        replace(
            number,
            box=move(number.box),
            digits=tuple(moved[id(digit)] for digit in number.digits),
            marks=tuple(replace(mark, box=move(mark.box)) for mark in number.marks),
        )
        for number in numbers
    )


def _unrotate(box: Box, rotate: int, size_wh: tuple[int, int]) -> Box:
    """Undo a clockwise rotation of a picture that measured `size_wh` before it."""
    width, height = size_wh
    match rotate:
        case 90:
            return Box(box.y, height - box.right, box.h, box.w)
        case 180:
            return Box(width - box.right, height - box.bottom, box.w, box.h)
        case 270:
            return Box(width - box.bottom, box.x, box.h, box.w)
        case _:
            return box
