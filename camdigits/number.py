"""Digits and numbers as they are read, and what became of them over time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from camdigits.box import Box

DOUBT = "?"
"""Stands in a text for a digit that is there, and not surely read."""

UNSURE = 0.5
"""A number of less confidence is as likely wrong as right: it has no value."""

EventKind = Literal["appeared", "changed", "gone"]
Seen = Literal["searched", "followed"]
Writing = Literal["hand", "print"]


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
