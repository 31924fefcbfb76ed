"""The WebSocket of frames: records and events, one follower for each client, bounds."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from camdigits.web.server.access import PROTOCOL, TOKEN_PROTOCOL, AccessRules
from camdigits.web.server.limits import Limits
from camdigits.web.streams.client_frames import ClientFrames
from tests.cli.pages import TEXT, blank, page
from tests.support.media import encoded
from tests.web.serving import (
    TOKEN,
    Served,
    is_hung_up,
    masked,
    read_on,
    received,
    serving,
    stalled_client,
    waited,
)

PAGE, BLANK = encoded(".jpg", page()), encoded(".jpg", blank())


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as server:
        yield server


def until_event(client: ClientConnection, kind: str, frame: bytes, steps: Iterator[float]) -> Any:
    """Send a frame at growing times until an event of a kind comes, and return it."""
    for _, time_s in zip(range(60), steps, strict=False):
        client.send(json.dumps({"time_s": time_s}))
        client.send(frame)
        records = [received(client)]
        # Events follow their frame record at once; the answer to a question marks their end.
        client.send("?")
        while records[-1]["type"] != "error":
            records.append(received(client))
        for record in records:
            if record["type"] == "event" and record["event"] == kind:
                return record
    raise AssertionError(f"no number {kind}")


def test_frames_give_records_and_events_as_a_camera_does(served: Served) -> None:
    steps = itertools.count(0.0, 0.2)
    with served.socket("v1/stream?source=desk") as client:
        appeared = until_event(client, "appeared", PAGE, steps)
        gone = until_event(client, "gone", BLANK, steps)

    assert set(appeared) == {
        *("schema", "type", "event", "source", "index", "time_s", "id", "text", "box"),
        *("confidence", "value", "writing"),
    }
    assert (appeared["text"], appeared["source"], appeared["id"]) == (TEXT, "desk", 1)
    assert appeared["time_s"] == pytest.approx(0.2 * appeared["index"])
    assert (gone["text"], gone["id"]) == (TEXT, 1)


def test_each_client_has_its_own_tracks_and_numbers(served: Served) -> None:
    steps = itertools.count(0.0, 0.2)
    with served.socket() as one, served.socket() as other:
        first = until_event(one, "appeared", PAGE, steps)
        until_event(one, "gone", BLANK, steps)
        again = until_event(one, "appeared", PAGE, steps)
        others = until_event(other, "appeared", PAGE, itertools.count(0.0, 0.2))

    assert (first["id"], again["id"], others["id"]) == (1, 2, 1)


def test_of_frames_that_come_too_fast_the_newest_is_read() -> None:
    count = 12
    with serving(Limits(frames_per_s=1000)) as served, served.socket() as client:
        for _ in range(count):
            client.send(PAGE)
        indexes = [received(client)["index"]]
        while indexes[-1] < count - 1:
            record = received(client)
            indexes += [record["index"]] if record["type"] == "frame" else []

    assert indexes == sorted(set(indexes))
    assert len(indexes) < count


def test_what_is_no_frame_is_told_and_the_next_one_read(served: Served) -> None:
    with served.socket() as client:
        refused = read_on(client, b"no picture")
        read = read_on(client, PAGE)

    assert refused["type"] == "error" and "neither JPEG" in refused["text"]
    assert read["type"] == "frame" and read["index"] == 1


def test_a_frame_with_too_many_pixels_is_told() -> None:
    with serving(Limits(frame_pixels=100_000)) as served, served.socket() as client:
        assert "pixels are more than" in read_on(client, PAGE)["text"]


def test_confidence_holds_from_the_next_frame_on(served: Served) -> None:
    with served.socket("v1/stream?min_confidence=1") as client:
        assert not read_on(client, PAGE)["digits"]
        client.send(json.dumps({"min_confidence": 0.5}))
        assert any(len(read_on(client, PAGE)["digits"]) == len(TEXT) for _ in range(10))


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "7", "[]", "[" * 100_000),
        *('{"weights": "x"}', '{"min_confidence": 2}', '{"time_s": "soon"}'),
    ],
    ids=lambda text: text[:20],
)
def test_a_message_that_makes_no_sense_is_told(served: Served, text: str) -> None:
    with served.socket() as client:
        client.send(text)
        assert received(client)["type"] == "error"
        assert read_on(client, PAGE)["type"] == "frame"


def test_times_never_fall() -> None:
    frames = ClientFrames("", 10**7, refuse=pytest.fail)
    read = iter(frames)
    for time_s in (2.0, 1.0, 3.0):
        frames.offer(BLANK, time_s)
        assert next(read).time_s == max(2.0, time_s)


@pytest.mark.parametrize("query", ["rotate=7", "min_confidence=x", "source=%0a", "rotat=90"])
def test_a_question_that_makes_no_sense_ends_the_stream(served: Served, query: str) -> None:
    with served.socket(f"v1/stream?{query}") as client, pytest.raises(ConnectionClosed) as closed:
        client.recv(100)

    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008


def test_a_message_with_too_many_bytes_ends_the_stream() -> None:
    with serving(Limits(frame_bytes=50_000)) as served, served.socket() as client:
        client.send(bytes(60_000))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(100)

    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_frames_beyond_the_rate_wait() -> None:
    with serving(Limits(frames_per_s=10)) as served, served.socket() as client:
        read_on(client, BLANK)
        began_s = time.monotonic()
        for _ in range(30):
            client.send('{"min_confidence": 0.5}')
        client.send("?")
        assert received(client)["type"] == "error"

    assert time.monotonic() - began_s > 1.5  # 30 messages at 10 a second, less a second's worth


def test_more_clients_than_allowed_are_turned_away_until_one_leaves() -> None:
    with serving(Limits(streams=1)) as served:
        with served.socket() as first:
            read_on(first, BLANK)
            with served.socket() as second, pytest.raises(ConnectionClosed) as closed:
                second.recv(100)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013
        assert waited(lambda: not served.pool._streams)
        with served.socket() as third:
            assert read_on(third, BLANK)["type"] == "frame"


def test_a_client_that_leaves_leaves_nothing(served: Served) -> None:
    for _ in range(3):
        with served.socket() as client:
            client.send(PAGE)

    assert waited(lambda: not served.pool._streams)
    assert waited(lambda: all(thread.name != "client" for thread in threading.enumerate()))


@pytest.mark.parametrize(
    ("protocols", "settings", "status"),
    [
        ([PROTOCOL], {}, 401),
        ([PROTOCOL, f"{TOKEN_PROTOCOL}wrong"], {}, 401),
        ([PROTOCOL], {"additional_headers": {"Authorization": "Bearer wrong"}}, 401),
        ([PROTOCOL, f"{TOKEN_PROTOCOL}{TOKEN}"], {"origin": "http://evil.example"}, 403),
    ],
)
def test_whoever_may_not_come_in_gets_no_stream(
    protocols: list[str], settings: dict[str, Any], status: int
) -> None:
    rules = AccessRules(is_open=True, token=TOKEN)
    with serving(rules=rules) as served, pytest.raises(InvalidStatus) as refused:
        served.socket(subprotocols=protocols, **settings)

    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)["type"] == "error"


def test_the_token_opens_a_stream_and_is_not_sent_back() -> None:
    with (
        serving(rules=AccessRules(is_open=True, token=TOKEN)) as served,
        served.socket(subprotocols=[PROTOCOL, f"{TOKEN_PROTOCOL}{TOKEN}"]) as client,
    ):
        assert client.subprotocol == PROTOCOL
        assert read_on(client, PAGE)["type"] == "frame"


def test_a_stalled_client_slows_no_other_and_is_dropped() -> None:
    limits = Limits(ping_s=3.0)
    with serving(limits) as served:
        with served.socket() as lively:
            alone_s = median_s(lively)
            stalled = stalled_client(served.port, "/v1/stream", [masked(2, PAGE)] * 40)
            assert waited(lambda: served.pool._streams == 2)
            beside_s = median_s(lively)
            assert waited(lambda: served.pool._streams == 1)
            assert read_on(lively, PAGE)["type"] == "frame"
        assert is_hung_up(stalled)
        stalled.close()

    assert beside_s < 3 * alone_s + 1  # others share this machine's processors


def median_s(client: ClientConnection, count: int = 7) -> float:
    """Return how long a frame takes to be answered, in seconds."""
    times = []
    for _ in range(count):
        began_s = time.monotonic()
        read_on(client, PAGE)
        times.append(time.monotonic() - began_s)
    return sorted(times)[count // 2]
