"""The values that flow through camdigits: boxes, frames, digits, numbers, events and readings.

All are frozen.  A box is in pixels of the source picture: after the rotation that the file itself
asks for (EXIF, container) and before ``--rotate``, ``--roi`` and mirroring, whatever size the
reading worked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from camdigits.box import Box as Box  # part of this vocabulary
from camdigits.box import Polygon as Polygon
from camdigits.frame import Frame as Frame
from camdigits.frame import Luma as Luma

if TYPE_CHECKING:
    from camdigits.frame import Image as Image

SCHEMA = 2
"""Version of the records that `Reading.records` makes."""

DOUBT = "?"
"""Stands in a text for a digit that is there, and not surely read."""

UNSURE = 0.5
"""A number of less confidence is as likely wrong as right: it has no value."""

LEGIBLE_PX = 16
"""Height from which on digits are read well."""

EventKind = Literal["appeared", "changed", "gone"]
RecordKind = Literal["events", "frames", "both"]
Seen = Literal["searched", "followed"]
Writing = Literal["hand", "print"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit that was read.

    Attributes:
        box: where it stands, in pixels of the source picture.
        label: 0 to 9.
        confidence: probability that the label is right, 0 to 1.
        track: number of the digit's track, the same from frame to frame; None for stills.
        seen: "searched" if it was found by a search of this frame, "followed" if it was found in
            a frame before and carried to where it must be in this one.
        is_doubtful: it is less sure than was asked for, and reported since it stands among the
            digits of a number, whose text has ``?`` in its place; the label is the likeliest one.
        writing: "hand", or "print" if surely printed; a number's digits are all of one kind.
    """

    box: Box
    label: int
    confidence: float
    track: int | None = None
    seen: Seen = "searched"
    is_doubtful: bool = False
    writing: Writing = "hand"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a number: what is written before or between its digits.

    Attributes:
        mark: as it stands in the text: ``.`` ``,`` ``:`` ``/`` or ``-``.
        box: where it stands, in pixels of the source picture.
        confidence: probability that it is this mark, 0 to 1.
        place: of the digit before which it stands, among the number's; 0 is before the first, such
            as a minus.
    """

    mark: str
    box: Box
    confidence: float
    place: int


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator between numbers, such as a plus.

    Attributes:
        sign: ``+`` ``-`` ``x`` ``÷`` ``·`` ``/`` ``=`` ``(`` or ``)``.
        box: where it stands, in pixels of the source picture.
        confidence: probability that it is this sign, 0 to 1.
    """

    sign: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together.

    Attributes:
        text: the number as it was written: its digits in reading order, `DOUBT` for a doubtful one,
            and its marks; leading zeros stay.
        box: the box around all of them.
        confidence: that of the least certain digit, mark or border, 0 to 1.
        digits: in reading order, never empty.
        id: number of this number in its stream, the same from frame to frame; None for stills
            and until it was announced.
        value: what the text amounts to if it is an integer or a decimal without doubt, and not
            `UNSURE`, else None
            (`camdigits.page.written.value_of`).
        marks: in reading order.
        cell: (table, row, column) in which it stands, each from 0; None if it stands in no table.
    """

    text: str
    box: Box
    confidence: float
    digits: tuple[Digit, ...]
    id: int | None = None
    value: Decimal | None = None
    marks: tuple[Mark, ...] = ()
    cell: tuple[int, int, int] | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether one of its digits is."""
        return any(digit.is_doubtful for digit in self.digits)

    @property
    def writing(self) -> Writing:
        """That of its digits."""
        return self.digits[0].writing


@dataclass(frozen=True, slots=True)
class Event:
    """A number appeared, changed its text, or is gone.

    Attributes:
        kind: "appeared", "changed" or "gone".
        id: number of the number in its stream.
        text: the new text; for "gone" the last one.
        box: where it was seen last, in pixels of the source picture.
        confidence: 0 to 1.
        index: frame at which this became certain.
        time_s: time of that frame in seconds.
        value: what the text amounts to, as of a `Number`.
        writing: as of its digits.
    """

    kind: EventKind
    id: int
    text: str
    box: Box
    confidence: float
    index: int
    time_s: float
    value: Decimal | None = None
    writing: Writing = "hand"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame says.

    Attributes:
        source: the source's name as the user gave it; "" for an array.
        index: number of the frame in its source.
        time_s: its time in seconds.
        size_wh: (width, height) of the source picture in pixels.
        digits: every digit read, in reading order, doubtful ones where they stand in a number.
        numbers: the same digits joined to numbers, in reading order.
        events: what became certain with this frame; always empty for stills.
        is_still: the frame is a picture of its own, not one of a video or camera.
        rotate: degrees clockwise that the picture was turned for reading, from 0 to below 360;
            where the lines of its parts lie otherwise, those of most digits.  Boxes are in pixels
            of the picture before that.
        signs: the operators between numbers, in reading order.
        struck: numbers that their writer struck out, which are among neither the numbers nor the
            digits; boxes hold the strokes as well.
        tables: (rows, columns) of each table, those without numbers counted; empty for video.
        page: number of the page in its document, from 1; None of what has no pages.
        reduced: how many times the picture was reduced where it was searched most closely, if that
            is so often that digits of usual size may have been missed; else None.
    """

    source: str
    index: int
    time_s: float
    size_wh: tuple[int, int]
    digits: tuple[Digit, ...] = ()
    numbers: tuple[Number, ...] = ()
    events: tuple[Event, ...] = ()
    is_still: bool = True
    rotate: float = 0
    signs: tuple[Sign, ...] = ()
    struck: tuple[Number, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()
    page: int | None = None
    reduced: float | None = None

    @property
    def place(self) -> str:
        """The source's name and, of a document, the page: ``scan.pdf, page 3``."""
        return self.source if self.page is None else f"{self.source}, page {self.page}"

    @property
    def note(self) -> str:
        """One line on what may have been missed, without the source's name; "" for nothing."""
        if self.reduced is None:
            return ""
        width, height = self.size_wh
        return (
            f"{width}x{height} pixels were reduced {self.reduced:.1f} times to be read: "
            f"digits lower than {round(LEGIBLE_PX * self.reduced)} pixels may be missed; "
            "read a part at a time with --roi"
        )

    def records(self, kind: RecordKind | None = None) -> Iterator[Record]:
        """Yield the JSON records of this reading, the frame before its events.

        Args:
            kind: "frames", "events" or "both"; None takes frames for stills, else events.
        """
        kind = kind or ("frames" if self.is_still else "events")
        if kind in ("frames", "both"):
            yield self._frame_record()
        if kind in ("events", "both"):
            yield from (self._event_record(event) for event in self.events)

    def _frame_record(self) -> Record:
        position = {id(digit): place for place, digit in enumerate(self.digits)}
        return {
            "schema": SCHEMA,
            "type": "frame",
            "source": self.source,
            "index": self.index,
            "time_s": round(self.time_s, 3),
            "size": list(self.size_wh),
            **({} if self.reduced is None else {"reduced": round(self.reduced, 2)}),
            "digits": [
                {
                    **_place(digit.box),
                    "label": digit.label,
                    "confidence": round(digit.confidence, 4),
                    "track": digit.track,
                    "seen": digit.seen,
                    "doubtful": digit.is_doubtful,
                    "writing": digit.writing,
                }
                for digit in self.digits
            ],
            "numbers": [
                {
                    "text": number.text,
                    **_where(number),
                    "digits": [position[id(digit)] for digit in number.digits],
                    "id": number.id,
                    "value": _json_number(number.value),
                    "marks": [
                        {"mark": mark.mark, **_where(mark), "place": mark.place}
                        for mark in number.marks
                    ],
                    "cell": None if number.cell is None else list(number.cell),
                    "writing": number.writing,
                }
                for number in self.numbers
            ],
            "signs": [{"sign": sign.sign, **_where(sign)} for sign in self.signs],
            "struck": [{"text": n.text, **_where(n), "struck": True} for n in self.struck],
            "tables": [list(table) for table in self.tables],
            "page": self.page,
            "rotate": int(self.rotate) if self.rotate == int(self.rotate) else self.rotate,
        }

    def _event_record(self, event: Event) -> Record:
        return {
            "schema": SCHEMA,
            "type": "event",
            "event": event.kind,
            "source": self.source,
            "index": event.index,
            "time_s": round(event.time_s, 3),
            "id": event.id,
            "text": event.text,
            **_where(event),
            "value": _json_number(event.value),
            "writing": event.writing,
        }


def _where(found: Mark | Sign | Number | Event) -> Record:
    return {**_place(found.box), "confidence": round(found.confidence, 4)}


def _place(box: Box) -> Record:
    if box.polygon is None:
        return {"box": box.as_list()}
    return {"box": box.as_list(), "polygon": [list(corner) for corner in box.polygon]}


def _json_number(value: Decimal | None) -> int | float | None:
    """Return a value as JSON has it; None for one that no float of 64 bits stands for."""
    if value is None or value == value.to_integral_value():
        return None if value is None else int(value)
    return float(value) if Decimal(repr(float(value))) == value else None
