"""Values as forms' files hold them, and the faults that are found in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import TypeGuard

from camdigits.errors import FormError
from camdigits.support.printable import printable
from camdigits.types import Box

MAX_NAME = 64
"""Characters of the longest name."""


class Faults:
    """Collects what is wrong with a form's file, so that all of it is told at once.

    Args:
        where: begins each line.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: str) -> None:
        """Note a fault."""
        self._lines.append(printable(f"{self._where}: {line}"))

    def add_unknown(self, record: Mapping[str, object], known: frozenset[str], what: str) -> None:
        """Note names that mean nothing, which a misspelt one would otherwise do unsaid."""
        for name in sorted(record.keys() - known):
            self.add(f"{what}{name!r} means nothing here; known are {', '.join(sorted(known))}")

    def tell(self) -> None:
        """Raise what was noted.

        Raises:
            FormError: if anything was.
        """
        if self._lines:
            raise FormError(*self._lines)


def is_name(name: object) -> bool:
    """Return whether something is a name for people: one line, without what sums are made of."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= MAX_NAME
        and name.isprintable()
        and name == name.strip()
        and not {"=", "+"} & set(name)
    )


def is_number(value: object) -> TypeGuard[int | Decimal | float]:
    """Return whether something is a number that JSON knows, neither NaN nor infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return isinstance(value, int) or isfinite(value)


def box_of(box: object, size_wh: tuple[int, int] | None, faults: Faults, what: str) -> Box | None:
    """Return a box that lies inside a form; None if it is none, and notes why.

    Args:
        box: as the file has it.
        size_wh: of the form; None where that is not known.
        faults: takes what is wrong.
        what: names the box for people.
    """
    is_four = isinstance(box, list) and len(box) == 4 and all(type(side) is int for side in box)
    if not isinstance(box, list) or not is_four or min(box[2:]) < 1:
        faults.add(f'{what}: "box" is {box!r}: write [x, y, width, height] in whole pixels')
        return None
    found = Box(*box)
    width, height = size_wh or (found.right, found.bottom)
    if min(found.x, found.y) < 0 or found.right > width or found.bottom > height:
        faults.add(
            f"{what}: the box {box} lies outside of the form, which measures {width}x{height}"
        )
        return None
    return found
