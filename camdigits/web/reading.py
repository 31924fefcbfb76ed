"""``POST /v1/read``: a picture in, its frame record out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camdigits.web.answers import body_of
from camdigits.web.desk import Desk
from camdigits.web.settings import READING, asked_of, config_of, source_of


async def read(request: Request) -> Response:
    """Answer with what the picture in the body says, as ``camdigits run`` tells it of a file.

    Like a file, a picture that is cut off is read as far as it goes, and the record says so.
    """
    desk: Desk = request.app.state.desk
    asked = asked_of(request.query_params, READING)
    config, source = config_of(asked, desk.config), source_of(asked, "")
    data = await body_of(request, desk.limits.picture_bytes, desk.limits.upload_s)
    reading, damage = await desk.do(partial(desk.read, data, config))
    [record] = replace(reading, source=source).records("frames")
    if damage:
        record["damage"] = damage
    return JSONResponse(record)
