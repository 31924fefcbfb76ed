"""Recordings and interlaced streams over the network are shown as the same files are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources import byte_reader, open_source
from camdigits.sources.live.unwoven import Unwoven
from camdigits.sources.remote import file
from tests.support.file_server import Manners, served
from tests.support.media import Extras, Image, numbered_frames, read_number, write_video
from tests.support.rtsp import tcp_camera
from tests.unit.sources.videos.test_alpha import BLACK, drawn, stroke_mask, write_clear
from tests.unit.sources.videos.test_deinterlace import COUNT, INTERLACED, combing, woven
from tests.unit.sources.videos.test_orientation import write_lying

PAL_WH = (720, 576)
CUT = 5
"""Frames that are cut off."""
VP8 = Extras(options=(("deadline", "realtime"), ("cpu-used", "8")))


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


def _av1(folder: Path) -> Path:
    quick = Extras(options=(("preset", "12"), ("svtav1-params", "lp=1")), pix_fmt="yuv420p")
    return write_video(folder / "av1.mp4", numbered_frames(COUNT), 30, "libsvtav1", quick)


def _trimmed(folder: Path) -> Path:
    """Cut as editors do without encoding anew: what comes before is hidden by an edit list."""
    whole, path = _late(folder), folder / "trimmed.mp4"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is None or packet.pts is None:
                continue
            ticks = round(CUT / 30 / float(packet.time_base))
            packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
            packet.stream = stream
            target.mux(packet)
    return path


def _late(folder: Path) -> Path:
    return write_video(folder / "index-at-the-end.mp4", numbered_frames(COUNT))


def _by_browser(folder: Path) -> Path:
    """As MediaRecorder writes: without duration, index and lengths."""
    clip = write_video(folder / "clip.mkv", numbered_frames(COUNT), 30, "libvpx", VP8)
    path = folder / "recorded.webm"
    with (
        av.open(str(clip)) as source,
        av.open(str(path), "w", container_options={"live": "1"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return path


def _raw(folder: Path) -> Path:
    return write_video(folder / "raw.h264", numbered_frames(COUNT), 25)


def _turned_midway(folder: Path) -> Path:
    across, down = numbered_frames(6), numbered_frames(6, (240, 320))
    parts = [write_video(folder / f"{len(each[0])}.h264", each, 25) for each in (across, down)]
    path = folder / "turned.h264"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


MAKERS = [
    *(_mirrored, _transposed, _interlaced, _tape, _clear, _plain),
    *(_av1, _late, _trimmed, _by_browser, _raw, _turned_midway),
]


@pytest.mark.parametrize("has_ranges", [True, False], ids=["parts", "no parts"])
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_recording_looks_as_the_file_does(
    tmp_path: Path, make: Callable[[Path], Path], has_ranges: bool
) -> None:
    path = make(tmp_path)
    with open_source(path) as source:
        local = list(source)
    with (
        served(tmp_path, Manners(has_ranges)) as address,
        open_source(f"{address}/{path.name}") as source,
    ):
        assert not source.is_live
        found = list(source)
    assert 2 <= len(found) == len(local)
    for mine, theirs in zip(found, local, strict=True):
        assert mine.size_wh == theirs.size_wh
        assert mine.pixel_aspect == theirs.pixel_aspect
        assert mine.time_s == pytest.approx(theirs.time_s, abs=0.01)
        assert np.abs(mine.image.astype(int) - theirs.image).mean() < 1


def test_what_the_files_are_for_is_in_them(tmp_path: Path) -> None:
    with open_source(_trimmed(tmp_path)) as source:
        assert [read_number(frame.image) for frame in source] == list(range(CUT, COUNT))
    with open_source(_turned_midway(tmp_path)) as source:
        assert {frame.size_wh for frame in source} == {(320, 240), (240, 320)}
    with av.open(str(_by_browser(tmp_path))) as container:
        assert container.duration is None


@pytest.mark.parametrize("make", [_late, _plain, _by_browser])
def test_recording_of_unknown_length(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """What states its end itself is a recording; a stream in chunks is not."""
    path = make(tmp_path)
    with (
        served(tmp_path, Manners(has_ranges=False, states_length=False)) as address,
        open_source(f"{address}/{path.name}") as source,
    ):
        assert source.is_live == (make is _by_browser)
        numbers = [read_number(frame.image) for frame in islice(source, COUNT)]
    assert source.is_live or numbers == list(range(COUNT))


def test_recording_is_asked_for_on_from_where_it_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "PAUSES_S", (0.0, 0.0))
    noise = np.random.default_rng(0).integers(0, 255, (COUNT, 240, 320, 3), np.uint8)
    path = write_video(tmp_path / "noise.mkv", list(noise), 30, "mjpeg")
    manners = Manners(breaks=2)
    with served(tmp_path, manners) as address, open_source(f"{address}/{path.name}") as source:
        assert len(list(source)) == COUNT
    size = path.stat().st_size
    assert manners.starts == [0, size // 2, size // 2 + (size - size // 2) // 2]


@pytest.mark.parametrize("has_ranges", [True, False], ids=["parts", "no parts"])
def test_recording_that_breaks_off_for_good_gives_what_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any, has_ranges: bool
) -> None:
    monkeypatch.setattr(file, "PAUSES_S", (0.0, 0.0))
    noise = np.random.default_rng(0).integers(0, 255, (COUNT, 240, 320, 3), np.uint8)
    path = write_video(tmp_path / "noise.mkv", list(noise), 30, "mjpeg")
    numbers = []
    told = r"\d+ of \d+ frames read: the connection broke off after \d+ of \d+ bytes; try again$"
    with (
        served(tmp_path, Manners(has_ranges, breaks=9)) as address,
        open_source(f"{address}/{path.name}") as source,
        pytest.raises(SourceDamagedError, match=told),
    ):
        for frame in source:
            numbers.append(frame.index)
    # As much as of a file that is cut in half.
    assert 3 <= len(numbers) < COUNT
    assert capfd.readouterr().err == ""


def test_too_much_to_be_put_aside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_reader, "MOST_SPOOLED", 2000)
    path = _late(tmp_path)
    told = "no room to put the stream aside: more than 0 GiB; copy it and read the copy, or set TM"
    with (
        served(tmp_path, Manners(has_ranges=False)) as address,
        pytest.raises(SourceOpenError, match=told),
    ):
        open_source(f"{address}/{path.name}")


def test_index_that_breaks_off_is_told(tmp_path: Path) -> None:
    path = _late(tmp_path)
    told = r"index-at-the-end.mp4: the connection broke off after \d+ of \d+ bytes; try again$"
    with (
        served(tmp_path, Manners(has_ranges=False, breaks=9)) as address,
        pytest.raises(SourceOpenError, match=told),
    ):
        open_source(f"{address}/{path.name}")


def test_interlaced_stream_without_an_end_is_no_black_picture(tmp_path: Path) -> None:
    frames = [woven(number % 30, PAL_WH, 2) for number in range(60)]
    path = write_video(tmp_path / "live.ts", frames, 25, "mpeg2video", INTERLACED)
    with (
        served(tmp_path, Manners(is_endless=True, has_ranges=False)) as address,
        open_source(f"{address}/{path.name}") as source,
    ):
        assert source.is_live
        for frame in islice(source, 3):
            assert frame.size_wh == PAL_WH
            assert int(np.median(frame.image)) > 190
            assert combing(frame.image) < 1


@pytest.mark.skipif(
    tuple(map(int, cv2.__version__.split(".")[:2])) < (4, 13),
    reason="older ones weave the rows together, and hand that out as any picture",
)
def test_interlaced_stream_by_rtsp_is_no_black_picture(tmp_path: Path) -> None:
    frames = [woven(number % 30, PAL_WH, 2) for number in range(50)]
    path = write_video(tmp_path / "live.ts", frames, 25, "mpeg2video", INTERLACED)
    with tcp_camera(path.read_bytes(), 2.0) as address, open_source(address) as source:
        assert source.is_live
        for frame in islice(source, 3):
            assert frame.size_wh == PAL_WH
            assert int(np.median(frame.image)) > 190
            assert combing(frame.image) < 1


class _Pictures:
    """Hands out pictures in turn, the last again and again; fails where there are none."""

    def __init__(self, *pictures: Image) -> None:
        self.pictures, self.is_released = list(pictures), False

    def read(self) -> tuple[bool, Image | None]:
        if not self.pictures:
            return False, None
        last = self.pictures[0]
        return True, self.pictures.pop(0) if len(self.pictures) > 1 else last.copy()

    def get(self, prop: int, /) -> float:
        return float(len(self.pictures))

    def release(self) -> None:
        self.is_released = True


# What OpenCV never filled in is what the memory held before: black, or an older picture.
@pytest.mark.parametrize("left_behind", [0, 231])
@pytest.mark.parametrize("is_woven", [True, False])
def test_stream_that_opencv_shows_nothing_of_is_opened_anew(
    is_woven: bool, left_behind: int
) -> None:
    never_filled = np.full((4, 4, 3), left_behind, np.uint8)
    seen = np.full((4, 4, 3), 99, np.uint8)
    other = _Pictures(seen, seen, seen)

    def again() -> _Pictures:
        if is_woven:
            return other
        raise SourceOpenError("gone")

    first = _Pictures(never_filled)
    capture = Unwoven(first, again)
    assert capture.get(0) == 1
    wanted = 99 if is_woven else left_behind
    assert [int(capture.read()[1][0, 0, 0]) for _ in range(3)] == [wanted] * 3
    assert first.is_released == is_woven


def test_stream_whose_pictures_change_is_handed_on_from_the_first_to_the_last() -> None:
    pictures = [np.full((4, 4, 3), value, np.uint8) for value in (0, 7, 7, 9)]
    ordinary = Unwoven(_Pictures(*pictures), lambda: pytest.fail("opened anew"))
    assert [int(ordinary.read()[1][0, 0, 0]) for _ in pictures] == [0, 7, 7, 9]
    assert Unwoven(_Pictures(), lambda: pytest.fail("opened anew")).read() == (False, None)


def test_recording_that_cannot_be_opened_is_told_as_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    told = r"/broken.mp4: the mp4 has no index \(moov atom not found\)"
    with served(tmp_path) as address, pytest.raises(SourceOpenError, match=told):
        open_source(f"{address}/broken.mp4")
