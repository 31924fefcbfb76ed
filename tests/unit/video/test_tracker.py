"""Tracks that can be followed by hand: ten frames a second unless it is said otherwise."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from camdigits.page.choose import Detection
from camdigits.types import Box, Digit
from camdigits.video.track import HIT_COUNTER_MAX_S, HOLD_S
from camdigits.video.tracker import Tracker

STEP_S = 0.1


def seen(label: int = 7, x: int = 100, y: int = 100, h: int = 40, sure: float = 0.9) -> Detection:
    probabilities = np.full(10, (1 - sure) / 9, np.float32)
    probabilities[label] = sure
    return Detection(Box(x, y, h // 2, h), probabilities)


PICTURE = Box(0, 0, 640, 480)


class Film:
    """Feeds a tracker frame by frame."""

    def __init__(self, step_s: float = STEP_S) -> None:
        self.tracker = Tracker()
        self._step_s, self._time_s = step_s, 0.0

    def show(self, *detections: Detection, is_sharp: bool = True) -> list[Digit]:
        self._time_s += self._step_s
        return self.tracker.update(detections, self._time_s, is_sharp)


def row(shift: int = 0, zoom: float = 1.0) -> list[Detection]:
    """Return four digits 60 pixels apart, zoomed about the origin and then moved to the right."""
    height = round(40 * zoom)
    places = [round((100 + 60 * place) * zoom) + shift for place in range(4)]
    return [
        seen(label, x, round(100 * zoom), height)
        for label, x in zip((2, 0, 4, 7), places, strict=True)
    ]


def labels_by_track(digits: list[Digit]) -> dict[int | None, int]:
    return {digit.track: digit.label for digit in digits}


def test_a_narrow_digit_that_is_missed_is_not_the_one_beside_it():
    film, ones = Film(), [replace(seen(1, x), box=Box(x, 100, 8, 40)) for x in (100, 114)]
    for _ in range(5):
        shown = film.show(*ones)
    assert len(film.show(ones[1])) == 2
    assert labels_by_track(film.show(*ones)) == labels_by_track(shown)


def test_nothing_seen_gives_nothing():
    film = Film()
    assert film.show() == []
    assert film.show() == []


def test_digit_is_shown_from_its_second_look():
    film = Film()
    film.show()
    assert film.show(seen()) == []
    (digit,) = film.show(seen())
    assert (digit.label, digit.track, digit.box) == (7, 1, Box(100, 100, 20, 40))


def test_sure_digit_of_the_first_frame_is_shown_at_once():
    digits = Film().show(seen(3, x=100, sure=0.85), seen(4, x=200, sure=0.7))
    assert [digit.label for digit in digits] == [3]
    assert Film().show(seen(sure=0.95), is_sharp=False) == []


def test_track_keeps_its_number_while_it_moves():
    film = Film()
    film.show()
    tracks = [digit.track for x in range(100, 200, 10) for digit in film.show(seen(x=x))]
    assert tracks == [1] * 9


def test_jump_far_beyond_its_reach_is_another_track():
    film = Film()
    for _ in range(3):
        film.show(seen(x=100))
    film.show(seen(x=600))
    film.show(seen(x=600))
    assert {digit.track for digit in film.show(seen(x=600))} >= {2}


def test_one_wrong_look_does_not_change_the_label():
    film = Film()
    for _ in range(5):
        film.show(seen(7))
    labels = [film.show(seen(label))[0].label for label in (1, 7, 7)]
    assert labels == [7, 7, 7]


def test_label_changes_once_when_another_stays():
    film = Film()
    for _ in range(5):
        film.show(seen(7))
    labels = [film.show(seen(1))[0].label for _ in range(12)]
    assert labels[0] == 7
    assert labels[-1] == 1
    assert sum(a != b for a, b in itertools.pairwise(labels)) == 1


def test_blurred_looks_do_not_change_the_label():
    film = Film()
    for _ in range(5):
        film.show(seen(7))
    labels = [film.show(seen(1), is_sharp=False)[0].label for _ in range(20)]
    assert labels == [7] * 20


def test_blurred_looks_alone_establish_nothing():
    film = Film()
    assert [film.show(seen(), is_sharp=False) for _ in range(10)] == [[]] * 10
    assert film.show(seen()) == []
    assert len(film.show(seen())) == 1


def test_first_sharp_look_replaces_what_a_blurred_one_said():
    film = Film()
    film.show(seen(1), is_sharp=False)
    film.show(seen(7))
    (digit,) = film.show(seen(7))
    assert digit.label == 7
    assert digit.confidence == pytest.approx(0.9)


def test_missed_digit_is_shown_for_a_moment_where_it_was():
    film = Film()
    for _ in range(10):
        film.show(seen())
    shown = [len(film.show()) for _ in range(6)]
    assert shown == [1] * int(HOLD_S / STEP_S) + [0] * 3


def test_seen_tells_what_is_only_believed_to_be_there():
    film = Film()
    for _ in range(3):
        film.show(seen())
    assert film.tracker.seen == {1}
    assert len(film.show()) == 1
    assert film.tracker.seen == frozenset()


def test_one_missed_frame_is_passed_over_at_any_rate():
    film = Film(step_s=1.0)
    for _ in range(5):
        film.show(seen())
    assert len(film.show()) == 1


def test_track_survives_a_hand_that_passes_over():
    film = Film()
    for _ in range(12):
        film.show(seen())
    for _ in range(int(HIT_COUNTER_MAX_S / STEP_S)):
        film.show()
    (digit,) = film.show(seen())
    assert digit.track == 1


def test_track_ends_after_more_missed_frames():
    film = Film()
    for _ in range(12):
        film.show(seen())
    for _ in range(int(HIT_COUNTER_MAX_S / STEP_S) + 1):
        film.show()
    assert film.show(seen()) == []
    assert film.show(seen())[0].track == 2


def test_what_a_hand_leaves_of_a_digit_is_no_digit_of_its_own():
    film = Film()
    for _ in range(12):
        film.show(seen(8))
    rest = [film.show(seen(0, y=124, h=16)) for _ in range(8)]
    assert {digit.label for digits in rest for digit in digits} == {8}
    (digit,) = film.show(seen(8))
    assert (digit.track, digit.label) == (1, 8)


def test_flicker_that_is_mostly_absent_is_never_shown():
    film = Film()
    film.show()
    shown = [film.show(*([seen()] if step % 3 == 0 else [])) for step in range(30)]
    assert shown == [[]] * 30


def test_neighbours_keep_their_own_tracks():
    film = Film()
    for step in range(5):
        digits = film.show(seen(3, x=130 + step * 5), seen(1, x=100 + step * 5))
    assert labels_by_track(digits) == {1: 3, 2: 1}


@pytest.mark.parametrize("jump", [-60, 60, 120, 150])
def test_row_of_digits_that_jumps_as_one_keeps_its_tracks(jump):
    film = Film()
    for _ in range(3):
        before = film.show(*row())
    after = film.show(*row(jump))
    assert labels_by_track(after) == labels_by_track(before)


def test_zoom_keeps_the_tracks():
    film = Film()
    before = [film.show(*row()) for _ in range(3)][-1]
    for zoom in (1.1, 1.2, 1.3, 1.4):
        after = film.show(*row(zoom=zoom))
    assert labels_by_track(after) == labels_by_track(before)
    assert all(abs(digit.box.h - 56) <= 1 for digit in after)


def test_missed_digit_goes_along_with_the_others():
    film = Film()
    for _ in range(5):
        film.show(*row())
    digits = film.show(*row(30)[:3])
    (missed,) = [digit for digit in digits if digit.label == 7]
    assert abs(missed.box.x - (280 + 30)) <= 1


def test_row_that_moves_steadily_has_boxes_without_lag():
    film = Film(step_s=0.04)
    for step in range(20):
        digits = film.show(*row(9 * step))
    lefts = sorted(digit.box.x for digit in digits)
    assert all(abs(a - b.box.x) <= 1 for a, b in zip(lefts, row(9 * 19), strict=True))


def test_box_that_trembles_about_its_place_rests():
    film = Film(step_s=0.04)
    xs = [film.show(seen(x=100 + 2 * (step % 2)))[:1] for step in range(40)]
    lefts = [digit.box.x for digits in xs[20:] for digit in digits]
    assert max(lefts) - min(lefts) <= 1


def test_confidence_is_the_mean_of_the_first_looks():
    film = Film()
    film.show(seen(sure=0.8))
    (digit,) = film.show(seen(sure=0.9))
    assert digit.confidence == pytest.approx(0.85)


def test_equal_time_stamps_do_no_harm():
    tracker = Tracker()
    for _ in range(3):
        digits = tracker.update([seen()], 1.0)
    assert digits[0].box == Box(100, 100, 20, 40)


def settled(film: Film) -> bool:
    return film.tracker.is_settled(PICTURE)


def test_sure_digit_is_settled_after_four_looks_and_an_unsure_one_after_eight():
    for sure, looks in ((0.9, 4), (0.6, 8)):
        film, told = Film(), []
        for _ in range(9):
            film.show(seen(sure=sure))
            told.append(settled(film))
        assert told == [False] * (looks - 1) + [True] * (10 - looks)


def test_missed_digit_unsettles_unless_it_has_left_the_picture():
    film = Film()
    for _ in range(6):
        film.show(seen(7))
    film.show()
    assert not settled(film)
    box = seen().box
    assert film.tracker.is_settled(Box(0, 0, box.right - 1, 480))


def test_look_that_says_another_label_unsettles_a_digit():
    film = Film()
    for _ in range(6):
        film.show(seen(7))
    assert settled(film)
    film.show(seen(1))
    assert not settled(film)


def test_missed_digit_unsettles_while_it_is_still_shown():
    film = Film()
    for _ in range(6):
        film.show(seen())
    film.show()
    assert not settled(film)
    while film.show():
        pass
    assert settled(film)


def test_time_in_which_a_digit_was_followed_counts_as_seen():
    film = Film()
    for _ in range(2):
        film.show(seen())
    film.tracker.stay(5.0)
    film._time_s = 5.0
    # It survives a second without looks, as if it had been looked at all the time.
    missed = round(HIT_COUNTER_MAX_S / STEP_S)
    for _ in range(missed - 1):
        film.show()
    (digit,) = film.show(seen())
    assert digit.track == 1


def test_digit_that_was_missed_once_is_missed_no_longer_where_nobody_looked():
    film = Film()
    for _ in range(12):
        film.show(seen(), seen(x=400))
    film.show(seen(x=400))
    for look in range(30):
        time_s = film._time_s + (look + 1) * STEP_S
        shown = film.tracker.update([seen(x=400)], time_s, is_looked_at=lambda box: box.x > 300)
        assert [digit.track for digit in shown] == [1, 2]
    assert [box.x for box in film.tracker.unsettled] == [100]
    film._time_s += 30 * STEP_S
    assert {digit.track for digit in film.show(seen(), seen(x=400))} == {1, 2}


def test_what_is_read_otherwise_at_a_covered_digit_has_no_say():
    film = Film()
    for _ in range(12):
        film.show(seen(7), seen(3, x=400))
    film.tracker.cover(lambda box: box.x < 300)
    for _ in range(30):
        film.show(seen(1, sure=0.99), seen(3, x=400))
    assert film.tracker.covered == {1}
    film.tracker.cover(lambda box: False)
    assert [digit.label for digit in film.show(seen(7), seen(3, x=400))] == [7, 3]
