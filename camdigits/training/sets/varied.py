"""The training set of ``--recipe varied``: MNIST, each digit varied anew in every epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camdigits.training.data.dataset import Digits
from camdigits.training.sets.augment import Distortion, distort
from camdigits.training.sets.base import Inputs, one_hot, to_input

HANDWRITING = Distortion(
    turn_deg=13,
    shear=0.2,
    stretch=0.16,
    shift_px=1.6,
    wobble_px=0.7,
    thicken=0.8,
    thin=0.5,
    brighten=0.4,
    damage=0.0,
)
"""As far as handwriting differs; nothing that only cameras do."""


@dataclass(frozen=True, slots=True, eq=False)
class VariedDigits:
    """Shows every training digit once an epoch, each time varied anew.

    Attributes:
        digits: those to learn from.
        seed: of order and variation.
        batch_size: one digit that would be a batch of its own, over which nothing can be
            normalised, is left out of the epoch.
    """

    digits: Digits
    seed: int
    batch_size: int

    def __len__(self) -> int:
        return len(self.digits) - (len(self.digits) % self.batch_size == 1)

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return an epoch; see `camdigits.training.sets.base.TrainingSet`."""
        rng = np.random.default_rng([self.seed, epoch])
        digits = self.digits.take(rng.permutation(len(self.digits))[: len(self)])
        return to_input(distort(rng, digits.images, HANDWRITING)), one_hot(digits.labels)
