"""Cameras and streams: the newest picture, never twice, and no wait without an end."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceDamagedError, SourceError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live import capture
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.capture import check_device
from camdigits.sources.live.status import Limits
from tests.support.media import (
    MjpegCamera,
    is_red,
    numbered_frame,
    numbered_frames,
    read_number,
    write_video,
)
from tests.support.rtsp import answering, udp_camera


class FakeCapture:
    """A camera whose next picture comes when the test lets it.

    Args:
        pictures: what `read` returns in turn; an exception is raised, None is a failed read.
        fps: the rate it states.
        count: the number of frames it states.
        size_wh: the size that it states.
    """

    def __init__(
        self,
        pictures: list[Any],
        fps: float = 30.0,
        count: float = -1.0,
        size_wh: tuple[int, int] = (0, 0),
    ) -> None:
        self.pictures = list(pictures)
        self.may_read = threading.Semaphore(0)
        self.reads = threading.Semaphore(0)
        self.released = threading.Event()
        self._stated = {cv2.CAP_PROP_FPS: fps, cv2.CAP_PROP_FRAME_COUNT: count}
        self._stated |= {cv2.CAP_PROP_FRAME_WIDTH: size_wh[0]}
        self._stated |= {cv2.CAP_PROP_FRAME_HEIGHT: size_wh[1]}
        self._done = 0

    def read(self) -> tuple[bool, Any]:
        self.may_read.acquire()
        picture = self.pictures.pop(0) if self.pictures else None
        self._done += 1
        self.reads.release()
        if isinstance(picture, Exception):
            raise picture
        return picture is not None, picture

    def let(self, count: int) -> None:
        """Let that many reads happen, and wait until they have."""
        for _ in range(count):
            self.may_read.release()
            assert self.reads.acquire(timeout=100)

    def get(self, prop: int) -> float:
        return self._stated.get(prop, self._done * 40.0)

    def release(self) -> None:
        self.released.set()


@pytest.fixture
def opened() -> Iterator[Callable[..., tuple[FakeCapture, CameraSource]]]:
    """Open sources over fake captures; let their reads go on when the test is over."""
    made: list[tuple[FakeCapture, CameraSource]] = []

    def make(pictures: list[Any], limits: Limits = Limits(), **stated: float) -> Any:  # noqa: B008
        fake = FakeCapture(pictures, **stated)
        made.append((fake, CameraSource(fake, "0", limits)))
        return made[-1]

    yield make
    for fake, source in made:
        fake.may_read.release(1000)
        source.close()


def test_newest_picture_is_handed_out_and_dropped_ones_count(opened: Any) -> None:
    fake, source = opened(numbered_frames(5))
    frames = iter(source)
    fake.let(1)
    first = next(frames)
    fake.let(3)
    wait_until(lambda: source._arrivals.count == 4)
    second = next(frames)
    assert [(frame.index, read_number(frame.image)) for frame in (first, second)] == [
        (0, 0),
        (3, 3),
    ]
    assert first.time_s == 0.0
    assert second.time_s >= first.time_s


def test_same_picture_is_never_handed_out_twice(opened: Any) -> None:
    fake, source = opened(numbered_frames(1), Limits(unlearnt_s=0.2, reconnect_s=0))
    frames = iter(source)
    fake.let(1)
    next(frames)
    with pytest.raises(SourceError, match=r"camera 0 sent no picture for"):
        next(frames)


def test_first_pictures_of_a_warming_camera_are_waited_for(opened: Any) -> None:
    fake, source = opened([None, None, numbered_frame(2)])
    fake.let(3)
    frame = next(iter(source))
    assert (frame.index, read_number(frame.image)) == (0, 2)


def test_camera_that_keeps_failing_is_given_up(opened: Any) -> None:
    fake, source = opened([], Limits(first_s=0.05))
    fake.may_read.release(1000)
    with pytest.raises(SourceError, match="camera 0 sent no picture"):
        next(iter(source))
    assert fake.released.wait(100)


def test_error_of_the_capture_thread_is_raised_where_frames_are_taken(opened: Any) -> None:
    fake, source = opened([numbered_frame(0), ValueError("driver")])
    frames = iter(source)
    fake.let(1)
    next(frames)
    fake.let(1)
    with pytest.raises(ValueError, match="driver"):
        next(frames)
    assert fake.released.wait(100)


def test_close_does_not_wait_for_a_read_that_blocks(opened: Any) -> None:
    fake, source = opened([])
    source.close()
    source.close()
    assert not fake.released.is_set()
    assert list(source) == []
    fake.may_read.release()
    assert fake.released.wait(100)


def test_closing_while_frames_are_taken_ends_the_stream(opened: Any) -> None:
    fake, source = opened(numbered_frames(3))
    fake.let(1)
    taken = 0
    for _ in source:
        taken += 1
        source.close()
    assert taken == 1


def test_grey_camera_gives_three_channels(opened: Any) -> None:
    fake, source = opened([numbered_frame(1)[:, :, 0]])
    fake.let(1)
    assert next(iter(source)).image.shape == (240, 320, 3)


@pytest.mark.parametrize(
    ("fps", "expected"), [(30.0, 30.0), (0.0, None), (-1.0, None), (float("nan"), None),
                          (90_000.0, None)]
)  # fmt: skip
def test_rate_that_cannot_be_is_not_believed(
    opened: Any, fps: float, expected: float | None
) -> None:
    _, source = opened([], fps=fps)
    assert source.fps == expected


@pytest.mark.parametrize("count", [0.0, -1.0, -9.223372036854776e18])
def test_source_without_a_frame_count_is_live(opened: Any, count: float) -> None:
    _, source = opened([], count=count)
    assert source.is_live
    assert source.frame_count is None


def test_recording_over_the_network_is_handed_out_whole(opened: Any) -> None:
    fake, source = opened(numbered_frames(5), count=5.0)
    fake.may_read.release(1000)
    frames = list(source)
    assert not source.is_live
    assert [read_number(frame.image) for frame in frames] == list(range(5))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


def test_recording_that_breaks_off_is_damaged(opened: Any) -> None:
    fake, source = opened(numbered_frames(5), count=60.0)
    fake.may_read.release(1000)
    with pytest.raises(SourceDamagedError, match="5 of 60 frames read"):
        list(source)


def test_camera_over_http_is_read_as_it_comes() -> None:
    with MjpegCamera(numbered_frames(50)) as camera, open_source(camera.url) as source:
        frames = [frame for frame, _ in zip(source, range(5), strict=False)]
    assert source.is_live
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    assert [read_number(frame.image) for frame in frames] == indices
    assert all(is_red(frame.image, 5, 5) for frame in frames)


def test_camera_over_http_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LIMITS", Limits(stall_s=0.5))
    monkeypatch.setattr(capture, "UNLEARNT_S", 0.5)
    with MjpegCamera(numbered_frames(50)) as camera, opened_at_once(camera) as source:
        frames = iter(source)
        next(frames)
        camera.stalled.set()
        with pytest.raises(SourceError, match="sent no picture for"):
            for _ in frames:
                pass


def test_camera_over_http_that_hangs_up_has_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LIMITS", Limits(failing_s=0.1))
    with MjpegCamera(numbered_frames(3), laps=1) as camera, opened_at_once(camera) as source:
        frames = iter(source)
        next(frames)
        with pytest.raises(SourceError, match="connection is lost"):
            for _ in frames:
                pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """Serve the test's folder over HTTP on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    handler = partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_video_over_http_ends_without_complaint(tmp_path: Path, web: str) -> None:
    write_video(tmp_path / "clip.mp4", numbered_frames(30))
    with open_source(f"{web}/clip.mp4") as source:
        assert source.frame_count == 30
        assert [read_number(frame.image) for frame in source] == list(range(30))


def test_address_without_a_video_says_what_the_server_answered(web: str, capfd: Any) -> None:
    with pytest.raises(SourceOpenError, match="the server answers 404 Not Found"):
        open_source(f"{web}/missing.mp4")
    assert capfd.readouterr().err == ""


def test_address_with_something_else_is_refused(tmp_path: Path, web: str) -> None:
    (tmp_path / "page.html").write_text("<p>hello</p>" * 100)
    with pytest.raises(SourceOpenError, match="answers with text/html, and no picture or video"):
        open_source(f"{web}/page.html")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1:1/video", "refuses connections on port 1"),
        ("rtsp://me:secret@127.0.0.1:1/video", r"me:\*\*\*@.*refuses connections"),
        ("http://nowhere.invalid/video", "nowhere.invalid is not known"),
        ("http://127.0.0.1:99999/video", "no valid address"),
        ("http:///video", "names no host"),
        ("rtsp://a..b/video", r"a\.\.b is not known"),
    ],
)
def test_address_that_cannot_be_reached_says_why(address: str, says: str, capfd: Any) -> None:
    with pytest.raises(SourceOpenError, match=says):
        open_source(address)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("login", "line", "says"),
    [
        ("", "RTSP/1.0 404 Not Found", "the server answers 404 Not Found$"),
        (
            "",
            "RTSP/1.0 401 Unauthorized",
            "answers 401 Unauthorized; give name and password: "
            r"rtsp://NAME:PASSWORD@127.0.0.1:\d+/\.\.\.$",
        ),
        (
            "me:secret@",
            "RTSP/1.0 401 Unauthorized",
            "401 Unauthorized; check name, password and path$",
        ),
        ("", "RTSP/1.0 451 Parameter Not Understood", "answers 451 Parameter Not Understood$"),
        ("", "RTSP/1.0 500", "the server answers 500$"),
        ("", "RTSP/1.0 200 OK", "answers, but with no video that can be read$"),
        ("", "SSH-2.0-OpenSSH_9.2", "answers, but with no video that can be read$"),
    ],
)
def test_rtsp_without_a_video_says_what_the_server_answered(
    login: str, line: str, says: str, capfd: Any
) -> None:
    refused = pytest.raises(SourceOpenError, match=says)
    with answering(line) as address, refused as told:
        open_source(address.replace("//", f"//{login}"))
    assert "secret" not in str(told.value)
    assert capfd.readouterr().err == ""


SOON = CameraConfig(open_timeout_s=3)
"""Opening ends after this time, since no picture comes."""


def test_rtsp_is_asked_for_tcp_first_and_udp_where_there_is_none() -> None:
    with udp_camera() as (address, asked), open_source(address, SOON) as source:
        assert source.is_live
        assert [("TCP" in transport) for transport in asked] == [True, False]


def test_streams_are_given_time_until_their_next_whole_picture() -> None:
    with udp_camera() as (address, _), open_source(address, SOON) as source:
        assert isinstance(source, CameraSource)
        assert source._arrivals.patience_s > 10


@pytest.mark.parametrize(("limit", "is_refused"), [(320 * 240 - 1, True), (320 * 240, False)])
def test_stream_of_larger_pictures_is_refused(limit: int, is_refused: bool) -> None:
    line = r"/video: 320x240 pixels are more than 76,799, the limit; have it send smaller pictures"
    refused = pytest.raises(SourceOpenError, match=line) if is_refused else nullcontext()
    with (
        MjpegCamera(numbered_frames(50)) as camera,
        refused,
        open_source(camera.url, max_pixels=limit) as source,
    ):
        next(iter(source))


def test_camera_of_larger_pictures_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stating = FakeCapture([], size_wh=(640, 480))
    monkeypatch.setattr(capture, "_opened_camera", lambda *_: stating)
    line = "camera 0: 640x480 pixels are more than 307,199, the limit; ask for less with --size"
    with pytest.raises(SourceOpenError, match=line):
        open_source(0, max_pixels=640 * 480 - 1)
    assert stating.released.is_set()


def test_pictures_that_grow_beyond_the_limit_end_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    growing = FakeCapture([numbered_frame(0), numbered_frame(1, (640, 480))])
    monkeypatch.setattr(capture, "_opened_camera", lambda *_: growing)
    with open_source(0, max_pixels=320 * 240) as source:
        frames = iter(source)
        growing.let(1)
        assert read_number(next(frames).image) == 0
        growing.let(1)
        with pytest.raises(SourceOpenError, match="camera 0: 640x480 pixels are more than"):
            next(frames)
        growing.may_read.release(1000)
    assert growing.released.is_set()


def test_missing_camera_lists_those_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "device_paths", lambda: [Path("/dev/video2")])
    with pytest.raises(SourceOpenError, match=r"there is no .*video7; found: /dev/video2"):
        check_device(tmp_path / "video7", "7")


def test_machine_without_cameras_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "device_paths", list)
    with pytest.raises(SourceOpenError, match="no camera was found"):
        check_device(tmp_path / "video0", "0")


def test_camera_without_permission_names_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video0").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(SourceOpenError, match="usermod -aG video"):
        check_device(tmp_path / "video0", "0")


def wait_until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen within 10 s")


def opened_at_once(camera: MjpegCamera) -> Any:
    """Open a camera that is given up as soon as it is lost."""
    return open_source(camera.url, CameraConfig(reconnect_s=0))


@pytest.mark.parametrize(
    ("turn", "expected"), [(0, 16 / 11), (90, 11 / 16), (180, 16 / 11), (270, 11 / 16)]
)
def test_shape_of_a_streams_pixels_is_told(opened: Any, turn: int, expected: float) -> None:
    fake, source = opened(numbered_frames(1))
    fake._stated |= {cv2.CAP_PROP_SAR_NUM: 16.0, cv2.CAP_PROP_SAR_DEN: 11.0}
    fake._stated |= {cv2.CAP_PROP_ORIENTATION_META: float(turn)}
    fake.let(1)
    assert next(iter(source)).pixel_aspect == pytest.approx(expected)
