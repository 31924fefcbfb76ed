"""Videos in HLG and PQ: white paper is white, ink is dark, in reading and in marked videos."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.sources import open_source
from camdigits.sources.videos.hdr import HLG, PQ, to_sdr

BT2020, BT2020_MATRIX = 9, 9
PAPER, INK = {HLG: 0.72, PQ: 0.56}, 0.2
"""Signals of white paper, a little darker than diffuse white, and of ink on it."""
FORMS = ("yuv420p10le", "yuv420p")


def write_hdr(path: Path, transfer: int, form: str) -> Path:
    """Write paper with a dark square in its middle."""
    bits = 10 if form.endswith("10le") else 8
    scale, kind = 1 << bits - 8, np.uint16 if bits > 8 else np.uint8
    luma = np.full((240, 320), (16 + 219 * PAPER[transfer]) * scale, kind)
    luma[100:140, 140:180] = (16 + 219 * INK) * scale
    planes = luma, *[np.full((120, 160), 128 * scale, kind)] * 2
    with av.open(str(path), "w") as container:
        codec = f"log-level=none:colorprim={BT2020}:transfer={transfer}:colormatrix={BT2020_MATRIX}"
        stream = container.add_stream("libx265", rate=10, options={"x265-params": codec})
        stream.width, stream.height, stream.pix_fmt = 320, 240, form
        stream.codec_context.color_trc = transfer
        for place in range(3):
            frame = av.VideoFrame(320, 240, form)
            for plane, values in zip(frame.planes, planes, strict=True):
                rows = np.zeros((plane.height, plane.line_size // values.itemsize), kind)
                rows[:, : values.shape[1]] = values
                plane.update(rows.tobytes())
            frame.pts, frame.time_base = place, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("transfer", [HLG, PQ], ids=["HLG", "PQ"])
def test_white_paper_is_white(tmp_path: Path, transfer: int, form: str) -> None:
    path = write_hdr(tmp_path / "clip.mp4", transfer, form)
    with open_source(path) as source:
        frame = next(iter(source))
    assert 225 <= frame.image[50, 50].min() <= frame.image[50, 50].max() <= 245
    assert frame.image[120, 160].max() < 80
    # The same that is read is shown.
    assert frame.luma is None
    _, reference = cv2.VideoCapture(str(path)).read()
    if tuple(map(int, cv2.__version__.split(".")[:2])) >= (4, 13):
        assert abs(int(reference[50, 50, 1]) - int(frame.image[50, 50, 1])) < 8


@pytest.mark.parametrize("transfer", [HLG, PQ], ids=["HLG", "PQ"])
def test_marked_videos_are_ordinary_ones(tmp_path: Path, transfer: int) -> None:
    path = write_hdr(tmp_path / "clip.mp4", transfer, "yuv420p10le")
    output = tmp_path / "read.mp4"
    assert main(["run", str(path), "-o", str(output), "--no-window", "-q"]) == 0
    with av.open(str(output)) as file:
        frame = next(file.decode(video=0))
    assert (frame.color_trc, frame.colorspace) == (1, 1)
    assert 225 <= frame.to_ndarray(format="bgr24")[50, 50].min() <= 245


def test_brightness_keeps_its_order_and_ordinary_pictures_their_values() -> None:
    steps = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 256, 3)
    for transfer in (HLG, PQ):
        shown = to_sdr(steps, transfer)[0, :, 0].astype(int)
        assert (np.diff(shown) >= 0).all()
        assert (shown[0], shown[-1]) == (0, 255)
    assert to_sdr(steps, 1) is steps
