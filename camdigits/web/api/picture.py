"""Pictures for the page: a posted one as every browser shows it, and a sample sheet."""

from __future__ import annotations

from collections import deque
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from camdigits.sources import open_source
from camdigits.types import Frame
from camdigits.web.api.parameters import PAGE, asked_of, page_of
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.api.responses import body_of
from camdigits.web.api.uploads import decoded_part

CLIP = Path(__file__).parents[2] / "assets" / "demo.mp4"
LONGEST_PX = 2000
"""Side of the answer at most."""
_QUALITY = 85


async def picture(request: Request) -> Response:
    """Answer with the picture or page in the body as a JPEG, which TIFF, HEIC and PDF are not."""
    pool: ReaderPool = request.app.state.pool
    page = page_of(asked_of(request.query_params, (PAGE,)))
    data = await body_of(request, pool.limits.picture_bytes, pool.limits.upload_s)
    jpeg = await pool.do(partial(_converted, data, pool.limits.picture_pixels, page))
    return Response(jpeg, media_type="image/jpeg")


async def sample(request: Request) -> Response:
    """Answer with a sheet of handwritten numbers: the last frame of the bundled clip."""
    pool: ReaderPool = request.app.state.pool
    return Response(await pool.do(_sample), media_type="image/jpeg")


def _converted(data: bytes, max_pixels: int, page: int | None) -> bytes:
    frame, _ = decoded_part(data, max_pixels, page)
    return _jpeg(frame)


@cache
def _sample() -> bytes:
    with open_source(CLIP) as source:
        [last] = deque(source, maxlen=1)
        return _jpeg(last)


def _jpeg(frame: Frame) -> bytes:
    image = frame.image
    height, width = image.shape[:2]
    width = round(width * frame.pixel_aspect)
    scale = min(1.0, LONGEST_PX / max(width, height))
    size_wh = max(1, round(width * scale)), max(1, round(height * scale))
    if size_wh != (image.shape[1], height):
        image = np.asarray(cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA))
    return cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1].tobytes()
