"""Which weights a batch reads with, told by their content."""

from __future__ import annotations

import hashlib
import socket
from functools import lru_cache
from pathlib import Path

from camdigits.errors import WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.networks.judge import bundled_judge
from camdigits.networks.line_reader import bundled_line_reader
from camdigits.networks.print_detector import bundled_print_detector

Digests = tuple[tuple[str, str], ...]
"""sha256 of each file, in lower-case hex, by its name."""


def digests(weights: Path | None) -> Digests:
    """Return the digests of the weights of all networks, and of their cards.

    Args:
        weights: the classifier's; None takes the bundled ones.

    Raises:
        WeightsError: if they cannot be read.
    """
    models = (
        weights or bundled_weights(),
        bundled_judge(),
        bundled_line_reader(),
        bundled_print_detector(),
    )
    files = [path for model in models for path in (model, model.with_suffix(".json"))]
    return tuple((path.name, _digest(path)) for path in files)


@lru_cache(maxsize=1)
def check_digests(weights: Path | None, expected: Digests) -> None:
    """Make sure, once, that this process reads with the weights that the batch was begun with.

    Raises:
        WeightsError: if it would not.
    """
    for (name, found), (_, wanted) in zip(digests(weights), expected, strict=False):
        if found != wanted:
            raise WeightsError(
                f"{name} on {socket.gethostname()} is another file than where the batch was begun "
                "(sha256 differs); install the same version of camdigits and its weights there"
            )


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"cannot read {path}: {error.strerror or error}") from error
