"""Streams that come in segments (HLS) are read in their time, and recordings of them whole."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceOpenError
from camdigits.sources import expand, open_source
from camdigits.sources.live.playlist import STALL_S, Paced, open_playlist
from tests.support.file_server import served
from tests.support.media import numbered_frame, numbered_frames, read_number

COUNT = 45
END = "#EXT-X-ENDLIST\n"


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A complete list of three segments of 15 frames, of 1 s each."""
    path = tmp_path / "list.m3u8"
    options = {"hls_time": "1", "hls_list_size": "0"}
    with av.open(str(path), "w", format="hls", options=options) as container:
        stream = container.add_stream(
            "libx264", rate=15, options={"g": "15", "tune": "zerolatency"}
        )
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for image in numbered_frames(COUNT):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    assert path.read_text().endswith(END)
    return path


def live(recorded: Path) -> Path:
    """Return a list whose stream goes on."""
    path = recorded.with_name("live.m3u8")
    path.write_text(recorded.read_text().removesuffix(END))
    return path


def test_file_that_is_a_list_is_a_stream(recorded: Path) -> None:
    (spec,) = expand([str(recorded)])
    assert (spec.kind, spec.target, spec.name) == ("stream", str(recorded), str(recorded))
    assert "list.m3u8" not in {Path(each.name).name for each in expand([recorded.parent])}


@pytest.mark.parametrize("is_remote", [False, True])
def test_recording_in_segments_is_read_whole(recorded: Path, is_remote: bool) -> None:
    with served(recorded.parent) as web:
        address = f"{web}/{recorded.name}" if is_remote else str(recorded)
        with open_source(address) as source:
            assert not source.is_live
            assert [read_number(frame.image) for frame in source] == list(range(COUNT))


@pytest.mark.parametrize("is_remote", [False, True])
def test_stream_in_segments_is_live(recorded: Path, is_remote: bool) -> None:
    with served(recorded.parent) as web:
        address = f"{web}/live.m3u8" if is_remote else str(live(recorded))
        live(recorded)
        with open_source(address) as source:
            assert source.is_live
            numbers = [read_number(frame.image) for frame in islice(source, 4)]
            # Segments come late; only far beyond that something is wrong.
            assert source._limits.stall_s == STALL_S  # type: ignore[attr-defined]
    # Each segment comes at once: unless they are paced, only its last picture is seen.
    assert numbers[0] < 15
    assert len(set(numbers)) == 4


def test_stream_that_ended_while_it_was_lost_does_not_begin_anew(recorded: Path) -> None:
    address, config = str(recorded), CameraConfig()
    open_playlist(address, address, config, 10**6).release()
    with pytest.raises(SourceOpenError, match="the stream has ended"):
        open_playlist(address, address, config, 10**6, is_again=True)


@pytest.mark.parametrize(
    "text",
    ["#EXTM3U\n#EXTINF:-1,News\nhttp://127.0.0.1:1/news\n", "hello\n"],
    ids=["channels", "something else"],
)
def test_list_without_segments_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(text)
    with pytest.raises(SourceOpenError, match=r"list\.m3u8: names no segments that can be read"):
        open_source(str(path))


class Fake:
    """A capture whose pictures have these times in seconds, and which is never waited for."""

    def __init__(self, stamps_s: list[float]) -> None:
        self._stamps_s, self._at_s = stamps_s, 0.0

    def read(self) -> tuple[bool, Any]:
        if not self._stamps_s:
            return False, None
        self._at_s = self._stamps_s.pop(0)
        return True, numbered_frame(0)

    def get(self, prop: int, /) -> float:
        return self._at_s * 1000 if prop == cv2.CAP_PROP_POS_MSEC else 0.0

    def release(self) -> None:
        return


@pytest.mark.parametrize(
    ("stamps_s", "came_s", "shown_s"),
    [
        pytest.param([9, 9.5, 10], [0, 0, 0], [0, 0.5, 1.0], id="at once"),
        pytest.param([9, 9.5, 10], [0, 8, 8], [0, 8, 8.5], id="the second one late"),
        pytest.param([9, 9.5, 2, 2.5], [0, 0, 0, 0], [0, 0.5, 0.5, 1.0], id="clock that fell"),
        pytest.param([9, 9.5, 900, 901], [0, 0, 0, 0], [0, 0.5, 0.5, 1.5], id="clock that jumped"),
    ],
)
def test_pictures_are_handed_out_in_their_time(
    stamps_s: list[float], came_s: list[float], shown_s: list[float]
) -> None:
    now_s = 100.0
    paced = Paced(Fake(list(stamps_s)), lambda: now_s)
    seen = []

    class Ended:
        """Lets time pass where it is waited for."""

        def wait(self, seconds: float) -> None:
            nonlocal now_s
            now_s += seconds

    paced._ended = Ended()  # type: ignore[assignment]
    for came in came_s:
        now_s = max(now_s, 100.0 + came)
        assert paced.read()[0]
        seen.append(now_s - 100.0)
    assert seen == pytest.approx(shown_s)
    assert paced.read() == (False, None)
