"""Where the sheet lies in the picture, and what it and its surroundings are made of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.grounds import whiteboard
from camdigits.training.pages.ground.papers import board, desk, paper, rule
from camdigits.training.pages.styles import Style
from camdigits.training.pages.writing.drawing import local_scale, project

FloatImage = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet in front of the camera.

    Attributes:
        size_wh: (width, height) in the sheet's own pixels.
        homography: ``(3, 3) float64`` from the sheet to the picture.
    """

    size_wh: tuple[int, int]
    homography: Matrix

    @property
    def scale(self) -> float:
        """How many pixels of the picture one pixel in the middle of the sheet makes."""
        return local_scale(self.homography, np.asarray(self.size_wh) / 2.0)


def lay_sheet(rng: np.random.Generator, on_desk: bool, size_wh: tuple[int, int]) -> Sheet:
    """Return a sheet that fills the picture, or one that lies on a desk within it.

    Args:
        rng: turns it a little and tips it into perspective.
        on_desk: all of it is seen.
        size_wh: (width, height) of the picture in pixels.
    """
    size = np.asarray(size_wh, np.float64)
    if on_desk:
        turn, reach, tip = rng.uniform(-0.2, 0.2), rng.uniform(0.60, 0.78, 2), 0.05
    else:
        turn, reach, tip = rng.uniform(-0.04, 0.04), np.array([1.14, 1.20]), 0.02
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * size * reach
    corners += rng.uniform(-tip, tip, (4, 2)) * size
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = corners @ rotation
    if on_desk:
        placed *= min(1.0, float(np.min(0.49 * size / np.abs(placed).max(axis=0))))
    width, height = (round(side) for side in size * reach)
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = (placed + size / 2.0).astype(np.float32)
    return Sheet((width, height), np.asarray(cv2.getPerspectiveTransform(own, target), np.float64))


def _light(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    return (whiteboard if rng.random() < 0.35 else paper)(rng, size_wh)


_GROUNDS = {"paper": paper, "board": board, "whiteboard": whiteboard, "light": _light}


def lay_freely(
    rng: np.random.Generator,
    fills: bool,
    tilt: tuple[float, float],
    size_wh: tuple[int, int],
    tip: float | None = None,
) -> Sheet:
    """Return a sheet that fills the picture, or one anywhere in it that may run over its edge.

    Args:
        rng: where chance comes from.
        fills: nothing but the sheet is seen.
        tilt: how far it is turned at least and at most, in radians either way.
        size_wh: (width, height) of the picture in pixels.
        tip: how far its corners lie from those of a rectangle at most, as a share of its sides;
            None for what lies nearly flat before the camera.
    """
    size = np.asarray(size_wh, np.float64)
    turn = rng.uniform(-tilt[1], tilt[1])
    if tilt[0]:
        turn = np.copysign(tilt[0], turn) + turn * (tilt[1] - tilt[0]) / tilt[1]
    reach = np.array([1.6, 1.7]) if fills else rng.uniform(0.35, 0.95, 2)
    tip = (0.04 if fills else 0.06) if tip is None else tip
    center = np.zeros(2) if fills else rng.normal(0.0, 0.07, 2) * size
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * size * reach
    corners += rng.uniform(-tip, tip, (4, 2)) * size * reach
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = corners @ rotation + size / 2.0 + center
    width, height = (round(side) for side in size * reach)
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(own, placed.astype(np.float32))
    return Sheet((width, height), np.asarray(matrix, np.float64))


def make_ground(
    rng: np.random.Generator,
    style: Style,
    sheet: Sheet,
    size_wh: tuple[int, int],
    lines: list[float],
) -> FloatImage:
    """Return what the camera looks at before anything is written.

    Args:
        rng: where chance comes from.
        style: says what the sheet is made of.
        sheet: where it lies.
        size_wh: (width, height) of the picture in pixels.
        lines: heights on the sheet at which a ruled sheet has its lines, in its pixels.

    Returns:
        ``(height, width, 3) float32`` reflectance, BGR, 0 to 1.
    """
    ground = _GROUNDS[style.ground](rng, size_wh)
    ruling = style.rulings[rng.integers(len(style.rulings))]
    if ruling == "ruled":
        ground = rule(rng, ground, _ruled(rng, sheet, lines), sheet.homography)
    elif ruling == "squared":
        ground = rule(rng, ground, _squared(rng, sheet, lines), sheet.homography)
    return _put_on_desk(rng, ground, sheet) if style.on_desk else ground


def _ruled(rng: np.random.Generator, sheet: Sheet, lines: list[float]) -> Matrix:
    width, _ = sheet.size_wh
    pitch = lines[1] - lines[0] if len(lines) > 1 else lines[0]
    above = np.arange(lines[0], 0.0, -pitch)[1:]
    heights = np.concatenate([above, np.arange(lines[0], sheet.size_wh[1], pitch)])
    heights += rng.uniform(-0.04, 0.10) * pitch
    return np.array([[[0.0, y], [width, y]] for y in heights])


def _squared(rng: np.random.Generator, sheet: Sheet, lines: list[float]) -> Matrix:
    width, height = sheet.size_wh
    pitch = (lines[1] - lines[0] if len(lines) > 1 else lines[0]) * rng.uniform(0.25, 0.6)
    start_x, start_y = rng.uniform(0.0, pitch, 2)
    columns = [[[x, 0.0], [x, height]] for x in np.arange(start_x, width, pitch)]
    rows = [[[0.0, y], [width, y]] for y in np.arange(start_y, height, pitch)]
    return np.array(columns + rows)


def _put_on_desk(rng: np.random.Generator, sheet_ground: FloatImage, sheet: Sheet) -> FloatImage:
    """Return the desk with the sheet on it, its edge and the thin shadow that it throws."""
    height, width = sheet_ground.shape[:2]
    inside = cover_of_sheet(sheet, (width, height))
    offset = np.array([[1, 0, rng.uniform(-5, 5)], [0, 1, rng.uniform(1, 6)]], np.float64)
    shade = cv2.warpAffine(
        cv2.GaussianBlur(inside, (0, 0), rng.uniform(2, 6)), offset, (width, height)
    )
    table = desk(rng, (width, height)) * (1.0 - 0.55 * np.asarray(shade, np.float32))[..., None]
    return np.asarray(table + inside[..., None] * (sheet_ground - table), np.float32)


def cover_of_sheet(sheet: Sheet, size_wh: tuple[int, int]) -> FloatImage:
    """Return the part of each pixel that the sheet covers: ``(height, width) float32``, 0 to 1."""
    width, height = sheet.size_wh
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    points = np.round(project(sheet.homography, corners) * 16).astype(np.int32)
    canvas = np.zeros((size_wh[1], size_wh[0]), np.uint8)
    cv2.fillPoly(canvas, [points[:, None]], 255, cv2.LINE_AA, 4)
    return np.asarray(canvas, np.float32) / np.float32(255.0)
