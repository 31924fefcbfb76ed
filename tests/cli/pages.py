"""Pictures and videos that the command can read, cut from the bundled clip."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np

from camdigits.cli.commands.demo import CLIP
from tests.support.media import Image, encoded, write_image, write_video

TEXT = "5500"
"""What stands on `page`."""

PAGE_WH = (640, 240)


@functools.cache
def page() -> Image:
    """Return ``(240, 640, 3) uint8`` BGR: paper with one number, from the clip's last frame."""
    with av.open(str(CLIP)) as container:
        for frame in container.decode(video=0):
            last = frame
    return np.ascontiguousarray(last.to_ndarray(format="bgr24")[360:600, 110:750])


def blank() -> Image:
    """Return ``(240, 640, 3) uint8`` BGR: paper with nothing on it."""
    return np.full((PAGE_WH[1], PAGE_WH[0], 3), 225, np.uint8)


def write_page(path: Path) -> Path:
    """Write a picture of the page, and return its path."""
    return write_image(path, page())


def fax() -> bytes:
    """Return a TIFF of the page as a fax in coarse mode sends it: 204 pixels an inch by 98."""
    stored = cv2.resize(page(), (PAGE_WH[0], PAGE_WH[1] * 98 // 204), interpolation=cv2.INTER_AREA)
    resolution = (cv2.IMWRITE_TIFF_XDPI, 204, cv2.IMWRITE_TIFF_YDPI, 98)
    return encoded(".tif", stored, (cv2.IMWRITE_TIFF_RESUNIT, 2, *resolution))


def write_clip(path: Path, frame_count: int = 20, fps: float = 15) -> Path:
    """Write a video of the page that lies still, and return its path, which ends in .mp4."""
    path.write_bytes(_clip(frame_count, fps))
    return path


@functools.cache
def _clip(frame_count: int, fps: float) -> bytes:
    """Return the file; for 900 frames the encoder takes seconds, and many tests write the same."""
    with tempfile.TemporaryDirectory() as folder:
        clip = write_video(Path(folder) / "clip.mp4", [page()] * frame_count, fps=fps)
        return clip.read_bytes()
