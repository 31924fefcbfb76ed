"""How far a batch is: files, hours of video, frames a second, time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TextIO

from camdigits.cli.terminal.bar import ShowsBar, make_bar
from camdigits.cli.terminal.messages import say
from camdigits.support.context_manager import Closeable

if TYPE_CHECKING:
    from camdigits.batch.file_work import FileSummary
    from camdigits.batch.find import Found


class BatchProgress(Closeable):
    """Says which files are bad, and shows nothing else; a context manager."""

    def __init__(self) -> None:
        self._files, self._file_count = 0, 0
        self._bytes, self._byte_count = 0, 0
        self._frames, self._video_s = 0, 0.0
        self._started_s = time.monotonic()

    def begin(self, files: Sequence[Found]) -> None:
        """Begin to count; these are to be read."""
        self._file_count, self._byte_count = len(files), sum(file.size or 0 for file in files)
        self._started_s = time.monotonic()

    def tick(self) -> None:
        """Draw anew."""

    def end(self, file: Found, summary: FileSummary) -> None:
        """Count a file, and say what may be missing of it, and why it is bad if it is."""
        self._files += 1
        self._bytes += file.size or 0
        self._frames += summary.frames
        self._video_s += summary.duration_s
        for line in filter(None, (summary.note, summary.error)):
            with self.hidden():
                say(line)

    def hidden(self) -> AbstractContextManager[None]:
        """Leave the terminal alone until the block is done."""
        return nullcontext()

    def totals(self) -> str:
        """Return the hours of video and the frames a second."""
        rate = self._frames / max(self._took_s, 1e-9)
        return f"{self._video_s / 3600:.2f} h of video, {rate:.1f} fps"

    @property
    def _took_s(self) -> float:
        return time.monotonic() - self._started_s


class TerminalBatchProgress(ShowsBar, BatchProgress):
    """A bar that fills with the bytes of the files read; gone when the work is done."""

    def __init__(self, stream: TextIO) -> None:
        from rich.progress import BarColumn, TextColumn

        super().__init__()
        self._bar = make_bar(
            stream,
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[rest]}", markup=False),
        )
        self._task = self._bar.add_task("looking for files", total=None, rest="")

    def begin(self, files: Sequence[Found]) -> None:
        """Begin to count; these are to be read."""
        super().begin(files)
        self.tick()

    def tick(self) -> None:
        """Draw anew."""
        self._bar.update(
            self._task,
            description=f"{self._files} of {self._file_count} files",
            completed=self._bytes,
            total=max(1, self._byte_count),
            rest=f"{self.totals()}{self._left()}",
        )
        self._bar.refresh()

    def _left(self) -> str:
        """Return how long it will take if all bytes take as long as those so far."""
        if not self._bytes:
            return ""
        left_s = round(self._took_s * (self._byte_count - self._bytes) / self._bytes)
        return f", {left_s // 3600}:{left_s // 60 % 60:02}:{left_s % 60:02} left"


def open_batch_progress(quiet: bool) -> BatchProgress:
    """Return a bar if standard error is a terminal, else what says only which files are bad."""
    return (
        BatchProgress() if quiet or not sys.stderr.isatty() else TerminalBatchProgress(sys.stderr)
    )
