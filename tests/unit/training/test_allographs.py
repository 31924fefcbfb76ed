"""Digits in forms that are rare among those given."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.training.data.dataset import Digits
from camdigits.training.sets.allographs import BARRED, FOOTED, NARROW, with_allographs

Image = NDArray[np.uint8]


def drawn(label: int) -> Image:
    """Return a plain seven, one, or ring, ``(28, 28) uint8`` in MNIST form."""
    image = np.zeros((28, 28), np.uint8)
    if label == 7:
        cv2.polylines(image, [np.array([[9, 5], [19, 5], [13, 22]])], False, 255, 2)
    elif label == 1:
        cv2.line(image, (14, 4), (14, 23), 255, 2)
    else:
        cv2.ellipse(image, (14, 14), (8, 9), 0, 0, 360, 255, 2)
    return image


def some(label: int, count: int) -> Digits:
    return Digits(np.stack([drawn(label)] * count), np.full(count, label, np.uint8))


def changed(label: int, count: int = 200, seed: int = 1) -> Digits:
    given = some(label, count)
    result = with_allographs(np.random.default_rng(seed), given)
    np.testing.assert_array_equal(result.images[:count], given.images)
    np.testing.assert_array_equal(result.labels, label)
    return result.take(np.arange(count, len(result)))


def size_wh(image: Image) -> tuple[int, int]:
    _, _, w, h = cv2.boundingRect((image > 60).astype(np.uint8))
    return w, h


@pytest.mark.parametrize(
    ("label", "share"), [(1, FOOTED), (7, BARRED + NARROW), (0, 0.0), (3, NARROW), (9, NARROW)]
)
def test_how_many_there_are_depends_on_the_digit(label: int, share: float) -> None:
    assert len(changed(label)) == round(200 * share)


def test_a_seven_gets_a_bar_through_its_stem() -> None:
    stems = Digits(np.stack([drawn(1)] * 200), np.full(200, 7, np.uint8))
    count = round(200 * BARRED)

    barred = with_allographs(np.random.default_rng(1), stems).images[200 : 200 + count]

    for image in barred:
        assert (image[8:22] > 60).sum(axis=1).max() >= 7  # a stem, however turned: 3 to 5


def test_a_one_gets_a_foot() -> None:
    for image in changed(1).images:
        across = (image > 60).sum(axis=1)
        assert across[17:].max() >= 2 * np.median(across[6:14])


def test_what_is_narrow_is_taller_than_before_against_its_width() -> None:
    before = size_wh(drawn(3))

    for image in changed(3).images:
        w, h = size_wh(image)
        assert w / h < 0.85 * before[0] / before[1]


def test_the_same_seed_gives_the_same_digits() -> None:
    once, again, other = (changed(7, seed=seed).images for seed in (4, 4, 5))

    np.testing.assert_array_equal(once, again)
    assert (once != other).any()


@pytest.mark.parametrize("label", [1, 7, 9])
def test_pictures_without_ink_stay_alone(label: int) -> None:
    blank = Digits(np.zeros((40, 28, 28), np.uint8), np.full(40, label, np.uint8))

    assert len(with_allographs(np.random.default_rng(1), blank)) == 40


def test_none_given_none_back() -> None:
    none = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))

    assert len(with_allographs(np.random.default_rng(1), none)) == 0
