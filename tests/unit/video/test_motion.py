"""Motions that can be told by hand."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.video.motion import Motion, Pan, fit_motion, small_shift, vote_shift

SQUARE = np.array([[0, 0, 20, 40], [100, 0, 20, 40], [100, 100, 20, 40], [0, 100, 20, 40]], float)


def moved(x: float, y: float) -> np.ndarray:
    return SQUARE + np.array([x, y, 0, 0])


def test_no_digits_do_not_move():
    assert fit_motion(SQUARE[:0], SQUARE[:0]) == Motion()


@pytest.mark.parametrize("shift", [0, 3 + 4j, -70j, 120 + 30j])
def test_shift_of_all_is_found(shift):
    after = moved(shift.real, shift.imag)
    assert vote_shift(SQUARE, after, np.eye(4)) == shift
    assert fit_motion(SQUARE, after).shift == pytest.approx(shift)


def test_row_of_equal_digits_is_taken_to_have_moved_little():
    before = np.array([[60 * place, 0, 20, 40] for place in range(6)], float)
    after = before + np.array([10, 0, 0, 0])
    assert vote_shift(before, after, np.ones((6, 6))) == 10


def test_one_that_goes_its_own_way_does_not_count():
    after = moved(5, 0)
    after[3, :2] += 200
    assert vote_shift(SQUARE, after, np.eye(4)) == 5
    assert fit_motion(SQUARE, after).moved(SQUARE)[:3] == pytest.approx(after[:3])


def test_zoom_about_a_corner_is_found():
    motion = fit_motion(SQUARE, SQUARE * 1.1)
    assert motion.zoom == pytest.approx(1.1)
    assert motion.moved(SQUARE) == pytest.approx(SQUARE * 1.1)


def test_quarter_turn_is_found():
    after = SQUARE.copy()
    after[:, 0], after[:, 1] = 100 - SQUARE[:, 1], SQUARE[:, 0]
    assert fit_motion(SQUARE, after).turn == pytest.approx(1j)


def test_two_digits_tell_a_shift_only():
    after = np.array([[0, 0, 20, 40], [110, 0, 20, 40]], float)
    assert fit_motion(SQUARE[:2], after) == Motion(1.0, 5.0)


def test_pairs_that_cannot_be_one_do_not_vote():
    assert vote_shift(SQUARE, moved(30, 0), np.zeros((4, 4))) == 0


def test_small_shift_needs_nearly_all_digits_about_where_they_stood() -> None:
    alike = np.eye(4)
    assert small_shift(SQUARE, moved(3, -2), alike) == 3 - 2j
    # A quarter of a height is 10 pixels here.
    assert small_shift(SQUARE, moved(11, 0), alike) is None
    far = moved(3, 0)
    far[0, :2] += 50
    assert small_shift(SQUARE, far, alike) is None
    assert small_shift(SQUARE, moved(3, 0), 0.5 * alike) is None


def test_a_pan_goes_on_over_one_look_that_is_not_followed():
    pan, moves = Pan(), Motion(shift=-50 + 2j)
    assert pan.look(moves, is_guess=False) == moves
    assert pan.look(None, is_guess=False) == moves
    assert pan.look(moves, is_guess=False) == moves
    assert pan.look(None, is_guess=False) == moves
    assert pan.look(None, is_guess=False) is None


def test_what_stands_after_such_a_look_was_no_pan():
    pan, moves = Pan(), Motion(shift=-50 + 2j)
    pan.look(moves, is_guess=False)
    pan.look(None, is_guess=False)
    assert pan.look(Motion(), is_guess=True) is None
    assert pan.look(Motion(), is_guess=True) == Motion()


def test_a_page_that_hardly_moved_is_not_known_to_go_on():
    pan = Pan()
    pan.look(Motion(shift=5), is_guess=False)
    assert pan.look(None, is_guess=False) is None
