"""How long a picture may stay away is learnt from how long the ones before did."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from camdigits.config import CameraConfig
from camdigits.sources.live.arrivals import Arrivals
from camdigits.sources.live.status import Limits

LIMITS = Limits(first_s=6, stall_s=1.7, unlearnt_s=30, far=4, reconnect_s=10)


def after(gaps: Iterable[float], limits: Limits = LIMITS) -> Arrivals:
    """Return what is known of a source whose pictures came with these pauses, from 100 s on."""
    arrivals, now_s = Arrivals(limits, 99.0), 100.0
    arrivals.note(now_s, is_new=True)
    for gap_s in gaps:
        now_s += gap_s
        arrivals.note(now_s, is_new=True)
    return arrivals


def test_before_the_first_picture_a_source_warms_up() -> None:
    assert Arrivals(LIMITS, 0.0).patience_s == 6


@pytest.mark.parametrize(
    ("gaps", "patience_s"),
    [
        pytest.param([], 30, id="one picture tells nothing"),
        pytest.param([0.01, 0.01, 0.01], 30, id="nor do some at once"),
        pytest.param([0.04] * 4, 1.7, id="25 a second"),
        pytest.param([5.0], 30, id="one in 5 s"),
        pytest.param([15.0] * 2, 60, id="one in 15 s"),
        pytest.param([0.01] + [5.0] * 4, 20, id="the first one twice"),
        pytest.param([15.0] + [0.04] * 32, 1.7, id="a slow one that turned fast"),
    ],
)
def test_far_beyond_the_usual_pause_something_is_wrong(
    gaps: list[float], patience_s: float
) -> None:
    assert after(gaps).patience_s == pytest.approx(patience_s)


def test_pause_in_which_it_was_lost_is_not_usual() -> None:
    arrivals = after([0.04] * 9)
    arrivals.note(200.0, is_new=True, is_usual=False)
    assert arrivals.patience_s == 1.7
    assert arrivals.count == 11


def test_slow_source_is_opened_again_for_the_time_of_some_pictures() -> None:
    assert after([0.04] * 9).reconnect_s == 10
    assert after([15.0]).reconnect_s == 30
    assert after([15.0], Limits(reconnect_s=0)).reconnect_s == 0


def test_picture_repeats_once_it_has_for_longer_than_one_may_stay_away() -> None:
    arrivals = after([0.04] * 9)
    last_s = arrivals.came_s
    assert not arrivals.repeats(last_s + 9)  # nothing came
    arrivals.note(last_s + 1, is_new=False)
    assert not arrivals.repeats(last_s + 1)
    arrivals.note(last_s + 2, is_new=False)
    assert not arrivals.repeats(last_s + 4.9)
    assert arrivals.repeats(last_s + 5.1)
    arrivals.note(last_s + 8, is_new=False)
    assert not arrivals.repeats(last_s + 23)  # it turned slow: four times 6 s are not over
    assert arrivals.repeats(last_s + 30)
    assert [arrivals.begins_to_repeat(last_s + 30) for _ in range(3)] == [True, False, False]
    arrivals.note(last_s + 31, is_new=True)
    assert not arrivals.repeats(last_s + 31)


def test_picture_that_is_back_after_a_loss_has_not_repeated_all_the_while() -> None:
    arrivals = after([0.04] * 9)
    arrivals.note(200.0, is_new=False, is_usual=False)
    arrivals.note(200.1, is_new=False)
    assert not arrivals.repeats(200.1)
    assert arrivals.repeats(206.1)


def test_user_may_say_how_long_a_picture_may_stay_away() -> None:
    limits = LIMITS.asked(CameraConfig(stall_s=8, reconnect_s=3, frozen_s=5))
    assert (limits.first_s, limits.reconnect_s, limits.frozen_s) == (8, 3, 5)
    assert [after(gaps, limits).patience_s for gaps in ([], [15.0], [0.04] * 9)] == [8, 8, 8]
    assert LIMITS.asked(CameraConfig()) == LIMITS
