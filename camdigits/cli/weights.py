"""Which weights a command reads with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from camdigits.errors import WeightsError
from camdigits.folders import taught_weights

BUNDLED = "bundled"
"""What ``--weights`` is called to go back to the weights that ship with camdigits."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Chosen weights.

    Attributes:
        path: their file; None means the bundled ones.
        is_taught: they lie in the user's data folder, and nobody named them.
    """

    path: Path | None
    is_taught: bool = False

    @property
    def note(self) -> str:
        """What a status line says of them."""
        return "taught weights" if self.is_taught else ""

    @contextmanager
    def hint(self) -> Iterator[None]:
        """Say how to do without taught weights if they turn out to be unusable."""
        try:
            yield
        except WeightsError as error:
            if not self.is_taught:
                raise
            raise WeightsError(f"{error}; or go back: --weights {BUNDLED}") from error


def choose_weights(asked: str | None) -> Weights:
    """Return the weights that were asked for, else those the user taught, else the bundled ones."""
    if asked == BUNDLED:
        return Weights(None)
    if asked is not None:
        return Weights(Path(asked))
    taught = taught_weights()
    return Weights(taught, is_taught=taught is not None)
