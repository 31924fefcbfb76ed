"""Things a camera sees that are no page: walls, cloth, keyboards, rooms, faces, print.

All are reflectances: ``(height, width, 3) float32``, BGR, 0 black to 1 white, before any light.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.pages.ground.papers import board, desk, noise, paper, wood

FloatImage = NDArray[np.float32]
Size = tuple[int, int]
Maker = Callable[[np.random.Generator, Size], FloatImage]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PRINT_FONTS = (
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
)


def _color(rng: np.random.Generator, low: float = 0.08, high: float = 0.9) -> FloatImage:
    """Return a colour, mostly muted: ``(3,) float32``."""
    grey = rng.uniform(low, high)
    return np.clip(grey + rng.normal(0.0, 0.10, 3), 0.03, 1.0).astype(np.float32)


def flat(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return one colour with a little grain."""
    grain = 1.0 + 0.03 * noise(rng, size_wh, (200, 150)) + 0.01 * noise(rng, size_wh, (3, 3))
    return np.asarray(grain[..., None] * _color(rng), np.float32)


def bricks(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a wall of bricks or tiles."""
    width, height = size_wh
    scene = flat(rng, size_wh)
    high = int(rng.uniform(0.04, 0.25) * height) + 8
    wide = int(high * rng.uniform(0.9, 3.2))
    joint = max(1, int(high * rng.uniform(0.03, 0.12)))
    base = _color(rng)
    shift = wide // 2 if rng.random() < 0.7 else 0
    for row, y in enumerate(range(-high // 2, height, high)):
        for x in range(-wide + (row % 2) * shift, width, wide):
            color = (base * rng.uniform(0.8, 1.15)).tolist()
            corner = (x + wide - joint, y + high - joint)
            cv2.rectangle(scene, (x, y), corner, color, cv2.FILLED)
    return scene * (1.0 + 0.08 * noise(rng, size_wh, (5, 4)))[..., None]


def fabric(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return woven cloth, a carpet or a checked table cloth."""
    width, height = size_wh
    angle = rng.uniform(0.0, np.pi)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend = rng.uniform(0.0, 10.0) * noise(rng, size_wh, (200, 200))
    along = x * np.cos(angle) + y * np.sin(angle) + bend
    across = y * np.cos(angle) - x * np.sin(angle) + bend
    pitch = float(np.exp(rng.uniform(np.log(4.0), np.log(60.0))))
    weave = np.sin(along * (6.283 / pitch)) * rng.uniform(0.3, 1.0)
    weave = weave + np.sin(across * (6.283 / (pitch * rng.uniform(0.6, 1.6))))
    if rng.random() < 0.4:
        weave = np.sign(weave)
    rough = 0.5 * noise(rng, size_wh, (2, 2)) + 0.5 * noise(rng, size_wh, (6, 6))
    grain = rng.uniform(0.05, 0.3) * weave + rng.uniform(0.02, 0.15) * rough
    return np.asarray(_color(rng) * np.clip(1.0 + grain, 0.1, 2.0)[..., None], np.float32)


def blotches(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return leaves, leather, carpet or marble: noise of several sizes with or without edges."""
    size = float(np.exp(rng.uniform(np.log(4.0), np.log(90.0))))
    shape = noise(rng, size_wh, (size, size * rng.uniform(0.4, 1.6)))
    shape = shape + 0.5 * noise(rng, size_wh, (size / 2.5, size / 2.5))
    if rng.random() < 0.5:
        shape = np.tanh(shape * rng.uniform(1.5, 8.0))
    fine = 0.1 * noise(rng, size_wh, (2, 2))
    mix = np.clip(0.5 + 0.35 * shape + fine, 0.0, 1.0)[..., None]
    return np.asarray(_color(rng) * mix + _color(rng) * (1.0 - mix), np.float32)


def shapes(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a room or a busy desk: overlapping boards, rounds and cables, each with shading."""
    width, height = size_wh
    scene = flat(rng, size_wh)
    for _ in range(int(rng.integers(6, 45))):
        place = rng.uniform(-0.1, 1.1, 2) * size_wh
        size = np.exp(rng.uniform(np.log(0.02), np.log(0.35), 2)) * (width, height)
        color, angle = _color(rng, 0.04, 0.95).tolist(), float(rng.normal(0.0, 25.0))
        kind = rng.random()
        if kind < 0.55:
            corners = np.asarray(cv2.boxPoints((place.tolist(), size.tolist(), angle)), np.float64)
            corners += rng.normal(0.0, 0.06, (4, 2)) * size
            points = np.round(corners * 16).astype(np.int32)[:, None]
            cv2.fillPoly(scene, [points], color, cv2.LINE_AA, 4)
            if rng.random() < 0.5:
                edge = _color(rng).tolist()
                cv2.polylines(scene, [points], True, edge, int(rng.integers(1, 6)), cv2.LINE_AA, 4)
        elif kind < 0.75:
            axes = (int(size[0] / 2) + 1, int(size[1] / 2) + 1)
            center = (int(place[0]), int(place[1]))
            fill = cv2.FILLED if rng.random() < 0.7 else int(rng.integers(1, 12))
            cv2.ellipse(scene, center, axes, angle, 0, 360, color, fill, cv2.LINE_AA)
        else:
            _cable(rng, scene, place, color)
    shade = 1.0 + 0.15 * noise(rng, size_wh, (300, 200)) + 0.02 * noise(rng, size_wh, (3, 3))
    return np.asarray(scene * np.clip(shade, 0.3, 1.5)[..., None], np.float32)


def _cable(
    rng: np.random.Generator, scene: FloatImage, start: NDArray[np.float64], color: list[float]
) -> None:
    """Draw a cable, a pen or a scribbled line, in place."""
    reach = float(np.exp(rng.uniform(np.log(0.02), np.log(0.25)))) * scene.shape[0]
    steps = rng.normal(0.0, reach, (int(rng.integers(2, 9)), 2))
    knots = (start + np.cumsum(steps, axis=0)).astype(np.float32)
    fine = cv2.resize(knots, (2, 10 * len(knots)), interpolation=cv2.INTER_CUBIC)
    points = np.round(np.asarray(fine)).astype(np.int32)[:, None]
    cv2.polylines(scene, [points], False, color, int(rng.integers(1, 14)), cv2.LINE_AA)


def keys(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a keyboard: rows of keys with a letter each."""
    width, height = size_wh
    scene = flat(rng, size_wh)
    side = int(rng.uniform(0.05, 0.16) * height) + 8
    body, ink = _color(rng, 0.05, 0.9), _color(rng, 0.05, 0.95)
    font = int(_PRINT_FONTS[rng.integers(len(_PRINT_FONTS))])
    letters = np.zeros((height, width), np.uint8)
    for row, y in enumerate(range(side // 3, height, side)):
        for x in range((row * side) // 3 - side, width, side):
            color = (body * rng.uniform(0.9, 1.1)).tolist()
            far = (x + int(0.85 * side), y + int(0.85 * side))
            cv2.rectangle(scene, (x, y), far, color, cv2.FILLED)
            cv2.rectangle(scene, (x, y), far, (0.6 * body).tolist(), 1)
            letter = _LETTERS[26 + rng.integers(26)]
            scale = cv2.getFontScaleFromHeight(font, max(5, side // 3), 1)
            place = (x + side // 5, y + int(0.55 * side))
            cv2.putText(letters, letter, place, font, scale, 255, 1, cv2.LINE_AA)
    cover = letters[..., None].astype(np.float32) / np.float32(255.0)
    return _tilt(rng, scene + cover * (ink - scene))


def print_words(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return the cover of printed letters without digits, ``(height, width) float32``, 0 to 1."""
    width, height = size_wh
    canvas = np.zeros((height, width), np.uint8)
    y, right = int(rng.uniform(0.02, 0.2) * height), int(width * rng.uniform(0.5, 1.0))
    while y < height:
        font = int(_PRINT_FONTS[rng.integers(len(_PRINT_FONTS))])
        size = float(np.exp(rng.uniform(np.log(0.014), np.log(0.09)))) * height
        thickness = max(1, int(size * rng.uniform(0.05, 0.14)))
        scale = cv2.getFontScaleFromHeight(font, max(5, int(size)), thickness)
        for _ in range(int(rng.integers(1, 8))):
            y += int(1.7 * size) + 2
            count = int(right / (size * 0.9))
            letters = rng.integers(0, 26 if rng.random() < 0.8 else 52, count + 1)
            breaks = rng.random(count + 1) < 0.18
            text = "".join(
                " " if gap else _LETTERS[n] for n, gap in zip(letters, breaks, strict=True)
            )
            cv2.putText(canvas, text, (width // 30, y), font, scale, 255, thickness, cv2.LINE_AA)
        y += int(size * rng.uniform(0.5, 3.0))
    return np.asarray(canvas, np.float32) / np.float32(255.0)


def printed(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return a printed page: letters in several fonts and sizes, no digit."""
    sheet = paper(rng, size_wh)
    ink = np.float32(rng.uniform(0.4, 0.95)) * print_words(rng, size_wh)
    ink_color = _color(rng, 0.05, 0.3)
    return _tilt(rng, np.asarray(sheet * (1.0 - ink[..., None] * (1.0 - ink_color)), np.float32))


def skin(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return something like a face or a hand before a room: rounds in skin colours."""
    width, height = size_wh
    scene = shapes(rng, size_wh) if rng.random() < 0.5 else flat(rng, size_wh)
    tone = np.array((0.45, 0.58, 0.82), np.float32) * np.float32(rng.uniform(0.35, 1.1))
    middle = rng.uniform(0.25, 0.75, 2) * size_wh
    for _ in range(int(rng.integers(3, 9))):
        place = middle + rng.normal(0.0, 0.10, 2) * height
        axes = tuple(int(a) + 3 for a in rng.uniform(0.03, 0.28, 2) * height)
        color = (tone * rng.uniform(0.85, 1.1)).tolist()
        angle = float(rng.uniform(0, 180))
        center = (int(place[0]), int(place[1]))
        cv2.ellipse(scene, center, axes, angle, 0, 360, color, cv2.FILLED, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 7))):
        place = middle + rng.normal(0.0, 0.09, 2) * height
        axes = tuple(int(a) + 2 for a in rng.uniform(0.005, 0.04, 2) * height)
        dark = (tone * rng.uniform(0.2, 0.7)).tolist()
        center = (int(place[0]), int(place[1]))
        cv2.ellipse(scene, center, axes, 0.0, 0, 360, dark, cv2.FILLED, cv2.LINE_AA)
    soft = cv2.GaussianBlur(scene, (0, 0), rng.uniform(0.8, 4.0))
    shade = 1.0 + 0.12 * noise(rng, size_wh, (width / 4, height / 3))
    return np.asarray(soft * shade[..., None], np.float32)


def _tilt(rng: np.random.Generator, scene: FloatImage) -> FloatImage:
    """Return a scene turned by up to 20 degrees, its edges continued as mirrored."""
    height, width = scene.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-20, 20), 1.0)
    return np.asarray(
        cv2.warpAffine(scene, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def surroundings(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return what lies around a sheet: a desk, cloth, keys, books or a room."""
    makers: tuple[Maker, ...] = (desk, desk, wood, fabric, blotches, shapes, shapes, keys, printed)
    return makers[rng.integers(len(makers))](rng, size_wh)


def no_page(rng: np.random.Generator, size_wh: Size) -> FloatImage:
    """Return any view without a page to read."""
    makers: tuple[Maker, ...] = (
        *(bricks, fabric, blotches, shapes, shapes, keys, printed, printed),
        *(skin, desk, wood, board, flat),
    )
    return makers[rng.integers(len(makers))](rng, size_wh)
