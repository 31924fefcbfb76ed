"""What fits a field: check digits, limits, dates and times, and sums over several fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import cycle

from camdigits.forms.form import Check, Field, Form, Sum
from camdigits.forms.language import DIGITS, Language, any_of, chain, either, fits, language_of
from camdigits.forms.language import EMPTY as NO_TEXT
from camdigits.forms.language import repeat as repeated

_DIGIT = any_of(DIGITS)
_TWO = any_of(DIGITS, 1, 2)
_POINT = any_of(frozenset(".,"))
_DAY = language_of("0?[1-9]|[12][0-9]|3[01]")
_MONTH = language_of("0?[1-9]|1[0-2]")
_YEAR = language_of("[0-9]{2}|(19|20)[0-9]{2}")
_LONG_YEAR = language_of("(19|20)[0-9]{2}")
_SEXTET = language_of("[0-5][0-9]")


def passes(check: Check | str, text: str) -> bool:
    """Return whether the last digit of a text is what those before it ask for.

    Args:
        check: "luhn", "mod11" or "isbn".
        text: of digits alone; an ISBN of ten may end in an X, which stands for 10 there.  Others
            pass no check.
    """
    if check == "isbn" and is_isbn_with_x(text):
        return (10 + _weighed(text[:-1], 2)) % 11 == 0
    if not text.isascii() or not text.isdigit() or len(text) < 2:
        return False
    digits = [int(digit) for digit in reversed(text)]
    if check == "luhn":
        return (
            sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10
            == 0
        )
    if check == "isbn" and len(digits) == 13:
        return sum(digit * weight for digit, weight in zip(digits, cycle((1, 3)))) % 10 == 0
    if check == "isbn" and len(digits) != 10:
        return False
    return _weighed(text) % 11 == 0


def is_isbn_with_x(text: str) -> bool:
    """Return whether a text looks like an ISBN of ten whose last is an X, which is never read."""
    return re.fullmatch("[0-9]{9}[Xx]", text) is not None


def _weighed(text: str, first: int = 1) -> int:
    """Return the sum of digits, each weighed by its place from the end, which weighs `first`."""
    return sum(int(digit) * weight for weight, digit in enumerate(reversed(text), start=first))


def value_of(text: str) -> Decimal | None:
    """Return what a text of a number or decimal amounts to; None if that is nothing."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def languages_of(field: Field) -> tuple[Language, ...]:
    """Return the languages that a field's text is of, all of them at once.

    A tick has none.
    """
    own = [_of_kind(field)]
    if field.match is not None:
        own.append(language_of(field.match))
    if field.digits is not None:
        least, most = field.digits
        marks = any_of(frozenset("-.,:/"), 0, None)
        own.append(chain(repeated(chain(marks, _DIGIT), least, most), marks))
    return tuple(own)


def asks_for_noughts(field: Field) -> bool:
    """Return whether a field's number may well have noughts before it, as in 007.

    Boxes are filled with them, and a pattern or a single count of digits says which there are.
    """
    is_counted = field.digits is not None and field.digits[0] == field.digits[1]
    return field.kind == "comb" or field.match is not None or is_counted


def may_be_negative(field: Field) -> bool:
    """Return whether a field's value may have a minus: where its limits or its pattern say so."""
    return (field.least is not None and field.least < 0) or "-" in (field.match or "")


def meaning_of(field: Field, text: str) -> str:
    """Return what a text says, the same for texts that differ only in how it is written.

    A decimal's point or comma, a time's point or colon and the marks of a date say the same.
    """
    if field.kind in ("decimal", "date", "time"):
        return text[:1] + re.sub("[.,:/-]", ".", text[1:])
    return text


def _of_kind(field: Field) -> Language:
    minus = any_of(frozenset("-"), 0, 1) if may_be_negative(field) else NO_TEXT
    digits = any_of(DIGITS, 1, None)
    match field.kind:
        case "comb":
            return digits
        case "decimal":
            return chain(minus, digits, either(NO_TEXT, chain(_POINT, digits)))
        case "date":
            orders = ((_DAY, _MONTH, _YEAR), (_MONTH, _DAY, _YEAR), (_LONG_YEAR, _MONTH, _DAY))
            marked = [
                chain(first, any_of(frozenset(mark)), second, any_of(frozenset(mark)), third)
                for mark in ".-/"
                for first, second, third in orders
            ]
            return either(*marked)
        case "time":
            more = chain(any_of(frozenset(":.")), _SEXTET)
            return chain(_TWO, repeated(more, 1, 2))
        case _:
            return chain(minus, digits)


def why_not(field: Field, text: str) -> str:
    """Return why a text does not fit a field, as a phrase; "" if it does.

    Args:
        field: of a form.
        text: as it is read or typed; "" for an empty field.
    """
    if field.kind == "tick":
        return "" if text in ("yes", "no") else "neither yes nor no"
    if not text:
        return "" if field.is_optional else "empty"
    kind, *others = languages_of(field)
    # An X that a person types stands where a digit would.
    shape = f"{text[:-1]}0" if field.check == "isbn" and is_isbn_with_x(text) else text
    if not fits(kind, shape):
        return f"not a {field.kind}"
    if field.digits is not None and not fits(others.pop(), shape):
        return "too few or too many digits"
    if field.match is not None and not fits(others.pop(), shape):
        return f"does not match {field.match}"
    return why_not_value(field, text)


def why_not_value(field: Field, text: str) -> str:
    """Return what of a field's limits and check a text of the right shape does not keep."""
    value = value_of(text) if field.kind in ("number", "decimal", "comb") else None
    if value is not None and field.least is not None and value < field.least:
        return f"below {field.least}"
    if value is not None and field.most is not None and value > field.most:
        return f"above {field.most}"
    if field.check is not None and not passes(field.check, text):
        return f"fails the {field.check} check"
    return ""


def comes_out(each: Sum, texts: Mapping[str, str]) -> bool:
    """Return whether a sum comes out by the texts of a sheet's fields."""
    parts = [value_of(texts[name] or "0") for name in each.parts]
    total = value_of(texts[each.total] or "0")
    known = [part for part in parts if part is not None]
    return total is not None and len(known) == len(parts) and sum(known) == total


def wrong_sums(form: Form, texts: Mapping[str, str]) -> list[Sum]:
    """Return the sums of a form that do not come out."""
    return [each for each in form.sums if not comes_out(each, texts)]
