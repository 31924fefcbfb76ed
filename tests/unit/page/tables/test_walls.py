"""The upright lines of tables part digits that stand close on both sides of them."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.page.choose import Detection
from camdigits.page.group import group_numbers
from camdigits.page.ruling.walls import Borders, Ruling
from camdigits.page.tables.rules import NO_RULES
from camdigits.page.tables.walls import rules_of, with_table_walls
from tests.support.tables import TablePage

XS = [100 + 70 * n for n in range(9)]
YS = [100 + 50 * n for n in range(6)]
ROW = "12 34 . 56 78 90 12 34"


def narrow(*, is_ruled: bool = True) -> TablePage:
    """A page with cells hardly wider than what stands in them."""
    page = TablePage()
    page.fill([ROW] * 5, XS, YS, inset=8)
    if is_ruled:
        page.grid(XS, YS)
    return page


def seen(page: TablePage) -> list[Detection]:
    even = np.full(10, 0.01, np.float32)
    return [Detection(digit.box, even) for number in page.numbers for digit in number.digits]


def texts(page: TablePage) -> list[str]:
    """Return the numbers of a page by how they stand, and by the walls that are found."""
    detections = seen(page)
    rules = rules_of(page.plane, detections, is_light=False)
    ruling = with_table_walls(Ruling(), rules, detections)
    digits = [digit for number in page.numbers for digit in number.digits]
    _, numbers = group_numbers(digits, borders=Borders.of(digits, ruling))
    return [number.text for number in numbers]


@pytest.mark.parametrize(("degrees", "fan"), [(0.0, 0.0), (4.0, 0.0), (-3.0, 0.04)])
def test_cells_of_a_narrow_table_are_parted(degrees: float, fan: float) -> None:
    assert texts(narrow().turned(degrees, fan)) == [text for text in ROW.split() if text != "."] * 5


def test_without_lines_digits_join_as_they_stand() -> None:
    assert len(texts(narrow(is_ruled=False))) < 5 * 7


def test_a_digit_by_itself_has_no_rules_beside_it() -> None:
    page = narrow()
    assert rules_of(page.plane, seen(page)[:1], is_light=False) is NO_RULES
    assert with_table_walls(Ruling(), NO_RULES, seen(page)) == Ruling()
