"""The ruling of a page, found beside its digits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.page.choose import Detection
from camdigits.page.ruling.combs import find_combs
from camdigits.page.ruling.lines import Line, find_lines, without_paper
from camdigits.page.ruling.ticks import find_ticks
from camdigits.page.ruling.walls import Comb, Ruling, Wall
from camdigits.support.median import median
from camdigits.types import Box

BLANK = 15
"""Grey levels by which nothing in a blank cell is darker than its paper."""


def find_ruling(gray: NDArray[np.uint8], detections: Sequence[Detection]) -> Ruling:
    """Return the walls and combs of a page.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        detections: its digits, boxes in pixels of it.
    """
    boxes = [each.box for each in detections]
    is_light = [each.is_light for each in detections]
    found = find_lines(gray, boxes, is_light)
    lines = without_paper(found, boxes)
    # Where lines stand, what looks like a tick is part of one.
    walled = {line.digit for line in found}
    ticks = [tick for tick in find_ticks(gray, boxes, is_light) if tick.digit not in walled]
    is_blank = partial(_is_blank, gray)
    combs = find_combs(lines, boxes, is_blank) + find_combs(ticks, boxes, is_blank)
    return Ruling(tuple(map(_wall, lines)), tuple(map(Comb, combs)))


def _is_blank(gray: NDArray[np.uint8], cell: Box) -> bool:
    """Say whether the middle of a cell is of one brightness."""
    inset = cell.w // 5
    left, right = max(0, cell.x + inset), cell.right - inset
    part = gray[max(0, cell.y) : cell.bottom, left:right]
    if not part.size:
        return True
    levels = np.sort(cv2.blur(part, (3, 3)), axis=None)
    dark, usual = float(levels[len(levels) // 50]), median(levels)
    return bool(usual - dark < BLANK)


def _wall(line: Line) -> Wall:
    points = line.points[:: max(1, len(line.points) // 8)].tolist() + line.points[-1:].tolist()
    return Wall(tuple((x, y) for x, y in points), line.thickness)
