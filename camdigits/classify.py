"""Turns MNIST-form crops into probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Classifier(Protocol):
    """Names digits; called once per frame with all crops of that frame."""

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten digits' probabilities of each crop.

        Args:
            crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

        Returns:
            ``(n, 10) float32`` in 0-1; a row sums to at most 1, what is missing is "no digit".
        """
        ...
