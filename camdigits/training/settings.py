"""What can be chosen about a training."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from camdigits.errors import UsageError

DEFAULT_OUT = Path("camdigits-weights")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a network is trained; together with the data it decides every bit of the result.

    Attributes:
        epochs: how often every training digit is seen, at least 1.
        batch_size: digits per step, at least 1.
        learning_rate: of Adam at the start, above 0; it falls to 0 along a half cosine.
        seed: of the split, the first weights and the order, 0 to 2**32 - 1.
        limit: train and validate on so many digits of the training data only, at least 100;
            None takes all.
    """

    epochs: int = 12
    batch_size: int = 128
    learning_rate: float = 0.001
    seed: int = 1
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise UsageError(f"{self.epochs} epochs is less than 1")
        if self.batch_size < 1:
            raise UsageError(f"the batch size {self.batch_size} is less than 1")
        if not 0 < self.learning_rate <= 1:
            raise UsageError(f"the learning rate {self.learning_rate} is not above 0 and at most 1")
        if not 0 <= self.seed < 2**32:
            raise UsageError(f"the seed {self.seed} is not between 0 and {2**32 - 1}")
        if self.limit is not None and self.limit < 100:
            raise UsageError(f"the limit {self.limit} is less than 100 digits")

    def command(self) -> str:
        """Return the command that trains with these settings."""
        options = {name: value for name, value in asdict(self).items() if value is not None}
        return " ".join(
            ["camdigits train", *(f"--{k.replace('_', '-')} {v}" for k, v in options.items())]
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        return asdict(self)
