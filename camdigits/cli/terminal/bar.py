"""A bar on the terminal, gone when the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


def make_bar(stream: TextIO, *columns: ProgressColumn) -> Progress:
    """Return a bar that is drawn when it is told to: a thread that draws would need a lock."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(
        *columns,
        console=Console(file=stream),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


class ShowsBar:
    """Has a bar on the terminal for as long as its ``with`` block lasts."""

    _bar: Progress

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the bar off the terminal until the block is done."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        # The terminal itself may be gone; that must not replace the error that is on its way.
        with suppress(OSError):
            self._bar.stop()
