"""Who is let in: the right host, the right origin, the token; and the headers of every answer."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from camdigits.web.api.responses import refusal

PROTOCOL = "camdigits.v1"
"""The subprotocol of the WebSockets."""
TOKEN_PROTOCOL = "token."
"""A browser cannot set headers of a WebSocket, so the token follows this as a subprotocol."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Set on every answer: nothing is loaded from elsewhere, framed, sniffed or kept."""


def with_headers(scope: Scope, send: Send) -> Send:
    """Return what sends an answer with the headers that each one has."""

    async def send_guarded(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if scope["scheme"] in ("https", "wss"):  # elsewhere browsers complain of it
                headers["cross-origin-opener-policy"] = "same-origin"
        await send(message)

    return send_guarded


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a request must bring.

    Attributes:
        names: hosts that the server may be called by, in lower case, beside its addresses.
        is_open: other machines may come in; else only loopback addresses are its own.
        token: what programs and the page must show; None asks for nothing.
        is_kept: the token is the same from start to start.
    """

    names: frozenset[str] = frozenset({"localhost"})
    is_open: bool = False
    token: str | None = None
    is_kept: bool = False

    def knows(self, host: str) -> bool:
        """Return whether the ``Host`` of a request means this server.

        A foreign page whose name was made to lead here (DNS rebinding) is told by its name, so
        addresses are let through.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name.lower().rstrip(".") in self.names
        return self.is_open or address.is_loopback

    def admits(self, shown: Iterable[str]) -> bool:
        """Return whether one of the tokens that a request shows is the right one."""
        if self.token is None:
            return True
        wanted = self.token.encode()
        return any(hmac.compare_digest(token.encode(), wanted) for token in shown)


class AccessControl:
    """Turns away what must not come in, before anything of it is read.

    Args:
        app: what is guarded.
        rules: what is asked for.
    """

    def __init__(self, app: ASGIApp, rules: AccessRules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        send = with_headers(scope, send)
        problem = self._problem(scope)
        if problem is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
        await refusal(*problem)(scope, receive, send)

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the line of a refusal; None if there is nothing to refuse."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._rules.knows(host):
            return 421, "this server has another name; open the address that camdigits printed"
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "none")
        is_foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if is_foreign or (site in ("cross-site", "same-site") and _is_private(scope["path"])):
            return 403, "another page asks; open the address that camdigits printed"
        if _is_private(scope["path"]) and not self._rules.admits(_tokens(scope, headers)):
            why = "" if self._rules.is_kept else ": each start has a new one"
            return 401, (
                f"the token is missing or wrong{why}; open the address that camdigits printed last"
            )
        return None


def _is_private(path: str) -> bool:
    """Return whether a path gives more than the page and the documentation."""
    return path.startswith("/v1/") and path != "/v1/openapi.json"


def _tokens(scope: Scope, headers: Headers) -> Iterable[str]:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield token.strip()
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(TOKEN_PROTOCOL):
            yield protocol.removeprefix(TOKEN_PROTOCOL)
