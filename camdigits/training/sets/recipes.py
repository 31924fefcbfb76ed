"""Which training set each recipe learns from."""

from __future__ import annotations

from collections.abc import Callable

from camdigits.training.data.dataset import Digits
from camdigits.training.progress import Progress
from camdigits.training.sets.base import TrainingSet
from camdigits.training.sets.camera import camera_set
from camdigits.training.sets.shuffled import ShuffledDigits
from camdigits.training.sets.varied import VariedDigits
from camdigits.training.settings import TrainSettings


def _as_they_are(digits: Digits, settings: TrainSettings, progress: Progress) -> TrainingSet:
    return ShuffledDigits(digits, settings.seed, settings.pixel_max)


def _for_the_camera(digits: Digits, settings: TrainSettings, progress: Progress) -> TrainingSet:
    return camera_set(digits, settings, progress)


def _varied(digits: Digits, settings: TrainSettings, progress: Progress) -> TrainingSet:
    return VariedDigits(digits, settings.seed, settings.batch_size)


PREPARE: dict[str, Callable[[Digits, TrainSettings, Progress], TrainingSet]] = {
    "camera": _for_the_camera,
    "varied": _varied,
    "plain": _as_they_are,
    "tutorial": _as_they_are,
}
"""By recipe, what makes its training set of the digits."""
