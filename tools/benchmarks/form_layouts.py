"""Printed forms with known fields: exam cover, meter card, score sheet, delivery note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from camdigits.forms.form import Field, Form, Kind, Sum
from camdigits.types import Box

Print = NDArray[np.uint8]
Size = tuple[int, int]

A4, A5 = (1240, 1754), (1240, 874)
INK, RULE = 25, 70
PRINT_SCALE = 2
"""Pixels of the print for each of the form, so that a close camera finds edges."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A form as it is printed.

    Attributes:
        form: what camdigits knows of it; its picture is to be set.
        print: ``(height, width) uint8``, brightness, `PRINT_SCALE` times the form's size.
    """

    form: Form
    print: Print


class _Sheet:
    """Prints labels and boxes, and notes the fields."""

    def __init__(self, size_wh: Size) -> None:
        width, height = size_wh
        self.size_wh = size_wh
        self.image = Image.new("L", (width * PRINT_SCALE, height * PRINT_SCALE), 255)
        self._draw = ImageDraw.Draw(self.image)
        self.fields: list[Field] = []

    def text(self, x: int, y: int, text: str, size: int = 26) -> None:
        font = ImageFont.load_default(size * PRINT_SCALE)
        self._draw.text((x * PRINT_SCALE, y * PRINT_SCALE), text, INK, font)

    def box(self, x: int, y: int, w: int, h: int, thickness: float = 1.5) -> None:
        ends = [x * PRINT_SCALE, y * PRINT_SCALE, (x + w) * PRINT_SCALE, (y + h) * PRINT_SCALE]
        self._draw.rectangle(ends, outline=RULE, width=round(thickness * PRINT_SCALE))

    def line(self, x: int, y: int, right: int) -> None:
        ends = [x * PRINT_SCALE, y * PRINT_SCALE, right * PRINT_SCALE, y * PRINT_SCALE]
        self._draw.line(ends, RULE, round(1.5 * PRINT_SCALE))

    def field(self, name: str, box: Size | tuple[int, int, int, int], **fits: object) -> None:
        x, y, w, h = box  # type: ignore[misc]
        if "most" in fits:
            fits["most"] = Decimal(str(fits["most"]))
        kind: Kind = fits.pop("kind", "number")  # type: ignore[assignment]
        if kind == "comb":
            count = fits["digits"][1]  # type: ignore[index]
            for place in range(count):
                left, right = round(x + place * w / count), round(x + (place + 1) * w / count)
                self.box(left, y, right - left, h)
        elif fits.pop("line", False):
            self.line(x, y + h - 4, x + w)
        else:
            self.box(x, y, w, h)
        self.fields.append(Field(name, Box(x, y, w, h), kind, **fits))  # type: ignore[arg-type]

    def layout(self, name: str, *sums: Sum) -> Layout:
        form = Form(name, self.size_wh, Path(), tuple(self.fields), sums=sums)
        return Layout(form, np.asarray(self.image, np.uint8))


def exam_cover() -> Layout:
    """Return the cover of an exam: a student's number, points, their sum, ticks."""
    sheet = _Sheet(A4)
    sheet.text(110, 90, "Department of Mechanical Engineering", 30)
    sheet.text(110, 140, "Examination in Applied Mathematics II", 44)
    sheet.text(110, 230, "Write clearly, in black or blue. One digit in each box.", 24)
    sheet.text(110, 330, "Student number", 28)
    sheet.field("student", (420, 310, 520, 76), kind="comb", digits=(8, 8), check="luhn")
    sheet.text(110, 440, "Date", 28)
    sheet.field("date", (420, 420, 380, 76), kind="date", match=r"\d\d?\.\d\d?\.\d{4}")
    sheet.text(110, 550, "Pages handed in", 28)
    sheet.field("pages", (420, 530, 160, 76), digits=(1, 2))
    sheet.text(110, 660, "Absent", 28)
    sheet.field("absent", (300, 652, 48, 48), kind="tick")
    sheet.text(420, 660, "Second attempt", 28)
    sheet.field("second", (720, 652, 48, 48), kind="tick")
    sheet.text(110, 770, "Question", 28)
    sheet.text(420, 770, "Points", 28)
    sheet.text(700, 770, "of", 28)
    most = (10, 15, 20, 12, 8, 25)
    for place, points in enumerate(most, start=1):
        y = 820 + (place - 1) * 90
        sheet.text(140, y + 20, f"Question {place}", 28)
        sheet.field(f"q{place}", (420, y, 200, 90), digits=(1, 2), most=points)
        sheet.text(700, y + 20, str(points), 28)
    sheet.text(140, 1396, "Total", 34)
    sheet.field("total", (420, 1380, 200, 90), digits=(1, 2), most=sum(most))
    sheet.text(110, 1560, "Checked by", 24)
    sheet.line(300, 1590, 800)
    parts = tuple(f"q{place}" for place in range(1, len(most) + 1))
    return sheet.layout("exam cover", Sum("total", parts))


def meter_card() -> Layout:
    """Return a card on which somebody notes what a meter shows."""
    sheet = _Sheet(A5)
    sheet.text(80, 60, "Northern Water and Power", 40)
    sheet.text(80, 120, "Meter reading card - please return by post", 26)
    sheet.text(80, 220, "Meter number", 28)
    sheet.field("meter", (380, 200, 560, 74), kind="comb", digits=(9, 9), check="mod11")
    sheet.text(80, 320, "Reading", 28)
    sheet.field("reading", (380, 300, 384, 74), kind="comb", digits=(6, 6))
    sheet.text(790, 320, "kWh", 28)
    sheet.text(80, 420, "Cubic metres", 28)
    sheet.field("water", (380, 400, 300, 74), kind="decimal", match=r"\d{1,4}[.,]\d{1,2}")
    sheet.text(80, 520, "Read on", 28)
    sheet.field("date", (380, 500, 380, 74), kind="date", match=r"\d\d?\.\d\d?\.\d\d(\d\d)?")
    sheet.text(80, 620, "at", 28)
    sheet.field("time", (380, 600, 240, 74), kind="time")
    sheet.text(80, 730, "New meter", 28)
    sheet.field("new", (380, 722, 46, 46), kind="tick")
    sheet.text(520, 730, "Call me back", 28)
    sheet.field("call", (760, 722, 46, 46), kind="tick")
    return sheet.layout("meter card")


def score_sheet() -> Layout:
    """Return a table of two players' rounds with their totals."""
    sheet = _Sheet(A4)
    sheet.text(110, 90, "City Archery Club - score sheet", 44)
    sheet.text(110, 200, "Lane", 28)
    sheet.field("lane", (220, 180, 150, 70), digits=(1, 2), line=True)
    sheet.text(460, 200, "Start", 28)
    sheet.field("start", (560, 180, 240, 70), kind="time", line=True)
    sheet.text(110, 330, "Round", 28)
    names = ("a", "b")
    for column, name in enumerate(names):
        sheet.text(330 + column * 320, 330, f"Archer {name.upper()}", 28)
    for row in range(8):
        y = 380 + row * 84
        sheet.text(140, y + 22, str(row + 1), 28)
        for column, name in enumerate(names):
            box = (300 + column * 320, y, 320, 84)
            sheet.field(f"{name}{row + 1}", box, digits=(1, 3), most=120)
    sheet.text(110, 1110, "Total", 34)
    for column, name in enumerate(names):
        sheet.field(f"{name} total", (300 + column * 320, 1090, 320, 92), digits=(1, 3))
        sheet.text(330 + column * 320, 1230, "agreed", 26)
        sheet.field(f"{name} agreed", (450 + column * 320, 1222, 48, 48), kind="tick")
    sheet.text(110, 1400, "Ten rings count ten, the outer ring counts one.", 24)
    sums = [Sum(f"{name} total", tuple(f"{name}{row + 1}" for row in range(8))) for name in names]
    return sheet.layout("score sheet", *sums)


def delivery_note() -> Layout:
    """Return a note of books that were delivered, with quantities and prices."""
    sheet = _Sheet(A4)
    sheet.text(110, 80, "Harbour Book Wholesale", 46)
    sheet.text(110, 150, "Delivery note", 34)
    sheet.text(110, 250, "Customer", 28)
    sheet.field("customer", (300, 230, 360, 72), kind="comb", digits=(6, 6), check="luhn")
    sheet.text(760, 250, "Parcels", 28)
    sheet.field("parcels", (900, 230, 130, 72), digits=(1, 2))
    for row in range(4):
        y = 380 + row * 260
        sheet.text(110, y, f"Title {row + 1}, ISBN", 26)
        sheet.field(
            f"isbn{row + 1}", (110, y + 40, 760, 66), kind="comb", digits=(13, 13), check="isbn"
        )
        sheet.text(110, y + 145, "copies", 26)
        sheet.field(f"copies{row + 1}", (210, y + 120, 170, 72), digits=(1, 3))
        sheet.text(450, y + 145, "price", 26)
        sheet.field(
            f"price{row + 1}", (540, y + 120, 260, 72), kind="decimal", match=r"\d{1,3}[.,]\d\d"
        )
        sheet.text(860, y + 145, "damaged", 26)
        sheet.field(f"damaged{row + 1}", (1000, y + 128, 46, 46), kind="tick")
    sheet.text(110, 1460, "Received", 28)
    sheet.field("received", (300, 1440, 380, 72), kind="date", match=r"\d\d?\.\d\d?\.\d{4}")
    sheet.line(110, 1640, 700)
    sheet.text(110, 1650, "Signature", 22)
    return sheet.layout("delivery note")


LAYOUTS: dict[str, Callable[[], Layout]] = {
    "exam cover": exam_cover,
    "meter card": meter_card,
    "score sheet": score_sheet,
    "delivery note": delivery_note,
}
