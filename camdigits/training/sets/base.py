"""What every training set is like: pictures and targets, epoch by epoch."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Inputs = NDArray[np.float32]


class TrainingSet(Protocol):
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


def to_input(images: NDArray[np.uint8], full: int = 1) -> Inputs:
    """Return ``(n, 28, 28, 1) float32`` in 0-`full` of ``(n, 28, 28) uint8`` images."""
    return images[..., None].astype(np.float32) / np.float32(255 / full)


def one_hot(labels: NDArray[np.uint8]) -> Inputs:
    """Return ``(n, 10) float32`` with 1 in the label's column of ``(n,) uint8`` labels 0 to 9."""
    codes: Inputs = np.eye(10, dtype=np.float32)[labels]
    return codes
