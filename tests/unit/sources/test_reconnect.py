"""Cameras and streams that freeze, repeat themselves, fail and come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live import capture
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.status import Limits, LiveStatus, Novelty, describe
from tests.support.media import MjpegCamera, numbered_frame, numbered_frames, read_number

STALL_S = 1.0
"""A loaded machine may keep a thread that repeats a picture waiting for half of this."""
QUICK = Limits(
    first_s=20.0, stall_s=0.7, unlearnt_s=0.7, frozen_s=0.7, failing_s=0.3, reconnect_s=20.0
)


class Camera:
    """A capture that hands out pictures and then does what a fault does.

    Args:
        numbers: of the pictures that it gives first.
        fault: "block" as a frozen V4L2 device, "fail" as one that was unplugged, "repeat" the
            last picture, or "" to go on counting.
        interval_s: between two reads.
    """

    def __init__(self, numbers: range, fault: str = "", interval_s: float = 0.01) -> None:
        self._numbers, self._fault, self._interval_s = list(numbers), fault, interval_s
        self._last = numbered_frame(numbers[0])
        self.unblocked, self.released = threading.Event(), threading.Event()
        self._pause = threading.Event()

    def read(self) -> tuple[bool, Any]:
        self._pause.wait(self._interval_s)
        if self._numbers:
            self._last = numbered_frame(self._numbers.pop(0))
            return True, self._last
        if self._fault == "block":
            self.unblocked.wait(30)
            return False, None
        if self._fault == "repeat":
            return True, self._last.copy()
        return False, None

    def get(self, prop: int) -> float:
        return -1.0

    def release(self) -> None:
        self.released.set()


Made = Callable[..., CameraSource]


@pytest.fixture
def made() -> Iterator[Made]:
    """Make a source over captures, one after the other each time it is opened."""
    sources: list[CameraSource] = []
    cameras: list[Camera] = []

    def make(*captures: Any, limits: Limits = QUICK) -> CameraSource:
        cameras.extend(each for each in captures if isinstance(each, Camera))
        waiting = list(captures[1:])

        def reopen() -> Any:
            following = waiting.pop(0) if waiting else SourceOpenError("there is no camera")
            if isinstance(following, Exception):
                raise following
            return following

        sources.append(CameraSource(captures[0], "0", limits, reopen))
        return sources[-1]

    yield make
    for camera in cameras:
        camera.unblocked.set()
    for source in sources:
        source.close()


def numbers_until(source: CameraSource, last: int) -> list[int]:
    taken = []
    for frame in source:
        taken.append(read_number(frame.image))
        if taken[-1] == last:
            break
    return taken


@pytest.mark.parametrize("fault", ["block", "fail", "repeat"])
def test_lost_camera_is_opened_again(made: Made, fault: str) -> None:
    source = made(Camera(range(5), fault), Camera(range(10, 15), "block"))
    seen: list[LiveStatus] = []
    source.on_wait = seen.append
    taken = numbers_until(source, 14)
    assert set(taken) <= {0, 1, 2, 3, 4, 10, 11, 12, 13, 14}
    lost = [status for status in seen if status.health == "lost"]
    assert lost
    assert lost[0].text.startswith("camera 0: ")
    assert "opening it again for up to 20 s" in lost[0].text
    assert source.status.losses == 1


def test_index_and_time_go_on_after_a_loss(made: Made) -> None:
    source = made(Camera(range(3), "fail"), Camera(range(10, 13), "block"))
    frames = []
    for frame in source:
        frames.append(frame)
        if read_number(frame.image) == 12:
            break
    assert all(b.index > a.index and b.time_s >= a.time_s for a, b in pairwise(frames))
    assert frames[-1].time_s > 0.1


def test_capture_that_was_left_behind_is_released_when_its_read_returns(made: Made) -> None:
    frozen = Camera(range(3), "block")
    source = made(frozen, Camera(range(10, 12), "block"))
    numbers_until(source, 11)
    assert not frozen.released.is_set()
    frozen.unblocked.set()
    assert frozen.released.wait(100)


def test_opening_is_tried_again_while_it_fails(made: Made) -> None:
    refusals = [SourceOpenError("camera 0: busy")] * 2
    source = made(Camera(range(3), "fail"), *refusals, Camera(range(10, 12), "block"))
    texts: list[str] = []
    source.on_wait = lambda status: texts.append(status.text)
    numbers_until(source, 11)
    assert any("busy" in text for text in texts)


@pytest.mark.parametrize(
    ("fault", "says"),
    [("block", "sent no picture"), ("fail", "sent no picture"),
     ("repeat", "nothing but the same picture again and again")],
)  # fmt: skip
def test_camera_that_does_not_come_back_is_given_up(made: Made, fault: str, says: str) -> None:
    limits = Limits(
        stall_s=STALL_S, unlearnt_s=STALL_S, frozen_s=STALL_S, failing_s=0.1, reconnect_s=0.3
    )
    source = made(Camera(range(3), fault), limits=limits)
    with pytest.raises(SourceError, match=says):
        list(source)


def test_slow_camera_that_repeats_its_picture_is_not_called_silent(made: Made) -> None:
    limits = Limits(frozen_s=2 * STALL_S, failing_s=0.1, reconnect_s=20.0)
    source = made(Camera(range(3), "repeat", interval_s=0.2), limits=limits)
    texts: list[str] = []

    def note(status: LiveStatus) -> None:
        texts.append(status.text)
        if status.health == "lost":
            source.close()

    source.on_wait = note
    list(source)
    assert "the same picture again and again" in texts[-1]


def test_same_picture_after_opening_again_is_nothing_new(made: Made) -> None:
    limits = Limits(frozen_s=STALL_S, failing_s=0.1, reconnect_s=2 * STALL_S)
    stuck = [Camera(range(2, 3), "repeat") for _ in range(9)]
    source = made(Camera(range(3), "repeat"), *stuck, limits=limits)
    with pytest.raises(SourceError, match="same picture"):
        list(source)
    assert source.status.losses == 1


@pytest.mark.parametrize("fault", ["block", "fail", "repeat"])
def test_without_patience_it_is_given_up_at_once(made: Made, fault: str) -> None:
    opened_again = Camera(range(10, 20))
    source = made(
        Camera(range(3), fault),
        opened_again,
        limits=Limits(stall_s=0.2, unlearnt_s=0.2, frozen_s=0.2, failing_s=0.1, reconnect_s=0),
    )
    with pytest.raises(SourceError, match="camera 0 sent"):
        numbers_until(source, 19)


def test_waiting_can_be_ended_by_the_one_who_is_told(made: Made) -> None:
    source = made(Camera(range(3), "block"))
    source.on_wait = lambda status: source.close() if status.health == "lost" else None
    assert len(list(source)) <= 3


def test_camera_without_a_first_picture_is_starting_and_then_given_up(made: Made) -> None:
    camera = Camera(range(1), "block")
    camera._numbers = []
    source = made(camera, limits=Limits(first_s=0.3, reconnect_s=20))
    seen: list[str] = []
    source.on_wait = lambda status: seen.append(status.health)
    with pytest.raises(SourceError, match="sent no picture"):
        next(iter(source))
    assert set(seen) <= {"starting"}


def test_picture_that_repeats_is_told_once_and_read_on(made: Made) -> None:
    limits = Limits(stall_s=0.2, unlearnt_s=0.2, repeats_s=0.2, failing_s=0.1, reconnect_s=0)
    source = made(Camera(range(3), "repeat"), limits=limits)
    told: list[LiveStatus] = []
    source.on_wait = lambda status: told.append(status) if status.repeats else None
    frames = 0
    for frame in source:
        frames += frame.index > 2
        if told and frames > 50:
            break
    assert {status.health for status in told} == {"running"}
    assert source.status.losses == 0


def test_scene_at_rest_that_was_lost_is_back_with_the_same_picture(made: Made) -> None:
    limits = Limits(stall_s=0.5, unlearnt_s=0.5, failing_s=0.1, reconnect_s=20.0)
    source = made(Camera(range(3), "block"), Camera(range(2, 3), "repeat"), limits=limits)
    for _ in source:
        if source.status.losses and source.status.health == "running":
            break
    assert source.status.losses == 1


@pytest.mark.parametrize(
    ("first", "second", "is_new"),
    [
        pytest.param(numbered_frame(1), numbered_frame(1), False, id="the same"),
        pytest.param(numbered_frame(1), numbered_frame(2), True, id="another"),
        pytest.param(
            np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9, 3), np.uint8), True, id="black"
        ),
        pytest.param(numbered_frame(1), numbered_frame(1)[:-2], True, id="another size"),
    ],
)
def test_only_what_shows_something_can_be_frozen(first: Any, second: Any, is_new: bool) -> None:
    novelty = Novelty()
    assert novelty.is_new(first)
    assert novelty.is_new(second) == is_new


def test_one_pixel_of_noise_is_a_new_picture() -> None:
    novelty, noisy = Novelty(), numbered_frame(1)
    noisy[7, 9, 1] ^= 1
    assert novelty.is_new(numbered_frame(1))
    assert novelty.is_new(noisy)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [((1280, 720, 0x47504A4D, 30.0), "1280x720 MJPG, 30 fps"), ((640, 480, 0, 0.0), "640x480"),
     ((0, 0, -1, -1.0), ""), ((640, 480, 22.0, 7.5), "640x480, 7.5 fps")],
)  # fmt: skip
def test_what_a_camera_gives_is_told(stated: tuple[float, ...], expected: str) -> None:
    class Stating(Camera):
        def get(self, prop: int) -> float:
            return dict(zip((3, 4, 6, 5), stated, strict=True)).get(prop, -1.0)

    assert describe(Stating(range(1))) == expected


@pytest.mark.parametrize("fault", ["stalled", "refusing", "garbled", "frozen"])
def test_stream_comes_back_from_every_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LIMITS", Limits(stall_s=0.6, failing_s=0.3, frozen_s=0.6))
    monkeypatch.setattr(capture, "UNLEARNT_S", 0.6)
    config = CameraConfig(reconnect_s=60)
    with MjpegCamera(numbered_frames(50)) as camera, open_source(camera.url, config) as source:
        assert isinstance(source, CameraSource)
        frames = iter(source)
        next(frames)
        event: threading.Event = getattr(camera, fault)
        event.set()

        def mend(status: LiveStatus) -> None:
            if status.health == "lost":
                event.clear()

        source.on_wait = mend
        for _ in frames:
            if source.status.losses and source.status.health == "running":
                break
        assert not event.is_set()
        assert camera.requests >= 2


def test_slow_reader_gets_the_newest_picture() -> None:
    pause = threading.Event()
    with MjpegCamera(numbered_frames(500)) as camera, open_source(camera.url) as source:
        frames, ages = iter(source), []
        next(frames)
        for _ in range(8):
            pause.wait(0.25)
            sent = camera.newest
            ages.append(sent - read_number(next(frames).image))
    # One that queued pictures would be 8 x 0.25 s behind in the end, which is 60.
    assert ages[-1] < 20
