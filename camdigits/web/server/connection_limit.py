"""The connection limit: turns away requests while too many are open."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from camdigits.web.api.responses import refusal
from camdigits.web.server.access import with_headers


class ConnectionLimit:
    """Turns away requests while too many connections are open, and says so once.

    Args:
        app: what is asked otherwise.
        most: connections that may be open.
        count: returns how many are.
        tell: takes the line that is said.
    """

    def __init__(
        self, app: ASGIApp, most: int, count: Callable[[], int], tell: Callable[[str], None]
    ) -> None:
        self._app, self._most, self._count, self._tell = app, most, count, tell
        self._has_told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or self._count() <= self._most:
            await self._app(scope, receive, send)
            return
        if not self._has_told:
            self._has_told = True
            self._tell(
                f"more than {self._most} connections are open; clients are turned away until some "
                "end (this is said once)"
            )
        if scope["type"] == "websocket":
            await receive()
        text = "too many connections are open; try again in a moment"
        await refusal(503, text)(scope, receive, with_headers(scope, send))
