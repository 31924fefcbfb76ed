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
from camdigits.number import DOUBT as DOUBT
from camdigits.number import UNSURE as UNSURE
from camdigits.number import Digit as Digit
from camdigits.number import Event as Event
from camdigits.number import EventKind as EventKind
from camdigits.number import Mark as Mark
from camdigits.number import Number as Number
from camdigits.number import Seen as Seen
from camdigits.number import Sign as Sign
from camdigits.number import Writing as Writing

if TYPE_CHECKING:
    from camdigits.frame import Image as Image

SCHEMA = 2
"""Version of the records that `Reading.records` makes."""

LEGIBLE_PX = 16
"""Height from which on digits are read well."""

RecordKind = Literal["events", "frames", "both"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A camera or stream was lost, or is back.

    Attributes:
        event: "lost" when no new pictures come any more, "back" with the first one that does.
        source: the source's name as the user gave it.
        index: number of its last frame.
        time_s: when that was noticed, in seconds of the source's own time.
        text: one line that says so.
    """

    event: Literal["lost", "back"]
    source: str
    index: int
    time_s: float
    text: str

    def record(self) -> Record:
        """Return the JSON record of it."""
        return {
            "schema": SCHEMA,
            "type": "status",
            "event": self.event,
            "source": self.source,
            "index": self.index,
            "time_s": round(self.time_s, 3),
            "text": self.text,
        }


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
                    "value": json_number(number.value),
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
            "value": json_number(event.value),
            "writing": event.writing,
        }


def _where(found: Mark | Sign | Number | Event) -> Record:
    return {**_place(found.box), "confidence": round(found.confidence, 4)}


def _place(box: Box) -> Record:
    if box.polygon is None:
        return {"box": box.as_list()}
    return {"box": box.as_list(), "polygon": [list(corner) for corner in box.polygon]}


def json_number(value: Decimal | None) -> int | float | None:
    """Return a value as JSON has it; None for one that no float of 64 bits stands for."""
    if value is None or value == value.to_integral_value():
        return None if value is None else int(value)
    return float(value) if Decimal(repr(float(value))) == value else None
