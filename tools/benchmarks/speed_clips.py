"""Makes the videos that speed is measured on: a page of about 30 digits, at rest and hand-held."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.clips import load_digits
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import Page, camera, render_page

Image = NDArray[np.uint8]

FPS = 30
DIGITS = (27, 33)
"""Fewest and most digits in view."""
NOISE = 1.5
"""Standard deviation of the sensor's noise in grey levels."""
MARGIN = 0.06
"""How far beyond the frame the page goes on, as a share of it."""
CODECS = {"h264": "libx264", "mpeg4": "mpeg4"}
_SUFFIXES = {"h264": ".mp4", "mpeg4": ".avi"}


def page_of(digits: Digits, size_wh: tuple[int, int], count: tuple[int, int] = DIGITS) -> Page:
    """Return a page of numbers in rows with about so many digits."""
    for seed in range(500):
        page = render_page(
            np.random.default_rng(seed), digits.images, digits.labels, "rows", size_wh
        )
        if count[0] <= len(page.digits) <= count[1]:
            return page
    raise AssertionError(f"no page of {size_wh} holds {count} digits")


def frames(page: Image, seconds: float, *, is_moving: bool) -> Iterator[Image]:
    """Yield what a camera sees of a page, ``(height, width, 3) uint8`` BGR.

    Args:
        page: what lies before it.
        seconds: how long it looks.
        is_moving: it is held in a hand that drifts and trembles; else it stands.
    """
    height, width = page.shape[:2]
    rng = np.random.default_rng(5)
    edge = int(MARGIN * width)
    wide = cv2.copyMakeBorder(page, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    for index in range(round(seconds * FPS)):
        view = wide[edge : edge + height, edge : edge + width]
        if is_moving:
            view = np.asarray(_seen(wide, index / FPS, edge, (width, height)), np.uint8)
        yield camera.add_noise(rng, view.astype(np.float32), NOISE)


def _seen(wide: Image, time_s: float, edge: int, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the view of a hand-held camera: slow drift, tremor of some pixels, a little turn."""
    slow, quick = np.sin([0.9 * time_s, 1.3 * time_s + 1.0, 0.6 * time_s]), 2 * np.pi * time_s
    shift = 0.5 * edge * slow[:2] + 0.002 * size_wh[0] * np.sin([2.3 * quick, 3.1 * quick])
    turn = cv2.getRotationMatrix2D(
        (wide.shape[1] / 2, wide.shape[0] / 2), float(0.8 * slow[2]), 1.0 + 0.01 * float(slow[2])
    )
    turn[:, 2] += shift - edge
    return cv2.warpAffine(wide, turn, size_wh, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[return-value]


def write_clips(
    folder: Path, data: Path, size_wh: tuple[int, int], seconds: float
) -> dict[tuple[str, str], Path]:
    """Write a page at rest and one hand-held, in each codec; returns paths by motion and codec."""
    page = page_of(load_digits(data), size_wh).image
    written = {}
    for motion in ("still", "moving"):
        paths = {
            (motion, codec): folder / f"{motion}-{codec}-{size_wh[1]}{_SUFFIXES[codec]}"
            for codec in CODECS
        }
        _write(
            list(paths.values()),
            list(CODECS.values()),
            frames(page, seconds, is_moving=motion == "moving"),
        )
        written |= paths
    return written


def _write(paths: list[Path], codecs: list[str], pictures: Iterator[Image]) -> None:
    files = [av.open(str(path), "w") for path in paths]
    streams: list[av.VideoStream] = []
    for picture in pictures:
        if not streams:
            streams = [_stream(*pair, picture) for pair in zip(files, codecs, strict=True)]
        for file, stream in zip(files, streams, strict=True):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
    for file, stream in zip(files, streams, strict=True):
        file.mux(stream.encode(None))
        file.close()


def _stream(file: av.container.OutputContainer, codec: str, first: Image) -> av.VideoStream:
    options = {"crf": "23", "preset": "medium"} if codec == "libx264" else {"q:v": "4"}
    stream = file.add_stream(codec, rate=Fraction(FPS), options=options)
    assert isinstance(stream, av.VideoStream)
    stream.height, stream.width = first.shape[:2]
    stream.pix_fmt = "yuv420p"
    if codec == "mpeg4":
        stream.bit_rate = 6_000_000 * first.shape[0] // 720
    return stream
