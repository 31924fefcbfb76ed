"""How far the reading of files is, on the terminal."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TextIO

from camdigits.cli.terminal.bar import ShowsBar, make_bar
from camdigits.support.context_manager import Closeable, ContextManager
from camdigits.support.passwords import masked
from camdigits.support.printable import printable

REFRESH_S = 0.1


class Progress(ContextManager, Protocol):
    """Counts frames for somebody who waits; a context manager."""

    def start(self, name: str, frame_count: int | None) -> None:
        """Begin with the next file; `frame_count` is what it claims to have, None if unknown."""
        ...

    def advance(self) -> None:
        """One more frame was read."""
        ...

    def summary(self) -> str:
        """Return how many frames were read and how fast."""
        ...

    def hidden(self) -> AbstractContextManager[None]:
        """Leave the terminal alone until the block is done."""
        ...

    def results(self, stream: TextIO) -> TextIO:
        """Return where results for `stream` go so that they and the bar do not mix."""
        ...


def open_progress(file_count: int) -> Progress:
    """Return a bar for so many files if standard error is a terminal, else one that is silent."""
    if file_count and sys.stderr.isatty():
        return TerminalProgress(sys.stderr, file_count)
    return SilentProgress()


class SilentProgress(Closeable):
    """Counts, and shows nothing."""

    def __init__(self) -> None:
        self._frames, self._started_s = 0, time.monotonic()

    def start(self, name: str, frame_count: int | None) -> None:
        """Begin anew with the next source."""
        self._frames, self._started_s = 0, time.monotonic()

    def advance(self) -> None:
        """Count a frame."""
        self._frames += 1

    def summary(self) -> str:
        """Return how many frames were read and how fast."""
        took_s = time.monotonic() - self._started_s
        return (
            f"{self._frames} frames in {took_s:.1f} s, {self._frames / max(took_s, 1e-9):.1f} fps"
        )

    def hidden(self) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()

    def results(self, stream: TextIO) -> TextIO:
        """Return the stream itself."""
        return stream


class TerminalProgress(ShowsBar, SilentProgress):
    """A bar with frames, frames a second and the time left; gone when the work is done."""

    def __init__(self, stream: TextIO, file_count: int) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        super().__init__()
        self._bar = make_bar(
            stream,
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
        )
        self._task: Any = None
        self._file_count, self._files = file_count, 0
        self._drawn_s = 0.0

    def start(self, name: str, frame_count: int | None) -> None:
        """Begin anew with the next file."""
        super().start(name, frame_count)
        self._files += 1
        place = f" ({self._files} of {self._file_count})" if self._file_count > 1 else ""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(printable(masked(name)) + place, total=frame_count, rate="")
        self._draw()

    def advance(self) -> None:
        """Count a frame."""
        super().advance()
        self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._drawn_s < REFRESH_S:
            return
        self._drawn_s = now
        rate = f"{self._frames / (now - self._started_s):.0f} fps" if self._frames else ""
        self._bar.update(self._task, completed=self._frames, rate=rate)
        self._bar.refresh()

    def results(self, stream: TextIO) -> TextIO:
        """Return a stream before whose lines the bar is wiped away, if both share a terminal."""
        return _Aside(stream, self) if stream.isatty() else stream  # type: ignore[return-value]


class _Aside:
    """Writes lines to a terminal on which a bar is shown."""

    def __init__(self, stream: TextIO, progress: TerminalProgress) -> None:
        self._stream, self._progress = stream, progress
        self.name, self.encoding = stream.name, stream.encoding

    def write(self, text: str) -> None:
        with self._progress.hidden():
            self._stream.write(text)
            self._stream.flush()

    def flush(self) -> None:
        """Do nothing: every line is out already."""
