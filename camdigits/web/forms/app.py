"""The application behind one page of forms, for one person on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from camdigits.errors import CamdigitsError
from camdigits.web.api.responses import RefusedError, body_of, refusal
from camdigits.web.server.access import AccessControl, AccessRules
from camdigits.web.server.files import file_route

PAGE = Path(__file__).parent / "page"
SHARED = Path(__file__).parent.parent / "page"
"""The page of ``camdigits serve``, whose looks and way to the server these pages share."""
_OF_SHARED = ("style.css", "api.js", "icon.svg")
_MAX_BYTES = 2**20
_UPLOAD_S = 60.0


class Work(Protocol):
    """What a page is for."""

    page: str
    """The file that is shown, of those in `PAGE`."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return what the page asks of the server; all below ``/v1/``."""
        ...

    def check_end(self) -> None:
        """Make sure that the person may end.

        Raises:
            CamdigitsError: if something is to be done first.
        """
        ...

    def close(self) -> None:
        """Return once nothing is being written, and write nothing more."""
        ...


def make_app(work: Work, rules: AccessRules, ended: threading.Event) -> Starlette:
    """Return the application.

    Args:
        work: what the page is for.
        rules: who is let in.
        ended: is set once the person is done, and has been told so.
    """
    shared = [file_route(SHARED / name, f"/{name}") for name in _OF_SHARED]
    own = [
        file_route(path, "/" if path.name == work.page else f"/{path.name}")
        for path in sorted(PAGE.iterdir())
        if path.suffix in (".js", ".css") or path.name == work.page
    ]
    app = Starlette(
        routes=[*shared, *own, *work.routes(), Route("/v1/end", _end, methods=["POST"])],
        middleware=[Middleware(AccessControl, rules)],
        exception_handlers={
            RefusedError: _refused,
            HTTPException: _http_error,
            CamdigitsError: _failed,
        },
    )
    app.state.work, app.state.ended = work, ended
    return app


def last_answer(request: Request, record: dict[str, Any]) -> JSONResponse:
    """Return an answer after which the command ends."""
    ended: threading.Event = request.app.state.ended
    return JSONResponse(record, background=BackgroundTask(ended.set))


async def json_of(request: Request) -> dict[str, Any]:
    """Return the object that a request carries; its decimals are exact.

    Raises:
        RefusedError: if it carries none.
    """
    data = await body_of(request, _MAX_BYTES, _UPLOAD_S)
    try:
        found = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is no JSON") from None
    if not isinstance(found, dict):
        raise RefusedError(400, "the body is no JSON object")
    return found


async def _end(request: Request) -> Response:
    await run_in_threadpool(request.app.state.work.check_end)
    return last_answer(request, {"type": "ended"})


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal(error.status, error.text)


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal(error.status_code, error.detail)


async def _failed(_: Request, error: Exception) -> Response:
    return refusal(422, str(error))
