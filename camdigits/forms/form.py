"""A form: its size, its fields, what fits them, and the picture that its sheets are known by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from camdigits.types import Box

SCHEMA = 1
"""Version of the files of forms."""

Kind = Literal["number", "decimal", "date", "time", "comb", "tick"]
Check = Literal["luhn", "mod11", "isbn"]
Corners = tuple[tuple[float, float], ...]
"""Four points, (x, y) in pixels: top left, top right, bottom right, bottom left of the form."""

KINDS: tuple[Kind, ...] = ("number", "decimal", "date", "time", "comb", "tick")
CHECKS: tuple[Check, ...] = ("luhn", "mod11", "isbn")
BOUNDED: tuple[Kind, ...] = ("number", "decimal", "comb")
"""Kinds that have a value, which a least and a greatest one bound."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place of a form that is filled in.

    Attributes:
        name: of its own in the form, and of its column in the table.
        box: around what may be written there, in pixels of the form; a printed box's border may
            lie inside.
        kind: what is written: an integer, a decimal, a date, a time, one digit in each of a row
            of equal boxes, or a tick.
        match: regular expression that the whole text fits; None takes any.
        digits: fewest and most digits; a comb has as many boxes as most.  None takes any number.
        least: smallest value; None takes any.
        most: greatest value; None takes any.
        check: of the last digit against those before; None has none.
        is_optional: it may stay empty.
    """

    name: str
    box: Box
    kind: Kind = "number"
    match: str | None = None
    digits: tuple[int, int] | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    check: Check | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A field that is the sum of others.

    Attributes:
        total: name of the field that holds the sum.
        parts: names of the fields that are added; an empty one counts 0.
    """

    total: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.total} = {' + '.join(self.parts)}"


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form, one page of it.

    Attributes:
        name: as people are told of it.
        size_wh: (width, height) of the form in pixels of its own, which boxes are in.
        picture: a picture or document that shows the form; sheets are known by its print.
        page: of the document, from 1; None of what has no pages.
        corners: where the corners of the form are in the picture, in its pixels; None where the
            picture shows the form and nothing else.
        is_blank: nothing is filled in on the picture; what it shows inside fields is print.
        anchors: parts of the form that are the same on all sheets, by which they are known; where
            there are none, all but the fields.
        fields: in the order of the table's columns.
        sums: that must come out.
    """

    name: str
    size_wh: tuple[int, int]
    picture: Path
    fields: tuple[Field, ...]
    page: int | None = None
    corners: Corners | None = None
    is_blank: bool = True
    anchors: tuple[Box, ...] = ()
    sums: tuple[Sum, ...] = ()

    def field(self, name: str) -> Field:
        """Return the field of a name.

        Raises:
            KeyError: if there is none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def record(self) -> dict[str, Any]:
        """Return what `camdigits.forms.loading` reads, for `json.dumps`."""
        return _without_defaults(
            {
                "schema": SCHEMA,
                "name": self.name,
                "size": list(self.size_wh),
                "picture": self.picture.as_posix(),
                "page": self.page,
                "corners": None if self.corners is None else [list(each) for each in self.corners],
                "blank": None if self.is_blank else False,
                "anchors": [box.as_list() for box in self.anchors] or None,
                "fields": [_field_record(field) for field in self.fields],
                "sums": [str(each) for each in self.sums] or None,
            }
        )


def _field_record(field: Field) -> dict[str, Any]:
    digits = field.digits
    return _without_defaults(
        {
            "name": field.name,
            "box": field.box.as_list(),
            "kind": field.kind,
            "match": field.match,
            "digits": None if digits is None else digits[0] if len({*digits}) == 1 else [*digits],
            "min": _json_number(field.least),
            "max": _json_number(field.most),
            "check": field.check,
            "optional": True if field.is_optional else None,
        }
    )


def _without_defaults(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
