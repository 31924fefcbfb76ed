"""How far a batch is: files, hours of video, frames a second, time left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

from camdigits.cli.messages import say

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from camdigits.batch.find import Found
    from camdigits.batch.work import FileSummary


class BatchProgress:
    """Says which files are bad, and shows nothing else; a context manager."""

    def __init__(self) -> None:
        self.frames, self.video_s, self._started_s = 0, 0.0, time.monotonic()

    @property
    def took_s(self) -> float:
        """Seconds since the reading began."""
        return time.monotonic() - self._started_s

    def begin(self, files: Sequence[Found], skipped: int) -> None:
        """Begin to count time."""
        self._started_s = time.monotonic()

    def tick(self) -> None:
        """Draw anew."""

    def end(self, file: Found, summary: FileSummary) -> None:
        """Count a file, and say why it is bad if it is."""
        self.frames += summary.frames
        self.video_s += summary.duration_s
        if summary.error:
            with self.hidden():
                say(summary.error)

    def hidden(self) -> AbstractContextManager[None]:
        """Leave the terminal alone until the block is done."""
        return nullcontext()

    def totals(self) -> str:
        """Return the hours of video and the frames a second."""
        rate = self.frames / max(self.took_s, 1e-9)
        return f"{self.video_s / 3600:.2f} h of video, {rate:.0f} fps"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return


def open_batch_progress(quiet: bool) -> BatchProgress:
    """Return a bar if standard error is a terminal, else what shows only the bad files."""
    return BatchProgress()
