"""What a network learns from, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.training.data import Digits
from camdigits.training.progress import Progress
from camdigits.training.settings import TrainSettings

Inputs = NDArray[np.float32]


class Lessons(Protocol):
    """What a network learns from, epoch by epoch."""

    def __len__(self) -> int:
        """Return how many pictures an epoch has; the same for all."""
        ...

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return an epoch's pictures and their targets, in the order in which to learn them.

        Args:
            epoch: from 0.  The answer depends on nothing else, so that a training can go on from
                any epoch.

        Returns:
            ``(n, 28, 28, 1) float32``, ink 1 (or the recipe's ``pixel_max``) on 0, and
            ``(n, 10) float32`` with rows that sum to 1.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ShuffledDigits:
    """The training digits as they are, in another order each epoch.

    Attributes:
        digits: those to learn from.
        seed: of the orders.
        pixel_max: value of full ink.
    """

    digits: Digits
    seed: int
    pixel_max: int = 1

    def __len__(self) -> int:
        return len(self.digits)

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return the digits; see `Lessons`."""
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.digits))
        digits = self.digits.take(order)
        return to_input(digits.images, self.pixel_max), one_hot(digits.labels)


def _as_they_are(digits: Digits, settings: TrainSettings, progress: Progress) -> Lessons:
    return ShuffledDigits(digits, settings.seed, settings.pixel_max)


def _for_the_camera(digits: Digits, settings: TrainSettings, progress: Progress) -> Lessons:
    # Imported here, since it is made of what this module defines.
    from camdigits.training.camera import camera_lessons

    return camera_lessons(digits, settings, progress)


def _varied(digits: Digits, settings: TrainSettings, progress: Progress) -> Lessons:
    from camdigits.training.varied import VariedDigits

    return VariedDigits(digits, settings.seed, settings.batch_size)


PREPARE: dict[str, Callable[[Digits, TrainSettings, Progress], Lessons]] = {
    "camera": _for_the_camera,
    "varied": _varied,
    "plain": _as_they_are,
    "tutorial": _as_they_are,
}
"""By recipe, what makes its lessons of the training digits."""


def to_input(images: NDArray[np.uint8], full: int = 1) -> Inputs:
    """Return ``(n, 28, 28, 1) float32`` in 0-`full` of ``(n, 28, 28) uint8`` images."""
    return images[..., None].astype(np.float32) / np.float32(255 / full)


def one_hot(labels: NDArray[np.uint8]) -> Inputs:
    """Return ``(n, 10) float32`` with 1 in the label's column of ``(n,) uint8`` labels 0 to 9."""
    codes: Inputs = np.eye(10, dtype=np.float32)[labels]
    return codes
