"""``POST /v1/read``: a picture or page in, its frame record out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camdigits.web.api.parameters import PAGE, READING, asked_of, config_of, page_of, source_of
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.api.responses import body_of


async def read(request: Request) -> Response:
    """Answer with what the picture in the body says, as ``camdigits run`` tells it of a file.

    Like a file, a picture that is cut off is read as far as it goes, and the record says so.
    """
    pool: ReaderPool = request.app.state.pool
    asked = asked_of(request.query_params, (*READING, PAGE))
    page = page_of(asked)
    config, source = config_of(asked, pool.config), source_of(asked, "")
    data = await body_of(request, pool.limits.picture_bytes, pool.limits.upload_s)
    reading, damage = await pool.do(partial(pool.read, data, config, page))
    [record] = replace(reading, source=source).records("frames")
    if damage:
        record["damage"] = damage
    return JSONResponse(record)
