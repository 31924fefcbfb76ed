"""Varied digits: of the same form, by the seed, and never turned far."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.training.sets.augment import CHUNK, Distortion, distort

STILL = Distortion(0, 0, 0, 0, 0, 0, 0, 0, 0)


def bars(count: int) -> NDArray[np.uint8]:
    """Return upright bars, 4 pixels wide and 20 high."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    return images


def test_no_pictures_give_none() -> None:
    assert distort(np.random.default_rng(0), bars(0), Distortion()).shape == (0, 28, 28)


@pytest.mark.parametrize("count", [1, 33, CHUNK + 5])
def test_no_distortion_leaves_pictures_as_they_are(count: int) -> None:
    images = np.random.default_rng(1).integers(0, 256, (count, 28, 28), dtype=np.uint8)

    np.testing.assert_array_equal(distort(np.random.default_rng(0), images, STILL), images)


def test_same_seed_gives_the_same_pictures_and_leaves_the_originals() -> None:
    images = bars(40)

    first, again = (distort(np.random.default_rng(2), images, Distortion()) for _ in range(2))

    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(images, bars(40))
    assert len({picture.tobytes() for picture in first}) == 40


@pytest.mark.parametrize(("name", "amount"), [("thicken", 0.9), ("thin", 0.5)])
def test_strokes_get_thicker_or_thinner(name: str, amount: float) -> None:
    how = Distortion(**dict.fromkeys(Distortion.__dataclass_fields__, 0) | {name: amount})

    ink = distort(np.random.default_rng(3), bars(200), how).sum(axis=(1, 2), dtype=np.int64)

    usual = int(bars(1).sum())
    changed = ink > usual if name == "thicken" else ink < usual
    assert changed.mean() > 0.2 and ((ink == usual) | changed).all()


def test_nothing_turns_further_than_allowed() -> None:
    how = Distortion(15, 0, 0, 0, 0, 0, 0, 0, 0)

    turned = distort(np.random.default_rng(4), bars(300), how)

    angles = []
    for picture in turned:
        moments = cv2.moments(picture)
        angle = np.arctan2(2 * moments["mu11"], moments["mu20"] - moments["mu02"]) / 2
        angles.append(abs(abs(np.degrees(angle)) - 90))
    assert 10 < max(angles) < 16


def test_a_turn_that_makes_a_nine_of_a_six_is_refused() -> None:
    with pytest.raises(AssertionError, match="a 6 must not become a 9"):
        Distortion(turn_deg=20)


def test_a_picture_does_not_reach_into_its_neighbour() -> None:
    images = np.zeros((40, 28, 28), np.uint8)
    images[::2, 4:24, 4:24] = 255

    distorted = distort(np.random.default_rng(5), images, Distortion(damage=0))

    assert not distorted[1::2].any()
