"""How pictures lie: EMNIST's are transposed, others mirrored or on their side, without a word.

A network that learns from such data reads them well, and a camera's digits not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from camdigits.training.data.dataset import Digits

SAMPLE = 1000
"""Digits that are looked at; of a thousand a share is known to 3 points."""
SEED = 1
FEWEST = 30
"""Digits that are needed to say anything."""
FAR_BETTER = 0.2
"""By how much another orientation is read better before anything is said: more than by chance in
small sets, while of digits that stand upright the second best is read by 45 to 60 points worse
(MNIST, USPS, Semeion, ARDIS, scikit-learn's)."""
HARDLY = 0.4
"""Share below which the labels can hardly be those of the pictures: of the worst of those hands
88 % are read."""

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Orientation:
    """What is done to pictures so that they stand upright.

    Attributes:
        transpose: whether rows become columns, first.
        rotate: degrees clockwise, then: 0, 90, 180 or 270.
    """

    transpose: bool = False
    rotate: int = 0

    def __call__(self, images: Pictures) -> Pictures:
        """Return ``(n, side, side)`` pictures upright."""
        turned = images.transpose(0, 2, 1) if self.transpose else images
        return np.ascontiguousarray(np.rot90(turned, -(self.rotate // 90), axes=(1, 2)))

    def then(self, other: Orientation) -> Orientation:
        """Return what is the same as this and another one after it."""
        # Transposing what was turned to the right is turning to the left what was transposed.
        turned = -self.rotate if other.transpose else self.rotate
        return Orientation(self.transpose != other.transpose, (turned + other.rotate) % 360)

    @property
    def options(self) -> str:
        """The options that ask for it; empty for pictures as they are."""
        rotate = f"--rotate {self.rotate}" if self.rotate else ""
        return " ".join(filter(None, ["--transpose" if self.transpose else "", rotate]))


AS_IS = Orientation()
ALL = {
    "upright": AS_IS,
    "turned to the left": Orientation(rotate=90),
    "upside down": Orientation(rotate=180),
    "turned to the right": Orientation(rotate=270),
    "transposed": Orientation(transpose=True),
    "mirrored": Orientation(transpose=True, rotate=90),
    "transposed and upside down": Orientation(transpose=True, rotate=180),
    "upside down and mirrored": Orientation(transpose=True, rotate=270),
}
"""By how pictures lie that need it: the eight ways to lay a square."""


@dataclass(frozen=True, slots=True)
class Look:
    """How digits were read in the eight orientations.

    Attributes:
        shares: that were read rightly, 0 to 1, by the names of `ALL`.
        count: how many digits were looked at.
    """

    shares: Mapping[str, float]
    count: int

    @property
    def best(self) -> str:
        """How they lie, as the network sees it."""
        return max(self.shares, key=lambda name: self.shares[name])

    @property
    def lies_wrong(self) -> bool:
        """Whether another orientation is read far better."""
        needed = max(HARDLY, self.shares["upright"] + FAR_BETTER)
        return self.count >= FEWEST and self.shares[self.best] >= needed

    @property
    def is_hardly_read(self) -> bool:
        """Whether hardly any label is right, however they lie."""
        return self.count >= FEWEST and self.shares[self.best] < HARDLY


def look(classifier: Callable[[Pictures], NDArray[np.float32]], digits: Digits) -> Look:
    """Read a sample of digits in every orientation.

    Args:
        classifier: of upright digits, such as the bundled one.
        digits: as they lie.
    """
    order = np.random.default_rng(SEED).permutation(len(digits))[:SAMPLE]
    sample = digits.take(order)
    shares = {
        name: float((classifier(turn(sample.images)).argmax(axis=1) == sample.labels).mean())
        for name, turn in ALL.items()
    }
    return Look(shares, len(sample))
