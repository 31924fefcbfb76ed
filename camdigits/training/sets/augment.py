"""Varies digits as writers, pens and thresholds do: slant, aspect, wobble, stroke width, damage.

Elastic distortions after Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural
Networks", 2003, with displacements drawn on a coarse grid and interpolated in place of smoothed
noise.  All pictures of a call are laid out as tiles of one mosaic, so that OpenCV distorts them in
one go: 15 microseconds a picture, against 90 one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 28
CHUNK = 1024
"""Pictures in a mosaic of 32x32 tiles; OpenCV's `remap` takes no more than 32,767 pixels a side."""
COLUMNS = 32
KNOTS = 5
"""Displacements are drawn on so many points a side."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """How far pictures are varied; each picture draws its own amounts.

    Attributes:
        turn_deg: rotation to either side; at most 15, since a 6 that turns far becomes a 9.
        shear: sideways shift for each pixel up, to either side.
        stretch: share by which each side grows or shrinks; crops are of one size, so this is
            mostly a change of aspect.
        shift_px: to either side; crops are centred, so this is little.
        wobble_px: standard deviation of the elastic displacements.
        thicken: how far a stroke goes towards its dilation by one pixel, 0 to 1.
        thin: how far it goes towards its erosion, 0 to 1.
        brighten: share by which grey ink gets closer to full ink at most, which also sharpens what
            the distortion blurred.
        damage: share of pictures that get a break, of those that get a speck, and of those that get
            a rest of a ruled line above or below, 0 to 1.
    """

    turn_deg: float = 12.0
    shear: float = 0.2
    stretch: float = 0.16
    shift_px: float = 1.2
    wobble_px: float = 0.65
    thicken: float = 0.9
    thin: float = 0.5
    brighten: float = 0.6
    damage: float = 0.06

    def __post_init__(self) -> None:
        assert 0 <= self.turn_deg <= 15, "a 6 must not become a 9"


def distort(rng: np.random.Generator, images: Images, how: Distortion) -> Images:
    """Return every picture distorted in a way of its own.

    Args:
        rng: every choice comes from it.
        images: ``(n, 28, 28) uint8``, ink 255 on 0; n may be 0.
        how: how far.

    Returns:
        A new array of the same form.
    """
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        result[start : start + len(chunk)] = _distort(rng, chunk, how)
    return result


def _distort(rng: np.random.Generator, images: Images, how: Distortion) -> Images:
    mosaic = _vary_strokes(rng, _to_mosaic(images), how)
    x, y = _sources(rng, how)
    bent = cv2.remap(mosaic, x, y, cv2.INTER_LINEAR)
    varied = _to_tiles(np.asarray(bent, np.uint8))[: len(images)]
    varied = _brighten(rng, varied, how.brighten)
    _damage(rng, varied, how.damage)
    return varied


def _to_mosaic(images: Images) -> Images:
    """Return the pictures as tiles of one, in rows of `COLUMNS`; missing ones are blank."""
    tiles = np.zeros((CHUNK, SIDE, SIDE), np.uint8)
    tiles[: len(images)] = images
    rows = tiles.reshape(-1, COLUMNS, SIDE, SIDE).swapaxes(1, 2)
    return rows.reshape(-1, COLUMNS * SIDE)


def _to_tiles(mosaic: NDArray[np.uint8]) -> Images:
    rows = mosaic.reshape(-1, SIDE, COLUMNS, SIDE).swapaxes(1, 2)
    return np.ascontiguousarray(rows.reshape(-1, SIDE, SIDE))


def _vary_strokes(rng: np.random.Generator, mosaic: Images, how: Distortion) -> Images:
    """Make the strokes of each tile thicker or thinner by a part of a pixel on either side."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    amount = rng.uniform(-1.0, 1.0, CHUNK).astype(np.float32)
    amount[rng.random(CHUNK) < 0.35] = 0.0
    tiles = np.repeat(np.repeat(amount.reshape(-1, COLUMNS), SIDE, axis=0), SIDE, axis=1)
    ink = mosaic.astype(np.float32)
    more = np.asarray(cv2.dilate(mosaic, kernel), np.float32) - ink
    less = np.asarray(cv2.erode(mosaic, kernel), np.float32) - ink
    ink += how.thicken * np.maximum(tiles, 0) * more + how.thin * np.maximum(-tiles, 0) * less
    return np.asarray(np.rint(ink), np.uint8)


def _sources(rng: np.random.Generator, how: Distortion) -> tuple[Floats, Floats]:
    """Return where in the mosaic each of its pixels comes from, as x and y."""
    drawn = rng.uniform(-1, 1, (6, CHUNK, 1, 1)).astype(np.float32)
    turn, shear = np.deg2rad(how.turn_deg) * drawn[0], how.shear * drawn[1]
    wide, high = 1 + how.stretch * drawn[2:4]
    shift = how.shift_px * drawn[4:6]
    middle, last = (SIDE - 1) / 2, SIDE - 1
    offset = np.arange(SIDE, dtype=np.float32) - np.float32(middle)
    to_x, to_y = offset[None, None, :], offset[None, :, None]
    sheared = to_x + shear * to_y
    x = (np.cos(turn) * sheared - np.sin(turn) * to_y) * wide + shift[0]
    y = (np.sin(turn) * sheared + np.cos(turn) * to_y) * high + shift[1]
    spread = _interpolation()
    knots = rng.standard_normal((2, CHUNK, KNOTS, KNOTS), dtype=np.float32)
    wobble = np.float32(how.wobble_px) * (spread @ knots @ spread.T)
    # Pixels from beyond a tile's edge are those of the edge, which is blank, not the next tile's.
    x = np.clip(x + wobble[0] + middle, 0, last)
    y = np.clip(y + wobble[1] + middle, 0, last)
    column, row = np.arange(CHUNK) % COLUMNS, np.arange(CHUNK) // COLUMNS
    return (
        _as_map(x + (column * SIDE)[:, None, None]),
        _as_map(y + (row * SIDE)[:, None, None]),
    )


def _as_map(tiles: NDArray[np.floating]) -> Floats:
    rows = tiles.astype(np.float32).reshape(-1, COLUMNS, SIDE, SIDE).swapaxes(1, 2)
    return np.ascontiguousarray(rows.reshape(-1, COLUMNS * SIDE))


def _interpolation() -> Floats:
    """Return ``(28, KNOTS) float32``: how much each knot has to say about each pixel of a row."""
    knots = np.eye(KNOTS, dtype=np.float32)
    return np.asarray(cv2.resize(knots, (KNOTS, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


def _brighten(rng: np.random.Generator, images: Images, most: float) -> Images:
    gains = 1 + rng.uniform(0, most, (len(images), 1, 1)).astype(np.float32)
    return np.asarray(np.minimum(images * gains, 255), np.uint8)


def _damage(rng: np.random.Generator, images: Images, share: float) -> None:
    """Break the strokes of some pictures, and put specks and lines beside others, in place."""
    for value, radius in ((0, (0.8, 2.0)), (255, (0.6, 1.3))):
        hit = np.flatnonzero(rng.random(len(images)) < share)
        middle = rng.uniform(4, SIDE - 4, (2, len(hit), 1, 1))
        reach = rng.uniform(*radius, (len(hit), 1, 1))
        pixels = np.arange(SIDE)
        apart = np.hypot(pixels[None, None, :] - middle[0], pixels[None, :, None] - middle[1])
        cover = np.clip(reach + 0.5 - apart, 0, 1)
        images[hit] = np.rint(images[hit] * (1 - cover) + value * cover).astype(np.uint8)
    for place in np.flatnonzero(rng.random(len(images)) < share):
        row = int(rng.integers(3, 6) if rng.random() < 0.3 else rng.integers(22, 25))
        left, right = int(rng.integers(4, 11)), int(rng.integers(17, 25))
        line = images[place, row : row + int(rng.integers(1, 3)), left:right]
        np.maximum(line, np.uint8(rng.integers(100, 256)), out=line)
