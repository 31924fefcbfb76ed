"""The HTTP API: a picture in, its record out, and who is turned away."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

import camdigits
from camdigits.cli import main
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.app import PAGE
from camdigits.web.server.access import HEADERS, AccessRules
from camdigits.web.server.address import neighbour, reached_by
from camdigits.web.server.limits import Limits
from camdigits.web.server.web_server import CONNECTIONS
from tests.cli.pages import PAGE_WH, TEXT, fax, page, write_page
from tests.support.documents import scanned
from tests.support.media import encoded
from tests.web.serving import TOKEN, Served, serving, waited

JPEG = encoded(".jpg", page())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(teach=tmp_path_factory.mktemp("teach")) as server:
        yield server


def test_a_picture_gives_the_record_of_the_command_line(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = write_page(tmp_path / "photo.jpg")
    assert main(["run", str(photo), "--format", "jsonl"]) == 0
    told = json.loads(capsys.readouterr().out)

    answer = served.read(photo.read_bytes(), source=str(photo))

    assert answer.status_code == 200
    assert answer.json() == told
    assert [number["text"] for number in told["numbers"]] == [TEXT]


@pytest.mark.parametrize("suffix", [".png", ".webp", ".bmp", ".tif", ".ppm"])
def test_other_kinds_of_pictures_are_read(served: Served, suffix: str) -> None:
    [number] = served.read(encoded(suffix, page())).json()["numbers"]

    assert number["text"] == TEXT


def test_a_fax_is_read_with_the_shape_of_its_pixels(served: Served) -> None:
    record = served.read(fax()).json()
    assert [number["text"] for number in record["numbers"]] == [TEXT]
    assert record["size"] == [PAGE_WH[0], PAGE_WH[1] * 98 // 204]


def test_a_page_of_a_document_is_read(served: Served) -> None:
    data = scanned([np.full_like(page(), 225), page()])

    record = served.read(data, source="scan.pdf", page="2").json()

    assert [number["text"] for number in record["numbers"]] == [TEXT]
    assert (record["source"], record["page"], record["index"]) == ("scan.pdf", 2, 1)
    assert served.read(data, page="1").json()["numbers"] == []
    assert served.read(scanned([page()])).json()["page"] == 1


@pytest.mark.parametrize(
    ("body", "query", "status", "words"),
    [
        (scanned([page()] * 2), {}, 422, "holds 2 pages; ask for one, page=1 to 2"),
        (scanned([page()] * 2), {"page": "3"}, 422, "asks for none of them"),
        (scanned([page()]), {"page": "0"}, 400, "page is a whole number from 1"),
        (encoded(".png", page()), {"page": "1"}, 422, "has no pages"),
        (scanned([page()])[:-99], {}, 422, "the PDF is cut off"),
    ],
    # Else whole files are part of the names, which are too long for the environment of a process.
    ids=["many", "too far", "zero", "no pages", "cut"],
)
def test_a_page_that_is_not_there_is_told(
    served: Served, body: bytes, query: dict[str, str], status: int, words: str
) -> None:
    answer = served.read(body, **query)

    assert answer.status_code == status
    assert words in answer.json()["text"]


def test_what_is_asked_for_holds_for_one_picture(served: Served) -> None:
    upside_down = encoded(".png", page()[::-1, ::-1])

    assert not served.read(JPEG, min_confidence="1").json()["digits"]
    assert [n["text"] for n in served.read(upside_down, rotate="180").json()["numbers"]] == [TEXT]
    assert [n["text"] for n in served.read(JPEG).json()["numbers"]] == [TEXT]
    assert served.read(JPEG, decimal="comma").json()["numbers"][0]["value"] == int(TEXT)


@pytest.mark.parametrize(
    "query",
    [
        {"min_confidence": "1.5"},
        {"min_confidence": "nan"},
        {"min_confidence": "much"},
        {"polarity": "blue"},
        {"decimal": "dot"},
        {"rotate": "45"},
        {"source": "x" * 201},
        {"source": "two\nlines"},
    ],
    ids=str,
)
def test_a_parameter_that_makes_no_sense_is_refused(served: Served, query: dict[str, str]) -> None:
    answer = served.read(JPEG, **query)

    assert answer.status_code == 400
    [name] = query
    assert answer.json()["type"] == "error" and name in answer.json()["text"]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """Return a PNG of a few kilobytes that asks for `side` squared pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "as the body"),
        (b"no picture at all", 422, "neither JPEG nor PNG"),
        (encoded(".png", page())[:-500], 422, "cut off"),
        (bomb(60_000), 422, "60000x60000 pixels are more than"),
        (JPEG + JPEG + JPEG, 422, "several pictures"),
        (JPEG + b"&" + JPEG, 422, "several pictures"),
        (encoded(".png", page()) + JPEG, 422, "several pictures"),
        (encoded(".png", page()) * 2, 422, "several pictures"),
    ],
    ids=["nothing", "text", "most of a PNG", "bomb", "motion JPEG", "curl's", "PNG, JPEG", "PNGs"],
)
def test_what_is_no_picture_is_refused(
    served: Served, body: bytes, status: int, words: str
) -> None:
    answer = served.read(body)

    assert answer.status_code == status
    assert words in answer.json()["text"]


def test_a_photo_with_a_preview_behind_it_is_read(served: Served) -> None:
    answer = served.read(JPEG + encoded(".jpg", page()[::4, ::4]))

    assert [number["text"] for number in answer.json()["numbers"]] == [TEXT]


@pytest.mark.parametrize(
    ("path", "query"), [("v1/read", {"source": "a b"}), ("v1/look", {"x": "1", "y": "1"})]
)
def test_a_form_is_told_what_to_send_instead(
    served: Served, path: str, query: dict[str, str]
) -> None:
    files = [("file", ("photo.jpg", JPEG)), ("file", ("other.jpg", JPEG))]
    with served.client() as client:
        answer = client.post(path, files=files, params=query)

    assert answer.status_code == 415
    assert answer.json()["text"].endswith(f"curl --data-binary @photo.jpg {served.url}{path}")


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_what_phones_put_behind_a_picture_is_left_alone(served: Served, suffix: str) -> None:
    video = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42"
    for rest in (video, b"&", b"\0" * 40):
        assert served.read(encoded(suffix, page()) + rest).status_code == 200


def test_of_a_jpeg_that_is_cut_off_is_read_what_is_there(served: Served) -> None:
    tall = encoded(".jpg", np.vstack([page(), page(), page()]))
    answer = served.read(tall[: len(tall) * 3 // 5])

    assert answer.status_code == 200
    record = answer.json()
    assert record["numbers"][0]["text"] == TEXT
    assert record["damage"].startswith("the picture: the file is cut off; the lower part")
    assert record.keys() - served.read(tall).json().keys() == {"damage"}


def test_too_many_bytes_are_refused_before_they_are_all_there() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"\xff\xd8\xff" + bytes(10_000)

    with serving(Limits(picture_bytes=50_000)) as served, served.client() as client:
        assert client.post("v1/read", content=bytes(60_000)).status_code == 413
        try:
            answer = client.post("v1/read", content=endless())
        except OSError:
            return
        except Exception as error:  # the server hung up while more was sent
            assert "Error" in type(error).__name__
            return
        assert answer.status_code == 413


def test_a_picture_that_never_arrives_is_waited_for_so_long() -> None:
    with (
        serving(Limits(upload_s=0.3)) as served,
        socket.create_connection(("127.0.0.1", served.port)) as slow,
    ):
        slow.sendall(
            f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
            "Content-Length: 1000\r\n\r\nabc".encode()
        )
        assert b" 408 " in slow.recv(100)


def test_clients_whose_requests_never_come_lock_nobody_out() -> None:
    with ExitStack() as stack:
        served = stack.enter_context(serving(Limits(head_s=0.5)))
        crowd = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            for _ in range(CONNECTIONS)
        ]
        for silent in crowd:
            silent.sendall(b"GET / HTTP/1.1\r\n")
            silent.settimeout(100)
        for silent in crowd:
            while silent.recv(1000):
                pass
        assert served.read(JPEG).status_code == 200


def test_a_client_that_comes_back_is_still_known() -> None:
    with serving(Limits(head_s=0.2)) as served, served.client() as client:
        with served.socket() as stream:
            time.sleep(0.6)
            stream.send(JPEG)
            assert json.loads(stream.recv(timeout=100))["type"] == "frame"
        assert client.get("v1/info").status_code == 200
        time.sleep(0.6)
        assert client.get("v1/info").status_code == 200


def test_too_many_that_wait_are_turned_away() -> None:
    with serving(Limits(waiting=1)) as served:
        held, free = threading.Event(), threading.Event()
        read = served.pool.read

        def slowly(*asked: object) -> object:
            held.set()
            free.wait(100)
            return read(*asked)  # type: ignore[arg-type]

        served.pool.read = slowly  # type: ignore[method-assign,assignment]
        answers: list[int] = []
        first = threading.Thread(target=lambda: answers.append(served.read(JPEG).status_code))
        first.start()
        assert held.wait(100)
        second = served.read(JPEG)
        free.set()
        first.join(100)

    assert answers == [200]
    assert second.status_code == 503
    assert second.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:1234"}, 200),
        ({"host": "[::1]:1234"}, 200),
        ({"host": "rebound.example"}, 421),
        ({"host": "192.168.1.5"}, 421),
        ({"host": "127.0.0.1.example"}, 421),
        ({"host": "["}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "localhost:9", "origin": "http://localhost:9"}, 200),
        ({"host": "localhost:9", "origin": "http://localhost:8"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
    ids=str,
)
def test_only_this_machine_and_its_own_page_are_let_in(
    served: Served, headers: dict[str, str], status: int
) -> None:
    with served.client(**headers) as client:
        assert client.get("v1/info").status_code == status


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("", {}, 200),
        ("main.js", {}, 200),
        ("docs", {}, 200),
        ("v1/openapi.json", {}, 200),
        ("v1/info", {}, 401),
        ("v1/info", {"authorization": "Bearer wrong"}, 401),
        ("v1/info", {"authorization": f"Basic {TOKEN}"}, 401),
        ("v1/info", {"authorization": "Bearer t\u00f6ken"}, 401),
        ("v1/info", {"authorization": f"Bearer {TOKEN}"}, 200),
        ("v1/nothing", {}, 401),
    ],
)
def test_the_token_opens_everything_but_the_page(
    path: str, headers: dict[str, str], status: int
) -> None:
    rules = AccessRules(frozenset({"desk.local"}), is_open=True, token=TOKEN)
    encoded_headers = {name: value.encode("latin-1") for name, value in headers.items()}
    with serving(rules=rules) as served, served.client() as client:
        answer = client.get(path, headers={"host": "desk.local", **encoded_headers})

    assert answer.status_code == status
    assert TOKEN not in answer.text
    if status == 401:
        assert "open the address that camdigits printed" in answer.json()["text"]


@pytest.mark.parametrize(
    "path", ["", "docs", "v1/info", "v1/openapi.json", "nothing", "style.css", "main.js"]
)
def test_every_answer_has_the_headers(served: Served, path: str) -> None:
    with served.client() as client:
        answer = client.get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/app.py",
        "/..%2fapp.py",
        "/page/main.js",
        "//etc/passwd",
        "/main.js/../../app.py",
        "/main.js%00",
        "/v1/teach/..%2f..%2fx",
    ],
)
def test_no_path_reaches_a_file_that_is_not_the_page(served: Served, path: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 10) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        status = int(client.recv(4096).split()[1])

    assert status in (400, 404, 405)


def test_a_wrong_method_is_told_as_a_record(served: Served) -> None:
    with served.client() as client:
        answer = client.get("v1/read")

    assert answer.status_code == 405
    assert answer.json()["type"] == "error"


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for path in filter(Path.is_file, PAGE.rglob("*")):
        found = re.findall(r"https?://[^\s\"'`<>)]+", path.read_text("utf-8"))
        assert set(found) <= {"http://www.w3.org/2000/svg"}, path.name
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", path.read_text("utf-8")), path.name


def test_info_says_what_the_server_is(served: Served) -> None:
    with served.client() as client:
        facts = client.get("v1/info").json()

    assert facts["version"] == camdigits.__version__
    assert facts["schema"] == camdigits.types.SCHEMA
    assert facts["teach"] is True and facts["watch"] is False


def test_the_contents_of_the_documentation_lead_to_its_parts(served: Served) -> None:
    with served.client() as client:
        docs = client.get("docs").text
    parts = re.findall(r'id="([^"]+)"', docs)

    assert len(parts) == len(set(parts)) > 20
    assert set(re.findall(r'href="#([^"]+)"', docs)) <= set(parts)
    assert docs.count(">Too many pictures wait") == 1  # refusals are in one table


def test_the_documentation_tells_of_every_route(served: Served) -> None:
    with served.client() as client:
        docs = client.get("docs").text
        paths = client.get("v1/openapi.json").json()["paths"]

    assert {"/v1/read", "/v1/look", "/v1/teach", "/v1/info"} <= set(paths)
    for path in [*paths, "/v1/stream", "/v1/watch"]:
        assert path in docs


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "v1/info"),
        ("GET", "v1/openapi.json"),
        ("POST", "v1/read"),
        ("POST", "v1/look"),
        ("POST", "v1/teach"),
        ("DELETE", "v1/teach/0123456789abcdef"),
    ],
)
def test_an_unknown_parameter_is_named(served: Served, method: str, path: str) -> None:
    with served.client() as client:
        answer = client.request(method, path, params={"min_confidenc": "0.5"})

    assert answer.status_code == 400
    assert answer.json()["type"] == "error"
    assert "unknown parameter 'min_confidenc'" in answer.json()["text"]


def test_a_parameter_that_is_given_twice_is_named(served: Served) -> None:
    with served.client() as client:
        answer = client.post("v1/read?rotate=0&rotate=90", content=JPEG)

    assert answer.status_code == 400
    assert answer.json()["text"] == "rotate is given twice"


def answered(port: int, sent: bytes, host: str = "127.0.0.1") -> tuple[int, dict[str, str], str]:
    """Send bytes; return the status, the headers and the body that come back."""
    with socket.create_connection((host, port), 10) as client:
        client.sendall(sent)
        received = b""
        while block := client.recv(4096):
            received += block
    head, _, body = received.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
        (HANDSHAKE.format(path="/v1/nothing", host="localhost", more=""), 404),
        (HANDSHAKE.format(path="/v1/watch", host="localhost", more=""), 404),
        (HANDSHAKE.format(path="/v1/stream", host="rebound.example", more=""), 421),
        (
            HANDSHAKE.format(
                path="/v1/stream", host="localhost", more="Origin: http://evil.example\r\n"
            ),
            403,
        ),
    ],
)
def test_every_refusal_is_a_record_with_the_headers(
    served: Served, sent: str, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    found, headers, body = answered(served.port, sent.encode())

    assert found == status
    record = json.loads(body)
    assert set(record) == {"schema", "type", "text"} and record["type"] == "error"
    assert "\n" not in record["text"]
    assert headers["content-type"] == "application/json"
    for name, value in HEADERS.items():
        assert headers[name] == value.lower()
    assert capfd.readouterr().err == ""


def test_a_full_server_says_so_as_a_record_and_once_to_its_owner(
    capfd: pytest.CaptureFixture[str],
) -> None:
    told: list[str] = []
    with ExitStack() as stack:
        served = stack.enter_context(serving(tell=told.append))
        for _ in range(CONNECTIONS):
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
        assert waited(lambda: served.server._count() == CONNECTIONS)
        for _ in range(3):
            answer = served.read(JPEG)
            assert answer.status_code == 503 and answer.headers["retry-after"] == "1"
            assert answer.json()["text"].startswith("too many connections are open")
            assert answer.headers["x-frame-options"] == "DENY"
        handshake = HANDSHAKE.format(path="/v1/stream", host="localhost", more="")
        assert answered(served.port, handshake.encode())[0] == 503

    assert len(told) == 1 and f"more than {CONNECTIONS} connections" in told[0]
    assert capfd.readouterr().err == ""


def test_one_address_cannot_take_every_place() -> None:
    host = reached_by("0.0.0.0")
    if neighbour(host) is None:
        pytest.skip("this machine has no address but that of itself")
    with ExitStack() as stack:
        served = stack.enter_context(serving(rules=AccessRules(is_open=True), host="0.0.0.0"))
        for _ in range(CONNECTIONS // 2):
            stack.enter_context(socket.create_connection((host, served.port)))
        assert waited(lambda: served.server._count() == CONNECTIONS // 2)
        for _ in range(CONNECTIONS):
            found, _, body = answered(served.port, b"", host)
            assert found == 503 and "too many connections" in json.loads(body)["text"]
        assert served.read(JPEG).status_code == 200  # from another


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("192.168.1.5", "192.168.1.5"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_neighbours_are_told_apart(host: str, own: str | None) -> None:
    assert neighbour(host) == own


def test_one_address_has_half_of_the_streams() -> None:
    pool = ReaderPool(limits=Limits(streams=4))

    assert [pool.begin_stream("10.0.0.1") for _ in range(3)] == [True, True, False]
    assert [pool.begin_stream(None) for _ in range(3)] == [True, True, False]
    pool.end_stream("10.0.0.1")
    assert pool.begin_stream("10.0.0.1")


def test_pictures_are_read_beside_one_another(served: Served) -> None:
    began_s = time.monotonic()
    answers: list[str] = []

    def read() -> None:
        answers.append(served.read(JPEG).json()["numbers"][0]["text"])

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)

    assert answers == [TEXT] * 6
    assert time.monotonic() - began_s < 60
