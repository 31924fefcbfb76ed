"""The ruled lines of a page, and strokes that look like some."""

from __future__ import annotations

import numpy as np

from camdigits.page.tables.rules import Rules, without_strokes


def test_a_stroke_that_goes_on_from_digit_to_digit_is_none_of_the_table() -> None:
    strokes = np.array([[100.0, 50.0, 220.0, 52.0], [20.0, 90.0, 400.0, 91.0]])
    rules = Rules(strokes, np.zeros((0, 4)))
    digits = np.array([[100.0 + 45 * place, 48.0, 36.0, 40.0] for place in range(3)])
    number = np.array([[100.0, 48.0, 126.0, 40.0]])
    assert len(without_strokes(rules, digits, 40.0).across) == 2
    assert without_strokes(rules, number, 40.0).across.tolist() == [strokes[1].tolist()]
