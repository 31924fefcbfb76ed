"""Interlaced videos: what moves is no comb, and every frame is there at its time."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.sources import open_source
from camdigits.sources.videos import deinterlace
from tests.support.media import Extras, Image, numbered_frames, write_video

COUNT = 12
INTERLACED = Extras(pix_fmt="yuv420p", options=(("flags", "+ildct+ilme"),))
FORMS = [
    ("capture.mkv", "libx264", (320, 240), INTERLACED),
    ("camcorder.ts", "libx264", (320, 240), INTERLACED),
    ("disc.mpg", "mpeg2video", (320, 240), INTERLACED),
    ("tape.dv", "dvvideo", (720, 576), Extras(pix_fmt="yuv420p")),
    (
        "ten bits.mkv",
        "libx264",
        (320, 240),
        Extras(pix_fmt="yuv420p10le", options=INTERLACED.options),
    ),
]


def woven(number: int, size_wh: tuple[int, int], step: int = 6) -> Image:
    """Return a frame of two moments: a bar that moves to the right above a block that rests."""
    image = np.full((size_wh[1], size_wh[0], 3), 220, np.uint8)
    for field in (0, 1):
        left = 20 + step * (2 * number + field)
        image[field::2][15:60, left : left + 14] = 20
    image[160:200, 40:80] = 20
    return image


def combing(image: Image) -> float:
    """Return how much neighbouring rows of the moving bar differ more than those of two apart."""
    rows = image[40:110, :, 1].astype(np.int16)
    return float(np.abs(np.diff(rows, axis=0)).mean() - np.abs(rows[2:] - rows[:-2]).mean())


@pytest.mark.parametrize(("name", "codec", "size_wh", "extras"), FORMS, ids=[f[0] for f in FORMS])
def test_what_moves_is_no_comb_and_no_frame_or_time_is_lost(
    tmp_path: Path, name: str, codec: str, size_wh: tuple[int, int], extras: Extras
) -> None:
    frames = [woven(number, size_wh) for number in range(COUNT)]
    path = write_video(tmp_path / name, frames, 25, codec, extras)
    with av.open(str(path)) as file:
        stored = list(file.decode(video=0))
        assert all(frame.interlaced_frame for frame in stored)
        times = [float((frame.pts - stored[0].pts) * stored[0].time_base) for frame in stored]
        combs = [combing(frame.to_ndarray(format="bgr24")) for frame in stored]
    with open_source(path) as source:
        found = list(source)
    assert [frame.index for frame in found] == list(range(COUNT))
    assert [frame.time_s for frame in found] == pytest.approx(times)
    for number, frame in enumerate(found[1:-1], 1):
        assert frame.size_wh == size_wh
        assert combing(frame.image) < 0.2 * combs[number]
        assert frame.image[165:195, 45:75].max() < 50
        assert frame.image[165:195, 85:].min() > 190


def test_progressive_videos_pay_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(deinterlace, "Graph")
    path = write_video(tmp_path / "plain.mp4", numbered_frames(5))
    with open_source(path) as source:
        assert len(list(source)) == 5


def test_what_cannot_be_deinterlaced_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deinterlace, "_OPTIONS", "mode=nothing")
    frames = [woven(number, (320, 240)) for number in range(3)]
    path = write_video(tmp_path / "clip.mkv", frames, 25, "libx264", INTERLACED)
    with open_source(path) as source:
        assert len(list(source)) == 3


def test_frames_of_another_size_go_on_in_order(tmp_path: Path) -> None:
    interlacer, out = deinterlace.Deinterlacer(), list[av.VideoFrame]()
    for size_wh in ((320, 240), (352, 288)):
        frames = [woven(number, size_wh) for number in range(4)]
        path = write_video(tmp_path / f"{size_wh[0]}.mkv", frames, 25, "libx264", INTERLACED)
        with av.open(str(path)) as file:
            for frame in file.decode(video=0):
                out += interlacer.pass_on(frame)
    out += interlacer.pass_on(None)
    assert [frame.pts for frame in out] == [0, 40, 80, 120] * 2
    assert [frame.width for frame in out] == [320] * 4 + [352] * 4


def test_interlaced_case_is_read(test_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = test_data / "cases" / "avchd_interlaced.mts"
    assert main(["run", str(path), "--no-window", "-q"]) == 0
    texts = {line.split()[-1] for line in capsys.readouterr().out.splitlines()}
    assert "2047" in texts
    # Its pixels are told to be a third wider than high; made square, the last two digits part.
    assert "5813" in texts or {"581", "3"} <= texts
