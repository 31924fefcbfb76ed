from __future__ import annotations

import pytest

from camdigits.measuring.scoring import Match, Score, match, mean_f1, score, score_numbers, total
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


BOX, OTHER, FAR = Box(0, 0, 40, 40), Box(100, 0, 40, 40), Box(500, 0, 40, 40)


@pytest.mark.parametrize(
    ("truth", "read", "expected"),
    [
        pytest.param(Truth(), [("12", BOX)], (0, 0, 0), id="nothing known"),
        pytest.param(Truth(numbers=("12",)), [], (1, 0, 0), id="nothing read"),
        pytest.param(Truth(numbers=("12",)), [("12", BOX)], (1, 1, 1), id="right"),
        pytest.param(Truth(numbers=("125",)), [("1", BOX), ("25", OTHER)], (1, 2, 0), id="split"),
        pytest.param(Truth(numbers=("12", "5")), [("125", BOX)], (2, 1, 0), id="joined"),
        pytest.param(Truth(numbers=("12",)), [("12", BOX), ("12", OTHER)], (1, 2, 1), id="twice"),
        pytest.param(Truth(numbers=("801",)), [("8?1", BOX)], (1, 1, 0), id="in doubt"),
        pytest.param(Truth(numbers=("7.5",)), [("75", BOX)], (1, 1, 0), id="without its point"),
        pytest.param(
            Truth(numbers=("12",), region=Box(0, 0, 200, 50)),
            [("12", BOX), ("3", FAR)],
            (1, 1, 1),
            id="outside the region",
        ),
        pytest.param(
            Truth(numbers=("12",), ignored=(Box(110, 10, 10, 10),)),
            [("12", BOX), ("3", OTHER)],
            (1, 1, 1),
            id="on what nobody can read",
        ),
        pytest.param(
            Truth(
                digits=((Box(125, 10, 10, 10), 4),),
                numbers=("12",),
                ignored=(Box(110, 10, 10, 10),),
            ),
            [("12", BOX), ("3", OTHER)],
            (1, 2, 1),
            id="on that and a digit",
        ),
    ],
)
def test_whole_numbers_are_counted(
    truth: Truth, read: list[tuple[str, Box]], expected: tuple[int, int, int]
) -> None:
    counted = score_numbers(truth, read)
    assert (counted.truth, counted.read, counted.hits) == expected
    assert counted.false + counted.hits == counted.read
