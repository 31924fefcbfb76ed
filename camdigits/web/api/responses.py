"""What programs are answered: records as JSON, and refusals in one line."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from camdigits.types import SCHEMA


class RefusedError(Exception):
    """A request that is not done.

    Args:
        status: of the HTTP answer.
        text: one line: what is wrong, and what to do.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def error_record(text: str) -> dict[str, Any]:
    """Return the record that tells a client what is wrong."""
    return {"schema": SCHEMA, "type": "error", "text": text}


def refusal(status: int, text: str) -> JSONResponse:
    """Return the answer to a request that is not done; the rest of that is not waited for."""
    headers = {"connection": "close"}
    if status == 503:
        headers["retry-after"] = "1"
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(error_record(text), status, headers)


async def body_of(request: Request, max_bytes: int, timeout_s: float) -> bytes:
    """Return what a request carries.

    Raises:
        RefusedError: if it is empty, a form, too large, or does not arrive in time.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        address = request.url.replace(query="")
        raise RefusedError(
            415,
            "a form is not read; send one picture, the file itself, as the body of the request: "
            f"curl --data-binary @photo.jpg {address}",
        )
    data = bytearray()
    try:
        if int(request.headers.get("content-length", 0)) > max_bytes:
            raise too_large(max_bytes)
        async with asyncio.timeout(timeout_s):
            async for block in request.stream():
                data += block
                if len(data) > max_bytes:
                    raise too_large(max_bytes)
    except TimeoutError:
        raise RefusedError(408, f"the picture was not there after {timeout_s:g} s") from None
    except (ClientDisconnect, ValueError):
        raise RefusedError(400, "the picture did not arrive whole; send it again") from None
    if not data:
        raise RefusedError(400, "send the picture, JPEG or PNG, as the body of the request")
    return bytes(data)


def too_large(max_bytes: int) -> RefusedError:
    """Return the refusal of a picture with too many bytes."""
    return RefusedError(413, f"more than {max_bytes / 2**20:g} MiB; scale the picture down")
