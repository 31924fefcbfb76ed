"""How training tells somebody who waits how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EpochReport:
    """What one epoch brought.

    Attributes:
        epoch: number of the epoch, from 1.
        epochs: how many there will be.
        loss: mean loss over the epoch's training digits; cross-entropy counts in nats.
        accuracy: share of the epoch's training digits that were right, 0 to 1.
        validation_loss: the same loss on the validation digits after the epoch.
        validation_accuracy: share of the validation digits right after the epoch, 0 to 1.
        seconds: how long it took, once its pictures were there.
        waited_s: how long it waited for them, in seconds.
    """

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    waited_s: float = 0.0


class Progress(Protocol):
    """Follows a training."""

    def prepare(self, done: int, total: int) -> None:
        """So many of the pages that are trained on are rendered."""
        ...

    def start(self, epochs: int, steps: int, done: int = 0) -> None:
        """Begin: so many epochs of so many batches each, some of which were done before."""
        ...

    def step(self, loss: float, accuracy: float) -> None:
        """One more batch was learned; figures are running means over the epoch."""
        ...

    def epoch(self, report: EpochReport) -> None:
        """An epoch is over."""
        ...


class NoProgress:
    """Says nothing."""

    def prepare(self, done: int, total: int) -> None:
        """Say nothing."""

    def start(self, epochs: int, steps: int, done: int = 0) -> None:
        """Say nothing."""

    def step(self, loss: float, accuracy: float) -> None:
        """Say nothing."""

    def epoch(self, report: EpochReport) -> None:
        """Say nothing."""
