"""The values that flow through camdigits: boxes, frames, digits, numbers, events and readings.

All are frozen.  A box is in pixels of the source picture: after the rotation that the file itself
asks for (EXIF, container) and before ``--rotate``, ``--roi`` and mirroring, whatever size the
reading worked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

SCHEMA = 1
"""Version of the records that `Reading.records` makes."""

EventKind = Literal["appeared", "changed", "gone"]
RecordKind = Literal["events", "frames", "both"]
Seen = Literal["searched", "followed"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, origin top left; width and height are at least 1."""

    x: int
    y: int
    w: int
    h: int

    def __post_init__(self) -> None:
        if self.w < 1 or self.h < 1:
            raise ValueError(f"a box is at least 1x1 pixel, found {self.w}x{self.h}")

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def center(self) -> tuple[float, float]:
        """The middle, as (x, y) in pixels."""
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def area(self) -> int:
        """Width times height, in square pixels."""
        return self.w * self.h

    def intersection(self, other: Box) -> int:
        """Return the area that both boxes cover, in square pixels; 0 if they do not meet."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0, width) * max(0, height)

    def iou(self, other: Box) -> float:
        """Return intersection over union, 0 to 1."""
        shared = self.intersection(other)
        return shared / (self.area + other.area - shared)

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)

    def scaled(self, factor: float) -> Box:
        """Return the box in a picture `factor` times as large, rounded to pixels."""
        x, y = round(self.x * factor), round(self.y * factor)
        right, bottom = round(self.right * factor), round(self.bottom * factor)
        return Box(x, y, max(1, right - x), max(1, bottom - y))

    def clipped(self, bounds: Box) -> Box:
        """Return the part of the box that lies within `bounds`, which it must meet."""
        x, y = max(self.x, bounds.x), max(self.y, bounds.y)
        right, bottom = min(self.right, bounds.right), min(self.bottom, bounds.bottom)
        return Box(x, y, right - x, bottom - y)

    def as_list(self) -> list[int]:
        """Return ``[x, y, w, h]``, as records write it."""
        return [self.x, self.y, self.w, self.h]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR; nobody writes to it.
        index: number of the frame in its source, from 0; frames that were dropped count.
        time_s: seconds since the source's first frame, from the stream's own timestamps,
            never falling; 0.0 for stills.
    """

    image: Image
    index: int = 0
    time_s: float = 0.0

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]

    @property
    def luma(self) -> Luma | None:
        """The brightness of its pixels where the decoder gave it; None where only colours are."""
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Luma:
    """How bright each pixel of a picture is, as decoders deliver it.

    Attributes:
        plane: ``(height, width) uint8``; nobody writes to it.
        is_full: 0 is black and 255 white; else 16 and 235, as usual in videos.
    """

    plane: Image
    is_full: bool = False


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
    """

    box: Box
    label: int
    confidence: float
    track: int | None = None
    seen: Seen = "searched"


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together.

    Attributes:
        text: the digits in reading order; leading zeros stay.
        box: the box around all of them.
        confidence: that of the least certain digit, 0 to 1.
        digits: in reading order, never empty.
        id: number of this number in its stream, the same from frame to frame; None for stills
            and until it was announced.
    """

    text: str
    box: Box
    confidence: float
    digits: tuple[Digit, ...]
    id: int | None = None


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
    """

    kind: EventKind
    id: int
    text: str
    box: Box
    confidence: float
    index: int
    time_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame says.

    Attributes:
        source: the source's name as the user gave it; "" for an array.
        index: number of the frame in its source.
        time_s: its time in seconds.
        size_wh: (width, height) of the source picture in pixels.
        digits: every digit read, in reading order.
        numbers: the same digits joined to numbers, in reading order.
        events: what became certain with this frame; always empty for stills.
        is_still: the frame is a picture of its own, not one of a video or camera.
        rotate: degrees clockwise that the picture was turned for reading; boxes are in pixels of
            the picture before that.
    """

    source: str
    index: int
    time_s: float
    size_wh: tuple[int, int]
    digits: tuple[Digit, ...] = ()
    numbers: tuple[Number, ...] = ()
    events: tuple[Event, ...] = ()
    is_still: bool = True
    rotate: int = 0

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
            "digits": [
                {
                    "box": digit.box.as_list(),
                    "label": digit.label,
                    "confidence": round(digit.confidence, 4),
                    "track": digit.track,
                    "seen": digit.seen,
                }
                for digit in self.digits
            ],
            "numbers": [
                {
                    "text": number.text,
                    "box": number.box.as_list(),
                    "confidence": round(number.confidence, 4),
                    "digits": [position[id(digit)] for digit in number.digits],
                    "id": number.id,
                }
                for number in self.numbers
            ],
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
            "box": event.box.as_list(),
            "confidence": round(event.confidence, 4),
        }
