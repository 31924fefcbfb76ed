"""A picture behind an http address is read as a picture, and anything else as before."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from camdigits.errors import SourceDamagedError, SourceError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.base import Source
from camdigits.sources.images import remote
from camdigits.sources.remote import opening
from camdigits.sources.remote.answer import ask
from tests.support.media import encoded, numbered_frame, numbered_frames, read_number, write_video

PICTURE = encoded(".png", numbered_frame(5))
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Answer every request on loopback with `answer`, and yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                answer(self)
            except OSError:  # the client has left
                return

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/photo"
        server.shutdown()


def opened(address: str) -> Source | None:
    """Return what an address holds that has an end; None if that is left to the stream."""
    answer = opening.asked(address, address, False)
    again = partial(ask, address, address, False)
    return answer and opening.open_answer(answer, address, again)


def sending(data: bytes, kind: str = "image/png", length: int | None = -1) -> Answer:
    """Return an answer with a body; a length of None is not stated, -1 is the right one."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        if length is not None:
            request.send_header("Content-Length", str(len(data) if length < 0 else length))
        request.end_headers()
        request.wfile.write(data)

    return answer


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "text/html"])
@pytest.mark.parametrize("length", [-1, None], ids=["length", "no length"])
def test_picture_is_one_still_frame_whatever_the_server_calls_it(
    kind: str, length: int | None
) -> None:
    with serving(sending(PICTURE, kind, length)) as address, open_source(address) as source:
        frames = list(source)
        assert (source.is_still, source.is_live, source.name) == (True, False, address)

    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0.0)]
    assert np.array_equal(frames[0].image, numbered_frame(5))


def test_name_and_password_are_sent_and_not_shown() -> None:
    heads = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        heads.append((request.path, request.headers["Authorization"], request.headers["Host"]))
        sending(PICTURE[:100])(request)

    with serving(answer) as address:
        host = address.removeprefix("http://")
        with pytest.raises(SourceOpenError) as caught:
            open_source(f"http://anna:se%3Acret@{host}?size=large#top")

    login = base64.b64encode(b"anna:se:cret").decode()
    assert heads == [("/photo?size=large", f"Basic {login}", host.split("/")[0])]
    assert "cret" not in str(caught.value)


def test_redirection_is_followed() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/photo":
            request.send_response(302)
            request.send_header("Location", "/moved.png")
            request.end_headers()
        else:
            sending(PICTURE)(request)

    with serving(answer) as address, open_source(address) as source:
        assert [read_number(frame.image) for frame in source] == [5]


def test_picture_that_is_cut_off_gives_what_is_there() -> None:
    jpeg = encoded(".jpg", numbered_frame(5))
    with serving(sending(jpeg[:-40], "image/jpeg")) as address, open_source(address) as source:
        frames = iter(source)
        next(frames)
        with pytest.raises(SourceDamagedError, match="cut off"):
            next(frames)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(sending(PICTURE[:300]), "cut off", id="damaged"),
        pytest.param(sending(PICTURE[:300], length=5000), "4700 bytes .* missing", id="broken off"),
        pytest.param(sending(PICTURE + bytes(4000)), "are too many", id="too large"),
    ],
)
def test_picture_that_cannot_be_read_is_one_line(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, told: str
) -> None:
    monkeypatch.setattr(remote, "MAX_BYTES", len(PICTURE) + 2000)
    with serving(answer) as address, pytest.raises(SourceError, match=told) as caught:
        open_source(address)
    message = str(caught.value)
    assert message.startswith(address)
    assert "\n" not in message


def test_picture_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "DOWNLOAD_S", 0.0)
    hung_up = Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        sending(PICTURE[:100], length=None)(request)
        while not hung_up.wait(0.01):
            request.wfile.write(b"\0")

    with serving(answer) as address:
        with pytest.raises(SourceError, match="not there after"):
            open_source(address)
        hung_up.set()


def test_server_that_stalls_in_a_picture_has_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ask", lambda *asked: ask(*asked, wait_s=2.0))
    hung_up = Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        sending(PICTURE[:100], length=5000)(request)
        hung_up.wait(20)

    with serving(answer) as address:
        with pytest.raises(SourceError, match="broke off after 100 bytes"):
            open_source(address)
        hung_up.set()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(sending(b"<html></html>", "text/html"), id="a page"),
        pytest.param(sending(b"", "image/png"), id="nothing"),
        pytest.param(sending(PICTURE, "multipart/x-mixed-replace; boundary=frame"), id="stream"),
        pytest.param(sending(PICTURE, "video/mp4"), id="video"),
        pytest.param(lambda request: request.send_error(404), id="not found"),
        pytest.param(lambda request: request.wfile.write(b"RTSP\r\n"), id="no http"),
    ],
)
def test_what_is_no_picture_is_left_to_the_stream(answer: Answer) -> None:
    with serving(answer) as address:
        assert opened(address) is None


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.png", "http://127.0.0.1:99999/a.png", "http:///a.png", "http://[/"],
)
def test_address_that_does_not_answer_is_left_to_the_stream(address: str) -> None:
    assert opened(address) is None


def test_video_over_http_stays_a_video(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", numbered_frames(3)).read_bytes()
    with serving(sending(clip, "application/octet-stream")) as address:
        source = opened(address)
        assert source is not None
        with source:
            assert not source.is_still


@pytest.mark.parametrize(
    ("data", "kind"), [(b"<p>a picture</p>" * 20, "text/html"), (b"", "image/png")]
)
def test_what_is_neither_picture_nor_video_is_told_with_its_type(data: bytes, kind: str) -> None:
    told = f"the server answers with {kind}, and no picture or video that can be read; give the"
    with serving(sending(data, kind)) as address, pytest.raises(SourceOpenError, match=told):
        open_source(address)
