"""What a client may ask of the reading, as it comes over the wire."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from camdigits.config import DECIMAL_MARKS, POLARITIES, ROTATIONS, WRITINGS, ReadConfig
from camdigits.errors import UsageError

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

VIEW = ("polarity", "rotate")
READING = ("source", "min_confidence", "decimal", "writing", *VIEW)
"""Parameters of what is read; `VIEW` are those of what is only looked at."""
PAGE, MAX_PAGE = "page", 999_999
"""Which page of a document is read."""
MAX_NAME = 200
"""Characters of the name that a client gives its pictures."""


def asked_of(query: QueryParams, known: Collection[str] = ()) -> dict[str, str]:
    """Return the parameters of a request.

    Raises:
        UsageError: if one is none of those that are known, or is there twice.
    """
    asked: dict[str, str] = {}
    for name, value in query.multi_items():
        if name not in known:
            names = f"known are {', '.join(known)}" if known else "there are none here"
            raise UsageError(f"unknown parameter {name[:30]!a}; {names}")
        if name in asked:
            raise UsageError(f"{name} is given twice")
        asked[name] = value
    return asked


def source_of(asked: Mapping[str, Any], default: str) -> str:
    """Return the name that goes into the records.

    Raises:
        UsageError: if it is too long, or not printable.
    """
    name = asked.get("source", default)
    if not isinstance(name, str) or len(name) > MAX_NAME or not name.isprintable():
        raise UsageError(f"source is a printable text of at most {MAX_NAME} characters")
    return name


def page_of(asked: Mapping[str, str]) -> int | None:
    """Return the page of a document that a client asks for, from 1; None if it does not.

    Raises:
        UsageError: if it is none.
    """
    text = asked.get(PAGE)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or not int(text):
        raise UsageError(f"page is a whole number from 1 to {MAX_PAGE}")
    return int(text)


def config_of(asked: Mapping[str, Any], config: ReadConfig) -> ReadConfig:
    """Return settings with what a client asks for.

    Args:
        asked: any of ``min_confidence``, ``decimal``, ``writing``, ``polarity`` and ``rotate``, as
            numbers or as text.
        config: what holds for the rest.

    Raises:
        UsageError: if a value makes no sense.
    """
    changes: dict[str, Any] = {}
    if "min_confidence" in asked:
        changes["min_confidence"] = min_confidence_of(asked["min_confidence"])
    if "decimal" in asked:
        if asked["decimal"] not in DECIMAL_MARKS:
            raise UsageError(f"decimal is one of {', '.join(DECIMAL_MARKS)}")
        changes["decimal"] = asked["decimal"]
    if "writing" in asked:
        if asked["writing"] not in ("all", *WRITINGS):
            raise UsageError(f"writing is one of all, {', '.join(WRITINGS)}")
        changes["writing"] = None if asked["writing"] == "all" else asked["writing"]
    if "polarity" in asked:
        if asked["polarity"] not in POLARITIES:
            raise UsageError(f"polarity is one of {', '.join(POLARITIES)}")
        changes["polarity"] = asked["polarity"]
    if "rotate" in asked:
        known = {str(rotation): rotation for rotation in ROTATIONS}
        if str(asked["rotate"]) not in known:
            raise UsageError(f"rotate is one of {', '.join(known)}")
        changes["rotate"] = known[str(asked["rotate"])]
    return replace(config, **changes)


def min_confidence_of(value: Any) -> float:
    """Return a confidence, 0 to 1.

    Raises:
        UsageError: if it is none.
    """
    number = number_of(value, "min_confidence")
    if not 0 <= number <= 1:
        raise UsageError("min_confidence is a number from 0 to 1")
    return number


def number_of(value: Any, name: str) -> float:
    """Return a finite number that came as one or as text.

    Raises:
        UsageError: if it is none.
    """
    try:
        number = float(value) if isinstance(value, int | float | str) else float("nan")
    except (ValueError, OverflowError):
        number = float("nan")
    if isinstance(value, bool) or not abs(number) < 1e15:
        raise UsageError(f"{name} is a number")
    return number
