"""What can be chosen about a training."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from camdigits.errors import UsageError
from camdigits.training.recipes import DEFAULT_RECIPE, RECIPES

DEFAULT_OUT = Path("camdigits-weights")

ARCHITECTURES = ("lenet", "zfnet", "alexnet", "allcnn")
LOSSES = ("categorical_crossentropy", "mse")
OPTIMIZERS = ("adam", "sgd")
EXPORT_FORMATS = ("json-h5", "keras", "tflite")

SGD_LEARNING_RATE = 0.1
"""SGD steps by the gradient itself, Adam by about the learning rate whatever the gradient."""

_OF_RECIPE: Any = None
"""Stands for a number that the recipe decides, until the settings are made."""


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a network is trained; together with the data it decides every bit of the result.

    Epochs, batch size and learning rate are the recipe's where they are not given.

    Attributes:
        recipe: what the training digits go through: a name in `RECIPES`.
        epochs: how often every training digit is seen, at least 1.
        batch_size: digits per step, at least 1.
        learning_rate: of the optimizer at the start, above 0 and at most 1.
        seed: of the split, the first weights and the order, 0 to 2**32 - 1.
        limit: train and validate on so many digits of the training data only, at least 100;
            None takes all.
        architecture: of the network: one of `ARCHITECTURES`.
        loss: categorical cross-entropy ("categorical_crossentropy"), or the mean squared error
            of the ten probabilities ("mse").
        optimizer: "adam", or "sgd" with Nesterov's momentum of 0.9.
        teacher: a ``.keras`` or ``.tflite`` with its card, whose word for the digits is learnt
            beside their labels; None has none.
    """

    recipe: str = DEFAULT_RECIPE
    epochs: int = _OF_RECIPE
    batch_size: int = _OF_RECIPE
    learning_rate: float = _OF_RECIPE
    seed: int = 1
    limit: int | None = None
    architecture: str = "lenet"
    loss: str = "categorical_crossentropy"
    optimizer: str = "adam"
    teacher: Path | None = None

    def __post_init__(self) -> None:
        _must_be_one_of("recipe", self.recipe, RECIPES)
        self._take_from_recipe()
        _must_be_one_of("architecture", self.architecture, ARCHITECTURES)
        _must_be_one_of("loss", self.loss, LOSSES)
        _must_be_one_of("optimizer", self.optimizer, OPTIMIZERS)
        if self.epochs < 1:
            raise UsageError(f"{self.epochs} epochs is less than 1")
        if self.batch_size < 1:
            raise UsageError(f"the batch size {self.batch_size} is less than 1")
        if self.batch_size == 1 and RECIPES[self.recipe].normalises:
            raise UsageError(
                f"the batch size 1 is too small for the recipe {self.recipe}, which normalises "
                f"over a batch; use 2 or more"
            )
        if not 0 < self.learning_rate <= 1:
            raise UsageError(f"the learning rate {self.learning_rate} is not above 0 and at most 1")
        if not 0 <= self.seed < 2**32:
            raise UsageError(f"the seed {self.seed} is not between 0 and {2**32 - 1}")
        if self.limit is not None and self.limit < 100:
            raise UsageError(f"the limit {self.limit} is less than 100 digits")

    def _take_from_recipe(self) -> None:
        recipe = RECIPES[self.recipe]
        rate = SGD_LEARNING_RATE if self.optimizer == "sgd" else recipe.learning_rate
        for name, value in (
            ("epochs", recipe.epochs),
            ("batch_size", recipe.batch_size),
            ("learning_rate", rate),
        ):
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)

    @classmethod
    def from_record(cls, record: Mapping[str, Any], where: Path) -> Self:
        """Return the settings that `as_dict` wrote down.

        Args:
            record: as a model card has it.
            where: the file it comes from, for messages.

        Raises:
            UsageError: if one is missing, unknown, of another type, or makes no sense.
        """
        record = {"teacher": None, **record}  # cards of before there were teachers lack it
        for name, value in {**record, **dict.fromkeys(set(_KINDS) - set(record))}.items():
            if name not in record:
                raise UsageError(f"{where} lacks the setting {name!r}; name the options instead")
            if name not in _KINDS:
                raise UsageError(f"{where} has a setting {name!r} that this version does not know")
            if isinstance(value, bool) or not isinstance(value, _KINDS[name]):
                raise UsageError(f"{where} says {name} {value!r:.40}; name the options instead")
        teacher = record["teacher"]
        return cls(**{**record, "teacher": None if teacher is None else Path(teacher)})

    @property
    def pixel_max(self) -> int:
        """Value of full ink in training: 1 or 255."""
        return RECIPES[self.recipe].pixel_max

    def command(self) -> str:
        """Return the command that trains with these settings."""
        options = {name: value for name, value in self.as_dict().items() if value is not None}
        return " ".join(
            [
                "camdigits train",
                *(f"--{k.replace('_', '-')} {shlex.quote(str(v))}" for k, v in options.items()),
            ]
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name, as JSON can say them."""
        return {**asdict(self), "teacher": None if self.teacher is None else str(self.teacher)}


_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float | int,
    "int | None": int | None,
    "Path | None": str | None,
}
_KINDS = {each.name: _TYPES[str(each.type)] for each in fields(TrainSettings)}
"""What each setting may be, as `isinstance` takes it."""


def _must_be_one_of(what: str, name: str, names: Any) -> None:
    if name not in names:
        raise UsageError(f"{name!r:.40} is no {what}; use {' or '.join(names)}")
