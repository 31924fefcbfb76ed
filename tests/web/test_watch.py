"""The machine's own camera in a browser: ``camdigits run --serve``."""

from __future__ import annotations

import datetime
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from camdigits.cli import main
from camdigits.config import ReadConfig
from camdigits.types import Box, Event, Frame, Reading
from camdigits.web.server.access import PROTOCOL
from camdigits.web.server.limits import Limits
from camdigits.web.streams.broadcast import Broadcast, EventSink, Screen
from tests.cli.pages import TEXT, page, write_clip
from tests.support.media import MjpegCamera, encoded
from tests.web.serving import is_hung_up, masked, serving, stalled_client, waited


class Command:
    """``camdigits run CAMERA --serve`` as a process; it is killed at the end if it must be."""

    def __init__(self, *arguments: str, given: bytes = b"") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "camdigits", "run", *arguments, "--serve", "--port", "0"],
            stdin=subprocess.PIPE if arguments[0] == "-" else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if given:
            assert self.process.stdin is not None
            self.process.stdin.buffer.write(given)
            self.process.stdin.close()
            self.process.stdin = None
        assert self.process.stderr is not None
        told = ""
        while not (found := re.search(r"open http://127\.0\.0\.1:(\d+)/\n", told)):
            line = self.process.stderr.readline()
            assert line, told
            told += line
        self.port = int(found[1])

    def watch(self) -> ClientConnection:
        url = f"ws://127.0.0.1:{self.port}/v1/watch"
        return connect(url, subprotocols=[PROTOCOL], proxy=None, max_size=None)

    def ended(self, timeout_s: float = 100) -> tuple[int, str]:
        """Wait for the end; return the exit code and what was told."""
        _, told = self.process.communicate(timeout=timeout_s)
        return self.process.returncode, told


@contextmanager
def running(*arguments: str, given: bytes = b"") -> Iterator[Command]:
    command = Command(*arguments, given=given)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.communicate()


def until(client: ClientConnection, **wanted: Any) -> dict[str, Any]:
    """Watch until a record has these values, and return it; every picture asks for the next."""
    end_s = time.monotonic() + 200
    while time.monotonic() < end_s:
        message = client.recv(100)
        if isinstance(message, bytes):
            client.send('{"type":"next"}')
            continue
        record = json.loads(message)
        if all(record.get(name) == value for name, value in wanted.items()):
            return record
    raise AssertionError(f"nothing had {wanted}")


def test_a_camera_is_watched_with_its_numbers_and_its_loss_and_end() -> None:
    with (
        MjpegCamera([page()] * 20, fps=15) as camera,
        running(camera.url, "--reconnect", "2", "--no-window") as command,
    ):
        with command.watch() as client:
            status = json.loads(client.recv(100))
            assert (status["type"], status["health"]) == ("status", "running")
            appeared = until(client, type="event", event="appeared")
            assert appeared["text"] == TEXT

            frame = until(client, type="frame")
            jpeg = client.recv(100)
            assert isinstance(jpeg, bytes)
            picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
            assert [picture.shape[1], picture.shape[0]] == frame["size"]
            client.send('{"type":"next"}')

            with command.watch() as late:
                assert until(late, type="event", event="appeared") == appeared

            camera.stalled.set()
            lost = until(client, type="status", health="lost")
            assert "opening it again" in lost["text"]
            camera.stalled.clear()
            until(client, type="status", health="running")

            camera.refusing.set()
            end = until(client, type="status", health="ended")
            assert "connection is lost" in end["text"]
            with pytest.raises(ConnectionClosed):
                while True:
                    client.recv(100)
        code, told = command.ended()

    assert code == 3
    assert "connection is lost" in told


def test_a_file_is_no_camera(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), page())

    assert main(["run", str(photo), "--serve", "--port", "0"]) == 2
    assert "drop it on the page of camdigits serve" in capsys.readouterr().err


def test_a_picture_on_standard_input_is_no_camera_either() -> None:
    with running("-", given=encoded(".png", page())) as command:
        code, told = command.ended()
    assert code == 2
    assert "drop it on the page of camdigits serve" in told


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for one process")
def test_a_video_is_watched_and_stays_at_its_end(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 30)
    with running(str(clip)) as command:
        assert command.process.stderr is not None
        with command.watch() as client:
            appeared = until(client, type="event", event="appeared")
            assert (appeared["text"], "clock" in appeared) == (TEXT, False)
            until(client, type="status", text="the video has ended; this is its last picture")
        assert "has ended; browsers have" in command.process.stderr.readline()
        with command.watch() as late:  # its last picture, and what was read by then
            assert until(late, type="event", event="appeared") == appeared
            assert until(late, type="frame")["index"] == 29
        command.process.send_signal(signal.SIGINT)
        code, _ = command.ended()
    assert code == 130


def test_the_time_of_a_video_is_over_at_its_end_too(tmp_path: Path) -> None:
    with running(str(write_clip(tmp_path / "clip.mp4", 5)), "--timeout", "3") as command:
        assert command.ended()[0] in (0, 4)  # whether it read a number by then


def test_a_stream_on_standard_input_is_watched_and_ends(tmp_path: Path) -> None:
    data = write_clip(tmp_path / "clip.mkv", 30).read_bytes()
    with running("-") as command:
        assert command.process.stdin is not None
        with command.watch() as client:
            until(client, type="status", health="running")
            command.process.stdin.buffer.write(data)
            command.process.stdin.close()
            appeared = until(client, type="event", event="appeared")
            assert appeared["text"] == TEXT
            told = datetime.datetime.fromisoformat(appeared["clock"])
            assert until(client, type="status", health="ended")["text"] == ""
        command.process.stdin = None
        assert command.ended()[0] == 0
    assert abs(datetime.datetime.now(datetime.UTC) - told) < datetime.timedelta(minutes=10)


def test_who_comes_later_is_told_when_it_was() -> None:
    hub = Broadcast()
    sink = EventSink(hub)
    event = Event("appeared", 1, "7", Box(1, 1, 5, 9), 0.9, 3, 0.3)
    before = datetime.datetime.now(datetime.UTC)
    sink.write(numbered(3), reading(3, events=(event,)))
    told = []
    with serving(broadcast=hub) as served:
        for _ in range(2):
            with served.socket("v1/watch") as client:
                client.recv(100)
                told.append(json.loads(client.recv(100))["clock"])
    after = datetime.datetime.now(datetime.UTC)
    assert told[0] == told[1]
    slack = datetime.timedelta(milliseconds=1)
    assert before - slack <= datetime.datetime.fromisoformat(told[0]) <= after


@pytest.mark.parametrize("names", [["0", "1"], ["0", "clip.mp4"], ["clip.mp4", "clip.mp4"]])
def test_one_source_is_shown(
    names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 5)
    sources = [str(clip) if name == "clip.mp4" else name for name in names]
    assert main(["run", *sources, "--serve", "--port", "0"]) == 2
    assert "--serve shows one camera or video, and 2 are named" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_told_as_without_serve(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("no video")
    for path in (tmp_path / "nothere.mp4", letter):
        assert main(["run", str(path)]) == 3
        told = capsys.readouterr()
        assert main(["run", str(path), "--serve", "--port", "0"]) == 3
        assert capsys.readouterr() == told
        assert told.err.count("\n") == 1 and told.out == ""


def reading(index: int, **what: Any) -> Reading:
    return Reading("0", index, index / 10, (40, 20), is_still=False, **what)


def numbered(index: int) -> Frame:
    return Frame(np.full((20, 40, 3), index, np.uint8), index, index / 10)


def test_a_slow_client_gets_the_newest_frame_and_no_old_ones() -> None:
    hub = Broadcast()
    screen = Screen(hub, ReadConfig())
    with serving(broadcast=hub) as served, served.socket("v1/watch") as client:
        assert json.loads(client.recv(100))["health"] == "running"
        screen.look(numbered(0), reading(0))
        first = json.loads(client.recv(100))
        client.recv(100)
        for index in range(1, 10):
            screen.look(numbered(index), reading(index))
        client.send("next")
        second = json.loads(client.recv(100))
        picture = client.recv(100)

    assert (first["index"], second["index"]) == (0, 9)
    assert isinstance(picture, bytes)
    assert round(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).mean()) == 9


def test_who_comes_later_begins_with_the_newest_frame() -> None:
    hub = Broadcast()
    screen = Screen(hub, ReadConfig())
    with serving(broadcast=hub) as served:
        for index in range(5):
            screen.look(numbered(index), reading(index))
        with served.socket("v1/watch") as client:
            client.recv(100)
            assert json.loads(client.recv(100))["index"] == 4


def test_pictures_are_shown_as_the_reading_turned_them() -> None:
    hub = Broadcast()
    screen = Screen(hub, ReadConfig(rotate=90))
    image = np.zeros((20, 40, 3), np.uint8)
    image[:, :8] = 255
    with serving(broadcast=hub) as served, served.socket("v1/watch") as client:
        client.recv(100)
        screen.look(Frame(image), Reading("0", 0, 0.0, (40, 20), rotate=90))
        record = json.loads(client.recv(100))
        jpeg = client.recv(100)

    assert isinstance(jpeg, bytes)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert record["size"] == [20, 40]
    assert picture.shape == (40, 20)
    assert picture[2].mean() > 200 > 50 > picture[-2].mean()


def test_events_come_at_once_and_the_last_word_before_the_end() -> None:
    hub = Broadcast()
    screen, sink = Screen(hub, ReadConfig()), EventSink(hub)
    event = Event("appeared", 1, "7", Box(1, 1, 5, 9), 0.9, 3, 0.3)
    with serving(broadcast=hub) as served:
        with served.socket("v1/watch") as client:
            client.recv(100)
            sink.write(numbered(3), reading(3, events=(event,)))
            assert json.loads(client.recv(100))["text"] == "7"
            screen.warn("the camera is gone")
            assert json.loads(client.recv(100))["health"] == "lost"
            screen.close()
            screen.close()
            last = json.loads(client.recv(100))
        with served.client() as http:
            assert http.get("v1/info").json()["watch"] is True

    assert (last["health"], last["text"]) == ("ended", "the camera is gone")


def test_a_frame_that_nobody_is_sent_costs_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    encode = cv2.imencode
    monkeypatch.setattr(cv2, "imencode", lambda *given: made.append(1) or encode(*given))
    hub = Broadcast()
    screen = Screen(hub, ReadConfig())

    for index in range(3):
        screen.look(numbered(index), reading(index))
    assert made == [] and hub.newest is not None
    once = hub.newest.messages()

    assert hub.newest.messages() is once and made == [1]


def test_a_client_that_takes_no_pictures_slows_no_other_and_is_dropped() -> None:
    hub = Broadcast()
    screen, rng = Screen(hub, ReadConfig()), np.random.default_rng(0)
    noise = rng.integers(0, 256, (960, 1280, 3), np.uint8)
    with serving(Limits(ping_s=2.0), broadcast=hub) as served:
        stalled = stalled_client(served.port, "/v1/watch", [masked(1, b"next")] * 20)
        assert waited(lambda: served.pool._streams == 1)
        with served.socket("v1/watch") as lively:
            index, seen = 0, 0
            while served.pool._streams > 1 or seen < 20:
                screen.look(Frame(noise, index), reading(index))
                if not index:
                    lively.recv(100)  # the status
                assert json.loads(lively.recv(100))["index"] == index
                lively.recv(100)
                seen, index = seen + 1, index + 1
                assert index < 2000, "the stalled client was not dropped"
                lively.send("next")
                if index % 3 == 0 and served.pool._streams > 1:
                    stalled_again(stalled)
        assert is_hung_up(stalled)
        stalled.close()


def stalled_again(client: Any) -> None:
    """Ask for one more picture that is not taken."""
    with suppress(OSError):  # dropped, or its messages are not taken either
        client.sendall(masked(1, b"next"))
