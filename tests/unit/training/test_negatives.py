"""Pictures of what is no digit."""

from __future__ import annotations

import cv2
import numpy as np

from camdigits.training.sets import negatives
from camdigits.training.sets.negatives import draw_negatives
from tests.support.digits import make_digits


def test_none_are_drawn_if_none_are_wanted() -> None:
    digits, _ = make_digits(5)

    assert draw_negatives(np.random.default_rng(0), 0, digits).shape == (0, 28, 28)


def test_negatives_have_the_form_of_digits() -> None:
    digits, _ = make_digits(20)

    drawn = draw_negatives(np.random.default_rng(0), 200, digits)

    assert drawn.dtype == np.uint8 and drawn.shape == (200, 28, 28)
    for picture in drawn:
        _, _, w, h = cv2.boundingRect(picture)
        assert max(w, h) <= 20 and picture.max() > 100


def test_no_upright_bar_is_among_them() -> None:
    digits, _ = make_digits(20)

    drawn = draw_negatives(np.random.default_rng(1), 300, digits)

    assert all(w >= 5 for _, _, w, _ in map(cv2.boundingRect, drawn))


def test_same_seed_draws_the_same() -> None:
    digits, _ = make_digits(20)

    first, again = (draw_negatives(np.random.default_rng(2), 50, digits) for _ in range(2))

    np.testing.assert_array_equal(first, again)


def test_letters_that_look_like_digits_are_not_drawn() -> None:
    assert not set("OolISZsgqbiz|/") & set(negatives.LETTERS + negatives.SYMBOLS)
