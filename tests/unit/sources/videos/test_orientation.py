"""Videos are shown as their display matrix or H.264's own message asks, mirrors included."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext

from camdigits.cli import main
from camdigits.sources import open_source
from camdigits.sources.pixels import upright
from camdigits.sources.videos.orientation import of_matrix
from tests.support.media import (
    Extras,
    Image,
    is_red,
    numbered_frame,
    numbered_frames,
    read_number,
    write_video,
)

SIZE_WH = (96, 64)
MATRICES = {
    # a, b, c and d of ISO/IEC 14496-12: x' = ax + cy, y' = bx + dy.
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}
STORED_AS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
"""What makes of an upright picture the one that the orientation turns upright again."""


def matrix(orientation: int) -> tuple[int, ...]:
    a, b, c, d = (value << 16 for value in MATRICES[orientation])
    return a, b, 0, c, d, 0, 0, 0, 1 << 30


def stored(image: Image, orientation: int) -> Image:
    return upright(image, STORED_AS[orientation])


def write_lying(
    path: Path, orientation: int, codec: str = "libx264", extras: Extras | None = None
) -> Path:
    """Write numbered frames that lie so, and a matrix in the first track that says so."""
    frames = [stored(frame, orientation) for frame in numbered_frames(3, SIZE_WH)]
    write_video(path, frames, 30, codec, extras or Extras())
    data = bytearray(path.read_bytes())
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, *matrix(orientation))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("orientation", MATRICES)
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le"])
def test_all_eight_lies_are_shown_upright(tmp_path: Path, orientation: int, pix_fmt: str) -> None:
    path = write_lying(tmp_path / "clip.mp4", orientation, extras=Extras(pix_fmt=pix_fmt))
    with open_source(path) as source:
        frames = list(source)
    assert [read_number(frame.image) for frame in frames] == [0, 1, 2]
    for frame in frames:
        assert frame.size_wh == SIZE_WH
        assert is_red(frame.image, 3, 3)
        if frame.luma is not None:
            grey = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
            assert np.corrcoef(grey.ravel(), frame.luma.plane.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("orientation", [2, 7])
def test_marked_videos_are_upright(tmp_path: Path, orientation: int) -> None:
    path = write_lying(tmp_path / "clip.mp4", orientation)
    assert main(["run", str(path), "-o", str(tmp_path / "read.mp4"), "--no-window", "-q"]) == 0
    with open_source(tmp_path / "read.mp4") as source:
        frame = next(iter(source))
    assert frame.size_wh == SIZE_WH
    assert is_red(frame.image, 3, 3)


@pytest.mark.parametrize(
    ("message", "orientation"),
    # Turns are counted counter-clockwise, and come after the mirror.
    [("rotate=90", 8), ("rotate=180", 3), ("flip=horizontal", 2), ("rotate=90:flip=vertical", 7)],
)
def test_what_h264_says_holds_until_it_says_no_more(
    tmp_path: Path, message: str, orientation: int
) -> None:
    plain = Extras(options=(("bf", "0"), ("g", "4")))
    lying = [stored(numbered_frame(5, SIZE_WH), orientation)] * 16
    path = write_video(tmp_path / "clip.h264", lying, 30, "libx264", plain)
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        filter_ = BitStreamFilterContext(
            f"h264_metadata=display_orientation=insert:{message}", stream
        )
        parts = []
        for place, packet in enumerate(file.demux(stream)):
            # The first two of four key frames; at the second FFmpeg writes it behind the picture.
            parts += filter_.filter(packet) if place < 8 else [packet]
    path.write_bytes(b"".join(bytes(part) for part in parts))
    with open_source(path) as source:
        frames = list(source)
    assert len(frames) == 16
    for frame in frames[:8]:
        assert frame.size_wh == SIZE_WH
        assert is_red(frame.image, 3, 3)
        assert read_number(frame.image) == 5
    for frame in frames[12:]:
        assert np.array_equal(frame.image.shape, lying[0].shape)
        assert cv2.PSNR(frame.image, lying[0]) > 25


@pytest.mark.parametrize(
    ("values", "orientation"),
    [
        ((0,) * 9, 1),
        ((46341, 46341, 0, -46341, 46341, 0, 0, 0, 1 << 30), 1),
        ((65500, 300, 0, -300, -65500, 0, 0, 0, 1 << 30), 4),
        ((0, 131072, 0, 65536, 0, 0, 0, 0, 1 << 30), 5),
    ],
    ids=["empty", "tilted", "nearly level", "stretched"],
)
def test_odd_matrices(values: tuple[int, ...], orientation: int) -> None:
    assert of_matrix(struct.pack("=9i", *values)) == orientation
    assert of_matrix(b"short") == 1


@pytest.mark.parametrize("name", ["mp4_mirror_lr.mp4", "mp4_mirror_tb.mp4", "mp4_transpose.mp4"])
def test_mirrored_case_is_read(
    test_data: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(test_data / "cases" / name), "--no-window", "-q"]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["381", "2047"]
