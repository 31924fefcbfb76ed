"""The server, in a thread of its own, so that Ctrl-C reaches whoever waits for it."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from camdigits.closing import Closing
from camdigits.errors import CamdigitsError, UsageError
from camdigits.web.limits import Limits

CONNECTIONS = 64
_KEEP_ALIVE_S = 15
_END_S = 3.0


class _Protocol(WebSocketsSansIOProtocol):
    """Lets go of a client that does not answer."""

    def keepalive_timeout(self) -> None:
        """Drop the connection at once: what is still to be sent would keep it open for ever."""
        super().keepalive_timeout()
        self.transport.abort()


def _requests(head_s: float) -> type[H11Protocol]:
    """Return a protocol that hangs up on clients whose requests do not come.

    Each takes one of `CONNECTIONS`, and uvicorn waits for the head of a request for ever.
    """

    class Requests(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.loop.call_later(head_s, self._hang_up, None)

        def on_response_complete(self) -> None:
            done = self.cycle
            super().on_response_complete()
            self.loop.call_later(_KEEP_ALIVE_S + head_s, self._hang_up, done)

        def _hang_up(self, last: object) -> None:
            # After an upgrade the connection is that of a WebSocket.
            if self.cycle is last and self.transport.get_protocol() is self:
                self.transport.abort()

    return Requests


class WebServer(Closing):
    """Serves from when it is made until it is closed."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        limits: Limits,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        """Begin to serve.

        Args:
            app: answers the requests.
            listener: bound, as `bind` returns it; closed in the end.
            limits: of what clients may send.
            tls: files of the certificate and of its key, for https.

        Raises:
            UsageError: if the certificate and its key cannot be used.
        """
        config = uvicorn.Config(
            app,
            http=_requests(limits.head_s),
            ws=_Protocol,
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            ws_max_size=limits.frame_bytes,
            ws_ping_interval=limits.ping_s,
            ws_ping_timeout=limits.ping_s,
            ws_per_message_deflate=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        config.load()
        if tls is not None:
            config.ssl = _tls_context(*tls)
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Return when the server has ended, which only `close` or a failure makes it do."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    def close(self) -> None:
        """Hang up on every client and end; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join(_END_S)
        self._listener.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: name or address of this machine's to listen at; "0.0.0.0" and "::" are all of them.
        port: 0 takes any that is free.

    Raises:
        CamdigitsError: if the port is taken, or not permitted.
        UsageError: if the host is none of this machine's.
    """
    for family, kind, number, _, address in _addresses(host, port):
        listener = socket.socket(family, kind, number)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(CONNECTIONS)
        except OSError as error:
            listener.close()
            raise _bind_error(error, host, port) from error
        return listener
    raise AssertionError("getaddrinfo returns an address or raises")


_Info = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]
]


def _addresses(host: str, port: int) -> Sequence[_Info]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise UsageError(f"--host {host!r} is no name or address: {error.strerror}") from error
    return found  # type: ignore[return-value]


def _bind_error(error: OSError, host: str, port: int) -> CamdigitsError:
    if error.errno == errno.EADDRINUSE:
        return CamdigitsError(f"port {port} is taken; choose another with --port, 0 for any")
    if error.errno == errno.EACCES:
        return CamdigitsError(f"port {port} is not permitted; choose one from 1024 on with --port")
    if error.errno == errno.EADDRNOTAVAIL:
        return UsageError(f"--host {host!r} is no address of this machine; 0.0.0.0 takes them all")
    return CamdigitsError(f"cannot listen at {host} port {port}: {error.strerror}; try others")


def _tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise UsageError(
            f"--tls-cert {certificate} and --tls-key {key} cannot be used: {error}; "
            "both are PEM files, and the key has no password"
        ) from error
    return context
