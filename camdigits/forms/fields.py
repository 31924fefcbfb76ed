"""Fields as forms' files hold them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from camdigits.forms.emptiness import why_empty
from camdigits.forms.form import BOUNDED, CHECKS, KINDS, Check, Field, Kind
from camdigits.forms.language import PatternError, language_of
from camdigits.forms.values import MAX_NAME, Faults, box_of, is_name, is_number
from camdigits.types import Box

MAX_DIGITS = 40
LEAST_PX = 4
"""Shortest side of a field's box, in pixels of the form."""
RESERVED = frozenset(("sheet", "page", "time_s", "index", "doubtful", "form", "corners"))
"""Columns of tables that are no field's."""
SUFFIXES = frozenset(("state", "why", "confidence", "others"))
"""Last words of columns that say more of a field."""
_KEYS = frozenset(("name", "box", "kind", "match", "digits", "min", "max", "check", "optional"))


def loaded_field(
    record: object, place: int, size_wh: tuple[int, int] | None, faults: Faults
) -> Field | None:
    """Return the field that parsed JSON describes; None if it describes none, and notes why.

    Args:
        record: as the file has it.
        place: among the fields, from 1: names the field for people until its name is known.
        size_wh: of the form; None where that is not known.
        faults: takes what is wrong.
    """
    if not isinstance(record, dict):
        faults.add(f'field {place} is no object such as {{"name": "total", "box": [x, y, w, h]}}')
        return None
    name = record.get("name")
    if not is_name(name) or is_reserved(str(name)):
        faults.add(
            f'field {place}: "name" is {name!r}: write a text of 1 to {MAX_NAME} characters '
            f"without = and +, which is none of {', '.join(sorted(RESERVED))} and ends in none of "
            f"{', '.join(sorted(SUFFIXES))}"
        )
        return None
    what = f"field {name}"
    faults.add_unknown(record, _KEYS, f"{what}: ")
    kind = record.get("kind", "number")
    if kind not in KINDS:
        faults.add(f'{what}: "kind" is {kind!r} and none of {", ".join(KINDS)}')
        return None
    box = box_of(record.get("box"), size_wh, faults, what)
    if box is None:
        return None
    _check_size(box, what, faults)
    before = len(faults)
    least, most = _bounds(record, kind, what, faults)
    field = Field(
        name=str(name),
        box=box,
        kind=kind,
        match=_match(record, kind, what, faults),
        digits=_digits(record, kind, what, faults),
        least=least,
        most=most,
        check=_check(record, kind, what, faults),
        is_optional=_is_optional(record, what, faults),
    )
    if len(faults) == before and (fault := why_empty(field)):
        faults.add(f"{what}: {fault}")
    return field


def _check_size(box: Box, what: str, faults: Faults) -> None:
    if min(box.w, box.h) < LEAST_PX:
        faults.add(
            f"{what}: the box {box.as_list()} is smaller than {LEAST_PX} pixels, and nothing is "
            "read in it: draw it larger"
        )


def is_reserved(name: str) -> bool:
    """Return whether a table has another column of that name."""
    folded = name.casefold()
    return folded in RESERVED or folded.rpartition(" ")[2] in SUFFIXES


def _match(record: Mapping[str, object], kind: Kind, what: str, faults: Faults) -> str | None:
    match = record.get("match")
    if match is None:
        return None
    if kind == "tick" or not isinstance(match, str):
        faults.add(f'{what}: "match" is {match!r}: a tick has none, others a regular expression')
        return None
    try:
        language_of(match)
    except PatternError as error:
        faults.add(f'{what}: "match" is {match!r}, which is not understood: {error}')
        return None
    return match


def _digits(
    record: Mapping[str, object], kind: Kind, what: str, faults: Faults
) -> tuple[int, int] | None:
    digits = record.get("digits")
    if digits is None:
        if kind == "comb":
            faults.add(f'{what}: a comb needs "digits", the number of its boxes')
        return None
    pair: list[Any] = digits if isinstance(digits, list) else [digits, digits]
    is_pair = len(pair) == 2 and all(type(n) is int and 1 <= n <= MAX_DIGITS for n in pair)
    if kind not in BOUNDED or not is_pair or pair[0] > pair[1]:
        faults.add(
            f'{what}: "digits" is {digits!r}: write how many or [fewest, most], 1 to {MAX_DIGITS}; '
            f"a {'tick, date or time'} has none"
        )
        return None
    return pair[0], pair[1]


def _bounds(
    record: Mapping[str, object], kind: Kind, what: str, faults: Faults
) -> tuple[Decimal | None, Decimal | None]:
    found: list[Decimal | None] = []
    for key in ("min", "max"):
        bound = record.get(key)
        if bound is not None and (kind not in BOUNDED or not _is_bound(bound)):
            faults.add(
                f'{what}: "{key}" is {_short(bound)}: write a number of at most {MAX_DIGITS} '
                f"digits, and that for none but {', '.join(BOUNDED)}"
            )
            bound = None
        found.append(None if bound is None else Decimal(str(bound)))
    least, most = found
    if least is not None and most is not None and least > most:
        faults.add(f'{what}: "min" {least} is above "max" {most}: change one')
    return least, most


def _is_bound(bound: object) -> bool:
    """Return whether a text may hold a number: no more digits before or behind its point."""
    if not is_number(bound) or abs(bound) >= 10**MAX_DIGITS:
        return False
    exponent = Decimal(str(bound)).as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MAX_DIGITS


def _short(value: object) -> str:
    text = str(value) if isinstance(value, Decimal | float) else repr(value)
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}..."


def _check(record: Mapping[str, object], kind: Kind, what: str, faults: Faults) -> Check | None:
    check = record.get("check")
    if check is None:
        return None
    if check not in CHECKS or kind not in ("number", "comb"):
        faults.add(
            f'{what}: "check" is {check!r}: write one of {", ".join(CHECKS)}, and that for a '
            "number or a comb"
        )
        return None
    return check


def _is_optional(record: Mapping[str, object], what: str, faults: Faults) -> bool:
    value = record.get("optional", False)
    if not isinstance(value, bool):
        faults.add(f'{what}: "optional" is {value!r}: write true or false')
    return value is True
