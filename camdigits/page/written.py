"""Numbers as they are written: their text, what it amounts to, and whether it is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from camdigits.config import DecimalMark
from camdigits.types import DOUBT, UNSURE, Digit, Event, Mark, Number

MOST_DIGITS = 100
"""Longer rows of digits are no amount of anything."""
MARKS: dict[DecimalMark, str] = {"point": ".", "comma": ","}

_WHOLE = re.compile(r"[0-9]+")
_ONE_MARK = re.compile(r"([0-9]+)([.,])([0-9]+)")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3}(?:\1[0-9]{3})*)(?:(?!\1)([.,])[0-9]+)?")
"""Digits in groups of three, perhaps with a decimal mark of the other kind."""


def written(digits: Sequence[Digit], marks: Iterable[Mark] = ()) -> str:
    """Return the text of a number.

    Args:
        digits: of the number, in reading order.
        marks: of the number, in reading order.
    """
    before: dict[int, str] = {}
    for mark in marks:
        before[mark.place] = before.get(mark.place, "") + mark.mark
    return "".join(
        before.get(place, "") + (DOUBT if digit.is_doubtful else str(digit.label))
        for place, digit in enumerate(digits)
    )


@lru_cache(maxsize=1024)
def value_of(text: str, decimal: DecimalMark | None = None) -> Decimal | None:
    """Return what a text amounts to; None if it is no integer or decimal, or there is a doubt.

    A single point or comma before exactly three digits may stand between thousands or before
    decimals.  Any other single one is a decimal mark.  Groups of three between commas, and groups
    with a decimal mark of the other kind, are without doubt; between points alone they might be
    the groups of a telephone number.  Dates, times and ranges amount to nothing.

    Args:
        text: of a number, as `written` makes it.
        decimal: the decimal mark of whoever wrote; None if that is not known.
    """
    body = text.removeprefix("-")
    if len(body) > MOST_DIGITS:
        return None
    plain = body if _WHOLE.fullmatch(body) else _plain(body, MARKS[decimal] if decimal else None)
    if plain is None:
        return None
    value = Decimal(plain)
    return -value if value and body != text else value


def _plain(body: str, decimal: str | None) -> str | None:
    """Return a number with marks without those of thousands, and with a point for decimals."""
    single = _ONE_MARK.fullmatch(body)
    if single:
        whole, mark, part = single.groups()
        if len(part) != 3 or mark == decimal:
            return f"{whole}.{part}"
        if decimal is None:
            return None
    grouped = _GROUPS.fullmatch(body)
    if not grouped:
        return None
    between, mark = grouped.groups()
    if mark is None:
        is_sure = between == "," if decimal is None else between != decimal
        return body.replace(between, "") if is_sure else None
    is_sure = decimal in (None, mark)
    return body.replace(between, "").replace(mark, ".") if is_sure else None


def valued(
    numbers: tuple[Number, ...], events: tuple[Event, ...], decimal: DecimalMark | None
) -> tuple[tuple[Number, ...], tuple[Event, ...]]:
    """Return numbers and events with what their texts amount to, unless they are unsure."""
    worth = [_worth(number, decimal) for number in numbers]
    pairs = zip(numbers, worth, strict=True)
    return (
        tuple(n if n.value == value else replace(n, value=value) for n, value in pairs),
        tuple(replace(event, value=_worth(event, decimal)) for event in events),
    )


def _worth(found: Number | Event, decimal: DecimalMark | None) -> Decimal | None:
    return value_of(found.text, decimal) if found.confidence >= UNSURE else None
