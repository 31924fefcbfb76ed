"""Crops of rendered pages, with what they show."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits import Recognizer
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import render_page
from camdigits.training.progress import NoProgress
from camdigits.training.sets.crops import NONE, Crops, cut_crops, label_crops, render_crops
from camdigits.types import Box
from tests.support.strokes import draw_digits

TRUE = Box(100, 100, 20, 40)


def test_blank_page_proposes_nothing() -> None:
    boxes, crops = cut_crops(np.full((200, 300, 3), 200, np.uint8))

    assert boxes == [] and crops.shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("box", "label"),
    [
        (TRUE, 7),
        (Box(101, 99, 20, 40), 7),
        (Box(100, 100, 20, 26), -1),
        (Box(100, 100, 20, 15), NONE),
        (Box(300, 100, 20, 40), NONE),
        (Box(300, 100, 8, 40), -1),
    ],
    ids=["the digit", "a pixel off", "most of it", "its upper half", "elsewhere", "a bar"],
)
def test_a_crop_is_the_digit_that_it_overlaps(box: Box, label: int) -> None:
    assert label_crops([box], [(TRUE, 7)]).tolist() == [label]


def test_without_truth_everything_but_bars_is_none() -> None:
    assert label_crops([TRUE, Box(0, 0, 2, 30)], []).tolist() == [NONE, -1]
    assert label_crops([], [(TRUE, 7)]).shape == (0,)


def test_rendered_crops_show_the_digits_and_other_things() -> None:
    told: list[tuple[int, int]] = []

    class Listener(NoProgress):
        def prepare(self, done: int, total: int) -> None:
            told.append((done, total))

    digits = Digits(*draw_digits())

    first, again = (render_crops(digits, 3, seed, Listener()) for seed in (1, 1))

    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert len(first.digits) >= 5 and len(first.others) >= 20
    assert told == [(1, 3), (2, 3), (3, 3)] * 2


def test_no_pages_give_no_crops() -> None:
    crops = render_crops(Digits(*draw_digits()), 0, 1, NoProgress())

    assert isinstance(crops, Crops) and len(crops) == 0


def test_training_looks_at_a_page_as_reading_does() -> None:
    seen: list[NDArray[np.uint8]] = []

    def classify(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(crops)
        return np.zeros((len(crops), 10), np.float32)

    digits = Digits(*draw_digits())
    page = render_page(np.random.default_rng(1), digits.images, digits.labels, "rows")

    _, crops = cut_crops(page.image)
    Recognizer(classifier=classify).read(page.image)

    # Where nothing is a digit, as here, reading looks closer afterwards.
    asked = {crop.tobytes() for crop in seen[0]}
    assert len(asked) > 10
    assert asked <= {crop.tobytes() for crop in crops}
