"""How far a training is, on the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    from camdigits.training.progress import EpochReport


def open_progress() -> LineProgress | BarProgress:
    """Return a bar on standard error if that is a terminal, else one line per epoch there."""
    return BarProgress() if sys.stderr.isatty() else LineProgress(sys.stderr)


class LineProgress:
    """One line per epoch; a `camdigits.training.progress.Progress` and a context manager."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def prepare(self, done: int, total: int) -> None:
        """Write a line at the end."""
        if done == total:
            print(f"rendered {total} pages to train on", file=self._stream, flush=True)

    def start(self, epochs: int, steps: int, done: int = 0) -> None:
        """Say nothing."""

    def step(self, loss: float, accuracy: float) -> None:
        """Say nothing."""

    def epoch(self, report: EpochReport) -> None:
        """Write the line."""
        print(_line(report), file=self._stream, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class BarProgress:
    """A bar with the time left, and a line per epoch above it; gone when the work is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeftColumn

        # A descriptor of its own: number 2 is turned away while TensorFlow loads.
        self._stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeLeftColumn(),
            console=Console(file=self._stream),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: Any = self._bar.add_task("loading", total=None)

    def prepare(self, done: int, total: int) -> None:
        """Count a page."""
        self._bar.update(self._task, description="rendering pages", completed=done, total=total)

    def start(self, epochs: int, steps: int, done: int = 0) -> None:
        """Show how much there is to do, in batches."""
        self._bar.update(
            self._task, description="training", total=epochs * steps, completed=done * steps
        )

    def step(self, loss: float, accuracy: float) -> None:
        """Count a batch."""
        text = f"loss {loss:.3f}, {accuracy:.2%} right"
        self._bar.update(self._task, advance=1, description=text)

    def epoch(self, report: EpochReport) -> None:
        """Write the epoch's line above the bar."""
        self._bar.console.print(_line(report), markup=False, highlight=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        self._stream.close()


def _line(report: EpochReport) -> str:
    return (
        f"epoch {report.epoch}/{report.epochs}: loss {report.loss:.4f}, "
        f"{report.accuracy:.2%} of the training digits right, "
        f"{report.validation_accuracy:.2%} of the validation digits, {report.seconds:.0f} s"
    )
