"""What stands on a sheet: the value of every field, how sure it is, and why it is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from camdigits.forms.form import Corners, Kind

State = Literal["read", "doubtful", "corrected"]
STATES: tuple[State, ...] = ("read", "doubtful", "corrected")

YES, NO, UNCLEAR = "yes", "no", "unclear"
"""Texts of a tick."""

SURE = 0.9
"""Fields of less confidence are doubtful..."""
SURE_OF: dict[Kind, float] = {"decimal": 0.95, "time": 0.95}
"""...and of some kinds, which are read wrongly more often, those of less than this."""


def sure_from(kind: Kind) -> float:
    """Return the least confidence of a field of a kind that nobody needs to look at, 0 to 1."""
    return SURE_OF.get(kind, SURE)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What stands in a field of a sheet.

    Attributes:
        name: of the field.
        text: as it was written; "" where nothing is; of a tick "yes", "no" or "unclear".  Of a
            doubtful field the likeliest text.
        state: "read"; "doubtful" where somebody should look at it; "corrected" where somebody did,
            and accepted or typed the text.
        why: one phrase that says why it is doubtful; "" for the others.
        confidence: probability that the text is right, 0 to 1; 1 where somebody corrected it.
        others: texts that it may be instead, with the probability of each, likeliest first.
    """

    name: str
    text: str
    state: State = "read"
    why: str = ""
    confidence: float = 1.0
    others: tuple[tuple[str, float], ...] = ()

    def corrected(self, text: str) -> FieldReading:
        """Return the field as somebody says that it is; keeps what the others were."""
        return replace(self, text=text, state="corrected", why="", confidence=1.0)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What stands on a sheet.

    Attributes:
        source: the picture, document or video that shows it, as the user named it.
        fields: in the form's order.
        corners: where the corners of the form are in the source's picture, in its pixels; points
            outside of it where the sheet is cut.
        page: of the document, from 1; None of what has no pages.
        time_s: of the video's picture that was read, in seconds; None of a still.
        index: number of the video's picture, from 0; None of a still.
    """

    source: str
    fields: tuple[FieldReading, ...]
    corners: Corners
    page: int | None = None
    time_s: float | None = None
    index: int | None = None

    @property
    def place(self) -> str:
        """The source's name and the page or time: ``scan.pdf, page 3``, ``film.mp4, 12.4 s``."""
        if self.page is not None:
            return f"{self.source}, page {self.page}"
        return self.source if self.time_s is None else f"{self.source}, {self.time_s:.1f} s"

    @property
    def doubtful(self) -> tuple[FieldReading, ...]:
        """The fields that somebody should look at."""
        return tuple(field for field in self.fields if field.state == "doubtful")

    def corrected(self, name: str, text: str) -> SheetReading:
        """Return the sheet with one field as somebody says that it is.

        Raises:
            KeyError: if there is no such field.
        """
        if name not in {field.name for field in self.fields}:
            raise KeyError(name)
        fields = tuple(
            field.corrected(text) if field.name == name else field for field in self.fields
        )
        return replace(self, fields=fields)


@dataclass(frozen=True, slots=True)
class FormTable:
    """The sheets of a stack; what a table holds, and reads back.

    Attributes:
        form: the form's file, as the user named it.
        sheets: in the order in which they were read.
    """

    form: Path
    sheets: tuple[SheetReading, ...]

    @property
    def doubt_count(self) -> int:
        """How many fields somebody should look at."""
        return sum(len(sheet.doubtful) for sheet in self.sheets)
