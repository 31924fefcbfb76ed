"""The training set of the camera recipe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.training.data.dataset import Digits
from camdigits.training.progress import NoProgress
from camdigits.training.sets.camera import (
    RENDERED_SHARE,
    SHOWN_SHARE,
    CameraSet,
    camera_set,
)
from camdigits.training.sets.crops import NONE, Crops, render_crops
from camdigits.training.sets.negatives import draw_negatives
from camdigits.training.settings import TrainSettings
from tests.support.digits import make_digits
from tests.support.strokes import draw_digits


def training_set(seed: int = 1) -> CameraSet:
    """Return a training set of 20 digits, 12 rendered ones, and 4 + 9 pictures of none."""
    images, labels = make_digits(16, seed=7)
    labels[12:] = NONE
    drawn, _ = make_digits(9, seed=8)
    return CameraSet(Digits(*make_digits(20)), Crops(images, labels), drawn, seed)


def test_an_epoch_shows_digits_and_a_share_of_what_is_rendered_and_of_what_is_none() -> None:
    pictures, targets = training_set()(0)
    rendered, others = round(RENDERED_SHARE * 20), round(SHOWN_SHARE * 20)

    is_none = (targets == np.float32(0.1)).all(axis=1)
    assert pictures.shape == (20 + rendered + others, 28, 28, 1)
    assert len(training_set()) == len(pictures)
    assert (rendered, is_none.sum()) == (7, others)
    assert (targets[~is_none].max(axis=1) == 1).all()
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)


def test_labels_stay_with_their_digits() -> None:
    digits, labels = draw_digits()
    shown = CameraSet(Digits(digits, labels), Crops(digits[:0], labels[:0]), digits[:0], seed=1)

    pictures, targets = shown(0)

    likeness = pictures.reshape(10, -1) @ digits.reshape(10, -1).T.astype(np.float32)
    likeness /= np.linalg.norm(digits.reshape(10, -1).astype(np.float32), axis=1)
    assert (likeness.argmax(axis=1) == targets.argmax(axis=1)).mean() >= 0.7


@pytest.mark.parametrize(("seed", "epoch"), [(1, 1), (2, 0)])
def test_an_epoch_depends_on_seed_and_number_alone(seed: int, epoch: int) -> None:
    again = training_set()
    again(3)

    np.testing.assert_array_equal(training_set()(0)[0], again(0)[0])
    assert not np.array_equal(training_set()(0)[0], training_set(seed)(epoch)[0])


def test_pages_go_with_the_number_of_digits() -> None:
    digits = Digits(*(np.repeat(each, 18, axis=0) for each in draw_digits()))
    told: list[tuple[int, int]] = []

    class Listener(NoProgress):
        def prepare(self, done: int, total: int) -> None:
            told.append((done, total))

    camera_set(digits, TrainSettings(recipe="camera"), Listener())

    assert told == [(1, 2), (2, 2)]


def test_two_drawings_to_five_digits_are_among_what_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digits = Digits(*(np.repeat(each, 9, axis=0) for each in draw_digits()))
    drawn: list[int] = []

    def watched(rng: np.random.Generator, count: int, images: NDArray[np.uint8]) -> Any:
        drawn.append(count)
        return draw_negatives(rng, count, images)

    monkeypatch.setattr("camdigits.training.sets.camera.draw_negatives", watched)
    camera_set(digits, TrainSettings(recipe="camera"), NoProgress())

    assert drawn == [36]


def test_allographs_are_learnt_too(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = Digits(*(np.repeat(each, 9, axis=0) for each in draw_digits()))
    written: list[int] = []
    rendered: list[int] = []

    def watched(digits: Digits, *rest: Any) -> Crops:
        crops = render_crops(digits, *rest)
        written.append(len(digits))
        rendered.append(len(crops.digits))
        return crops

    monkeypatch.setattr("camdigits.training.sets.camera.render_crops", watched)
    _, targets = camera_set(digits, TrainSettings(recipe="camera"), NoProgress())(0)

    shown = min(rendered[0], round(RENDERED_SHARE * written[0]))
    assert written[0] > 1.05 * len(digits)
    assert (targets.max(axis=1) == 1).sum() == written[0] + shown
