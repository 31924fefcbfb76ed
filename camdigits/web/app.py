"""The routes: the page, the documentation, the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from camdigits import __version__
from camdigits.errors import CamdigitsError, OutputError, SourceError, UsageError
from camdigits.types import SCHEMA
from camdigits.web.api import learn
from camdigits.web.api.docs import page
from camdigits.web.api.learn import LearningService
from camdigits.web.api.openapi import document
from camdigits.web.api.parameters import asked_of
from camdigits.web.api.picture import picture, sample
from camdigits.web.api.read import read
from camdigits.web.api.reader_pool import BusyError, ReaderPool
from camdigits.web.api.responses import RefusedError, refusal
from camdigits.web.api.teach import TeachingService, look, take_back, teach
from camdigits.web.server.access import AccessControl, AccessRules
from camdigits.web.server.files import TYPES, file_route
from camdigits.web.streams.broadcast import Broadcast
from camdigits.web.streams.broadcast_socket import watch
from camdigits.web.streams.client_stream import stream

PAGE = Path(__file__).parent / "page"

_STATUS = {UsageError: 400, SourceError: 422, OutputError: 507}
"""Of the answer when something cannot be done."""


def make_app(
    pool: ReaderPool,
    rules: AccessRules | None = None,
    teaching: TeachingService | None = None,
    broadcast: Broadcast | None = None,
    learning: LearningService | None = None,
) -> Starlette:
    """Return the server's application.

    Args:
        pool: what it reads with.
        rules: who is let in; None lets in this machine.
        teaching: keeps what users say of digits; None where nothing is taught.
        broadcast: the camera that everybody is shown; None where each has its own.
        learning: trains on what was taught; None where that is for the command line.
    """
    routes = [*_page_routes(), *_API_ROUTES]
    if broadcast is not None:
        routes.append(WebSocketRoute("/v1/watch", watch))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(AccessControl, rules or AccessRules())],
        exception_handlers={
            RefusedError: _refused,
            BusyError: _busy,
            HTTPException: _http_error,
            CamdigitsError: _failed,
        },
    )
    app.router.default = _nothing
    app.state.pool, app.state.teaching, app.state.broadcast = pool, teaching, broadcast
    app.state.learning = learning
    return app


def _page_routes() -> list[BaseRoute]:
    """Return a route for each file of the page; a client's path never becomes one of the disk's."""
    files = [
        file_route(
            path, "/" if path.name == "index.html" else f"/{path.relative_to(PAGE).as_posix()}"
        )
        for path in sorted(PAGE.rglob("*"))
        if path.suffix in TYPES
    ]
    return [*files, Route("/sample.jpg", sample)]


async def info(request: Request) -> Response:
    """Answer with what the server is and has."""
    asked_of(request.query_params)
    pool: ReaderPool = request.app.state.pool
    facts: dict[str, Any] = {
        "schema": SCHEMA,
        "type": "info",
        "version": __version__,
        "min_confidence": round(pool.min_confidence, 4),
        "rotate": str(pool.config.rotate),
        "polarity": pool.config.polarity,
        "teach": request.app.state.teaching is not None,
        "learn": request.app.state.learning is not None,
        "watch": request.app.state.broadcast is not None,
    }
    return JSONResponse(facts)


async def openapi(request: Request) -> Response:
    """Answer with the OpenAPI document."""
    asked_of(request.query_params)
    return JSONResponse(document(request.app.state.pool.limits))


async def docs(request: Request) -> Response:
    """Answer with the same for people."""
    return HTMLResponse(page(document(request.app.state.pool.limits), str(request.base_url)))


_API_ROUTES: list[BaseRoute] = [
    Route("/docs", docs),
    Route("/v1/openapi.json", openapi),
    Route("/v1/info", info),
    Route("/v1/read", read, methods=["POST"]),
    Route("/v1/picture", picture, methods=["POST"]),
    Route("/v1/look", look, methods=["POST"]),
    Route("/v1/teach", teach, methods=["POST"]),
    Route("/v1/teach/{name}", take_back, methods=["DELETE"]),
    Route("/v1/learn", learn.told, methods=["GET"]),
    Route("/v1/learn", learn.start, methods=["POST"]),
    Route("/v1/learn", learn.go_back, methods=["DELETE"]),
    WebSocketRoute("/v1/stream", stream),
]


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what has no route."""
    if scope["type"] == "websocket":
        await receive()
    await refusal(404, "there is nothing at this path; see /docs")(scope, receive, send)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal(error.status, error.text)


async def _busy(_: Request, error: Exception) -> Response:
    return refusal(503, "too many pictures wait to be read; try again in a moment")


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = refusal(error.status_code, f"{error.detail}; see /docs")
    answer.headers.update(error.headers or {})
    return answer


async def _failed(_: Request, error: Exception) -> Response:
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return refusal(status, str(error))
    return refusal(500, str(error))
