"""Draws a form: the sheet is shown, and what is drawn on it goes into the form's file at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from camdigits.errors import CamdigitsError, FormError, UsageError
from camdigits.forms.form import Form
from camdigits.forms.loading import form_of, form_text
from camdigits.forms.sheet.reference import reference_of, upright
from camdigits.support.output_file import write_whole
from camdigits.web.api.responses import RefusedError
from camdigits.web.forms.app import json_of

WORDS = "not saved yet"
"""Begins each line that says what is wrong with what is drawn."""
_DRAWN = frozenset(("fields", "sums", "blank"))
_SHOWN_PX = 3000
"""Longer side of the picture that browsers get, at most."""
_QUALITY = 88

Image = NDArray[np.uint8]


class FormDrawing:
    """A form while somebody draws its fields.

    Args:
        start: what the form's file says beside what is drawn: ``schema``, ``name``, ``size``,
            ``picture``, perhaps ``page`` and ``blank``; and the ``fields`` that there are.
        image: ``(height, width, 3) uint8``, BGR, the sheet, of the form's size; the whole picture
            of a form without ``corners``.
        output: the form's file.
        force: may be replaced if it is there.
    """

    page = "draw.html"

    def __init__(
        self, start: Mapping[str, Any], image: Image, output: Path, force: bool = False
    ) -> None:
        self._start, self._image, self._output = dict(start), image, output
        self._picture = None if "corners" in start else image
        self._may_replace = force
        self._lock = threading.Lock()
        self._is_closed = False
        self.form: Form | None = None
        """As it was written; None while it was not."""

    def facts(self) -> dict[str, Any]:
        """Return what the page shows at first: all that the form's file says."""
        now = self._start if self.form is None else self.form.record()
        return {
            "file": self._output.name,
            "sheet": Path(str(self._start["picture"])).name,
            "size": now["size"],
            "blank": now.get("blank", True),
            "fields": now["fields"],
            "sums": now.get("sums", []),
            "corners": now.get("corners"),
            "whole": None if self._picture is None else list(self._picture.shape[1::-1]),
        }

    def picture(self, is_whole: bool = False) -> bytes:
        """Return the sheet as a JPEG, or the whole picture that shows it."""
        image = self._picture if is_whole and self._picture is not None else self._image
        height, width = image.shape[:2]
        scale = min(1.0, _SHOWN_PX / max(height, width))
        size_wh = max(1, round(width * scale)), max(1, round(height * scale))
        shown = cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)
        return jpeg(np.asarray(shown, np.uint8), _QUALITY)

    def save(self, drawn: Mapping[str, Any]) -> tuple[str, ...]:
        """Write what is drawn, if it describes a form; the file stays as it is if it does not.

        Args:
            drawn: ``fields``, ``sums`` and ``blank`` of the form's file.

        Returns:
            What is wrong with it, a line for each fault.

        Raises:
            OutputError: if it could not be written.
        """
        with self._lock:
            if self._is_closed:
                raise CamdigitsError("camdigits has ended; start it again to go on")
            try:
                form = _form({**self._start, **drawn})
            except FormError as error:
                return error.lines
            if form.fields or self.form is not None:
                data = form_text(form.record()).encode("utf-8")
                write_whole(self._output, data, self._may_replace)
                self.form, self._may_replace = form, True
            return ()

    def straighten(self, corners: object) -> None:
        """Take a form's corners in its picture, which is shown straight from then on.

        Args:
            corners: as the form's file has them, but 0 to 1 of the picture's width and height.

        Raises:
            UsageError: if fields are drawn already, which would lie elsewhere then.
            FormError: if they are none.
        """
        with self._lock:
            if self._picture is None or self._start["fields"] or (self.form and self.form.fields):
                raise UsageError("corners are set before fields are drawn; delete these first")
            try:
                points = np.array(corners, np.float64).reshape(4, 2) * self._picture.shape[1::-1]
            except (TypeError, ValueError):
                raise UsageError("corners are four points [x, y], 0 to 1") from None
            sides = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
            size = [round(float(each)) for each in (sides[::2].mean(), sides[1::2].mean())]
            start = self._start | {"size": size, "corners": points.round(1).tolist()}
            form = _form(start)
            self._image, self._start, self.form = upright(form, self._picture), start, None

    def check_end(self) -> None:
        """Make sure that sheets can be known by the form that is written.

        Raises:
            UsageError: if there is none.
            FormError: if they cannot be.
        """
        with self._lock:
            form = self.form or _form(self._start)
            if not form.fields:
                raise UsageError("draw a field first; or end with Ctrl-C where camdigits runs")
            reference_of(form, self._image)

    def close(self) -> None:
        """Return once nothing is being written, and write nothing more."""
        with self._lock:
            self._is_closed = True

    def routes(self) -> Sequence[BaseRoute]:
        """Return what the page asks."""
        return [
            Route("/v1/form", _facts),
            Route("/v1/form", _save, methods=["PUT"]),
            Route("/v1/sheet", _sheet),
            Route("/v1/corners", _straighten, methods=["PUT"]),
        ]


def _form(record: Mapping[str, Any]) -> Form:
    """Return the form that a record describes, raising as `form_of`."""
    corners = record.get("corners")
    if corners is not None:
        corners = [[Decimal(str(each)) for each in point] for point in corners]
    return form_of({**record, "corners": corners}, WORDS, str(record["name"]))


def jpeg(image: Image, quality: int) -> bytes:
    """Return ``(height, width, 3) uint8`` BGR as a JPEG of a quality of 0 to 100."""
    is_done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not is_done:
        raise CamdigitsError("the picture could not be encoded as JPEG")
    return data.tobytes()


async def _facts(request: Request) -> Response:
    return JSONResponse(_drawing(request).facts())


async def _sheet(request: Request) -> Response:
    data = await run_in_threadpool(_drawing(request).picture, "whole" in request.query_params)
    return Response(data, media_type="image/jpeg")


async def _save(request: Request) -> Response:
    drawn = await json_of(request)
    if drawn.keys() - _DRAWN:
        raise RefusedError(400, f"only {', '.join(sorted(_DRAWN))} are drawn")
    faults = await run_in_threadpool(_drawing(request).save, drawn)
    return JSONResponse({"faults": faults})


async def _straighten(request: Request) -> Response:
    corners = (await json_of(request)).get("corners")
    await run_in_threadpool(_drawing(request).straighten, corners)
    return JSONResponse(_drawing(request).facts())


def _drawing(request: Request) -> FormDrawing:
    drawing: FormDrawing = request.app.state.work
    return drawing
