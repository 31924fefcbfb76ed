"""What labelled pictures show, as a ``truth.json`` beside them says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camdigits.errors import DataError
from camdigits.support.paths import is_folder
from camdigits.types import Box

UNREADABLE = "?"
"""Label of a digit that counts neither way."""

LabelledBox = tuple[Box, int]

_FORM = "expected {file: {'digits': [[x, y, w, h, label], ...]}}"
_DIGIT_FORM = (
    "expected [x, y, width, height, label] in whole pixels, width and height from 1 on, "
    "label 0 to 9 or ?"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a picture shows.

    Attributes:
        digits: box and label of each digit.
        ignored: boxes of digits that count neither way.
        region: only inside this box the truth is complete; None for the whole picture.
        numbers: the numbers as they are written, where they are known.
        size_wh: (width, height) in pixels of the picture that the boxes were taken from; None
            where it is not stated.
    """

    digits: tuple[LabelledBox, ...] = ()
    ignored: tuple[Box, ...] = ()
    region: Box | None = None
    numbers: tuple[str, ...] = ()
    size_wh: tuple[int, int] | None = None


def load_truth(path: Path) -> dict[str, Truth]:
    """Read the truth of a folder of pictures.

    Args:
        path: a JSON file, ``{file name: {"digits": [[x, y, w, h, label], ...]}}``; the label "?"
            marks what counts neither way.  "region" (``[x, y, w, h]``), "numbers" (a list of
            texts) and "size" (``[w, h]`` of the picture) may stand beside "digits".

    Raises:
        DataError: if the file is missing or of another form.
    """
    try:
        pages = json.loads(path.read_text(encoding="utf-8"))
    except NotADirectoryError as error:
        raise DataError(f"{path.parent} is no folder; name the one with the pictures") from error
    except FileNotFoundError as error:
        if not is_folder(path.parent):
            raise DataError(f"there is no folder {path.parent}; check the name") from error
        raise DataError(
            f"the folder {path.parent} has no {path.name}, which says what the pictures beside it "
            "show; its form: camdigits evaluate --help"
        ) from error
    except OSError as error:
        raise DataError(
            f"cannot read the truth {path}: {error.strerror}; it says what the pictures beside it "
            "show"
        ) from error
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or nested to no end
        raise DataError(f"{path} is no JSON: {error}") from error
    if not isinstance(pages, dict):
        raise DataError(f"{path} is no truth: {_FORM}, found {_short(pages)}")
    return {name: _truth_of(page, f"{path}: {name!r}") for name, page in pages.items()}


def _truth_of(page: Any, where: str) -> Truth:
    if not isinstance(page, dict) or not isinstance(page.get("digits"), list):
        raise DataError(f"{where} has no list of digits: {_FORM}, found {_short(page)}")
    boxes = [_labelled(digit, where) for digit in page["digits"]]
    return Truth(
        digits=tuple((box, int(label)) for box, label in boxes if label != UNREADABLE),
        ignored=tuple(box for box, label in boxes if label == UNREADABLE),
        region=_region(page.get("region"), where),
        numbers=_numbers(page.get("numbers"), where),
        size_wh=_size(page.get("size"), where),
    )


def _labelled(digit: Any, where: str) -> tuple[Box, str]:
    try:
        *sides, label = digit
        if str(label) not in (*"0123456789", UNREADABLE):
            raise ValueError("another label")
        return _box(sides), str(label)
    except (ValueError, TypeError):
        raise DataError(f"{where}: {_short(digit)} is no digit: {_DIGIT_FORM}") from None


def _region(region: Any, where: str) -> Box | None:
    if region is None:
        return None
    try:
        return _box(region)
    except (ValueError, TypeError):
        raise DataError(
            f"{where}: the region {_short(region)} is no [x, y, width, height] in whole pixels"
        ) from None


def _numbers(numbers: Any, where: str) -> tuple[str, ...]:
    if numbers is None:
        return ()
    if not isinstance(numbers, list) or not all(map(_is_number, numbers)):
        raise DataError(f'{where}: the numbers {_short(numbers)} are no list such as ["2047"]')
    return tuple(str(number) for number in numbers)


def _is_number(text: Any) -> bool:
    """Return whether it is digits, perhaps with marks before and between them."""
    return re.fullmatch(r"(?:[.,:/-]*[0-9])+", str(text)) is not None


def _size(size: Any, where: str) -> tuple[int, int] | None:
    if size is None:
        return None
    try:
        width, height = (_whole(side) for side in size)
    except (ValueError, TypeError):
        raise DataError(
            f"{where}: the size {_short(size)} is no [width, height] in whole pixels"
        ) from None
    return width, height


def _box(sides: Any) -> Box:
    x, y, width, height = (_whole(side) for side in sides)
    return Box(x, y, width, height)


def _whole(side: Any) -> int:
    is_whole = isinstance(side, int) or (isinstance(side, float) and side.is_integer())
    if isinstance(side, bool) or not is_whole:
        raise ValueError("no whole number")
    return int(side)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
