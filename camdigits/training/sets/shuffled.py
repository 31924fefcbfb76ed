"""The training set of recipes that take MNIST as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camdigits.training.data.dataset import Digits
from camdigits.training.sets.base import Inputs, one_hot, to_input


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
        """Return the digits; see `TrainingSet`."""
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.digits))
        digits = self.digits.take(order)
        return to_input(digits.images, self.pixel_max), one_hot(digits.labels)
