"""Which weights a command reads with."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from camdigits.cli.terminal.messages import say
from camdigits.errors import WeightsError
from camdigits.support.user_folders import taught_weights

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

    def tell(self) -> None:
        """Say that they were taught, if they were."""
        if self.is_taught:
            say(f"reads with what you taught: {self.path} (--weights {BUNDLED} goes back)")

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


class CurrentWeights:
    """The weights that are to be used now, for what runs on while somebody teaches.

    Args:
        asked: as for `choose_weights`.
    """

    def __init__(self, asked: str | None) -> None:
        self._asked = asked
        self._told: tuple[Path | None, float] | None = None

    def __call__(self) -> Path | None:
        """Return their file, None for the bundled ones; say so when it is newly taught."""
        weights = choose_weights(self._asked)
        if weights.is_taught and weights.path is not None:
            with suppress(OSError):  # it is being replaced
                state = (weights.path, weights.path.stat().st_mtime)
                if state != self._told:
                    self._told = state
                    weights.tell()
        return weights.path


def try_weights(path: Path) -> None:
    """Open weights of unknown origin in a child process first.

    LiteRT checks a file before it runs it, but not all: 1 of 20,000 damaged ones crashed it.

    Raises:
        WeightsError: if they, or their card, cannot be used.
    """
    from camdigits.networks.classifier import bundled_weights
    from camdigits.networks.model_card import RUN

    if path.suffix not in RUN or not path.is_file() or path.samefile(bundled_weights()):
        return
    open_apart(path, _opened)


def try_stranger(path: Path) -> None:
    """Do the same with a file that has no card yet.

    Raises:
        WeightsError: if it cannot be used.
    """
    from camdigits.networks.model_card import RUN

    if path.suffix in RUN and path.is_file():
        open_apart(path, _run)


def open_apart(path: Path, opened: Callable[[Path], Generator[None, None, None]]) -> None:
    """Open weights in a child process, which may crash.

    Raises:
        WeightsError: if it does, or if it cannot open them.
    """
    from camdigits.jobs.child_processes import ChildDiedError, Children

    try:
        with Children(opened, jobs=1) as children:
            for outcome in children.map([path]):
                list(outcome)
    except ChildDiedError as error:
        raise WeightsError(
            f"the process that opened {path} crashed ({error}); use other weights"
        ) from error


def _opened(path: Path) -> Generator[None, None, None]:
    from camdigits.networks.classifier import LiteRTClassifier

    LiteRTClassifier(path)
    yield


def _run(path: Path) -> Generator[None, None, None]:
    from camdigits.networks.engines import open_engine

    open_engine(path.read_bytes(), str(path))
    yield
