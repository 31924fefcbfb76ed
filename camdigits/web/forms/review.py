"""Reviews tables: doubtful fields one after the other, each picture beside its text."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from camdigits.errors import CamdigitsError
from camdigits.forms.form import Field
from camdigits.forms.readings import FieldReading, SheetReading
from camdigits.support.printable import printable
from camdigits.web.api.responses import RefusedError
from camdigits.web.forms.app import json_of, last_answer
from camdigits.web.forms.drawing import jpeg
from camdigits.web.forms.pictures import FieldPictures
from camdigits.web.forms.tables import OpenTable

MOST_TEXT = 100
"""Characters of what somebody says stands in a field."""
MOST_OTHERS = 4
"""Texts that a field may be instead, that are offered."""
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field that somebody is to look at.

    Attributes:
        table: that it is in.
        sheet: its place in the table.
        field: its name.
    """

    table: OpenTable
    sheet: int
    field: str

    @property
    def sheet_reading(self) -> SheetReading:
        """The sheet as the table has it now."""
        return self.table.table.sheets[self.sheet]

    @property
    def reading(self) -> FieldReading:
        """The field as the table has it now."""
        return next(each for each in self.sheet_reading.fields if each.name == self.field)

    @property
    def kind(self) -> Field:
        """The field as the form has it."""
        return self.table.form.field(self.field)


class Review:
    """The doubtful fields of tables, and what somebody says of them.

    Args:
        tables: that are reviewed.
    """

    page = "review.html"

    def __init__(self, tables: Sequence[OpenTable]) -> None:
        self.doubts = tuple(
            Doubt(table, place, field.name)
            for table in tables
            for place, sheet in enumerate(table.table.sheets)
            for field in sheet.doubtful
        )
        self._pictures = FieldPictures()
        self._looking, self._writing = threading.Lock(), threading.Lock()
        self._is_closed = False

    @property
    def left(self) -> list[int]:
        """The places of the fields that are still doubtful."""
        is_left = (doubt.reading.state == "doubtful" for doubt in self.doubts)
        return [place for place, is_it in enumerate(is_left) if is_it]

    def facts(self, place: int) -> dict[str, Any]:
        """Return what the page shows of a doubtful field."""
        doubt, reading = self.doubts[place], self.doubts[place].reading
        return {
            "place": place,
            "count": len(self.doubts),
            "left": len(self.left),
            "doubtful": self.left,
            "table": doubt.table.path.name,
            "sheet": printable(doubt.sheet_reading.place),
            "field": doubt.field,
            "kind": doubt.kind.kind,
            "fits": what_fits(doubt.kind),
            "text": reading.text,
            "state": reading.state,
            "why": reading.why,
            "others": [text for text, _ in reading.others[:MOST_OTHERS]],
        }

    def picture(self, place: int, is_wide: bool) -> bytes:
        """Return a JPEG of a doubtful field; see `FieldPictures.picture`."""
        doubt = self.doubts[place]
        sheet = doubt.sheet_reading
        with self._looking:
            image = self._pictures.picture(
                doubt.table.form, doubt.table.file_of(sheet), sheet, doubt.field, is_wide
            )
        return jpeg(image, _QUALITY)

    def answer(self, place: int, text: str, is_sure: bool) -> str:
        """Take what somebody says of a field, and write it.

        Args:
            place: of the doubtful field.
            text: that stands there.
            is_sure: it was said already that it does not fit.

        Returns:
            Why it does not fit, and nothing is written; "" once it is written.

        Raises:
            OutputError: if it could not be written.
        """
        doubt = self.doubts[place]
        with self._writing:
            if self._is_closed:
                raise CamdigitsError("camdigits has ended; start it again to go on")
            why = "" if is_sure else doubt.table.why_not(doubt.sheet, doubt.field, text)
            if not why:
                doubt.table.correct(doubt.sheet, doubt.field, text)
            return why

    def check_end(self) -> None:
        """Let the person end whenever that is wanted: all answers are written."""

    def close(self) -> None:
        """Return once nothing is being written, and write nothing more."""
        with self._writing:
            self._is_closed = True

    def routes(self) -> Sequence[BaseRoute]:
        """Return what the page asks."""
        return [
            Route("/v1/fields/{place:int}", _facts),
            Route("/v1/fields/{place:int}", _answer, methods=["POST"]),
            Route("/v1/fields/{place:int}/picture", _picture),
        ]


def what_fits(field: Field) -> str:
    """Return what may stand in a field, as a phrase for people: ``number, 1 to 2 digits``."""
    phrases = [{"tick": "yes or no", "comb": "one digit a box"}.get(field.kind, field.kind)]
    if field.digits is not None:
        least, most = field.digits
        several = str(most) if least == most else f"{least} to {most}"
        phrases.append(f"{several} digit{'s' * (most != 1)}")
    if field.least is not None:
        phrases.append(f"at least {field.least}")
    if field.most is not None:
        phrases.append(f"at most {field.most}")
    if field.match is not None:
        phrases.append(f"like {field.match}")
    if field.check is not None:
        phrases.append(f"with the {field.check} check")
    if field.is_optional:
        phrases.append("or empty")
    return ", ".join(phrases)


async def _facts(request: Request) -> Response:
    review, place = _asked(request)
    return JSONResponse(review.facts(place))


async def _picture(request: Request) -> Response:
    review, place = _asked(request)
    is_wide = "wide" in request.query_params
    data = await run_in_threadpool(review.picture, place, is_wide)
    return Response(data, media_type="image/jpeg")


async def _answer(request: Request) -> Response:
    review, place = _asked(request)
    said = await json_of(request)
    text = said.get("text")
    if not isinstance(text, str) or len(text) > MOST_TEXT or not text.isprintable():
        raise RefusedError(400, f"a text of one line with at most {MOST_TEXT} characters is taken")
    why = await run_in_threadpool(review.answer, place, text.strip(), said.get("sure") is True)
    left = len(review.left)
    record = {"why_not": why, "left": left}
    return JSONResponse(record) if left else last_answer(request, record)


def _asked(request: Request) -> tuple[Review, int]:
    review: Review = request.app.state.work
    place: int = request.path_params["place"]
    if place >= len(review.doubts):
        raise RefusedError(404, "there is no such field")
    return review, place
