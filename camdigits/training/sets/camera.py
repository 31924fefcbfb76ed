"""The training set of ``--recipe camera``: MNIST varied, crops as reading makes them, no digits.

What is no digit has the target "any of the ten, equally" (Hendrycks, Mazeika and Dietterich, "Deep
Anomaly Detection with Outlier Exposure", 2019), so that the network keeps its ten outputs and its
confidence falls where there is nothing to read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camdigits.training.data.dataset import Digits
from camdigits.training.progress import Progress
from camdigits.training.sets.allographs import with_allographs
from camdigits.training.sets.augment import Distortion, distort
from camdigits.training.sets.base import Inputs, one_hot, to_input
from camdigits.training.sets.crops import Crops, render_crops
from camdigits.training.sets.negatives import draw_negatives
from camdigits.training.settings import TrainSettings

DIGITS_PER_PAGE = 86
"""So many training digits to each rendered page: 640 pages for MNIST, some four minutes."""
DRAWN_SHARE = 0.4
"""Drawn negatives to each training digit."""
RENDERED_SHARE = 0.33
"""Rendered digits shown in an epoch, to each digit that is written.  Many are hurt by lines and
neighbours: with all of them, and twice the negatives, a LeNet learns less of all the others."""
SHOWN_SHARE = 0.27
"""Negatives of either kind shown in an epoch, to each digit that is written."""
GENTLE = Distortion(
    turn_deg=7, shear=0.1, stretch=0.07, shift_px=1, wobble_px=0.4, brighten=0.3, damage=0.03
)
"""For what has been through lens and threshold already."""


class CameraSet:
    """Shows every training digit once an epoch, and others among them, each time varied anew."""

    def __init__(self, digits: Digits, crops: Crops, drawn: NDArray[np.uint8], seed: int) -> None:
        """Keep what is shown.

        Args:
            digits: of the training split.
            crops: of rendered pages.
            drawn: ``(n, 28, 28) uint8``, negatives in MNIST form.
            seed: of order and variation.
        """
        self._digits, self._rendered, self._seed = digits, crops.digits, seed
        self._others = np.concatenate([crops.others, drawn])
        self._crops_shown = min(len(self._rendered), round(RENDERED_SHARE * len(digits)))
        self._others_shown = min(len(self._others), round(SHOWN_SHARE * len(digits)))

    def __len__(self) -> int:
        return len(self._digits) + self._crops_shown + self._others_shown

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return an epoch; see `camdigits.training.sets.base.TrainingSet`."""
        rng = np.random.default_rng([self._seed, epoch])
        rendered = self._rendered.take(_some(rng, len(self._rendered), self._crops_shown))
        others = self._others[_some(rng, len(self._others), self._others_shown)]
        pictures = np.concatenate(
            [
                distort(rng, self._digits.images, Distortion()),
                distort(rng, rendered.images, GENTLE),
                distort(rng, others, GENTLE),
            ]
        )
        labels = np.concatenate([self._digits.labels, rendered.labels])
        any_digit = np.full((len(others), 10), 0.1, np.float32)
        targets = np.concatenate([one_hot(labels), any_digit])
        order = rng.permutation(len(pictures))
        return to_input(pictures[order]), targets[order]


def _some(rng: np.random.Generator, count: int, shown: int) -> NDArray[np.intp]:
    return rng.permutation(count)[:shown]


def camera_set(digits: Digits, settings: TrainSettings, progress: Progress) -> CameraSet:
    """Render pages, draw what is no digit, and return the training set of both."""
    rng = np.random.default_rng([settings.seed, len(digits)])
    drawn = draw_negatives(rng, round(DRAWN_SHARE * len(digits)), digits.images)
    written = with_allographs(rng, digits)
    crops = render_crops(written, len(digits) // DIGITS_PER_PAGE, settings.seed, progress)
    return CameraSet(written, crops, drawn, settings.seed)
