from __future__ import annotations

import pytest

from camdigits.measuring.scoring import Match, Score, match, mean_f1, score, total
from camdigits.measuring.truth import Truth
from camdigits.types import Box

HERE = Box(0, 0, 10, 10)
THERE = Box(100, 0, 10, 10)


def test_nothing_read_where_nothing_is_scores_one() -> None:
    empty = score(Truth(), [])
    assert empty == Score()
    assert (empty.recall, empty.precision, empty.f1) == (1.0, 1.0, 1.0)
    assert mean_f1([]) == 1.0
    assert total([]) == Score()


# Boxes of 10x10: moved by 4 columns they share 60 of 140 (0.43), moved by 5 50 of 150 (0.33).
@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param([], Score(1, 0, 0, 0), id="missed"),
        pytest.param([(HERE, 3)], Score(1, 1, 1, 1), id="hit"),
        pytest.param([(HERE, 8)], Score(1, 1, 1, 0), id="wrong label"),
        pytest.param([(THERE, 3)], Score(1, 1, 0, 0), id="elsewhere"),
        pytest.param([(Box(4, 0, 10, 10), 3)], Score(1, 1, 1, 1), id="enough overlap"),
        pytest.param([(Box(5, 0, 10, 10), 3)], Score(1, 1, 0, 0), id="too little overlap"),
        pytest.param([(HERE, 3), (HERE, 3)], Score(1, 2, 1, 1), id="read twice"),
    ],
)
def test_one_digit(read: list[tuple[Box, int]], expected: Score) -> None:
    assert score(Truth(digits=((HERE, 3),)), read) == expected


def test_best_overlap_is_matched_first_even_with_the_wrong_label() -> None:
    shifted = (Box(2, 0, 10, 10), 3)
    exact = (HERE, 8)
    assert score(Truth(digits=((HERE, 3),)), [shifted, exact]) == Score(1, 2, 1, 0)


def test_unreadable_digit_counts_neither_way() -> None:
    truth = Truth(ignored=(HERE,))
    assert score(truth, []) == Score(0, 0, 0, 0)
    # 2 of 10 columns overlap: 20 / 180 = 0.11.
    assert score(truth, [(Box(8, 0, 10, 10), 5)]) == Score(0, 0, 0, 0)
    assert score(truth, [(Box(9, 0, 10, 10), 5)]) == Score(0, 1, 0, 0)


def test_what_was_read_outside_the_region_is_left_out() -> None:
    truth = Truth(digits=((HERE, 3),), region=Box(0, 0, 50, 50))
    assert score(truth, [(HERE, 3), (THERE, 5)]) == Score(1, 1, 1, 1)


def test_match_names_the_places() -> None:
    truth = Truth(digits=((HERE, 3), (Box(40, 0, 10, 10), 4)), ignored=(THERE,))
    read = [(THERE, 9), (HERE, 3), (Box(60, 60, 5, 5), 1)]
    assert match(truth, read) == Match(pairs=((0, 1),), missed=(1,), false=(2,), ignored=(0,))


def test_total_adds_and_mean_weighs_pages_alike() -> None:
    full, none = Score(9, 9, 9, 9), Score(1, 1, 0, 0)
    assert total([full, none]) == Score(10, 10, 9, 9)
    assert total([full, none]).f1 == pytest.approx(0.9)
    assert mean_f1([full, none]) == pytest.approx(0.5)
    assert none.false == 1


def test_precision_recall_and_f1_by_hand() -> None:
    one = Score(truth=10, read=8, found=7, hits=6)
    assert one.recall == pytest.approx(0.6)
    assert one.precision == pytest.approx(0.75)
    assert one.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))
    assert (one.missed, one.wrong, one.false, one.mistakes) == (3, 1, 1, 5)
