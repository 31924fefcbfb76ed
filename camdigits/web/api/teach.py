"""Teaching over the wire: ``/v1/look`` shows what could be a digit, ``/v1/teach`` keeps it.

Names of files come from the server alone; a client gets an id for what it saved.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import cv2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camdigits.config import ReadConfig
from camdigits.errors import UsageError
from camdigits.teaching.examples import NONE, SIDES, Example, Teacher
from camdigits.types import SCHEMA, Box, Digit
from camdigits.web.api.parameters import VIEW, asked_of, config_of, number_of
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.api.responses import RefusedError, body_of
from camdigits.web.api.uploads import decoded

STEM = "web"
"""What the names of the files begin with."""
MOST_IDS = 1000
"""Of so many answers, the last ones, each may be taken back."""
_LABEL, _PLACE = "label", ("x", "y", "box", "read", *VIEW)
_FARTHEST_PX = 1 << 20


class TeachingService:
    """Keeps what users say of digits.

    Args:
        teacher: sees digits and has a folder for them; one thread at a time asks it.
    """

    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher
        self._one_at_a_time = threading.Lock()
        self._saved: OrderedDict[str, Path] = OrderedDict()

    def look(self, data: bytes, spot: Box | Digit, config: ReadConfig, pool: ReaderPool) -> Example:
        """Return what is at a spot of an encoded picture: at a box's corner, or a digit there.

        Raises:
            SourceError: if it is no picture, damaged or too large.
            RefusedError: if there is nothing like a digit.
        """
        frame = decoded(data, pool.limits.picture_pixels)
        picture = frame.image, frame.pixel_aspect
        if config.rotate == "auto":
            config = config.turned(pool.recognizer(config).read(*picture).rotate)
        with self._one_at_a_time:
            sight = self._teacher.look(frame.image, config, frame.pixel_aspect)
        found = sight.of(spot) if isinstance(spot, Digit) else sight.at(spot.x, spot.y)
        if found is None:
            raise RefusedError(404, "there is nothing like a digit at this place")
        return found

    def save(self, example: Example, label: int | None) -> tuple[str | None, int]:
        """Keep an example.

        Returns:
            An id to take it back, None if it was kept already; and how many there are.

        Raises:
            OutputError: if it could not be written.
        """
        with self._one_at_a_time:
            path = self._teacher.folder.save(example, label, STEM)
            if path is None:
                return None, len(self._teacher.folder)
            name = secrets.token_hex(8)
            self._saved[name] = path
            while len(self._saved) > MOST_IDS:
                self._saved.popitem(last=False)
            return name, len(self._teacher.folder)

    def take_back(self, name: str) -> int:
        """Remove what was saved under an id, and return how many examples are left.

        Raises:
            RefusedError: if there is none of this id.
        """
        with self._one_at_a_time:
            path = self._saved.pop(name, None)
            if path is None:
                raise RefusedError(404, "nothing was saved under this id, or it was taken back")
            self._teacher.folder.remove(path)
            return len(self._teacher.folder)


async def look(request: Request) -> Response:
    """Answer with what could be a digit at a spot of the picture in the body."""
    found = await _found(request, _PLACE)
    return JSONResponse(
        {
            "schema": SCHEMA,
            "type": "example",
            "box": found.box.as_list(),
            "label": found.label,
            "confidence": round(found.confidence, 4),
            "crop": base64.b64encode(cv2.imencode(".png", found.crop)[1].tobytes()).decode(),
        }
    )


async def teach(request: Request) -> Response:
    """Keep what is at a spot of the picture in the body, under what its owner says it is."""
    label = asked_of(request.query_params, (_LABEL, *_PLACE)).get(_LABEL, "")
    if label not in SIDES:
        raise UsageError(f"label is 0 to 9, or {NONE} for what is no digit")
    found = await _found(request, (_LABEL, *_PLACE))
    teaching, pool = _teaching(request), request.app.state.pool
    work = partial(teaching.save, found, None if label == NONE else int(label))
    name, count = await pool.do(work)
    return JSONResponse(_taught(name, count))


async def take_back(request: Request) -> Response:
    """Forget what was saved under an id."""
    asked_of(request.query_params)
    work = partial(_teaching(request).take_back, request.path_params["name"])
    return JSONResponse(_taught(None, await request.app.state.pool.do(work)))


async def _found(request: Request, known: Collection[str]) -> Example:
    teaching, pool = _teaching(request), request.app.state.pool
    asked = asked_of(request.query_params, known)
    spot, config = _spot(asked), config_of(asked, pool.config)
    data = await body_of(request, pool.limits.picture_bytes, pool.limits.upload_s)
    found: Example = await pool.do(partial(teaching.look, data, spot, config, pool))
    return found


def _teaching(request: Request) -> TeachingService:
    teaching: TeachingService | None = request.app.state.teaching
    if teaching is None:
        raise RefusedError(404, "this server teaches nothing")
    return teaching


def _spot(asked: Mapping[str, Any]) -> Box | Digit:
    """Return the point or the digit that is asked for.

    Raises:
        UsageError: if it is neither.
    """
    if "box" not in asked:
        return Box(_pixel(asked, "x"), _pixel(asked, "y"), 1, 1)
    try:
        x, y, w, h = (int(part) for part in asked["box"].split(","))
        label = int(asked.get("read", ""))
    except ValueError:
        raise UsageError("box is X,Y,W,H in pixels, and read the digit that it was read as") from (
            None
        )
    if not (0 <= label <= 9 and min(w, h) >= 1 and max(map(abs, (x, y, w, h))) < _FARTHEST_PX):
        raise UsageError("box is X,Y,W,H in pixels, and read the digit that it was read as")
    return Digit(Box(x, y, w, h), label, 1.0)


def _pixel(asked: Mapping[str, Any], name: str) -> int:
    if name not in asked:
        raise UsageError("x and y say where in the picture, in pixels")
    pixel = int(number_of(asked[name], name))
    if not 0 <= pixel < _FARTHEST_PX:
        raise UsageError(f"{name} is a pixel of the picture")
    return pixel


def _taught(name: str | None, count: int) -> dict[str, Any]:
    return {"schema": SCHEMA, "type": "taught", "id": name, "count": count}
