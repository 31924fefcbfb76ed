"""Verdicts on candidates follow from the page's truth."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.training.sets.views import OTHER, PART, SEVERAL, UNCLEAR, give_verdicts
from camdigits.types import Box

TRUTH = [(Box(100, 100, 40, 60), 3), (Box(144, 100, 40, 60), 8)]


@pytest.mark.parametrize(
    ("box", "verdict"),
    [
        (Box(100, 100, 40, 60), 3),
        (Box(98, 98, 43, 62), 3),
        (Box(146, 101, 38, 60), 8),
        (Box(100, 100, 40, 36), UNCLEAR),
        (Box(100, 100, 40, 25), PART),
        (Box(100, 100, 20, 30), PART),
        (Box(100, 100, 84, 60), SEVERAL),
        (Box(300, 100, 40, 60), OTHER),
        (Box(80, 20, 60, 90), OTHER),
        (Box(0, 0, 900, 700), SEVERAL),
    ],
)
def test_box_gets_the_verdict_that_the_truth_gives(box, verdict):
    assert give_verdicts([box], TRUTH).tolist() == [verdict]


def test_page_without_digits_has_only_other_things():
    assert give_verdicts([Box(0, 0, 5, 5)] * 3, []).tolist() == [OTHER] * 3


def test_no_boxes_get_no_verdicts():
    assert give_verdicts([], TRUTH).shape == (0,)
    assert give_verdicts([], TRUTH).dtype == np.int8
