"""Pictures and videos that the command can read, made here."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.support.media import Image, write_image, write_video

TEXT = "0123456789"
"""What stands on `page`."""


def page(size_wh: tuple[int, int] = (640, 240)) -> Image:
    """Return ``(height, width, 3) uint8`` BGR: light paper with the ten digits in dark ink."""
    image = np.full((size_wh[1], size_wh[0], 3), 225, np.uint8)
    for place, digit in enumerate(TEXT):
        corner = (30 + 58 * place, size_wh[1] // 2 + 25)
        cv2.putText(image, digit, corner, cv2.FONT_HERSHEY_SIMPLEX, 2, (40, 30, 30), 6, cv2.LINE_AA)
    return image


def blank(size_wh: tuple[int, int] = (640, 240)) -> Image:
    """Return ``(height, width, 3) uint8`` BGR: paper with nothing on it."""
    return np.full((size_wh[1], size_wh[0], 3), 225, np.uint8)


def write_page(path: Path) -> Path:
    """Write a picture of the page, and return its path."""
    return write_image(path, page())


def write_clip(path: Path, frame_count: int = 20, fps: float = 15) -> Path:
    """Write a video of the page that lies still, and return its path."""
    return write_video(path, [page()] * frame_count, fps=fps)
