"""A server in this process, on loopback, and what its clients need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from camdigits.cli.lend import open_school
from camdigits.config import ReadConfig
from camdigits.web.app import make_app
from camdigits.web.desk import Desk
from camdigits.web.guard import PROTOCOL, Door
from camdigits.web.limits import Limits
from camdigits.web.server import WebServer, bind
from camdigits.web.watch import Broadcast

TOKEN = "a-token-that-nobody-guesses"


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        port: of 127.0.0.1.
        desk: what it reads with.
        server: to end it before the block does.
    """

    port: int
    desk: Desk
    server: WebServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def read(self, picture: bytes, **query: str) -> httpx.Response:
        with self.client() as client:
            return client.post("v1/read", content=picture, params=query)

    def socket(self, path: str = "v1/stream", **settings: Any) -> ClientConnection:
        settings = {"subprotocols": [PROTOCOL], "proxy": None, "max_size": None} | settings
        return connect(f"ws://127.0.0.1:{self.port}/{path}", **settings)


@contextmanager
def serving(
    limits: Limits | None = None,
    door: Door | None = None,
    teach: Path | None = None,
    broadcast: Broadcast | None = None,
    port: int = 0,
) -> Iterator[Served]:
    """Serve until the block is left."""
    limits = limits or Limits()
    desk = Desk(ReadConfig(), None, limits)
    school = None if teach is None else open_school(None, teach)
    listener = bind("127.0.0.1", port)
    app = make_app(desk, door, school, broadcast)
    with WebServer(app, listener, limits) as server:
        yield Served(listener.getsockname()[1], desk, server)


def received(socket: ClientConnection, timeout_s: float = 30) -> dict[str, Any]:
    """Return the next record that a server sends."""
    return json.loads(socket.recv(timeout_s))


def read_on(socket: ClientConnection, frame: bytes) -> dict[str, Any]:
    """Send a frame, and return the record that answers it; events before it are left out."""
    socket.send(frame)
    while (record := received(socket))["type"] == "event":
        pass
    return record
