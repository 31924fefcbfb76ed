"""Readings of slanted writing: drawn level, and turned back onto the picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from camdigits.page.orientation.view import moved_reading
from camdigits.page.orientation.warp import Warp
from camdigits.types import Box, Digit, Number, Reading

if TYPE_CHECKING:
    from camdigits.types import Image

    Draw = Callable[[Image, Reading], Image]

ALIKE = 10.0
"""What slants by no more degrees differently is drawn at one angle."""


def slants_of(reading: Reading) -> list[tuple[float, Reading]]:
    """Return the parts of a reading by the angle at which they are drawn.

    Returns:
        Of each part its angle in degrees, by which its lines fall to the right, and its digits,
        numbers and what was struck out.
    """
    angles: list[float] = []

    def place(found: Digit | Number) -> int:
        angle = slant_of(found.box)
        for index, known in enumerate(angles):
            if abs(angle - known) <= ALIKE and (angle == 0.0) == (known == 0.0):
                return index
        angles.append(angle)
        return len(angles) - 1

    groups: dict[int, tuple[list[Digit], list[Number], list[Number]]] = {}
    of_number = {id(d): place(number) for number in reading.numbers for d in number.digits}
    for digit in reading.digits:
        at = of_number[id(digit)] if id(digit) in of_number else place(digit)
        groups.setdefault(at, ([], [], []))[0].append(digit)
    for number in reading.numbers:
        groups.setdefault(place(number), ([], [], []))[1].append(number)
    for number in reading.struck:
        groups.setdefault(place(number), ([], [], []))[2].append(number)
    return [
        (
            angles[at],
            replace(reading, digits=tuple(digits), numbers=tuple(numbers), struck=tuple(struck)),
        )
        for at, (digits, numbers, struck) in groups.items()
    ]


def slant_of(box: Box) -> float:
    """Return by how many degrees the line of what stands in a box falls to the right."""
    if box.polygon is None:
        return 0.0
    (left, top), (right, other_top) = box.polygon[:2]
    return math.degrees(math.atan2(other_top - top, right - left))


def draw_slanted(canvas: Image, reading: Reading, angle: float, draw: Draw) -> Image:
    """Return a picture with a reading drawn at an angle.

    Args:
        canvas: ``(H, W, 3) uint8`` BGR.
        reading: a part that `slants_of` returned.
        angle: its angle, in degrees.
        draw: draws a level reading onto a picture of the same form, and returns a new one.
    """
    size_wh = canvas.shape[1], canvas.shape[0]
    warp = Warp.turning(size_wh, -angle)
    level = warp.apply(canvas)
    drawn = draw(level, moved_reading(reading, warp.from_source))
    is_drawn = (drawn != level).any(axis=2).astype(np.uint8) * 255
    cover = warp.back(is_drawn, size_wh).astype(np.float32)[..., None] / 255
    # Where ink was drawn half over the ground, what lies there is in what was drawn already.
    mixed = canvas + cover * (warp.back(drawn, size_wh).astype(np.float32) - canvas)
    return np.rint(mixed).astype(np.uint8)
