"""A picture behind an address that is looked at again and again is a camera."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import islice, pairwise

import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.live.status import LiveStatus
from tests.support.media import encoded, numbered_frame, read_number
from tests.support.web_camera import Camera, answering_camera, respond, sending

OFTEN = CameraConfig(every_s=0.05, reconnect_s=60)
PICTURES = [encoded(".png", numbered_frame(number)) for number in range(40)]


class Page:
    """A picture that is another one each time, or stays as it is while `number` is set."""

    def __init__(self, mark: str = "") -> None:
        self.mark, self.number, self.sent = mark, -1, 0

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        number = self.sent % len(PICTURES) if self.number < 0 else self.number
        tag = f'"{number}"'
        asks = "If-None-Match" if self.mark == "ETag" else "If-Modified-Since"
        marks = {self.mark.replace("-", "_"): tag} if self.mark else {}
        if self.mark and request.headers.get(asks) == tag:
            respond(request, 304, **marks)
            return
        self.sent += 1
        sending(PICTURES[number], "image/png", **marks)(request)


@pytest.fixture
def camera() -> Iterator[Camera]:
    with answering_camera(Page()) as made:
        yield made


def test_picture_is_asked_for_again_over_one_connection(camera: Camera) -> None:
    with open_source(camera.url, OFTEN) as source:
        assert isinstance(source, CameraSource)
        assert (source.is_live, source.is_still, source.fps) == (True, False, None)
        assert source.description == "320x240"
        frames = list(islice(source, 5))
    assert [read_number(frame.image) for frame in frames] == [frame.index for frame in frames]
    assert all(b.time_s > a.time_s for a, b in pairwise(frames))
    assert camera.connections == 1


def test_without_being_asked_for_again_it_is_one_still(camera: Camera) -> None:
    with open_source(camera.url) as source:
        assert source.is_still
        assert len(list(source)) == 1
    assert len(camera.asked) == 1


@pytest.mark.parametrize("mark", ["ETag", "Last-Modified"])
def test_picture_that_has_not_changed_is_not_sent_again(camera: Camera, mark: str) -> None:
    camera.answer = page = Page(mark)
    page.number = 3
    with open_source(camera.url, OFTEN) as source:
        assert [read_number(frame.image) for frame in islice(source, 4)] == [3] * 4
        assert page.sent == 1
        page.number = 4
        assert any(read_number(frame.image) == 4 for frame in islice(source, 99))
    assert camera.connections == 1


@pytest.mark.parametrize("fault", ["refused", "cut off", "a page"])
def test_camera_that_fails_for_a_while_is_told_and_comes_back(camera: Camera, fault: str) -> None:
    faults = {
        "refused": lambda request: respond(request, 503),
        "cut off": sending(encoded(".jpg", numbered_frame(1))[:-60]),
        "a page": sending(b"<p>busy</p>" * 99, "text/html"),
    }
    good = camera.answer
    with open_source(camera.url, CameraConfig(every_s=0.05, reconnect_s=60, stall_s=0.3)) as source:
        assert isinstance(source, CameraSource)
        frames, told = iter(source), list[LiveStatus]()

        def mend(status: LiveStatus) -> None:
            told.append(status)
            if status.health == "lost" and "(" in status.text:
                camera.answer = good

        next(frames)
        source.on_wait = mend
        camera.answer = faults[fault]
        for _ in frames:
            if source.status.losses and source.status.health == "running":
                break
        assert not source.status.repeats
    says = {"refused": "503 Service", "cut off": "cut off", "a page": "neither a picture"}[fault]
    assert any(says in status.text for status in told)


def test_camera_that_stays_away_is_given_up(camera: Camera) -> None:
    with open_source(camera.url, CameraConfig(every_s=0.05, reconnect_s=0, stall_s=0.3)) as source:
        frames = iter(source)
        next(frames)
        camera.answer = lambda request: respond(request, 404)
        with pytest.raises(SourceError, match="sent no picture for"):
            list(frames)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda request: respond(request, 404), "the server answers 404 Not Found$"),
        (lambda request: respond(request, 401), "401 Unauthorized; give name and password"),
        (sending(b"--x", "multipart/x-mixed-replace"), "with multipart/.*leave out --every"),
        (sending(b"<p>hello</p>", "text/html"), "neither a picture nor a video"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(camera: Camera, answer: object, told: str) -> None:
    camera.answer = answer  # type: ignore[assignment]
    with pytest.raises(SourceOpenError, match=told):
        open_source(camera.url, OFTEN)


def test_address_that_cannot_be_reached_says_why() -> None:
    with pytest.raises(SourceOpenError, match="refuses connections on port 1"):
        open_source("http://127.0.0.1:1/snap.jpg", OFTEN)


def test_closing_does_not_wait_until_the_next_look(camera: Camera) -> None:
    with open_source(camera.url, CameraConfig(every_s=600)) as source:
        next(iter(source))
        assert isinstance(source, CameraSource)
        thread: threading.Thread = source._thread
    thread.join(60)
    assert not thread.is_alive()
    assert len(camera.asked) == 1
