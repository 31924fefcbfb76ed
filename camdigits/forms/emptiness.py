"""Tells fields that no text fits: their kind, pattern, digits, limits and check together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from camdigits.forms.checks import asks_for_noughts, languages_of
from camdigits.forms.form import Field
from camdigits.forms.language import (
    ALPHABET,
    DIGITS,
    EMPTY,
    NOTHING,
    Language,
    after,
    any_of,
    chain,
    either,
    language_of,
    may_end,
)

MOST_STATES = 2000
"""States that are looked at before a field counts as one that something fits."""
MOST_S = 0.3
"""Seconds of work likewise: patterns of repeats in repeats have states of any size."""
_ORDER = "".join(sorted(ALPHABET))
_FIRST = frozenset("123456789")
_CHECKED = {
    "isbn": language_of(r"\d{10}|\d{13}"),
    "luhn": language_of(r"\d{2,}"),
    "mod11": language_of(r"\d{2,}"),
}


def why_empty(field: Field) -> str:
    """Return why no text fits a field, as a phrase; "" if one may.

    A number is taken to be written without noughts before it where nothing asks for them.
    """
    if field.kind == "tick":
        return ""
    own = [*languages_of(field), *_limits(field)]
    if field.check is not None:
        own.append(_CHECKED[field.check])
    bare = field.kind == "number" and not asks_for_noughts(field)
    if not is_empty([*own, _without_noughts()] if bare else own):
        return ""
    is_padded = bare and not is_empty(own)
    asked = {
        "match": field.match,
        "digits": field.digits,
        "min": field.least,
        "max": field.most,
        "check": field.check,
    }
    keys = [f'"{key}"' for key, value in asked.items() if value is not None]
    *others, last = keys
    if not others:
        return f"no {field.kind} fits its {last}: change that"
    what = f"no {field.kind} fits its {', '.join(others)} and {last} together"
    if is_padded and field.digits is not None:
        return (
            f"{what} unless noughts stand before it: change one, or say how many digits it has "
            f'with them, as in "digits": {field.digits[0]}'
        )
    return f"{what}: change one"


def is_empty(languages: Sequence[Language], most_states: int = MOST_STATES) -> bool:
    """Return whether no text is of all languages.

    Args:
        languages: any.
        most_states: what is not known after so many, or after `MOST_S`, is False.
    """
    start = tuple(languages)
    until_s = time.thread_time() + MOST_S
    try:
        known, left = {start}, [start]
        while left:
            state = left.pop()
            if all(map(may_end, state)):
                return False
            for character in _ORDER:
                then = _after_all(state, character)
                if then is not None and then not in known:
                    known.add(then)
                    left.append(then)
            if len(known) > most_states or time.thread_time() > until_s:
                return False
    except RecursionError:  # of a pattern of hundreds of characters
        return False
    return True


def _after_all(state: tuple[Language, ...], character: str) -> tuple[Language, ...] | None:
    found = []
    for language in state:
        then = after(language, character)
        if then is NOTHING or then == NOTHING:
            return None
        found.append(then)
    return tuple(found)


def _limits(field: Field) -> list[Language]:
    """Return languages that hold all texts between a field's limits.

    Of a decimal's limits only what stands before their point is kept, which allows some more.
    """
    least, most = field.least, field.most
    if least is None and most is None:
        return []
    is_whole = field.kind != "decimal"
    up: Literal["up", "down"] = "up" if is_whole else "down"
    plain = _between(_rounded(least, up), _rounded(most, "down"))
    negated = _between(
        _rounded(None if most is None else most.copy_negate(), up),
        _rounded(None if least is None else least.copy_negate(), "down"),
    )
    whole = either(plain, chain(any_of(frozenset("-")), negated))
    if is_whole:
        return [whole]
    rest = chain(any_of(frozenset(".,")), any_of(DIGITS, 1, None))
    return [chain(whole, either(EMPTY, rest))]


def _without_noughts() -> Language:
    digits = either(any_of(frozenset("0")), chain(any_of(_FIRST), any_of(DIGITS, 0, None)))
    return chain(any_of(frozenset("-"), 0, 1), digits)


def _rounded(limit: Decimal | None, to: Literal["up", "down"]) -> int | None:
    if limit is None:
        return None
    return int(limit.to_integral_value(ROUND_CEILING if to == "up" else ROUND_FLOOR))


def _between(least: int | None, most: int | None) -> Language:
    """Return the texts of digits from one whole number to another, noughts before them or none."""
    low = max(0, least or 0)
    if most is not None and most < low:
        return NOTHING
    noughts = any_of(frozenset("0"), 0, None)
    if most is None:
        above = _as_long(str(low), "above")
        longer = chain(any_of(_FIRST), any_of(DIGITS, len(str(low)), None))
        return chain(noughts, either(above, longer))
    # The numbers of each count of digits, so that both limits are kept at once.
    parts = []
    for count in range(len(str(low)), len(str(most)) + 1):
        first = max(low, 10 ** (count - 1) if count > 1 else 0)
        last = min(most, 10**count - 1)
        parts.append(_span(str(first), str(last)))
    return chain(noughts, either(*parts))


def _span(first: str, last: str) -> Language:
    """Return the texts between two of the same length."""
    if first == last:
        return _text(first)
    if first[0] == last[0]:
        return chain(_text(first[0]), _span(first[1:], last[1:]))
    between = frozenset(d for d in DIGITS if first[0] < d < last[0])
    parts = [
        chain(_text(first[0]), _as_long(first[1:], "above")),
        chain(_text(last[0]), _as_long(last[1:], "below")),
    ]
    if between:
        parts.append(chain(any_of(between), any_of(DIGITS, len(first) - 1, len(first) - 1)))
    return either(*parts)


def _as_long(text: str, side: Literal["above", "below"]) -> Language:
    """Return the texts of as many digits that are not below, or not above, a text."""
    if not text:
        return EMPTY
    farther = frozenset(d for d in DIGITS if (d > text[0] if side == "above" else d < text[0]))
    rest = chain(_text(text[0]), _as_long(text[1:], side))
    if not farther:
        return rest
    return either(rest, chain(any_of(farther), any_of(DIGITS, len(text) - 1, len(text) - 1)))


def _text(text: str) -> Language:
    return chain(*(any_of(frozenset(character)) for character in text))
