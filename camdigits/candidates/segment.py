"""Candidates: the connected pieces of ink that could be a digit, proposed generously.

Pieces are connected components of the mask by pixels, not outer contours: the outer contour of a
grid swallows the digits inside it.  What is plainly no digit (specks, long lines, blobs that the
frame cuts off) is left out here; everything else is for the classifier and `choose` to judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.cuts import cut_apart
from camdigits.ink.binarize import KERNEL_PX, InkMask, shrink
from camdigits.ink.strokes import stroke_width_px
from camdigits.types import Box

MIN_HEIGHT_PX = 10
"""Lowest candidate, in pixels of the working picture."""
MAX_ASPECT = 1.6
"""Widest candidate, as width over height; a lone bar that is wider is a minus, not a digit."""
MIN_ASPECT = 0.06
MAX_STROKE = 0.42
"""Thickest stroke as a share of the longer side; above it a component is a blob."""
MIN_FILL = 0.04
MAX_REACHES = 2.0
"""Largest piece, as a multiple of the neighbourhood that its ink was told from ground by."""
TIGHT = 2.2
"""A picture is tightly cropped, and its digits may touch its edge, up to this multiple of them."""
JOIN_GAP = 0.25
"""Widest gap that a broken digit is joined over, as a share of the joined height."""
MAX_DENSITY = 0.4
"""Largest share of ink in the neighbourhood of a digit."""
MIN_PART_PX = 4
"""Longer side of the smallest piece that counts as a part of a broken digit."""
LEAST_BRIGHT = 40
"""Grey levels below which the camera's noise, not the light, decides on contrast."""
MAX_SINGLES = 600
"""More pieces than this in one mask are texture; the largest are kept."""
MAX_JOINS = 300
CUT_ASPECT = (0.75, 14.0)
"""Width over height of ink that may be several digits that touch."""
MAX_CUT_STROKE = 0.3
"""Thickest stroke of ink that is cut apart, as a share of its height."""

Plane = NDArray[np.uint8]
Labels = NDArray[np.int32]
Flags = NDArray[np.bool_]
Lengths = NDArray[np.int64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """Ink that could be one digit.

    Attributes:
        box: in pixels of the picture that is read.
        place: in pixels of the mask that it was found in.
        ink: ``(place.h, place.w) uint8``, 255 where there is ink of this candidate, else 0.
        contrast: mean contrast of its ink, in grey levels.
        ink_stroke_px: width of its strokes, in pixels of its ink.
        mask: the mask.
        components: how many pieces of ink it was joined from.
        whole: what it was cut from; None if it was not.
        factor: by which the picture was made smaller for the mask.
    """

    box: Box
    place: Box
    ink: Plane
    contrast: float
    ink_stroke_px: float
    mask: InkMask
    components: int = 1
    whole: Candidate | None = None
    factor: float = 1.0

    @property
    def relative_contrast(self) -> float:
        """Contrast as a share of the brighter of ink and ground: the same in light and shadow."""
        window = self.mask.plane[self.place.y : self.place.bottom, self.place.x : self.place.right]
        level = cv2.mean(window, self.ink)[0]
        brighter = 255 - level if self.mask.polarity == "light" else level + self.contrast
        return max(self.contrast, 1.0) / max(brighter, LEAST_BRIGHT)

    @property
    def stroke_px(self) -> float:
        """Width of its strokes, in pixels of the picture that is read."""
        return self.ink_stroke_px * self.factor

    @property
    def could_be_digit(self) -> bool:
        """Whether its shape is that of one digit."""
        return self.place.w <= MAX_ASPECT * self.place.h

    @property
    def could_be_several(self) -> bool:
        """Whether its shape is that of digits that touch."""
        narrowest, widest = CUT_ASPECT
        if self.components > 1 or self.stroke_px > MAX_CUT_STROKE * self.box.h:
            return False
        return narrowest * self.place.h <= self.place.w <= widest * self.place.h

    def scaled(self, factor: float) -> Candidate:
        """Return the candidate of a mask whose picture was made smaller by `factor`."""
        margin = self.mask.margin_px
        if factor == 1 and not margin:
            return self
        place = self.place
        inside = Box(place.x - margin, place.y - margin, place.w, place.h) if margin else place
        # Three times as fast as `dataclasses.replace`.
        return Candidate(
            inside.scaled(factor),
            self.place,
            self.ink,
            self.contrast,
            self.ink_stroke_px,
            self.mask,
            self.components,
            self.whole,
            factor,
        )


def find_candidates(
    mask: InkMask, min_height_px: int, known: set[tuple[int, ...]]
) -> list[Candidate]:
    """Return what could be a digit, or several that touch, in one mask, in no particular order.

    Args:
        mask: where the ink is.
        min_height_px: height of the lowest candidate, in pixels of the mask.
        known: components that were found in another mask of the same ink, as (x, y, w, h, area);
            they are passed over, and those of this mask are added.
    """
    labels, stats = mask.labels, mask.stats
    parts = _stands_on_ground(stats, mask) & _is_whole(stats, mask) & _is_inked(stats)
    places = _largest(stats, parts, MAX_SINGLES)
    is_shaped = _could_be_digit(stats) | _could_be_several(stats)
    is_shaped &= stats[:, cv2.CC_STAT_HEIGHT] >= min_height_px
    groups: list[tuple[int, ...]] = [(int(part),) for part in places[is_shaped[places]]]
    groups += _joins(stats, places, min_height_px)
    shapes = [tuple(row) for row in stats[places].tolist()]
    new = {part for part, shape in zip(places.tolist(), shapes, strict=True) if shape not in known}
    known.update(shapes)
    groups = [group for group in groups if not new.isdisjoint(group)]
    candidates = (_candidate(mask, *_ink_of(labels, stats, group), len(group)) for group in groups)
    return [found for found in candidates if found]


def cut_candidate(candidate: Candidate) -> list[Candidate]:
    """Return the digits that a candidate may be made of; none if it cannot be several."""
    if not candidate.could_be_several:
        return []
    pieces = (
        _candidate(
            candidate.mask,
            Box(candidate.place.x + x, candidate.place.y + y, ink.shape[1], ink.shape[0]),
            ink,
        )
        for x, y, ink in cut_apart(candidate.ink, candidate.ink_stroke_px)
    )
    return [
        replace(piece, whole=candidate).scaled(candidate.factor)
        for piece in pieces
        if piece and piece.could_be_digit
    ]


def _stands_on_ground(stats: Labels, mask: InkMask) -> Flags:
    """Mark the components in whose neighbourhood most pixels are ground.

    Between the strokes of dense dark writing the paper looks like light ink, and so do the cells
    of a grid; but there it is the larger part of its neighbourhood.
    """
    height, width = mask.ink.shape
    density = shrink(mask.ink, mask.reach)
    density = cv2.blur(density, (KERNEL_PX, KERNEL_PX), borderType=cv2.BORDER_REFLECT)  # type: ignore[assignment]
    x, y, w, h, _ = stats.T
    columns = (x + w // 2) * density.shape[1] // width
    rows = (y + h // 2) * density.shape[0] // height
    return cast(Flags, density[rows, columns] <= MAX_DENSITY * 255)


def _is_whole(stats: Labels, mask: InkMask) -> Flags:
    """Mark the components that neither the frame nor the mask's reach cuts off.

    In a tightly cropped picture digits may touch the frame.
    """
    x, y, w, h, _ = stats.T
    height, width = mask.ink.shape
    is_cut = (x == 0) | (y == 0) | (x + w == width) | (y + h == height)
    limit = MAX_REACHES * mask.reach * max(height, width)
    # A long number of touching digits is as high as one of them.
    longest = np.maximum(limit, CUT_ASPECT[1] * h)
    return cast(Flags, (h <= limit) & (w <= longest) & ~(is_cut & (height > TIGHT * h)))


def _is_inked(stats: Labels) -> Flags:
    """Mark the components that are large enough for a digit or a part of one."""
    longer = np.maximum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH])
    return (longer >= MIN_PART_PX) & (stats[:, cv2.CC_STAT_AREA] >= 2 * MIN_PART_PX)


def _could_be_digit(stats: Labels) -> Flags:
    """Judge components by their boxes: size, aspect and fill."""
    _, _, w, h, area = stats.T
    is_shaped = (w <= MAX_ASPECT * h) & (w >= MIN_ASPECT * h) & (area >= MIN_FILL * w * h)
    return cast(Flags, is_shaped)


def _could_be_several(stats: Labels) -> Flags:
    """Judge components by their boxes: could it be digits that touch?"""
    _, _, w, h, _ = stats.T
    return cast(Flags, (w >= CUT_ASPECT[0] * h) & (w <= CUT_ASPECT[1] * h))


def _largest(stats: Labels, wanted: Flags, at_most: int) -> Places:
    """Return the labels of the wanted components, largest area first."""
    labels = np.flatnonzero(wanted)
    order = np.argsort(-stats[labels, cv2.CC_STAT_AREA], kind="stable")
    return labels[order][:at_most]


def _joins(stats: Labels, parts: Places, min_height_px: int) -> list[tuple[int, ...]]:
    """Return pairs of components that may be one broken digit: nearly touching, above each other,
    or a bar beside the top, as fives have it.

    The gap that is bridged is relative to the joined height, as in the conditional dilation of
    Yu and Yan for broken handwritten digits.
    """
    x, y, w, h = stats[parts, :4].T.astype(np.int64)
    joined_h = _spread(y, h)
    fits = (
        (_shared(x, w) > 0.3 * np.minimum.outer(w, w))
        & (-_shared(y, h) < JOIN_GAP * joined_h)
        & (_spread(x, w) <= 1.2 * joined_h)
        & (joined_h <= 4 * np.maximum.outer(h, h))
    )
    is_barred = _is_barred(x, y, w, h)
    fits |= is_barred | is_barred.T
    fits &= joined_h >= min_height_px
    return [(int(parts[i]), int(parts[j])) for i, j in np.argwhere(np.triu(fits, 1))[:MAX_JOINS]]


def _is_barred(x: Lengths, y: Lengths, w: Lengths, h: Lengths) -> Flags:
    """Mark the pairs of which the second is a bar, to the right of the first one's top."""
    bar_w, bar_h, joined_h = w[None, :], h[None, :], _spread(y, h)
    is_bar = (bar_w >= 1.3 * bar_h) & (bar_w >= 0.25 * joined_h) & (bar_w <= joined_h)
    is_bar &= (bar_h <= 0.5 * joined_h) & (h[:, None] >= 0.6 * joined_h)
    is_right = np.subtract.outer(x + w, x) >= -0.2 * joined_h
    is_right &= np.less_equal.outer(x + 0.6 * w, x + w / 2)
    is_high = np.greater_equal.outer(y + 0.4 * h, y + h / 2)
    is_high &= (y + h)[None, :] >= y[:, None] - 0.2 * joined_h
    return cast(Flags, is_bar & is_right & is_high & (_spread(x, w) <= MAX_ASPECT * joined_h))


def _shared(start: Lengths, length: Lengths) -> Lengths:
    """Return for each pair of intervals how much they share; negative is the gap between them."""
    end = start + length
    return cast(Lengths, np.minimum.outer(end, end) - np.maximum.outer(start, start))


def _spread(start: Lengths, length: Lengths) -> Lengths:
    """Return for each pair of intervals the length of the interval that holds both."""
    end = start + length
    return cast(Lengths, np.maximum.outer(end, end) - np.minimum.outer(start, start))


def _ink_of(labels: Labels, stats: Labels, group: tuple[int, ...]) -> tuple[Box, Plane]:
    """Cut the ink of one or more components out."""
    box = _box(stats[group[0]])
    for part in group[1:]:
        box = box.union(_box(stats[part]))
    window = labels[box.y : box.bottom, box.x : box.right]
    inside = window == group[0]
    for part in group[1:]:
        inside |= window == part
    return box, inside.view(np.uint8) * np.uint8(255)


def _candidate(mask: InkMask, box: Box, ink: Plane, components: int = 1) -> Candidate | None:
    """Return ink as a candidate; None if it is a blob."""
    stroke_px = stroke_width_px(ink)
    if stroke_px > MAX_STROKE * max(box.w, box.h) and box.w > 0.35 * box.h:
        return None
    contrast = cv2.mean(mask.contrast[box.y : box.bottom, box.x : box.right], ink)[0]
    return Candidate(box, box, ink, contrast, stroke_px, mask, components)


def _box(stat: Labels) -> Box:
    x, y, w, h = (int(value) for value in stat[:4])
    return Box(x, y, w, h)
