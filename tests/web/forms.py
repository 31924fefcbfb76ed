"""A form, sheets of it and a table of them, and servers of the pages that show these."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import httpx
import numpy as np
from benchmarks.form_layouts import exam_cover
from benchmarks.form_sheets import blank

from camdigits.forms.form import Form
from camdigits.forms.loading import form_text
from camdigits.forms.readings import FieldReading, FormTable, SheetReading
from camdigits.forms.sheet.alignment import find_sheet
from camdigits.forms.sheet.reference import load_reference
from camdigits.forms.tables.files import write_table
from camdigits.ink.plane import plane_of_image
from camdigits.web.forms.app import Work, make_app
from camdigits.web.server.access import AccessRules
from camdigits.web.server.limits import Limits
from camdigits.web.server.web_server import WebServer, bind
from tests.support.media import Image, encoded

TOKEN = "a-token-that-nobody-guesses"
STANDS = {"q1": "7", "q2": "13", "q3": "20", "q4": "5", "q5": "8", "q6": "21", "total": "74"}
"""What stands on the sheet."""


@dataclass(frozen=True)
class Stack:
    """Files of a form, one sheet and a table.

    Attributes:
        form: as its file has it.
        table: a table of the sheet, with two doubtful numbers and a doubtful tick.
        sheet: a photo of it.
    """

    form: Form
    table: Path
    sheet: Path


def sheet_of(form: Form) -> Image:
    """Return a photo of a sheet, turned a little: ``(height, width, 3) uint8``, BGR."""
    image = blank(exam_cover())
    for name, text in STANDS.items():
        box = form.field(name).box
        place = (box.x + 20, box.y + box.h - 20)
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 2, (90, 30, 20), 5)
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3, 0.85)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), borderValue=(120, 130, 140)))


def made_stack(folder: Path, suffix: str = ".csv") -> Stack:
    """Write a form, a sheet and its table into a folder."""
    (folder / "cover.png").write_bytes(encoded(".png", blank(exam_cover())))
    form = replace(exam_cover().form, picture=Path("cover.png"))
    (folder / "cover.form.json").write_text(form_text(form.record()))
    form = replace(form, picture=folder / "cover.png")
    sheet, image = folder / "sheet.jpg", sheet_of(form)
    sheet.write_bytes(encoded(".jpg", image))
    placement = find_sheet(load_reference(form), plane_of_image(image))
    doubts = {
        "q2": FieldReading("q2", "18", "doubtful", "may be 13", 0.6, (("13", 0.3),)),
        "total": FieldReading("total", "74", "doubtful", "hard to read", 0.7),
        "absent": FieldReading("absent", "unclear", "doubtful", "neither ticked nor empty", 0.5),
    }
    others = {"second": "no", "student": "79927398", "date": "1.2.2026", "pages": "4"} | STANDS
    fields = tuple(
        doubts.get(field.name, FieldReading(field.name, others.get(field.name, "")))
        for field in form.fields
    )
    table = FormTable(
        folder / "cover.form.json", (SheetReading(str(sheet), fields, placement.corners),)
    )
    write_table(folder / f"marks{suffix}", table)
    return Stack(form, folder / f"marks{suffix}", sheet)


@dataclass(frozen=True)
class ServedWork:
    """A page that is served.

    Attributes:
        port: of 127.0.0.1.
        ended: is set once the person is done.
    """

    port: int
    ended: threading.Event

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/#token={TOKEN}"

    def client(self, token: str = TOKEN, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/",
            headers=({"authorization": f"Bearer {token}"} if token else {}) | headers,
            timeout=100,
            trust_env=False,
        )


@contextmanager
def serving_work(work: Work) -> Iterator[ServedWork]:
    """Serve a page until the block is left."""
    ended = threading.Event()
    listener = bind("127.0.0.1", 0)
    app = make_app(work, AccessRules(token=TOKEN), ended)
    with WebServer(app, listener, Limits()):
        yield ServedWork(listener.getsockname()[1], ended)
