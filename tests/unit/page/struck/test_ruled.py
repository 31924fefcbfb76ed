"""A ruled line that runs through digits strikes none out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from camdigits.page.choose import Detection
from camdigits.page.struck.ruled import without_ruled
from camdigits.page.tables.rules import Rules
from camdigits.types import Box

AROUND = Box(100, 100, 80, 40)
DIGITS = [Box(105, 105, 30, 30), Box(145, 105, 30, 30)]
NONE = np.zeros((0, 4))


def are_struck(across: Sequence[Sequence[float]], down: Sequence[Sequence[float]]) -> set[bool]:
    even = np.full(10, 0.1, np.float32)
    found = [Detection(box, even, struck=AROUND) for box in DIGITS]
    rules = Rules(*(np.array(lines, np.float64).reshape(-1, 4) for lines in (across, down)))
    return {each.struck is not None for each in without_ruled(found, rules)}


@pytest.mark.parametrize(
    ("across", "down", "is_struck"),
    [
        ([], [], True),
        ([(40, 120, 300, 124)], [], False),
        ([(40, 140, 300, 140)], [], True),
        ([(98, 120, 182, 120)], [], True),
        ([(300, 120, 500, 120)], [], True),
        ([(40, 120, 110, 120)], [], True),
        ([], [(140, 20, 141, 300)], False),
        ([], [(181, 20, 181, 300)], True),
    ],
)
def test_only_lines_that_go_on_are_ruled(across, down, is_struck: bool) -> None:
    assert are_struck(across, down) == {is_struck}


def test_what_stands_is_left_as_it_is() -> None:
    standing = Detection(DIGITS[0], np.full(10, 0.1, np.float32))
    assert without_ruled([standing], Rules(np.array([[0.0, 120, 400, 120]]), NONE)) == [standing]
    assert without_ruled([], Rules(NONE, NONE)) == []
