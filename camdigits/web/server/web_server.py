"""The server, in a thread of its own, so that Ctrl-C reaches whoever waits for it."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from camdigits.errors import CamdigitsError, UsageError
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable, reason
from camdigits.web.server.connection_limit import ConnectionLimit
from camdigits.web.server.limits import Limits
from camdigits.web.server.protocols import KEEP_ALIVE_S, LOGS, Channel, Quiet, requests

CONNECTIONS = 64
"""That may be open; of them one address may have half, this machine's own all."""
_END_S = 3.0


class WebServer(Closeable):
    """Serves from when it is made until it is closed."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        limits: Limits,
        tls: tuple[Path, Path] | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Begin to serve.

        Args:
            app: answers the requests.
            listener: bound, as `bind` returns it; closed in the end.
            limits: of what clients may send.
            tls: files of the certificate and of its key, for https.
            tell: takes a line for whoever runs the server; called in the server's thread.

        Raises:
            UsageError: if the certificate and its key cannot be used.
        """
        config = uvicorn.Config(
            ConnectionLimit(app, CONNECTIONS, self._count, tell),
            http=requests(limits.head_s, CONNECTIONS // 2),
            ws=Channel,
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
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        config.load()
        if tls is not None:
            config.ssl = _tls_context(*tls)
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._quiet = Quiet()
        # Not the thread's end: Python 3.11 takes a thread for ended when Ctrl-C cuts a wait for it.
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="server", daemon=True).start()

    def wait(self, until: threading.Event | None = None) -> None:
        """Return when the server has ended, which only `close` or a failure makes it do.

        Args:
            until: ends the waiting as well once it is set; None waits for the server alone.
        """
        while not self._ended.wait(0.2) and not (until is not None and until.is_set()):
            pass

    def close(self) -> None:
        """Take leave of every client and end; a second call does nothing."""
        self._quiet.is_ending = self._server.should_exit = True
        self._ended.wait(_END_S)
        self._listener.close()

    def _run(self) -> None:
        logs = [logging.getLogger(name) for name in LOGS]
        for log in logs:
            log.addFilter(self._quiet)
        try:
            self._server.run(sockets=[self._listener])
        finally:
            for log in logs:
                log.removeFilter(self._quiet)
            self._ended.set()

    def _count(self) -> int:
        return len(self._server.server_state.connections)


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
        for option, path in (("--tls-cert", certificate), ("--tls-key", key)):
            if why := _unreadable(path):
                raise UsageError(f"cannot read {option} {printable(str(path))}: {why}") from error
        raise UsageError(
            f"--tls-cert {printable(str(certificate))} and --tls-key {printable(str(key))} cannot "
            "be used; both are PEM files that belong together, and the key has no password"
        ) from error
    return context


def _unreadable(path: Path) -> str:
    """Return why a file cannot be opened, which OpenSSL does not tell; "" if it can be."""
    try:
        if not path.is_fifo():  # which would wait for its writer
            path.open("rb").close()
    except OSError as error:
        return reason(error)
    return ""
