"""Recordings and interlaced streams over the network are shown as the same files are."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live.unwoven import Unwoven
from tests.support.file_server import served
from tests.support.media import Extras, Image, numbered_frames, write_video
from tests.unit.sources.videos.test_alpha import BLACK, drawn, stroke_mask, write_clear
from tests.unit.sources.videos.test_deinterlace import COUNT, INTERLACED, combing, woven
from tests.unit.sources.videos.test_orientation import write_lying

PAL_WH = (720, 576)


def _mirrored(folder: Path) -> Path:
    return write_lying(folder / "mirrored.mp4", 2)


def _transposed(folder: Path) -> Path:
    return write_lying(folder / "transposed.mov", 5)


def _interlaced(folder: Path) -> Path:
    frames = [woven(number, PAL_WH) for number in range(COUNT)]
    return write_video(folder / "camcorder.mts", frames, 25, "mpeg2video", INTERLACED)


def _tape(folder: Path) -> Path:
    frames = [woven(number, PAL_WH) for number in range(COUNT)]
    return write_video(folder / "tape.dv", frames, 25, "dvvideo", Extras(pix_fmt="yuv420p"))


def _clear(folder: Path) -> Path:
    return write_clear(folder / "canvas.webm", [drawn(BLACK, stroke_mask())] * 5)


def _plain(folder: Path) -> Path:
    return write_video(folder / "plain.mkv", numbered_frames(COUNT), 30)


@pytest.mark.parametrize(
    "make", [_mirrored, _transposed, _interlaced, _tape, _clear, _plain], ids=lambda m: m.__name__
)
def test_recording_looks_as_the_file_does(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    path = make(tmp_path)
    with open_source(path) as source:
        local = list(source)
    with served(tmp_path) as address, open_source(f"{address}/{path.name}") as source:
        assert not source.is_live
        found = list(source)
    assert len(found) == len(local)
    for mine, theirs in zip(found, local, strict=True):
        assert mine.size_wh == theirs.size_wh
        assert mine.pixel_aspect == theirs.pixel_aspect
        assert mine.time_s == pytest.approx(theirs.time_s, abs=0.01)
        assert np.abs(mine.image.astype(int) - theirs.image).mean() < 1


def test_interlaced_stream_without_an_end_is_no_black_picture(tmp_path: Path) -> None:
    frames = [woven(number % 30, PAL_WH, 2) for number in range(60)]
    path = write_video(tmp_path / "live.ts", frames, 25, "mpeg2video", INTERLACED)
    with (
        served(tmp_path, is_endless=True) as address,
        open_source(f"{address}/{path.name}") as source,
    ):
        assert source.is_live
        for frame in islice(source, 3):
            assert frame.size_wh == PAL_WH
            assert int(np.median(frame.image)) > 190
            assert combing(frame.image) < 1


@pytest.mark.parametrize("is_woven", [True, False])
def test_stream_that_opencv_shows_nothing_of_is_opened_anew(is_woven: bool) -> None:
    black, seen = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 99, np.uint8)

    class Fake:
        def __init__(self, picture: Image) -> None:
            self.picture, self.is_released = picture, False

        def read(self) -> tuple[bool, Image]:
            return True, self.picture

        def get(self, prop: int, /) -> float:
            return float(self.picture[0, 0, 0])

        def release(self) -> None:
            self.is_released = True

    def again() -> Fake:
        if is_woven:
            return Fake(seen)
        raise SourceOpenError("gone")

    first = Fake(black)
    capture = Unwoven(first, again)
    assert capture.get(0) == 0
    wanted = seen if is_woven else black
    assert [capture.read()[1] is wanted for _ in range(2)] == [True, True]
    assert (capture.get(0) == 99) == first.is_released == is_woven
    ordinary = Unwoven(Fake(seen), lambda: pytest.fail("opened anew"))
    assert ordinary.read()[1] is seen


def test_what_pyav_cannot_open_is_left_to_opencv(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    with served(tmp_path) as address, pytest.raises(SourceOpenError, match="can be read"):
        open_source(f"{address}/broken.mp4")
