"""Light on a scene, and the camera that takes a picture of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """How a camera spoils the picture; each range is drawn from once a picture.

    Attributes:
        blur_px: deviation of the blur, in pixels.
        noise: deviation of the noise at mid grey, in grey levels.
        exposure: reflectance 1 in full light becomes 255 times this.
        falloff: how much darker the darkest corner is, 0 to 1.
        jpeg: quality of the compression, 0 to 100.
        shake_px: how far the camera moves while it looks, in pixels.
    """

    blur_px: Range = (0.4, 0.9)
    noise: Range = (1.0, 3.0)
    exposure: Range = (0.70, 1.02)
    falloff: Range = (0.05, 0.35)
    jpeg: Range = (70, 96)
    shake_px: Range = (0.0, 0.0)


def even_light(rng: np.random.Generator, size_wh: tuple[int, int], falloff: float) -> FloatImage:
    """Return daylight that falls off to one side and to the corners: ``(height, width) float32``.

    Args:
        rng: chooses the side.
        size_wh: (width, height) in pixels.
        falloff: how much darker the darkest place is than the brightest, 0 to 1.
    """
    x, y = _coordinates(size_wh)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    slope = 0.5 - 0.5 * (x * np.cos(angle) + y * np.sin(angle)) / np.sqrt(2.0)
    corners = (x * x + y * y) / 2.0
    share = rng.uniform(0.2, 0.9)
    return np.asarray(1.0 - falloff * (share * slope + (1.0 - share) * corners), np.float32)


def edge_shadow(
    rng: np.random.Generator, size_wh: tuple[int, int], softness: Range = (0.002, 0.15)
) -> FloatImage:
    """Return the shadow of a straight edge across the middle: 1 in the light, less in the dark."""
    x, y = _coordinates(size_wh)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    bend = rng.uniform(-0.25, 0.25)
    along = y * np.cos(angle) - x * np.sin(angle)
    across = x * np.cos(angle) + y * np.sin(angle) + bend * along * along - rng.uniform(-0.35, 0.35)
    lit = 1.0 / (1.0 + np.exp(np.clip(-across / rng.uniform(*softness), -30.0, 30.0)))
    dark = rng.uniform(0.42, 0.75)
    return np.asarray(dark + (1.0 - dark) * lit, np.float32)


def blot_shadow(rng: np.random.Generator, size_wh: tuple[int, int]) -> FloatImage:
    """Return the shadow of something rounded, like a hand, that reaches in from one side."""
    width, height = size_wh
    canvas = np.zeros((height, width), np.uint8)
    side = rng.integers(4)
    middle = np.array([(0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0)][side])
    middle = middle + rng.uniform(-0.25, 0.25, 2)
    for _ in range(int(rng.integers(2, 5))):
        center = (middle + rng.uniform(-0.15, 0.15, 2)) * size_wh
        axes = rng.uniform(0.08, 0.35, 2) * height
        cv2.ellipse(
            canvas,
            (round(center[0]), round(center[1])),
            (round(axes[0]), round(axes[1])),
            float(rng.uniform(0, 180)),
            0,
            360,
            255,
            cv2.FILLED,
        )
    soft = _wide_blur(canvas, rng.uniform(2.0, 40.0) * height / 720.0)
    return np.asarray(1.0 - rng.uniform(0.2, 0.5) * soft / 255.0, np.float32)


def take_picture(
    rng: np.random.Generator, scene: FloatImage, light: FloatImage, camera: Camera
) -> NDArray[np.uint8]:
    """Return the picture of a scene: ``(height, width, 3) uint8``, BGR.

    Args:
        rng: draws exposure, tint, blur, noise and compression.
        scene: ``(height, width, 3) float32`` reflectance, BGR, 0 to 1.
        light: ``(height, width) float32``, 1 for full light.
        camera: the ranges to draw from.
    """
    tint = 1.0 + rng.uniform(-0.04, 0.04, 3)
    gain = np.asarray(255.0 * rng.uniform(*camera.exposure) * tint, np.float32)
    picture = scene * light[..., None] * gain
    blurred = cv2.GaussianBlur(picture, (0, 0), rng.uniform(*camera.blur_px))
    if camera.shake_px[1] > 0.0:
        blurred = shaken(rng, np.asarray(blurred, np.float32), rng.uniform(*camera.shake_px))
    noisy = add_noise(rng, np.asarray(blurred, np.float32), rng.uniform(*camera.noise))
    return compress(noisy, round(rng.uniform(*camera.jpeg)))


def shaken(rng: np.random.Generator, picture: FloatImage, reach: float) -> FloatImage:
    """Return the picture blurred along a line of a number of pixels in any direction."""
    side = 2 * int(np.ceil(reach / 2.0)) + 1
    if side < 3:
        return picture
    angle = rng.uniform(0.0, np.pi)
    half = reach / 2.0 * np.array([np.cos(angle), np.sin(angle)])
    ends = np.round((side // 2 + np.array([-half, half])) * 16).astype(int).tolist()
    trace = np.zeros((side, side), np.uint8)
    cv2.line(trace, ends[0], ends[1], 255, 1, cv2.LINE_AA, 4)
    kernel = trace.astype(np.float32)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def add_noise(rng: np.random.Generator, picture: FloatImage, level: float) -> NDArray[np.uint8]:
    """Return the picture with sensor noise: more in bright places, a little in the colours.

    Args:
        rng: draws the noise.
        picture: ``(height, width, 3) float32``, 0 to 255; more is clipped.
        level: deviation at mid grey, in grey levels.
    """
    height, width = picture.shape[:2]
    luma = rng.standard_normal((height, width, 1), dtype=np.float32)
    chroma = rng.standard_normal((height // 2, width // 2, 3), dtype=np.float32)
    chroma = np.asarray(cv2.resize(chroma, (width, height)), np.float32)
    strength = level * np.sqrt(0.4 + 0.6 * np.clip(picture, 0.0, 255.0) / 128.0)
    noisy = picture + strength * (0.8 * luma + 0.6 * chroma)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)


def compress(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Return the picture as JPEG of a quality of 0 to 100 leaves it."""
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def _coordinates(size_wh: tuple[int, int]) -> tuple[FloatImage, FloatImage]:
    """Return x and y over the picture, -1 to 1."""
    width, height = size_wh
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32)[None, :]
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None]
    return x, y


def _wide_blur(image: NDArray[np.uint8], sigma: float) -> FloatImage:
    """Blur at a quarter of the size: as good for a wide blur, and 16 times faster."""
    height, width = image.shape
    small = cv2.resize(image, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(0.3, sigma / 4.0))
    return np.asarray(cv2.resize(soft, (width, height)), np.float32)
