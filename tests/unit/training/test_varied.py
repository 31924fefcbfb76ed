"""The training set of the varied recipe."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.training.data.dataset import Digits
from camdigits.training.sets.varied import VariedDigits
from tests.support.strokes import draw_digits


def test_every_digit_is_shown_once_under_its_label_and_never_as_it_is() -> None:
    digits, labels = draw_digits()

    pictures, targets = VariedDigits(Digits(digits, labels), seed=1, batch_size=4)(0)

    likeness = pictures.reshape(10, -1) @ digits.reshape(10, -1).T.astype(np.float32)
    likeness /= np.linalg.norm(digits.reshape(10, -1).astype(np.float32), axis=1)
    assert sorted(targets.argmax(axis=1)) == sorted(labels)
    assert (likeness.argmax(axis=1) == targets.argmax(axis=1)).mean() >= 0.7
    ink = digits[targets.argmax(axis=1)] / np.float32(255)
    assert (np.abs(pictures[..., 0] - ink).max(axis=(1, 2)) > 0.2).all()


@pytest.mark.parametrize(("seed", "epoch"), [(1, 1), (2, 0)])
def test_an_epoch_depends_on_seed_and_number_alone(seed: int, epoch: int) -> None:
    digits = Digits(*draw_digits())
    again = VariedDigits(digits, 1, 4)
    again(3)

    np.testing.assert_array_equal(VariedDigits(digits, 1, 4)(0)[0], again(0)[0])
    assert not np.array_equal(again(0)[0], VariedDigits(digits, seed, 4)(epoch)[0])


@pytest.mark.parametrize(("batch_size", "shown"), [(2, 10), (3, 9), (4, 10), (9, 9), (16, 10)])
def test_no_batch_is_of_one_digit(batch_size: int, shown: int) -> None:
    training_set = VariedDigits(Digits(*draw_digits()), 1, batch_size)

    assert len(training_set) == len(training_set(0)[0]) == shown
