"""Where a sheet lies in a picture: its printed features matched to those of the form.

Features give a first homography by consensus; corners of the print are then followed to where they
are in the picture, and what is left is told by a smooth bend, since paper seldom lies flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.forms.form import Corners
from camdigits.forms.sheet.reference import (
    MOST_FEATURES,
    Plane,
    Points,
    Reference,
    features_of,
    flattened,
)
from camdigits.support.printable import printable

SHEET_SIDE_PX = 1600
"""Longer side of a picture in which a sheet is looked for."""
RATIO = 0.85
"""A feature's best match is nearer than this share of the next one's distance."""
FEWEST_MATCHES = 14
"""Features that agree on where a sheet lies, at least."""
REACH_PX = 4.0
"""How far a match lies from where the homography puts it at most."""
ALIKE = 0.6
"""Correlation from which on a part of the print is there."""
PATCH_PX = 10
"""Half the side of such a part."""
FEWEST_ALIKE = 0.5
"""Share of its print that a sheet shows, at least; other forms show far less."""
LEAST_AREA = 0.02
"""Share of the picture that a sheet covers, at least."""
STIFFNESS = 0.05
"""How unlikely bends are."""

Matrix = NDArray[np.float64]


class NoSheet(Exception):
    """A picture shows no sheet of a form; the text says what it shows instead, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a sheet lies in a picture.

    Attributes:
        matrix: ``(3, 3) float64`` from the form, whose width and height are 1, to the picture.
        bend: ``(k, 2) float64``, of the terms of `_terms`: how far points move on the form before
            that, in its widths and heights.
        size_wh: (width, height) of the form in its own pixels.
        print_share: of the form's print that the sheet shows, 0 to 1.
    """

    matrix: Matrix
    bend: Matrix
    size_wh: tuple[int, int]
    print_share: float

    def to_picture(self, points: NDArray[np.floating]) -> Matrix:
        """Return where points of the form are in the picture.

        Args:
            points: ``(n, 2)``, x and y in pixels of the form.

        Returns:
            ``(n, 2)``, in pixels of the picture.
        """
        own = np.asarray(points, np.float64) / self.size_wh
        bent = own + _terms(own) @ self.bend
        there = np.column_stack([bent, np.ones(len(bent))]) @ self.matrix.T
        return np.asarray(there[:, :2] / there[:, 2:])

    @property
    def corners(self) -> Corners:
        """Where the form's corners are in the picture, in its pixels."""
        own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * self.size_wh
        return tuple((round(float(x), 1), round(float(y), 1)) for x, y in self.to_picture(own))

    def scale_at(self, x: float, y: float) -> float:
        """Return how many pixels of the picture a pixel of the form makes at one of its points."""
        around = self.to_picture(np.array([[x, y], [x + 8, y], [x, y + 8]]))
        (a, b), (c, d) = (around[1:] - around[0]) / 8
        return float(np.sqrt(abs(a * d - b * c)))


def find_sheet(reference: Reference, plane: Plane) -> Placement:
    """Return where a picture shows a sheet of a form.

    Args:
        reference: the form.
        plane: ``(height, width) uint8``, brightness of the picture.

    Raises:
        NoSheet: if it shows none.
    """
    scale = min(1.0, SHEET_SIDE_PX / max(plane.shape))
    small_wh = tuple(max(1, round(side * scale)) for side in plane.shape[::-1])
    small = cast(Plane, cv2.resize(plane, small_wh, interpolation=cv2.INTER_AREA))
    matrix = _matched(reference, small)
    name = printable(reference.form.name)
    if matrix is None or not _is_sheet(matrix, small.shape, reference.small.shape):
        raise NoSheet(
            f"no sheet of the form {name} is found; name the form that it is, or take a sharper "
            "picture that shows all of it"
        )
    whole = reference.small.shape[1], reference.small.shape[0]
    matrix = matrix @ np.diag([*whole, 1.0])
    flat = flattened(small)
    bend = np.zeros((len(_terms(np.zeros((1, 2)))[0]), 2))
    share = 0.0
    for _ in range(2):
        found = Placement(matrix, bend, whole, share)
        bend, share = _followed(reference, flat, found)
    if share < FEWEST_ALIKE:
        raise NoSheet(
            f"it has {share:.0%} of what is printed on the form {name}, so it is another form or "
            "much of it is covered; name the form that it is"
        )
    enlarge = np.diag([plane.shape[1] / small_wh[0], plane.shape[0] / small_wh[1], 1.0])
    return Placement(enlarge @ matrix, bend, reference.form.size_wh, share)


def straightened(
    placement: Placement,
    plane: NDArray[np.uint8],
    region: tuple[float, float, float, float],
    size_wh: tuple[int, int],
) -> NDArray[np.uint8]:
    """Return a part of a form as a picture shows it, upright.

    Args:
        placement: where the sheet lies in the picture.
        plane: ``(height, width, ...) uint8``, the picture.
        region: x, y, width and height of the part, in pixels of the form.
        size_wh: (width, height) of what is returned, in pixels.
    """
    x, y, w, h = region
    step = 8
    across, down = (max(2, -(-side // step) + 1) for side in size_wh)
    columns = (np.arange(across) * step + 0.5) * (w / size_wh[0]) + x
    rows = (np.arange(down) * step + 0.5) * (h / size_wh[1]) + y
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    there = placement.to_picture(nodes).reshape(down, across, 2).astype(np.float32)
    # Between the nodes of a grid the way is all but straight.
    place_x, place_y = np.meshgrid(
        np.arange(size_wh[0], dtype=np.float32) / step,
        np.arange(size_wh[1], dtype=np.float32) / step,
    )
    fine = cv2.remap(there, place_x, place_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    maps = np.asarray(fine, np.float32) - np.float32(0.5)
    shrink = placement.scale_at(x + w / 2, y + h / 2) * w / size_wh[0]
    source, maps = _reduced(plane, maps, shrink)
    part = cv2.remap(source, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(part, np.uint8)


def _reduced(
    plane: NDArray[np.uint8], maps: Points, shrink: float
) -> tuple[NDArray[np.uint8], Points]:
    """Return the part of a picture that maps lead to, with as many pixels as they ask for."""
    low = np.floor(maps.min(axis=(0, 1))).astype(int) - 2
    high = np.ceil(maps.max(axis=(0, 1))).astype(int) + 3
    left, top = np.clip(low, 0, np.array(plane.shape[1::-1]) - 1).tolist()
    right, bottom = np.clip(high, [left + 1, top + 1], plane.shape[1::-1]).tolist()
    part = plane[top:bottom, left:right]
    moved = maps - np.array([left, top], np.float32)
    if shrink < 1.5:
        return part, moved
    size_wh = max(1, round(part.shape[1] / shrink)), max(1, round(part.shape[0] / shrink))
    small = cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA)
    ratio = np.array([size_wh[0] / part.shape[1], size_wh[1] / part.shape[0]], np.float32)
    return np.asarray(small, np.uint8), np.asarray((moved + 0.5) * ratio - 0.5, np.float32)


def _matched(reference: Reference, small: Plane) -> Matrix | None:
    """Return the homography from the form to the picture; None if features do not agree."""
    points, descriptors = features_of(small, None, 2 * MOST_FEATURES)
    if len(points) < FEWEST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(reference.descriptors, descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    if len(good) < FEWEST_MATCHES:
        return None
    own = reference.points[[each.queryIdx for each in good]]
    there = points[[each.trainIdx for each in good]]
    matrix, is_in = cv2.findHomography(
        own, there, cv2.USAC_MAGSAC, REACH_PX, maxIters=5000, confidence=0.999
    )
    if matrix is None or int(is_in.sum()) < FEWEST_MATCHES:
        return None
    return np.asarray(matrix, np.float64)


def _is_sheet(matrix: Matrix, shape: tuple[int, ...], form_shape: tuple[int, ...]) -> bool:
    """Return whether a homography leads to something that a camera sees of a sheet."""
    height, width = form_shape[:2]
    own = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    there = own @ matrix.T
    if (there[:, 2] * np.sign(there[0, 2]) <= 1e-6).any():
        return False
    corners = (there[:, :2] / there[:, 2:]).astype(np.float32)
    area = float(cv2.contourArea(corners, oriented=True))
    is_upright = bool(np.linalg.det(matrix) > 0) if there[0, 2] > 0 else False
    is_convex = cv2.isContourConvex(corners.reshape(-1, 1, 2))
    return is_upright and is_convex and abs(area) >= LEAST_AREA * shape[0] * shape[1]


def _followed(reference: Reference, flat: Plane, found: Placement) -> tuple[Matrix, float]:
    """Return the bend by which the form's print falls on that of the picture, and its share.

    Args:
        reference: the form.
        flat: ``(height, width) uint8``, the picture without shades.
        found: where the sheet lies about, `small` of the reference being the form.
    """
    whole = found.size_wh
    seen = straightened(found, flat, (0, 0, *whole), whole)
    own = flattened(reference.small)
    first = reference.corners.reshape(-1, 1, 2)
    options = {"winSize": (21, 21), "maxLevel": 2}
    there, is_found, _ = cv2.calcOpticalFlowPyrLK(own, seen, first, None, **options)  # type: ignore[call-overload]
    back, is_back, _ = cv2.calcOpticalFlowPyrLK(seen, own, there, None, **options)  # type: ignore[call-overload]
    start, there = reference.corners, there.reshape(-1, 2)
    off = np.linalg.norm(back.reshape(-1, 2) - start, axis=1)
    is_good = (is_found.ravel() == 1) & (is_back.ravel() == 1) & (off < 1.0)
    is_good &= np.linalg.norm(there - start, axis=1) < 0.03 * max(whole)
    alike = np.zeros(len(start))
    for place in np.flatnonzero(is_good).tolist():
        alike[place] = _likeness(own, seen, start[place], there[place])
    is_good &= alike >= ALIKE
    share = float(is_good.mean())
    if is_good.sum() < FEWEST_MATCHES:
        return found.bend, 0.0
    moved = (there - start)[is_good] / np.array(whole)
    return found.bend + _fitted(start[is_good] / np.array(whole), moved), share


def _likeness(own: Plane, seen: Plane, start: Points, there: Points) -> float:
    """Return how alike the surroundings of two points are, -1 to 1."""
    side = (2 * PATCH_PX + 1, 2 * PATCH_PX + 1)
    first, second = (
        cv2.getRectSubPix(plane, side, point.tolist()).astype(np.float64).ravel()
        for plane, point in ((own, start), (seen, there))
    )
    one, other = first - first.mean(), second - second.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0


def _terms(points: Matrix) -> Matrix:
    """Return the terms of a smooth bend at points of a form of width and height 1: ``(n, 10)``."""
    x, y = (2 * points - 1).T
    one = np.ones(len(points))
    return np.column_stack([one, x, y, x * y, x * x, y * y, x**3, y**3, x * x * y, x * y * y])


def _fitted(points: Matrix, moved: Matrix) -> Matrix:
    """Return the bend that moves points so; points that do otherwise count less and less."""
    terms = _terms(points)
    weights = np.ones(len(points))
    ridge = np.diag([0.0, *([1e-3] * 2), *([STIFFNESS] * 7)]) * 1.0
    bend = np.zeros((terms.shape[1], 2))
    for _ in range(8):
        weighted = terms * weights[:, None]
        bend = np.linalg.solve(terms.T @ weighted + ridge * weights.sum(), weighted.T @ moved)
        off = np.linalg.norm(moved - terms @ bend, axis=1)
        limit = max(3 * float(np.median(off)), 2e-4)
        weights = 1 / (1 + (off / limit) ** 4)
    return np.asarray(bend)
