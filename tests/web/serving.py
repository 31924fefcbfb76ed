"""A server in this process, on loopback, and what its clients need."""

from __future__ import annotations

import base64
import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from camdigits.cli.live.window_services import open_teaching
from camdigits.config import ReadConfig
from camdigits.web.api.learn import LearningService
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.app import make_app
from camdigits.web.server.access import PROTOCOL, AccessRules
from camdigits.web.server.limits import Limits
from camdigits.web.server.web_server import WebServer, bind
from camdigits.web.streams.broadcast import Broadcast

TOKEN = "a-token-that-nobody-guesses"


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        port: of 127.0.0.1.
        pool: what it reads with.
        server: to end it before the block does.
    """

    port: int
    pool: ReaderPool
    server: WebServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=100, trust_env=False)

    def read(self, picture: bytes, **query: str) -> httpx.Response:
        with self.client() as client:
            return client.post("v1/read", content=picture, params=query)

    def socket(self, path: str = "v1/stream", **settings: Any) -> ClientConnection:
        settings = {"subprotocols": [PROTOCOL], "proxy": None, "max_size": None} | settings
        return connect(f"ws://127.0.0.1:{self.port}/{path}", **settings)


@contextmanager
def serving(
    limits: Limits | None = None,
    rules: AccessRules | None = None,
    teach: Path | None = None,
    broadcast: Broadcast | None = None,
    port: int = 0,
    host: str = "127.0.0.1",
    tell: Callable[[str], None] = lambda _: None,
    learning: LearningService | None = None,
) -> Iterator[Served]:
    """Serve until the block is left."""
    limits = limits or Limits()
    pool = ReaderPool(ReadConfig(), limits=limits)
    teaching = None if teach is None else open_teaching(None, teach)
    listener = bind(host, port)
    app = make_app(pool, rules, teaching, broadcast, learning)
    with WebServer(app, listener, limits, tell=tell) as server:
        yield Served(listener.getsockname()[1], pool, server)


def received(socket: ClientConnection, timeout_s: float = 100) -> dict[str, Any]:
    """Return the next record that a server sends."""
    return json.loads(socket.recv(timeout_s))


def read_on(socket: ClientConnection, frame: bytes) -> dict[str, Any]:
    """Send a frame, and return the record that answers it; events before it are left out."""
    socket.send(frame)
    while (record := received(socket))["type"] == "event":
        pass
    return record


def waited(is_so: Callable[[], bool], timeout_s: float = 100) -> bool:
    """Wait until something is so; returns whether it is."""
    end_s = time.monotonic() + timeout_s
    while not is_so() and time.monotonic() < end_s:
        time.sleep(0.02)
    return is_so()


def stalled_client(port: int, path: str, frames: Iterable[bytes]) -> socket.socket:
    """Return a client of a WebSocket that sends as much as is taken, and never reads.

    Args:
        port: of 127.0.0.1.
        path: of the WebSocket.
        frames: as `masked` makes them.
    """
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
    )
    assert client.recv(12) == b"HTTP/1.1 101"
    client.settimeout(0.5)
    try:
        for frame in frames:
            client.sendall(frame)
    except TimeoutError:
        pass
    return client


def masked(opcode: int, data: bytes) -> bytes:
    """Return a WebSocket frame as a client sends it (RFC 6455, 5.2), with a mask of zeros."""
    return bytes([0x80 | opcode, 0x80 | 127]) + len(data).to_bytes(8, "big") + bytes(4) + data


def is_hung_up(client: socket.socket) -> bool:
    """Return whether nothing more comes on a connection, after what still lies in it."""
    client.settimeout(100)
    try:
        while client.recv(1 << 16):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True
