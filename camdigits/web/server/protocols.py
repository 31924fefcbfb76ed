"""The server's end of each connection: uvicorn's protocols, and what these leave out."""

from __future__ import annotations

import asyncio
import json
import logging

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from camdigits.web.api.responses import error_record
from camdigits.web.server.access import HEADERS
from camdigits.web.server.address import neighbour

KEEP_ALIVE_S = 15
GOING_AWAY = 1001
"""Tells clients of a WebSocket that the server ends (RFC 6455, 7.4.1)."""
_FAREWELL_S = 0.3


class Channel(WebSocketsSansIOProtocol):
    """A WebSocket that lets go of a client that does not answer."""

    def keepalive_timeout(self) -> None:
        """Drop the connection at once: what is still to be sent would keep it open for ever."""
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """Say that the server ends, and hang up; whoever takes nothing is not waited for."""
        if self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": GOING_AWAY})
            self.conn.send_close(GOING_AWAY, "camdigits has ended")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        else:
            super().shutdown()
        self.loop.call_later(_FAREWELL_S, self.transport.abort)


class Requests(H11Protocol):
    """Hangs up on clients whose requests do not come.

    Each takes one of the connections there are, and uvicorn waits for the head of a request for
    ever.

    Attributes:
        head_s: how long a head may take, in seconds.
        most_of_one: connections of one address; see `neighbour`.
    """

    head_s: float
    most_of_one: int
    _is_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or turn it away if its address has too many."""
        super().connection_made(transport)
        own = neighbour(self.client[0]) if self.client else None
        if own is None or self._count_of(own) <= self.most_of_one:
            self.loop.call_later(self.head_s, self._hang_up, None)
            return
        self.connections.discard(self)
        self._refuse(503, "this address has too many connections open; close some")

    def on_response_complete(self) -> None:
        """Wait for the next request, for a while."""
        done = self.cycle
        super().on_response_complete()
        self.loop.call_later(KEEP_ALIVE_S + self.head_s, self._hang_up, done)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to a WebSocket."""
        self._is_over = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the client has gone."""
        self._is_over = True
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request."""
        self._refuse(400, "this is no HTTP request")

    def shutdown(self) -> None:
        """Hang up; whoever takes nothing is not waited for."""
        super().shutdown()
        self.loop.call_later(_FAREWELL_S, self.transport.abort)

    def _count_of(self, own: str) -> int:
        clients = (getattr(other, "client", None) for other in self.connections)
        return sum(client is not None and neighbour(client[0]) == own for client in clients)

    def _refuse(self, status: int, text: str) -> None:
        """Answer by hand, since there is no request that could be passed on."""
        body = json.dumps(error_record(text)).encode()
        headers = HEADERS | {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "connection": "close",
        }
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        phrase = {400: "Bad Request", 503: "Service Unavailable"}[status]
        head = f"HTTP/1.1 {status} {phrase}\r\n{''.join(lines)}\r\n"
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE, h11.ERROR):
            self.transport.write(head.encode() + body)
        self.transport.close()

    def _hang_up(self, last: object) -> None:
        if self.cycle is last and not self._is_over:
            self.transport.abort()


def requests(head_s: float, most_of_one: int) -> type[Requests]:
    """Return `Requests` with these bounds."""
    return type("Requests", (Requests,), {"head_s": head_s, "most_of_one": most_of_one})


LOGS = "uvicorn.error", "asyncio"
"""Whose words are filtered."""
_OF_CLIENTS = ("UTF-8", "returned without completing handshake", "Fatal error on SSL")
"""Parts of what is logged as an error: of text, of a WebSocket that is refused, of TLS."""


class Quiet(logging.Filter):
    """Lets through what `LOGS` say of faults of the program, and not what any client can cause.

    Attributes:
        is_ending: nothing is let through, since connections are being cut.
    """

    is_ending = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is a fault of the program."""
        if self.is_ending or record.levelno < logging.ERROR:
            return False
        text = record.getMessage()
        return not any(part in text for part in _OF_CLIENTS)
