"""The ways of training that ``--recipe`` chooses from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How digits are put before the network; the numbers are defaults that settings may replace.

    Attributes:
        about: one line for the help.
        epochs: how often every training digit is seen.
        batch_size: digits per step.
        learning_rate: of Adam at the start.
        rate_falls: whether the learning rate falls to 0 along a half cosine, or stays.
        pixel_max: value of full ink in training, 1 or 255; exports take 0 to 1 in any case.
        normalises: whether layers are normalised while they learn; see
            `camdigits.training.models.batch_norm`.
    """

    about: str
    epochs: int
    batch_size: int
    learning_rate: float = 0.001
    rate_falls: bool = True
    pixel_max: int = 1
    normalises: bool = False


RECIPES = {
    "camera": Recipe(
        "MNIST varied, crops of rendered pages, and what is no digit",
        epochs=80,
        batch_size=256,
        learning_rate=0.002,
    ),
    "varied": Recipe(
        "MNIST varied, and nothing else: the most of MNIST's own test digits",
        epochs=40,
        batch_size=128,
        learning_rate=0.002,
        normalises=True,
    ),
    "plain": Recipe("MNIST as it is, with a falling learning rate", epochs=12, batch_size=128),
    "tutorial": Recipe(
        "the run of the Keras tutorial: pixels left at 0-255, constant learning rate",
        epochs=5,
        batch_size=300,
        rate_falls=False,
        pixel_max=255,
    ),
}
"""By the name that ``--recipe`` and the model card use."""

DEFAULT_RECIPE = "camera"
