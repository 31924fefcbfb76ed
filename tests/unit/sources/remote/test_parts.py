"""Motion JPEG over http is read as browsers do, however a camera labels its pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from threading import Event, Thread

import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live.camera import CameraSource
from camdigits.sources.remote import opening
from camdigits.sources.remote.answer import Answer, ask
from camdigits.sources.remote.parts import Parts
from tests.support.media import encoded, numbered_frames, read_number

JPEGS = [encoded(".jpg", frame) for frame in numbered_frames(4)]
PNG = encoded(".png", numbered_frames(1)[0])
END = b"\r\n"


def _labelled(kind: bytes, data: bytes, extra: int = 0) -> bytes:
    length = str(len(data) + extra).encode()
    return b"--b\r\nContent-Type: " + kind + b"\r\nContent-Length: " + length + END * 2 + data + END


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it should be": lambda jpeg: _labelled(b"image/jpeg", jpeg),
    "image/jpg": lambda jpeg: _labelled(b"image/jpg", jpeg),
    "wrong label": lambda jpeg: _labelled(b"application/octet-stream", jpeg),
    "no length": lambda jpeg: b"--b\r\nContent-Type: image/jpg\r\n\r\n" + jpeg + END,
    "no label": lambda jpeg: b"--b\r\n\r\n" + jpeg + END,
    "no empty line": lambda jpeg: b"--b\r\n" + jpeg + END,
    "no dashes": lambda jpeg: b"b\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg + END,
    "no end of line": lambda jpeg: b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg,
    "lines end as in Unix": lambda jpeg: b"--b\nContent-Type: image/jpeg\n\n" + jpeg + b"\n",
    "length with the end of line": lambda jpeg: _labelled(b"image/jpeg", jpeg, 2),
    "length is too large": lambda jpeg: _labelled(b"image/jpeg", jpeg, 7),
    "text between": lambda jpeg: _labelled(b"text/plain", b"\r\n--") + _labelled(b"image/a", jpeg),
    "noise between": lambda jpeg: b"\xfe" * 5000 + _labelled(b"image/jpeg", jpeg),
    "end of line first": lambda jpeg: END + _labelled(b"image/jpeg", jpeg)[:-2],
}


class FakeAnswer:
    """Gives what it holds in blocks of a size, and then nothing."""

    def __init__(self, data: bytes, size: int) -> None:
        self.boundary, self._blocks = b"b", [data[i : i + size] for i in range(0, len(data), size)]
        self.reads = 0

    def read(self, count: int) -> bytes:
        self.reads += 1
        return self._blocks.pop(0) if self._blocks else b""


def taken(parts: Parts) -> list[bytes]:
    return list(iter(parts.next, None))


@pytest.mark.parametrize("size", [1, 1000, 10**6])
@pytest.mark.parametrize("form", FORMS)
def test_each_picture_is_found_whole(form: str, size: int) -> None:
    pictures = JPEGS[:2] if size == 1 else JPEGS
    data = b"".join(map(FORMS[form], pictures)) + b"--b--\r\n"
    assert taken(Parts(FakeAnswer(data, size))) == pictures  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["as it should be", "no length"])
def test_picture_is_there_before_the_next_one_comes(form: str) -> None:
    whole = FORMS[form](JPEGS[0]).removesuffix(END)
    answer = FakeAnswer(whole + FORMS[form](JPEGS[1]), len(whole))
    assert Parts(answer).next() == JPEGS[0]  # type: ignore[arg-type]
    assert answer.reads == 1


@pytest.mark.parametrize("label", [b"", b"Content-Length: %d\r\n" % len(PNG)])
def test_pictures_that_are_no_jpeg_are_taken_too(label: bytes) -> None:
    part = b"\r\n--b\r\nContent-Type: image/png\r\n" + label + END + PNG
    found = taken(Parts(FakeAnswer(part * 2 + b"\r\n--b--\r\n", 777)))  # type: ignore[arg-type]
    assert [data[: len(PNG)] for data in found] == [PNG, PNG]


@pytest.mark.parametrize(
    "data",
    [b"", b"--b\r\n", JPEGS[0][:500], b"\xff" * 9999, _labelled(b"image/jpeg", JPEGS[0], 99)],
)
def test_what_holds_no_whole_picture_gives_none(data: bytes) -> None:
    assert taken(Parts(FakeAnswer(data, 100))) == []  # type: ignore[arg-type]


def test_part_that_is_no_picture_by_its_length_is_refused() -> None:
    data = b"--b\r\nContent-Length: 999999999\r\n\r\n" + JPEGS[0]
    with pytest.raises(OSError, match="999999999 bytes"):
        taken(Parts(FakeAnswer(data, 100)))  # type: ignore[arg-type]


@contextmanager
def esp32(pause_s: float = 0.02) -> Iterator[tuple[str, list[str]]]:
    """Serve as the ESP32-CAM's own example: in chunks, and one viewer at a time.

    Yields its address, and what happened: "asked", "left".
    """
    told: list[str] = []
    closed = Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.append("asked")
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace;boundary=123")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                while not closed.wait(pause_s):
                    self._picture(JPEGS[len(told) % 4])
                    told.append("sent")
            except OSError:
                told.append("left")

        def _picture(self, jpeg: bytes) -> None:
            head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n"
            for chunk in (b"\r\n--123\r\n", f"{head}X-Timestamp: 1.2\r\n\r\n".encode(), jpeg):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

        def log_message(self, *_: object) -> None:
            return

    # One thread: who else asks is not answered.
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.process_request = lambda *asked: server.finish_request(*asked)  # type: ignore[method-assign]
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/stream", told
        closed.set()
        server.shutdown()


def test_camera_is_asked_once_and_its_first_picture_is_handed_out() -> None:
    with esp32() as (address, told), open_source(address) as source:
        assert isinstance(source, CameraSource)
        assert source.description == "320x240 MJPG"
        assert source.is_live
        frames = list(islice(source, 5))
        assert told.count("asked") == 1
    assert all(read_number(frame.image) < 4 for frame in frames)


def test_second_viewer_is_told_that_the_first_has_the_camera(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "ask", lambda *asked: ask(*asked, wait_s=1))
    told = "does not answer within 1 s; check the port, and whether another program has the camera"
    with esp32() as (address, _), open_source(address) as source:
        next(iter(source))
        with pytest.raises(SourceOpenError, match=told):
            open_source(address)


def test_page_that_says_so_is_a_busy_camera() -> None:
    page = b"<html><head><title>DroidCam</title></head><body>DroidCam is Busy</body></html>"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with pytest.raises(SourceOpenError, match="the camera is busy: it has another viewer; clo"):
            open_source(f"http://127.0.0.1:{server.server_port}/video")
        server.shutdown()


def test_stream_without_a_picture_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.sources.remote.test_parts.JPEGS", [b"none"] * 4)
    told = "answers with multipart/x-mixed-replace, and no picture comes; is the camera turned on"
    with esp32(60) as (address, _), pytest.raises(SourceOpenError, match=told):
        open_source(address, CameraConfig(open_timeout_s=0.5))


def test_closing_hangs_up_at_once() -> None:
    with esp32(0.01) as (address, told):
        with open_source(address) as source:
            next(iter(source))
        for _ in range(500):
            if "left" in told:
                break
            time.sleep(0.01)
        assert told[-1] == "left"
        with open_source(address) as source:
            next(iter(source))


def test_a_wait_for_bytes_is_interrupted() -> None:
    with esp32(60) as (address, _):
        answer: Answer = ask(address, address, False)
        Thread(target=lambda: (time.sleep(0.2), answer.interrupt()), daemon=True).start()
        try:
            assert answer.read(1) == b""
        except OSError:
            return
        finally:
            answer.close()
