"""Turning pictures for the reading, and boxes back again."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import ReadConfig, right_angle
from camdigits.errors import UsageError
from camdigits.ink.aspect import squared, squared_size, unsquared
from camdigits.page.orientation.warp import Warp
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
        pixel_aspect: width of a source pixel over its height; what is cut has square ones.
        tilt: degrees clockwise that the region is turned by beside `rotate`.
        warp: does it; None where it is not turned.
    """

    size_wh: tuple[int, int]
    rotate: int
    mirrored: bool
    region: Box
    pixel_aspect: float = 1.0
    tilt: float = 0.0
    warp: Warp | None = None

    @classmethod
    def of(
        cls, image: Image, config: ReadConfig, rotate: float = 0, pixel_aspect: float = 1.0
    ) -> View:
        """Return the view that `config` asks of an image, turned by right angles only.

        Args:
            image: ``(height, width, ...) uint8``, the source picture.
            config: how it is read.
            rotate: degrees clockwise that were found; where the config asks for "auto", the
                nearest right angle counts.
            pixel_aspect: width of a pixel over its height.

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
        asked = config.rotate if isinstance(config.rotate, int) else 0
        turn = right_angle(rotate) if config.rotate == "auto" else asked
        return cls((width, height), turn, config.source_mirrored, region, pixel_aspect)

    def tilted(self, degrees: float) -> View:
        """Return the same view, its region turned clockwise by so many degrees, -90 to 90."""
        if not degrees:
            return self
        width, height = self._square_wh
        size_wh = (height, width) if self.rotate in (90, 270) else (width, height)
        return replace(self, tilt=degrees, warp=Warp.turning(size_wh, degrees))

    @property
    def turned_by(self) -> float:
        """Degrees clockwise that the region is turned by in all, from 0 to below 360."""
        return (self.rotate + self.tilt) % 360

    @property
    def is_plain(self) -> bool:
        """Whether boxes of what is cut are in source pixels as they are."""
        is_turned = self.rotate != 0 or self.mirrored or self.warp is not None
        is_moved = is_turned or self.region.x or self.region.y
        return not is_moved and self.pixel_aspect == 1.0

    def cut(self, image: Image) -> Image:
        """Return the region of a source picture, turned, with square pixels.

        A view of its memory where possible.
        """
        part = self.region
        cut = image[part.y : part.bottom, part.x : part.right]
        turned = self._turn(squared(cut, self.pixel_aspect))
        return turned if self.warp is None else self.warp.apply(turned)

    def upright(self, image: Image) -> Image:
        """Return the whole source picture, turned by right angles as the reading saw it."""
        return self._turn(image)

    def to_source(self, box: Box) -> Box:
        """Take a box of the cut picture back to source pixels."""
        region, size_wh = self.region, self._square_wh
        straight = box if self.warp is None else self.warp.to_source(box)
        back = _unrotated(straight, self.rotate, size_wh)
        back = _mirrored(back, size_wh[0]) if self.mirrored else back
        there = unsquared(back, (region.w, region.h), self.pixel_aspect)
        return _moved(there, region.x, region.y)

    @property
    def _square_wh(self) -> tuple[int, int]:
        """What the region measures once its pixels are square."""
        return squared_size((self.region.w, self.region.h), self.pixel_aspect)

    def holds(self, box: Box) -> bool:
        """Return whether the middle of a box of the cut picture lies on the source's region."""
        if self.warp is None:
            return True
        (x, y), region = self.to_source(box).center, self.region
        return region.x <= x < region.right and region.y <= y < region.bottom

    def shift_to(self, other: View) -> complex | None:
        """Return by how much what this view shows stands elsewhere in another one.

        Returns:
            x + iy in pixels of the cut pictures; None if they differ by more than their regions.
        """
        same = replace(other, region=self.region, warp=self.warp)
        if same != self or self.pixel_aspect != 1.0:
            return None
        probe = Box(0, 0, 2, 2)
        (x, y), (there_x, there_y) = (view.to_source(probe).center for view in (self, other))
        across = there_x - x if self.mirrored else x - there_x
        return complex(across, y - there_y) * cmath.exp(1j * math.radians(self.turned_by))

    def to_upright(self, box: Box) -> Box:
        """Take a box in source pixels to the picture that `upright` gives."""
        width, height = self.size_wh
        turned = _mirrored(box, width) if self.mirrored else box
        for _ in range(self.rotate // 90):
            turned = _quarter_turned(turned, height)
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


def _unrotated(box: Box, rotate: int, size_wh: tuple[int, int]) -> Box:
    """Undo a clockwise rotation of a picture that measured `size_wh` before it."""
    width, height = size_wh if rotate in (0, 180) else size_wh[::-1]
    for _ in range(-rotate // 90 % 4):
        box = _quarter_turned(box, height)
        width, height = height, width
    return box


def _quarter_turned(box: Box, height: int) -> Box:
    """Turn a box clockwise by 90 degrees, in a picture that measures `height` before it."""
    corners = box.polygon and tuple((height - y, x) for x, y in box.polygon)
    return Box(height - box.bottom, box.x, box.h, box.w, corners)


def _mirrored(box: Box, width: int) -> Box:
    """Let left and right change places, in a picture that measures `width`."""
    corners = box.polygon and tuple((width - x, y) for x, y in box.polygon)
    return Box(width - box.right, box.y, box.w, box.h, corners)


def _moved(box: Box, x: int, y: int) -> Box:
    corners = box.polygon and tuple((left + x, top + y) for left, top in box.polygon)
    return Box(box.x + x, box.y + y, box.w, box.h, corners)
